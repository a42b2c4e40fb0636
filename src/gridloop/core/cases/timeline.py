"""What happened to a case, as its viewer may read it: staff see everything, reporters what is meant for them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from gridloop.core.cases import kinds
from gridloop.core.cases.flow import Words
from gridloop.core.cases.models import Case
from gridloop.core.journal.models import Entry
from gridloop.core.journal.queries import entries_of
from gridloop.core.people.models import Organisation, Person, Post
from gridloop.core.people.personal_data import masked_name
from gridloop.core.people.roles import ROLES

CLOCK_EVENTS = {
    "deadline_due_soon": lambda: _("Due soon"),
    "deadline_breached": lambda: _("Overdue"),
    "escalated": lambda: _("Escalated to the next level"),
    "case_carried": lambda: _("The area changed; the case went with it"),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a timeline: when, what, by whom (as far as the viewer may know), and the words."""

    entry: int
    at: datetime
    event: str
    title: Words
    who: str
    words: str
    before: str
    after: str
    public: bool
    facts: dict[str, Any] = field(default_factory=dict)


def timeline(case: Case, *, staff: bool) -> list[Happening]:
    """The whole story, oldest first, in a constant number of queries. `staff=False`: only what reporters may read."""
    kind = kinds.kind(case.kind)
    rows = {move.event: move for move in reversed(kind.moves) if move.event}
    by_move = {move.name: move for move in reversed(kind.moves)}
    entries = list(entries_of("case", case.pk))
    who = _who_did(entries, staff=staff, residents=case.unnamed_at is None)
    units = _unit_names(entries)
    told = []
    for entry in entries:
        move = by_move.get(str(entry.facts.get("move", ""))) or rows.get(entry.event)
        public = move.public if move else entry.event == "case_reported"
        if not staff and not public:
            continue
        told.append(
            Happening(
                entry=entry.pk,
                at=entry.at,
                event=entry.event,
                title=_title(entry, move.title if move else ""),
                who=who.get(entry.pk, ""),
                words=entry.words if staff else _public_words(case, entry),
                before=entry.before,
                after=entry.after,
                public=public,
                facts={**entry.facts, "unit_name": units.get(entry.facts.get("unit") or 0, "")},
            )
        )
    return told


def _title(entry: Entry, title: Words) -> Words:
    if entry.event == "case_reported":
        return _("Reported")
    if entry.event in CLOCK_EVENTS:
        return CLOCK_EVENTS[entry.event]()
    return title or entry.event


def _public_words(case: Case, entry: Entry) -> str:
    """Only what was written for the reporter: questions, answers, reasons of declining; never internal accounts."""
    if entry.event == "case_added_to":  # what others say who stand behind it is for staff
        own = entry.person in (None, case.reporter_id) and not entry.facts.get("neighbour")
        return entry.words if own else ""
    if entry.event in ("case_question_asked", "case_answered", "case_reviewed", "case_reopened"):
        return entry.words
    if entry.event in ("case_completed", "case_fixed", "case_declined", "case_closed", "case_rectified"):
        return case.answer
    return ""


def _who_did(entries: Sequence[Entry], *, staff: bool, residents: bool) -> dict[int, str]:
    """Names for staff (masked for residents, none once the case's people are forgotten), roles and organisations for everybody."""
    people = {entry.person for entry in entries if entry.person}
    names = {person.pk: person.name for person in Person.objects.filter(pk__in=people)}
    posts: dict[int, str] = {}
    at_work: set[int] = set()
    for post in Post.objects.filter(person__in=people).select_related("organisation", "area"):
        place = post.organisation.name if post.organisation else post.area.name if post.area else ""
        posts.setdefault(post.person_id, f"{place} {ROLES[post.role].title}".strip())
        at_work |= {post.person_id} if ROLES[post.role].staff else set()
    masked = {person: masked_name(name) for person, name in names.items()} if residents else {}
    told = {}
    for entry in entries:
        if entry.person is None:
            told[entry.pk] = (
                str(_("gridloop")) if entry.actor_kind in ("system", "rule") else str(_("Reporter"))
            )
        elif entry.person in posts:
            shown = names.get(entry.person, "") if entry.person in at_work else masked.get(entry.person, "")
            told[entry.pk] = f"{posts[entry.person]} {shown}".strip() if staff else posts[entry.person]
        else:
            shown = masked.get(entry.person, "") if staff else ""
            told[entry.pk] = f"{_('Resident')} {shown}".strip()
    return told


def _unit_names(entries: Sequence[Entry]) -> dict[int, str]:
    ids = {entry.facts.get("unit") for entry in entries} - {None}
    return dict(Organisation.objects.filter(Q(pk__in=ids)).values_list("pk", "name"))
