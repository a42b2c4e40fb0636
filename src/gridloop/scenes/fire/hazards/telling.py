"""Telling of hazards: the owner what must be done by when, the grid worker when it is to be looked at again."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from gridloop.core.cases.models import Case
from gridloop.core.journal.models import Entry
from gridloop.core.notices.actions import tell_many
from gridloop.core.notices.facts import moment_in_words
from gridloop.core.notices.hearers import people_in_grids
from gridloop.core.notices.telling import Telling
from gridloop.core.territory import tree

TO_OWNER = frozenset({"hazard_found", "hazard_ordered", "hazard_closed", "case_reworked"})
TO_WORKER = frozenset({"hazard_rectified", "hazard_recovered"})
TOO_OLD = timedelta(days=3)


def tell_of_hazards(entries: Sequence[Entry]) -> None:
    """A fixed number of queries; who did it is not told of it."""
    recent = [entry for entry in entries if entry.at > timezone.now() - TOO_OLD]
    cases = Case.objects.filter(kind="hazard").in_bulk({case_of(entry) for entry in recent})
    workers = people_in_grids({case.grid_id for case in cases.values() if case.grid_id})
    tell_many(
        [
            telling_of(entry, cases[case_of(entry)], person)
            for entry in recent
            if case_of(entry) in cases
            for person in hearers_of(entry, cases[case_of(entry)], workers)
            if person != entry.person
        ]
    )


def case_of(entry: Entry) -> int:
    """Moves are told of the case, the finding of the hazard."""
    found = entry.facts.get("case") if entry.subject_kind == "fire_hazard" else entry.subject
    return int(found or 0)


def hearers_of(entry: Entry, case: Case, workers: dict[int, list[int]]) -> list[int]:
    if entry.event in TO_OWNER:
        return list(case.facts.get("owners", ()))
    return workers.get(case.grid_id or 0, [])


def telling_of(entry: Entry, case: Case, person: int) -> Telling:
    pictured = tree.current()
    to_owner = entry.event in TO_OWNER
    return Telling(
        event=entry.event,
        key=f"hazard:{entry.pk}:p{person}",
        audience="hazard_owner" if to_owner else "hazard_worker",
        person=person,
        case=case.pk,
        facts={
            "title": case.title,
            "number": case.number,
            "place": pictured.full_name(case.area_id) if case.area_id in pictured else "",
            "due": moment_in_words(case.due_at) if case.due_at else "",
            "words": entry.words,
        },
        address=f"/fire/case/{case.number}/" if to_owner else f"/field/case/{case.number}/",
    )
