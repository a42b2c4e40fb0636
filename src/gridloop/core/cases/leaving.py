"""What somebody who has their data erased leaves in cases: it goes at once, in open ones when they have closed.

Theirs is what they wrote and sent as a resident: reports, answers, verdicts, reminders, photos. What they wrote in
a post (a worker's finds, accounts and reasons) is the office's, and goes when the retention table says.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from gridloop.core.cases.forgetting import (
    WITHOUT_REPORTER,
    files_of,
    index_anew,
    people_beside,
    quotes_beside,
    shown_elsewhere,
    without_words,
    words_beside,
)
from gridloop.core.cases.models import BROUGHT, Case, Exhibit, Owed, Party, Question, Review
from gridloop.core.evidence.actions import erase_files
from gridloop.core.evidence.models import File
from gridloop.core.journal.actions import erase_words_of, leave_no_traces
from gridloop.core.journal.models import Entry, KeptQuerySet
from gridloop.core.people import privacy, retention
from gridloop.core.people.models import Person, Post
from gridloop.core.people.roles import ROLES

OWED = "owed_to_erased"  # the topic of the retention table
FOUND_AT_WORK = "field"  # the source of what a worker reported from the grid
OF_NEIGHBOURS = ("number", "step", "rating")
OF_ONES_OWN = (*OF_NEIGHBOURS, "title", "words", "address", "longitude", "latitude", "answer", "facts")


def brought_by(person: Person) -> QuerySet[Case]:
    """What somebody reported as a resident, for themselves or for another."""
    behind = Q(reporter=person) | Exists(
        Party.objects.filter(case=OuterRef("pk"), person=person, role__in=BROUGHT)
    )
    return Case.objects.filter(behind).exclude(source=FOUND_AT_WORK)


def open_cases_of(person: Person) -> int:
    """How many open cases still hold what somebody reported."""
    return brought_by(person).filter(open=True).count()


def with_parts(cases: Iterable[int]) -> set[int]:
    """A part of a split case holds its words too."""
    all_, newest = set(cases), set(cases)
    while newest:
        newest = set(Case.objects.filter(parent__in=newest).values_list("pk", flat=True)) - all_
        all_ |= newest
    return all_


def erase_of(person: Person) -> int:
    """Erases what they left in closed cases, and notes the open ones; how many pieces went."""
    brought = with_parts(brought_by(person).values_list("pk", flat=True))
    others = {
        *Party.objects.filter(person=person).values_list("case", flat=True),
        *Review.objects.filter(person=person).values_list("case", flat=True),
        *(entry.subject or 0 for entry in written_by([person.pk]).exclude(words="").only("subject")),
    } - brought
    still_open = set(Case.objects.filter(pk__in=brought | others, open=True).values_list("pk", flat=True))
    owe(person, still_open & brought, brought=True)
    owe(person, still_open - brought)
    gone = let_go([person.pk], sorted(brought - still_open), sorted(others - still_open)).total()
    return gone + erase_words_of(said_elsewhere(person))


def owe(person: Person, cases: Iterable[int], *, brought: bool = False) -> None:
    """Note that what a person left in these cases goes when they have closed."""
    rows = [Owed(case_id=case, person=person, brought=brought) for case in cases]
    Owed.objects.bulk_create(rows, ignore_conflicts=True)


def erase_owed(limit: datetime.datetime) -> dict[str, int]:
    """One batch of cases that have closed since."""
    closed = (
        Owed.objects.filter(case__open=False, case__closed_at__lt=limit).select_related("case").order_by("pk")
    )
    owed = list(closed.select_for_update(of=("self", "case"))[: retention.BATCH])
    if not owed:
        return {}
    brought = sorted({row.case_id for row in owed if row.brought})
    others = sorted({row.case_id for row in owed if not row.brought})
    counts = let_go(sorted({row.person_id for row in owed}), brought, others)
    Owed.objects.filter(pk__in=[row.pk for row in owed]).delete()
    return {"people": len({row.person_id for row in owed}), **counts}


def let_go(persons: Sequence[int], brought: Sequence[int], others: Sequence[int]) -> Counter[str]:
    """What these people wrote and sent in closed cases; all of them are erased, so whose it was makes no difference."""
    leave_no_traces()
    counts: Counter[str] = Counter()
    everywhere, own = [*brought, *others], set(brought)
    for at in range(0, len(everywhere), retention.BATCH):
        cases = everywhere[at : at + retention.BATCH]
        theirs = [case for case in cases if case in own]
        counts["parties"] += Party.objects.filter(case__in=cases, person__in=persons).delete()[0]
        verdicts = Review.objects.filter(case__in=cases, person__in=persons)
        counts["reviews"] += verdicts.update(words="", person=None)
        counts["entries"] += erase_words_of(written_by(persons).filter(subject__in=cases))
        for name, beside in quotes_beside.items():
            counts[name] += beside(cases)
        if theirs:
            counts.update(let_go_of_brought(theirs))
    counts["files"] += erase_files(sent_by(persons, everywhere))
    return counts


def let_go_of_brought(cases: Sequence[int]) -> Counter[str]:
    """The report itself. Its photos are its reporter's, whoever uploaded them; answers came by link or signed in."""
    by_link = Entry.objects.filter(subject_kind="case", subject__in=cases, actor_kind="token")
    reported = Q(Exists(Exhibit.objects.filter(file=OuterRef("pk"), case__in=cases, purpose="report")))
    counts = Counter(
        cases=Case.objects.filter(pk__in=cases).update(**WITHOUT_REPORTER, **without_words()),
        questions=Question.objects.filter(case__in=cases).exclude(answer="").update(answer=""),
        entries=erase_words_of(by_link),
        files=erase_files(files_of(cases).filter(reported).exclude(shown_elsewhere(cases))),
    )
    for name, beside in {**people_beside, **words_beside}.items():
        counts[name] += beside(cases)
    index_anew(cases)
    return counts


def written_by(persons: Sequence[int]) -> KeptQuerySet:
    """Entries of cases made by these people as residents, not in a post of the office."""
    return said_by(persons).filter(subject_kind="case")


def said_by(persons: Sequence[int]) -> KeptQuerySet:
    posts = list(Post.objects.filter(person__in=persons, role__in=offices()).values_list("pk", flat=True))
    mine: KeptQuerySet = Entry.objects.filter(person__in=persons)
    return mine.filter(Q(post=None) | ~Q(post__in=posts))


def said_elsewhere(person: Person) -> KeptQuerySet:
    """In scenes, as a resident; the reasons for which somebody's data were looked at are the one thing that stays."""
    return said_by([person.pk]).exclude(subject_kind="case").exclude(event="data_unmasked")


def sent_by(persons: Sequence[int], closed: Sequence[int]) -> QuerySet[File]:
    """Files these people brought as residents: shown in those cases and no other, or used nowhere at all."""
    at_work = Post.objects.filter(person__in=persons, role__in=offices()).values("person")
    residents = list(
        Person.objects.filter(pk__in=persons).exclude(pk__in=at_work).values_list("pk", flat=True)
    )
    used = reduce(or_, (Exists(rows) for rows in uses_of_files()))
    shown_here = Exists(Exhibit.objects.filter(file=OuterRef("pk"), case__in=closed))
    return File.objects.filter(shown_here & ~shown_elsewhere(closed) | ~used, person__in=residents)


def uses_of_files() -> list[QuerySet[Any]]:
    """The rows of every table that points to a file, scenes' tables included."""
    return [
        field.model._base_manager.filter(**{field.name: OuterRef("pk")})
        for field in (
            one.remote_field for one in File._meta.get_fields(include_hidden=True) if one.auto_created
        )
        if field is not None and not field.many_to_many
    ]


def offices() -> list[str]:
    return [name for name, role in ROLES.items() if role.staff]


def held_of(person: Person) -> list[dict[str, Any]]:
    """What cases hold of a person, for their own file: reports, answers, verdicts, what they wrote, their photos."""
    brought = set(brought_by(person).values_list("pk", flat=True))
    found = Case.objects.filter(
        Q(pk__in=brought)
        | Q(reporter=person)
        | Q(pk__in=Party.objects.filter(person=person).values("case"))
        | Q(pk__in=Review.objects.filter(person=person).values("case"))
    )
    said: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for entry in written_by([person.pk]).exclude(words="").order_by("pk"):
        said[entry.subject or 0].append(
            {"at": entry.at.isoformat(), "event": entry.event, "words": entry.words}
        )
    rows = found.order_by("pk").prefetch_related(
        "questions", "reviews", "parties", Prefetch("exhibits", Exhibit.objects.select_related("file"))
    )
    return [
        facts_of(case, person, own=case.pk in brought) | {"written": said[case.pk]}
        for case in rows.iterator(chunk_size=500)
    ]


def facts_of(case: Case, person: Person, *, own: bool) -> dict[str, Any]:
    """One case in a person's file; of one they only joined, no more than a neighbour may see."""
    mine = [
        row
        for row in case.exhibits.all()
        if row.file.person == person.pk or (own and row.purpose == "report")
    ]
    fields = OF_ONES_OWN if own else OF_NEIGHBOURS
    return {
        **{field: getattr(case, field) for field in fields},
        "reported_at": case.reported_at.isoformat(),
        "closed_at": case.closed_at.isoformat() if case.closed_at else "",
        "as": [party.role for party in case.parties.all() if party.person_id == person.pk],
        "answers": [
            {"question": each.words, "answer": each.answer}
            for each in case.questions.all()
            if own and each.answer
        ],
        "reviews": [
            {"at": each.at.isoformat(), "rating": each.rating, "tags": each.tags, "words": each.words}
            for each in case.reviews.all()
            if each.person_id == person.pk
        ],
        "photos": [
            {
                "file": str(row.file.key),
                "name": row.file.name,
                "at": row.file.at.isoformat(),
                "sha256": row.file.digest,
            }
            for row in mine
            if row.file.erased_at is None
        ],
    }


def register() -> None:
    """What the export holds, what erasing takes, and the row for what it has to wait for; twice is once."""
    privacy.holdings["cases"] = held_of
    privacy.erasers["cases"] = erase_of
    retention.add(
        retention.Retention(
            OWED,
            _("What people left in open matters before they were erased"),
            1,
            erase_owed,
            then=_("Counted from when the matter was closed. What they left in closed matters goes at once."),
        )
    )
