"""Wordings of public answers: written by one person, in use once another has reviewed them, retired when they are stale."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.cases import kinds
from gridloop.core.cases.flow import Words
from gridloop.core.cases.models import Case, Category
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.notices.models import AnswerWording
from gridloop.core.notices.templates import filled, variables_in
from gridloop.core.people.models import Person
from gridloop.core.people.queries import may
from gridloop.core.territory import tree

ABILITIES = ("dispatch", "administer")
VARIABLES = ("title", "number", "place", "unit", "category")
ANSWER = "answer"  # the need a public answer stands in
OFFERED = 6


def occasions() -> dict[str, Words]:
    """The moves that bring a public answer, with their words: those a wording can be for."""
    found: dict[str, Words] = {}
    for kind in sorted(
        kinds.kinds(), key=lambda kind: kind.own_door
    ):  # the words of what anybody may report come first
        for move in kind.moves:
            if any(need.name == ANSWER for need in move.needs):
                found.setdefault(move.name, move.title)
    return found


def wordings_in_use() -> list[AnswerWording]:
    """All that may be offered; one query."""
    return list(
        AnswerWording.objects.filter(reviewed_at__isnull=False, retired_at=None)
        .select_related("reviewed_by", "category")
        .order_by("pk")
    )


def wordings_for(
    case: Case, move: str, among: Iterable[AnswerWording] | None = None
) -> list[tuple[AnswerWording, str]]:
    """What could be answered, the most particular first, each with its words filled in for the case."""
    own, major = (case.category.pk, case.category.parent_id) if case.category else (None, None)
    rows = wordings_in_use() if among is None else among
    fitting = [one for one in rows if one.occasion in ("", move) and one.category_id in (None, own, major)]
    fitting.sort(key=lambda one: (one.category_id is None, one.category_id != own, not one.occasion))
    facts = facts_of_case(case)
    return [(one, filled(one.words, facts)) for one in fitting[:OFFERED]]


def facts_of_case(case: Case) -> dict[str, Any]:
    return {
        "title": case.title,
        "number": case.number,
        "place": tree.current().full_name(case.area_id),
        "unit": case.lead_unit.name if case.lead_unit else "",
        "category": case.category.name if case.category else "",
    }


@transaction.atomic
def write_wording(
    *,
    title: str,
    words: str,
    by: Actor,
    occasion: str = "",
    category: Category | None = None,
    replaces: AnswerWording | None = None,
) -> AnswerWording:
    """A new wording, or a new version of one in use; nobody is offered it before somebody else has reviewed it."""
    guard_writer(by)
    if not title.strip() or not words.strip():
        raise Refusal(_("A wording needs a title and words."), field="words" if title.strip() else "title")
    if occasion and occasion not in occasions():
        raise Refusal(_("No public answer is written there. Choose from the list."), field="occasion")
    if unknown := [name for name in variables_in(words) if name not in VARIABLES]:
        raise Refusal(
            _("{%(name)s} is never filled in here. Known are: %(known)s.")
            % {"name": unknown[0], "known": ", ".join(VARIABLES)},
            field="words",
        )

    written = AnswerWording.objects.create(
        title=title.strip()[:60],
        words=words.strip(),
        occasion=occasion,
        category=category,
        replaces=replaces,
        written_by_id=by.person,
    )

    record("answer_wording_written", by=by, subject_kind="answer_wording", subject=written.pk, after=written.title[:48],
           facts={"words": written.words, "occasion": occasion, "category": category.pk if category else None})  # fmt: skip
    return written


@transaction.atomic
def review_wording(wording: AnswerWording, *, good: bool, by: Actor, reason: str = "") -> AnswerWording:
    """Somebody else's look at it: in use from now on, or put aside with a reason."""
    guard_writer(by)
    if by.person is not None and by.person == wording.written_by_id:
        raise NotAllowed(_("Whoever wrote it cannot review it; another person must."))
    if not good and not reason.strip():
        raise Refusal(_("Say why, so that it can be worded better."), field="reason")
    now = timezone.now()
    waiting = AnswerWording.objects.filter(pk=wording.pk, reviewed_at=None, retired_at=None)
    if not (
        waiting.update(reviewed_by=by.person, reviewed_at=now) if good else waiting.update(retired_at=now)
    ):
        raise TooLate(_("Somebody else has decided on it a moment ago."))
    if good and wording.replaces_id:
        AnswerWording.objects.filter(pk=wording.replaces_id, retired_at=None).update(retired_at=now)

    event = "answer_wording_reviewed" if good else "answer_wording_refused"
    record(
        event,
        by=by,
        subject_kind="answer_wording",
        subject=wording.pk,
        after=wording.title[:48],
        words=reason.strip(),
    )
    wording.refresh_from_db()
    return wording


@transaction.atomic
def retire_wording(wording: AnswerWording, *, by: Actor) -> None:
    """It is offered no longer."""
    guard_writer(by)
    if not AnswerWording.objects.filter(pk=wording.pk, retired_at=None).update(retired_at=timezone.now()):
        raise TooLate(_("It is retired already."))

    record(
        "answer_wording_retired",
        by=by,
        subject_kind="answer_wording",
        subject=wording.pk,
        after=wording.title[:48],
    )


def guard_writer(by: Actor) -> None:
    if by.person is None and by.kind in ("system", "rule"):
        return
    person = Person.objects.filter(pk=by.person or 0).first()
    if person is None or not any(may(person, ability) for ability in ABILITIES):
        raise NotAllowed(_("Wordings are written and reviewed by command rooms and administrators."))
