"""Needs and volunteers read from the database as the arrays `matching` works on; a fixed number of queries."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from gridloop.core.cases.models import Case, Urgency
from gridloop.scenes.volunteers.engagements import Engagement, What, engagements
from gridloop.scenes.volunteers.matching import DAYS, HALF_HOURS, Needs, Volunteers, Whole, packed, project
from gridloop.scenes.volunteers.requests.models import (
    LIVE,
    Assignment,
    AssignmentState,
    Need,
    Offer,
    OfferState,
)
from gridloop.scenes.volunteers.requests.offering import URGENT_ASKED
from gridloop.scenes.volunteers.roster.availability import present_on
from gridloop.scenes.volunteers.roster.models import (
    Availability,
    AvailabilityException,
    Credential,
    Skill,
    Volunteer,
)
from gridloop.scenes.volunteers.roster.queries import in_force

HALF_HOUR = 30  # minutes
MANY = 5_000  # volunteers
DEGREE = 111_000.0  # metres


@dataclass(frozen=True, slots=True)
class Horizon:
    """The days matching looks at, from the midnight before now, in local time."""

    first: date

    def day(self, moment: datetime) -> int:
        return (timezone.localtime(moment).date() - self.first).days

    def half_hours(self, since: datetime, until: datetime) -> slice:
        """The half hours a span touches."""
        return slice(self._minutes(since) // HALF_HOUR, -(-self._minutes(until) // HALF_HOUR))

    def whole_half_hours(self, since: datetime, until: datetime) -> tuple[datetime, datetime]:
        """The moments between which those half hours lie."""
        touched = self.half_hours(since, until)
        return (
            self.begin() + timedelta(minutes=touched.start * HALF_HOUR),
            self.begin() + timedelta(minutes=touched.stop * HALF_HOUR),
        )

    def _minutes(self, moment: datetime) -> int:
        return min(max(math.ceil((moment - self.begin()).total_seconds() / 60), 0), HALF_HOURS * HALF_HOUR)

    def begin(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.first, time.min))

    def until(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.first + timedelta(days=DAYS), time.min))


def horizon() -> Horizon:
    return Horizon(timezone.localdate())


def read_needs(cases: QuerySet[Case], ahead: Horizon) -> list[Need]:
    """The needs of these cases that lie ahead and have places for which nobody has been asked or has promised."""
    now = timezone.now()
    found = Need.objects.filter(case__in=cases, until__gt=now, since__lt=ahead.until(), taken__lt=F("people"))
    return list(found.select_related("case", "skill").order_by("since", "pk"))


def places_left(needs: Sequence[Need]) -> dict[int, int]:
    """How many volunteers each need wants asked now: open places, less the offers that are out; more when it presses."""
    cases = [need.case_id for need in needs]
    out: dict[int, int] = {}
    for case in Offer.objects.filter(case__in=cases, state=OfferState.SENT).values_list("case", flat=True):
        out[case] = out.get(case, 0) + 1
    left = {}
    for need in needs:
        several = URGENT_ASKED if need.case.urgency <= Urgency.URGENT else 1
        left[need.pk] = max((need.people - need.taken) * several - out.get(need.case_id, 0), 0)
    return left


def needs_as_columns(
    needs: Sequence[Need], places: dict[int, int], people: Sequence[Volunteer], ahead: Horizon
) -> Needs:
    count = len(needs)
    wanted = np.zeros((count, HALF_HOURS), bool)
    for row, need in enumerate(needs):
        wanted[row, ahead.half_hours(need.since, need.until)] = True
    points = np.array([_point(need) for need in needs], float).reshape(count, 2)
    x, y = project(points[:, 0], points[:, 1], _origin(needs))
    remote = np.array([need.remote for need in needs], bool)
    return Needs(
        ids=np.array([need.case_id for need in needs], np.int64),
        x=np.where(np.isfinite(x), x, 0.0),
        y=np.where(np.isfinite(y), y, 0.0),
        # A need without a point is anywhere in its community: nobody can say how far that is, so no one is near.
        radius=np.where(np.isfinite(x), np.array([need.radius for need in needs], float), -1.0),
        skill=np.array([need.skill_id for need in needs], np.int64),
        remote=remote,
        wanted=packed(wanted),
        day=np.array([min(max(ahead.day(need.since), 0), DAYS - 1) for need in needs], np.int64),
        places=np.array([places[need.pk] for need in needs], np.int64),
        urgent=np.array([need.case.urgency <= Urgency.URGENT for need in needs], bool),
        known=_known(needs, people),
        barred=_barred(needs, people),
    )


def _point(need: Need) -> tuple[float, float]:
    exact = need.exact_point()
    if exact is not None:
        return exact
    case = need.case
    return (case.longitude, case.latitude) if case.longitude and case.latitude else (np.nan, np.nan)


def _origin(needs: Sequence[Need]) -> tuple[float, float]:
    return next((point for need in needs if np.isfinite((point := _point(need))[0])), (121.0, 28.0))


def read_volunteers(needs: Sequence[Need], ahead: Horizon) -> list[Volunteer]:
    return list(volunteers_near(needs, ahead))


def volunteers_near(needs: Sequence[Need], ahead: Horizon) -> QuerySet[Volunteer]:
    """Volunteers who have one of the skills and live near enough to any of the needs, or help by phone."""
    skills = {need.skill_id for need in needs}
    near = Q(pk__in=[])
    placed = [
        (point, need.radius) for need in needs if not need.remote and np.isfinite((point := _point(need))[0])
    ]
    if placed:
        margin = max(radius for _point_, radius in placed) / DEGREE
        west, east = min(p[0] for p, _r in placed), max(p[0] for p, _r in placed)
        south, north = min(p[1] for p, _r in placed), max(p[1] for p, _r in placed)
        wide = margin / max(math.cos(math.radians(north)), 0.2)
        near = Q(
            longitude__range=(west - wide, east + wide), latitude__range=(south - margin, north + margin)
        )
    if any(need.remote for need in needs):
        near |= Q(skills__in=[need.skill_id for need in needs if need.remote])
    able = Exists(Volunteer.skills.through.objects.filter(volunteer=OuterRef("pk"), skill__in=skills))
    return present_on(Volunteer.objects.filter(near, able), ahead.first).order_by("pk").distinct()


def read_engagements(people: Sequence[Volunteer], ahead: Horizon) -> list[Engagement]:
    """What takes their time in the days matching looks at, and what they did today."""
    since = min(ahead.begin(), timezone.now() - timedelta(days=1))
    return engagements(since, ahead.until(), volunteers=[one.pk for one in people])


def volunteers_as_columns(
    people: Sequence[Volunteer], needs: Sequence[Need], ahead: Horizon, taken: Sequence[Engagement]
) -> Volunteers:
    """These volunteers, free as they usually are, less what has taken their time."""
    now = timezone.now()
    row_of = {volunteer.pk: row for row, volunteer in enumerate(people)}
    count = len(people)
    points = np.array(
        [
            (
                one.longitude if one.longitude is not None else np.nan,
                one.latitude if one.latitude is not None else np.nan,
            )
            for one in people
        ],
        float,
    ).reshape(count, 2)
    x, y = project(points[:, 0], points[:, 1], _origin(needs))
    free = free_half_hours(people, row_of, ahead)
    take_time(free, row_of, taken, ahead)
    return Volunteers(
        ids=np.array([one.pk for one in people], np.int64),
        x=x,
        y=y,
        radius=np.array([one.radius for one in people], float),
        remote_only=np.array([one.remote_only for one in people], bool),
        holds=_holds(people, row_of, {need.skill for need in needs}, ahead),
        free=packed(free),
        rested=np.array(
            [(now - one.asked_at).total_seconds() / 86400 if one.asked_at else np.inf for one in people],
            float,
        ),
        asked=np.array([one.asked for one in people], np.int64),
        accepted=np.array([one.accepted for one in people], np.int64),
        held=tasks_a_day(row_of, taken, ahead),
        cap=np.array([one.daily_tasks for one in people], np.int64),
    )


def free_half_hours(people: Sequence[Volunteer], row_of: dict[int, int], ahead: Horizon) -> np.ndarray:
    """When each can come: the weekly rhythm, less the days away, and what was offered beside it."""
    free = np.zeros((len(people), HALF_HOURS), bool)
    weekday = ahead.first.weekday()
    rhythm = among(row_of, Availability.objects.all())
    for volunteer, day, since, until in rhythm.values_list("volunteer", "weekday", "since", "until"):
        if volunteer not in row_of:
            continue
        start = (day - weekday) % 7 * 48
        free[row_of[volunteer], start + -(-since // HALF_HOUR) : start + until // HALF_HOUR] = True
    days = among(row_of, AvailabilityException.objects.order_by("available")).filter(
        day__gte=ahead.first, day__lt=ahead.first + timedelta(days=DAYS)
    )
    for one, that_day, available, since, until in days.values_list(
        "volunteer", "day", "available", "since", "until"
    ):
        if one not in row_of:
            continue
        start = (that_day - ahead.first).days * 48
        if available:
            free[row_of[one], start + -(-since // HALF_HOUR) : start + until // HALF_HOUR] = True
        else:
            free[row_of[one], start + since // HALF_HOUR : start + -(-until // HALF_HOUR)] = False
    for row, person in enumerate(people):
        if person.paused_until is not None:
            free[row, : max((person.paused_until - ahead.first).days + 1, 0) * 48] = False
    return free


def among(row_of: dict[int, int], found: QuerySet[Any]) -> QuerySet[Any]:
    """What belongs to these volunteers; when they are many, what belongs to anybody: faster than naming them all."""
    return found if len(row_of) > MANY else found.filter(volunteer__in=row_of)


def take_time(free: np.ndarray, row_of: dict[int, int], taken: Sequence[Engagement], ahead: Horizon) -> None:
    """Nobody is free in what has taken their time; a shift of fifty people is one assignment."""
    rows: dict[tuple[datetime, datetime], list[int]] = defaultdict(list)
    for one in taken:
        rows[one.since, one.until].append(row_of[one.volunteer])
    for (since, until), those in rows.items():
        free[those, ahead.half_hours(since, until)] = False


def tasks_a_day(row_of: dict[int, int], taken: Sequence[Engagement], ahead: Horizon) -> Whole:
    """How many requests each holds or is asked for, day by day: shifts and visits are not counted as tasks."""
    held = np.zeros((len(row_of), DAYS), np.int64)
    for one in taken:
        day = ahead.day(one.since)
        if one.what == What.HELP and 0 <= day < DAYS:
            held[row_of[one.volunteer], day] += 1
    return held


def _holds(
    people: Sequence[Volunteer], row_of: dict[int, int], skills: set[Skill], ahead: Horizon
) -> dict[int, Whole]:
    """Who has each skill; a certified one counts only with a confirmed credential that is in force."""
    rows: dict[int, list[int]] = {skill.pk: [] for skill in skills}
    certified = {skill.pk for skill in skills if skill.certified}
    standing = in_force(among(row_of, Credential.objects.filter(skill__in=certified)), ahead.first)
    proved = set(standing.values_list("volunteer", "skill"))
    pairs = among(row_of, Volunteer.skills.through.objects.filter(skill__in=rows))
    for volunteer, skill in pairs.order_by("volunteer").values_list("volunteer", "skill"):
        if volunteer in row_of and (skill not in certified or (volunteer, skill) in proved):
            rows[skill].append(row_of[volunteer])
    return {skill: np.array(found, np.int64) for skill, found in rows.items()}


def _known(needs: Sequence[Need], people: Sequence[Volunteer]) -> Whole:
    """Who has helped the person before."""
    helped = {need.person_id for need in needs if need.person_id}
    done = Assignment.objects.filter(state=AssignmentState.DONE, case__need__person__in=helped)
    before = set(done.values_list("case__need__person", "volunteer"))
    row_of = {volunteer.pk: row for row, volunteer in enumerate(people)}
    pairs = [
        (row, row_of[volunteer])
        for row, need in enumerate(needs)
        for person, volunteer in before
        if person == need.person_id and volunteer in row_of
    ]
    return np.array(pairs, np.int64).reshape(-1, 2)


def _barred(needs: Sequence[Need], people: Sequence[Volunteer]) -> Whole:
    """Who was asked for this need already, and those who are its own people."""
    row_of = {volunteer.pk: row for row, volunteer in enumerate(people)}
    of_person = {volunteer.person_id: row for row, volunteer in enumerate(people)}
    place = {need.case_id: row for row, need in enumerate(needs)}
    asked = Offer.objects.filter(case__in=place).exclude(state=OfferState.WITHDRAWN)
    pairs = [
        (place[case], row_of[one]) for case, one in asked.values_list("case", "volunteer") if one in row_of
    ]
    for row, need in enumerate(needs):
        own = {need.case.reporter_id, need.person_id, need.asked_by_id}
        pairs += [(row, of_person[person]) for person in own if person in of_person]
    promised = Assignment.objects.filter(case__in=place, state__in=LIVE).values_list("case", "volunteer")
    pairs += [(place[case], row_of[one]) for case, one in promised if one in row_of]
    return np.array(pairs, np.int64).reshape(-1, 2)
