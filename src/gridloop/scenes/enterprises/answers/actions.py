"""Every write about answers: written from a solved matter, reviewed by a second person, counted when they helped."""

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.cases.models import Case, Category
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.people.models import Person
from gridloop.core.people.queries import may
from gridloop.scenes.enterprises.answers.models import Article, ArticleVersion, Helped
from gridloop.scenes.enterprises.answers.wording import left_in, without_firm
from gridloop.scenes.enterprises.firms.queries import contacts_of
from gridloop.scenes.enterprises.matters.queries import matter_of

WRITERS = ("dispatch", "answer_firms", "handle")


def guard_writer(by: Actor) -> None:
    """The platform and specialists write; gridloop itself may."""
    if by.person is None and by.kind in ("system", "rule"):
        return
    person = Person.objects.filter(pk=by.person or 0).first()
    if person is None or not any(may(person, ability) for ability in WRITERS):
        raise NotAllowed(_("Answers are written by the platform and by specialists."))


def named_in(case: Case | None) -> tuple[str, tuple[str, ...]]:
    """The firm's name and the names of its people, which no answer may tell."""
    matter = matter_of(case) if case is not None else None
    if matter is None or matter.firm is None:
        return "", ()
    people = [contact.name for contact in contacts_of(matter.firm)]
    if case is not None and case.reporter is not None:
        people.append(case.reporter.name)
    return matter.firm.organisation.name, tuple(name for name in people if name)


def proposal(case: Case) -> dict[str, str]:
    """What an answer could say, with the firm and its people taken out."""
    firm, people = named_in(case)
    texts = {"title": case.title, "question": case.words or case.title, "answer": case.answer}
    return {name: without_firm(text, firm=firm, people=people) for name, text in texts.items()}


def guard_wording(case: Case | None, *texts: str) -> None:
    firm, people = named_in(case)
    found = [each for text in texts for each in left_in(text, firm=firm, people=people)]
    if found:
        raise Refusal(
            _("This would tell who it was: “%(what)s”. Take it out.")
            % {"what": "”, “".join(dict.fromkeys(found))},
            code="tells_who",
        )


@transaction.atomic
def write_answer(
    *, case: Case | None = None, article: Article | None = None, category: Category | None = None, title: str, question: str, answer: str,
    by: Actor,
) -> ArticleVersion:  # fmt: skip
    """A new version of an answer, waiting for a second person; the first one is made from a closed matter."""
    guard_writer(by)
    if article is None:
        if case is None or case.kind != "matter" or case.open or case.outcome != "fixed":
            raise Refusal(_("An answer is made from a matter that was closed as solved."))
        about = category or case.category
        if about is None:
            raise Refusal(_("Choose what it is about."), field="category")
        article, _made = Article.objects.get_or_create(
            case=case, retired_at=None, defaults={"category": about}
        )
    source = article.case if article.case_id else case
    for field, text in (("title", title), ("question", question), ("answer", answer)):
        if not text.strip():
            raise Refusal(_("Fill in all three: title, question and answer."), field=field)
    guard_wording(source, title, question, answer)

    number = (article.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            version = ArticleVersion.objects.create(
                article=article, number=number, title=title.strip()[:80], question=question.strip(), answer=answer.strip(),
                written_by_id=by.person,
            )  # fmt: skip
    except IntegrityError:
        raise TooLate(_("Somebody else wrote a version a moment ago. Look at it first.")) from None

    record("answer_written", by=by, subject_kind="article", subject=article.pk, facts={"version": number})
    return version


@transaction.atomic
def review_answer(version: ArticleVersion, *, published: bool, words: str = "", by: Actor) -> Article:
    """Another person than the writer reads it: from now on everybody reads it, or it goes back with a reason."""
    guard_writer(by)
    if version.written_by_id is not None and version.written_by_id == by.person:
        raise NotAllowed(_("Whoever wrote it cannot review it; another person must."))
    if not published and not words.strip():
        raise Refusal(_("Say what is to be changed."), field="words")
    article = version.article
    if published:
        guard_wording(article.case, version.title, version.question, version.answer)
    now = timezone.now()
    decided = ArticleVersion.objects.filter(pk=version.pk, reviewed_at=None).update(
        reviewed_at=now, reviewed_by=by.person, published=published, words=words.strip()[:200]
    )
    if decided != 1:
        raise TooLate(_("Somebody has reviewed this version already."))
    if published:
        Article.objects.filter(pk=article.pk).update(
            title=version.title, question=version.question, answer=version.answer, published_at=now
        )
        article.refresh_from_db()

    record("answer_published" if published else "answer_sent_back", by=by, subject_kind="article", subject=article.pk,
           words=words, facts={"version": version.number})  # fmt: skip
    return article


@transaction.atomic
def retire_answer(article: Article, *, by: Actor) -> None:
    """Nobody is shown it any more."""
    guard_writer(by)
    if Article.objects.filter(pk=article.pk, retired_at=None).update(retired_at=timezone.now()) != 1:
        raise TooLate(_("This answer was taken back already."))

    record("answer_retired", by=by, subject_kind="article", subject=article.pk)


@transaction.atomic
def say_it_helped(article: Article, *, by: Actor) -> bool:
    """One more person it helped; the same person counts once, and no matter is closed by it."""
    if by.person is None:
        raise NotAllowed(_("Sign in with your phone number first."))
    _helped, fresh = Helped.objects.get_or_create(article=article, person_id=by.person)
    if fresh:
        Article.objects.filter(pk=article.pk).update(helped=F("helped") + 1)
        record("answer_helped", by=by, subject_kind="article", subject=article.pk)
    return fresh
