"""Reading pairs: who is on the register, who looks after whom, what is due; reach is part of every query."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from gridloop.core.cases.models import Case
from gridloop.core.cases.queries import cases_within_reach
from gridloop.core.people.models import Person
from gridloop.scenes.volunteers.pairs.models import (
    Companion,
    CompanionState,
    Pairing,
    Visit,
    VisitState,
    Vulnerable,
)
from gridloop.scenes.volunteers.roster.models import Volunteer
from gridloop.scenes.volunteers.roster.queries import areas_of_care, cares_for, roots_of_care

LIVE = (CompanionState.ASKED, CompanionState.ACCEPTED)
OPEN = (VisitState.DUE, VisitState.OFFERED)


def register_of(person: Person) -> QuerySet[Vulnerable]:
    """The register as far as this person answers for it: clerks their community, rooms above their town or county.

    Grid workers, team leaders and residents see nothing of it here.
    """
    if not roots_of_care(person):
        return Vulnerable.objects.none()
    return Vulnerable.objects.filter(community__in=areas_of_care(person), left_at=None)


def with_companions(found: QuerySet[Vulnerable]) -> QuerySet[Vulnerable]:
    companions = Companion.objects.filter(state__in=["proposed", *LIVE]).select_related("volunteer__person")
    visits = Visit.objects.filter(state__in=OPEN)
    return found.select_related("person", "community", "pairing").prefetch_related(
        Prefetch("pairing__companions", companions.order_by("-role", "id"), to_attr="live"),
        Prefetch("pairing__visits", visits, to_attr="ahead"),
    )


def lacking(found: QuerySet[Vulnerable], role: str) -> QuerySet[Vulnerable]:
    """Those without somebody asked or accepted in this role."""
    there = Companion.objects.filter(pairing__vulnerable=OuterRef("pk"), role=role, state__in=LIVE)
    return found.filter(~Exists(there))


def vulnerable_in_reach(person: Person, pk: int) -> Vulnerable | None:
    return with_companions(register_of(person)).filter(pk=pk).first()


def companion_of(pairing: Pairing, role: str) -> Companion | None:
    """Who has accepted to be first or in reserve."""
    return (
        Companion.objects.filter(pairing=pairing, role=role, state=CompanionState.ACCEPTED)
        .select_related("volunteer__person")
        .first()
    )


def pairs_of(volunteer: Volunteer) -> QuerySet[Companion]:
    """The volunteer's own pairs, asked or accepted, with the visit that lies ahead."""
    ahead = Visit.objects.filter(state__in=OPEN).select_related("companion")
    return (
        Companion.objects.filter(volunteer=volunteer, state__in=LIVE, pairing__ended_at=None)
        .select_related("pairing__vulnerable__person", "pairing__vulnerable__community")
        .prefetch_related(Prefetch("pairing__visits", ahead, to_attr="ahead"))
        .order_by("state", "id")
    )


def visits_of(volunteer: Volunteer) -> QuerySet[Visit]:
    return Visit.objects.filter(companion__volunteer=volunteer).select_related(
        "companion", "pairing__vulnerable"
    )


def may_read_home(person: Person, vulnerable: Vulnerable) -> bool:
    """Who may read name, telephone and home: accepted companions, those who answer for the register there, and
    whoever is to check at the door because a visit was missed (an open case in their reach)."""
    accepted = Companion.objects.filter(
        pairing__vulnerable=vulnerable,
        pairing__ended_at=None,
        volunteer__person=person,
        volunteer__left_at=None,
        state=CompanionState.ACCEPTED,
    )
    if vulnerable.left_at is None and accepted.exists():
        return True
    if cares_for(person, vulnerable.community_id):
        return True
    return open_cases_for(vulnerable).filter(pk__in=cases_within_reach(person).values("pk")).exists()


def open_cases_for(vulnerable: Vulnerable) -> QuerySet[Case]:
    visits = Visit.objects.filter(pairing__vulnerable=vulnerable, case__isnull=False)
    return Case.objects.filter(pk__in=visits.values("case"), open=True, kind="missed_visit")


def visit_of_case(case: Case) -> Visit | None:
    return (
        Visit.objects.filter(case=case)
        .select_related("pairing__vulnerable__person", "companion__volunteer__person")
        .first()
    )


def load_of(volunteers: QuerySet[Volunteer]) -> dict[int, int]:
    """How many people each looks after, first or in reserve."""
    rows = Companion.objects.filter(volunteer__in=volunteers, state__in=LIVE, pairing__ended_at=None)
    counted: dict[int, int] = {}
    for one in rows.values_list("volunteer", flat=True):
        counted[one] = counted.get(one, 0) + 1
    return counted


def could_companion(now: datetime) -> QuerySet[Volunteer]:
    """Volunteers who may be proposed: there, placed, not by telephone only, not paused."""
    return Volunteer.objects.filter(
        Q(paused_until=None) | Q(paused_until__lt=now.date()),
        left_at=None,
        remote_only=False,
        longitude__isnull=False,
        latitude__isnull=False,
    )


def figures(person: Person) -> dict[str, int]:
    """The register in reach in four numbers."""
    found = register_of(person)
    return {
        "people": found.count(),
        "unpaired": lacking(found, "primary").count(),
        "uncovered": lacking(found, "backup").count(),
        "missed": open_missed(person).count(),
    }


def open_missed(person: Person) -> QuerySet[Visit]:
    """Missed visits in reach whose case is still open."""
    return (
        Visit.objects.filter(
            state=VisitState.MISSED, case__open=True, pairing__vulnerable__in=register_of(person)
        )
        .select_related("pairing__vulnerable__person", "pairing__vulnerable__community", "case")
        .order_by(F("due_at"))
    )
