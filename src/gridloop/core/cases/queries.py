"""What a person may see of cases, and which moves are open to them; reach is always part of the query."""

from collections.abc import Container, Iterable
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from gridloop.core.cases import kinds
from gridloop.core.cases.flow import Move
from gridloop.core.cases.models import Case, Party, Request, Task
from gridloop.core.cases.standing import Standing
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotFound
from gridloop.core.people.models import Person
from gridloop.core.people.queries import Reach, reach_of
from gridloop.core.territory import tree

LEVEL_FIELDS = {
    "county": "county",
    "town": "town",
    "community": "community",
    "grid": "grid",
    "building": "area",
}


def within_areas(areas: frozenset[int]) -> Q:
    """Cases in any of these areas or below."""
    return any_of(area_branches(areas))


def area_branches(areas: frozenset[int]) -> list[Q]:
    """The same level by level: one indexed comparison each."""
    picture = tree.current()
    by_level: dict[str, list[int]] = {}
    for area in areas:
        by_level.setdefault(LEVEL_FIELDS.get(picture.level(area), "above"), []).append(area)
    branches = []
    for level, ids in by_level.items():
        if level == "above":  # a city or province: all its counties
            counties = [
                county for area in ids for county in picture.within(area) if picture.level(county) == "county"
            ]
            branches.append(Q(county__in=counties))
        else:
            branches.append(Q(**{f"{level}__in": ids}) if len(ids) > 1 else Q(**{level: ids[0]}))
    return branches


def reach_branches(reach: Reach, *, listed: bool) -> list[Q]:
    """The one rule of who sees which case, for lists, objects, search, exports, maps, the API and live screens.

    One condition for each reason to see a case, as each is found by an index of its own: joined by "or" the database
    can only look at case after case. `listed`: each is asked for all its cases; else each case is asked whether it holds.
    """
    reasons = area_branches(reach.roots)
    if reach.organisations:
        reasons.append(Q(lead_unit__in=reach.organisations))
        reasons.append(_among(Task.objects.filter(organisation__in=reach.organisations), listed))
    if reach.person is not None:
        reasons.append(_among(Party.objects.filter(person=reach.person), listed))
        reasons.append(Q(worker=reach.person))
    return reasons


def _among(rows: QuerySet[Any], listed: bool) -> Q:
    return Q(pk__in=rows.values("case")) if listed else Q(Exists(rows.filter(case=OuterRef("pk"))))


def reach_condition(reach: Reach) -> Q:
    """Any of the reasons: for one case, or where few are asked about."""
    return any_of(reach_branches(reach, listed=False))


def any_of(conditions: Iterable[Q]) -> Q:
    """Nothing where there is no condition."""
    return reduce(or_, conditions, Q(pk__in=[]))


def cases_within_reach(person: Person | None) -> QuerySet[Case]:
    """The cases this person may open; nobody signed in sees none."""
    if person is None or not person.is_active:
        return Case.objects.none()
    return Case.objects.filter(reach_condition(reach_of(person)))


def branches_within_reach(person: Person) -> list[QuerySet[Case]]:
    """The same cases reason by reason, for lists: a case may stand in several of them."""
    reasons = reach_branches(reach_of(person), listed=True)
    return [Case.objects.filter(reason) for reason in reasons] or [Case.objects.none()]


def case_within_reach(person: Person | None, number: str) -> Case:
    """One case by its number; out of reach and absent are the same answer."""
    found = (
        cases_within_reach(person)
        .select_related("category", "lead_unit", "worker")
        .prefetch_related(Prefetch("requests", Request.objects.select_related("asked_by").order_by("id")))
        .filter(number=number)
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such case, or it is not yours to see."))
    return found


def public_cases() -> QuerySet[Case]:
    """What anyone may see: public cases without their reporters; never an exact home (see `coarse_point`)."""
    return Case.objects.filter(public=True)


COARSE_DIGITS = 3  # about 100 m


class CoarsePoint(NamedTuple):
    """A rounded point, for maps everybody can see."""

    longitude: float
    latitude: float


def coarse(longitude: float | None, latitude: float | None) -> CoarsePoint | None:
    if longitude is None or latitude is None:
        return None
    return CoarsePoint(round(longitude, COARSE_DIGITS), round(latitude, COARSE_DIGITS))


def coarse_point(case: Case) -> CoarsePoint | None:
    return coarse(case.longitude, case.latitude)


def moves_open_to(case: Case, by: Actor, person: Person | None = None) -> list[Move]:
    """The moves this actor can make now, main ones first; what a page offers and what move_case allows are one rule."""
    return moves_for(case, Standing.of(case, by, person))


def moves_for(case: Case, standing: Standing, *, only: Container[str] | None = None) -> list[Move]:
    """The same for a standing already known: lists of cases learn theirs in a few queries. `only`: these alone."""
    kind = kinds.kind(case.kind)
    found: dict[str, Move] = {}
    if case.emptied_at is not None:
        return []
    for move in kind.moves:
        if move.name in found or not move.leads_from(case.step, open=case.open):
            continue
        if only is not None and move.name not in only:
            continue
        if (move.when and not move.when(case)) or (case.suspended_at and not move.while_suspended):
            continue
        if move.who.holds(standing):
            found[move.name] = move
    order = {"main": 0, "side": 1, "quiet": 2}
    return sorted(found.values(), key=lambda move: order[move.weight])
