"""Who could help and is near, but has given that time away: what explains why they are not asked."""

from dataclasses import dataclass

from gridloop.scenes.volunteers.engagements import What, engagements
from gridloop.scenes.volunteers.matching import candidates
from gridloop.scenes.volunteers.requests.models import Need
from gridloop.scenes.volunteers.requests.reading import (
    horizon,
    needs_as_columns,
    volunteers_as_columns,
    volunteers_near,
)
from gridloop.scenes.volunteers.requests.running import MOST_CONSIDERED, WEIGHTS
from gridloop.scenes.volunteers.roster.models import Volunteer


@dataclass(frozen=True, slots=True)
class Busy:
    """A volunteer who would come into question, how far away, and what takes the time."""

    volunteer: Volunteer
    metres: float | None
    what: What


def taken_at(need: Need) -> dict[int, What]:
    """Everybody whose time then is taken, and by what."""
    since, until = horizon().whole_half_hours(need.since, need.until)
    if since == until:
        return {}
    found: dict[int, What] = {}
    for one in engagements(since, until, but_case=need.case_id):
        found.setdefault(one.volunteer, one.what)
    return found


def who_is_busy(need: Need, taken: dict[int, What]) -> list[Busy]:
    """Of those: who is near, has the skill, usually has time then and was not asked; the nearest first."""
    ahead, needs = horizon(), [need]
    people = list(volunteers_near(needs, ahead).filter(pk__in=taken).select_related("person"))
    if not people:
        return []
    columns = needs_as_columns(needs, {need.pk: 1}, people, ahead)
    found = candidates(
        columns, volunteers_as_columns(people, needs, ahead, []), WEIGHTS, most=MOST_CONSIDERED
    )
    return [
        Busy(people[row], None if need.remote else float(metres), taken[people[row].pk])
        for row, metres in zip(found.volunteer, found.metres, strict=True)
    ]
