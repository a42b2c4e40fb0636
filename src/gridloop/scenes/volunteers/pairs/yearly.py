"""The yearly run: the register of an area, volunteers around it, the exact plan, and the proposals it leaves for clerks."""

from dataclasses import dataclass

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Person as Someone
from gridloop.scenes.volunteers.matching import project
from gridloop.scenes.volunteers.pairs import queries
from gridloop.scenes.volunteers.pairs.actions import propose_companion
from gridloop.scenes.volunteers.pairs.models import Companion, CompanionState, Pairing, Vulnerable
from gridloop.scenes.volunteers.pairs.pairing import Helper, Pair, Person, Plan, plan_pairs
from gridloop.scenes.volunteers.roster.models import Volunteer

CAPACITY = 3
LEAST, MOST = 2, 5  # people one volunteer may look after
AROUND = 0.05  # degrees: volunteers a few kilometres outside count too


@dataclass(frozen=True, slots=True)
class Run:
    """A plan with what it was made for: so many people, so many volunteers."""

    plan: Plan
    people: int
    helpers: int


def plan_for(clerk: Someone, *, capacity: int = CAPACITY) -> Run:
    """The plan for everybody on the register in this person's reach who lacks a companion; nothing is written."""
    if not LEAST <= capacity <= MOST:
        raise Refusal(_("Between two and five people for one volunteer."), field="capacity")
    register = list(queries.register_of(clerk).filter(longitude__isnull=False).select_related("pairing"))
    if not register:
        return Run(Plan((), 0, (), ()), 0, 0)
    people = people_of(register)
    helpers = helpers_around(register, capacity)
    return Run(plan_pairs(people, helpers), len(people), len(helpers))


def origin_of(register: list[Vulnerable]) -> tuple[float, float]:
    return (register[0].longitude or 0.0, register[0].latitude or 0.0)


def people_of(register: list[Vulnerable]) -> list[Person]:
    """Who is missing a first or a reserve companion, by the number of their pairing."""
    x, y = project(
        np.array([one.longitude for one in register]),
        np.array([one.latitude for one in register]),
        origin_of(register),
    )
    companions = companions_by_pairing(register)
    people = []
    for row, one in enumerate(register):
        there = companions.get(one.pairing.pk, [])
        roles = {role for _volunteer, state, role in there if state in queries.LIVE}
        wants = tuple(role for role in ("primary", "backup") if role not in roles)
        barred = frozenset(
            who for who, state, _role in there if state in (*queries.LIVE, CompanionState.DECLINED)
        )
        known = frozenset(who for who, state, _role in there if state == CompanionState.ENDED) - barred
        if wants:
            people.append(Person(one.pairing.pk, float(x[row]), float(y[row]), known, barred, wants))
    return people


def companions_by_pairing(register: list[Vulnerable]) -> dict[int, list[tuple[int, str, str]]]:
    """Everybody who ever stood in these pairs: (volunteer, state, role); one query."""
    found: dict[int, list[tuple[int, str, str]]] = {}
    rows = Companion.objects.filter(pairing__vulnerable__in=register)
    for pairing, volunteer, state, role in rows.values_list("pairing", "volunteer", "state", "role"):
        found.setdefault(pairing, []).append((volunteer, state, role))
    return found


def helpers_around(register: list[Vulnerable], capacity: int) -> list[Helper]:
    """Volunteers in the box around the register, with what they carry already."""
    longitudes = [one.longitude or 0.0 for one in register]
    latitudes = [one.latitude or 0.0 for one in register]
    found = queries.could_companion(timezone.now()).filter(
        longitude__range=(min(longitudes) - AROUND, max(longitudes) + AROUND),
        latitude__range=(min(latitudes) - AROUND, max(latitudes) + AROUND),
    )
    rows = list(found.values_list("pk", "longitude", "latitude", "radius"))
    if not rows:
        return []
    load = queries.load_of(found)
    x, y = project(
        np.array([row[1] for row in rows]), np.array([row[2] for row in rows]), origin_of(register)
    )
    return [
        Helper(row[0], float(x[place]), float(y[place]), float(row[3]), capacity, load.get(row[0], 0))
        for place, row in enumerate(rows)
    ]


@transaction.atomic
def keep_plan(run: Run, *, by: Actor) -> int:
    """Write the plan down as proposals; clerks ask whom they agree with. How many were new."""
    pairings = Pairing.objects.select_related("vulnerable").in_bulk([pair.person for pair in run.plan.pairs])
    volunteers = Volunteer.objects.in_bulk([pair.helper for pair in run.plan.pairs])
    kept = sum(proposed(pair, pairings, volunteers, by) for pair in run.plan.pairs)

    record(
        "pairs_planned", by=by, subject_kind="pairs",
        facts={"people": run.people, "volunteers": run.helpers, "cost": run.plan.cost, "proposed": kept,
               "unpaired": len(run.plan.unpaired), "uncovered": len(run.plan.uncovered)},
    )  # fmt: skip

    return kept


def proposed(pair: Pair, pairings: dict[int, Pairing], volunteers: dict[int, Volunteer], by: Actor) -> bool:
    pairing, volunteer = pairings.get(pair.person), volunteers.get(pair.helper)
    if pairing is None or volunteer is None:
        return False
    try:
        propose_companion(pairing, volunteer, role=pair.role, by=by, metres=pair.metres)
    except Refusal:
        return False  # asked or proposed meanwhile
    return True
