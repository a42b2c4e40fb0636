"""Reading activities: what is on, what one has signed up for, what clashes, and what is at risk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, Min, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.people.models import Person
from gridloop.scenes.volunteers.activities.models import Activity, CheckIn, Shift, Signup, SignupState
from gridloop.scenes.volunteers.engagements import VISIT, What, engagements
from gridloop.scenes.volunteers.pairs.models import CompanionState, Visit, VisitState
from gridloop.scenes.volunteers.requests.models import LIVE, Assignment
from gridloop.scenes.volunteers.roster.models import Volunteer
from gridloop.scenes.volunteers.roster.queries import (
    areas_of_care,
    cares_for,
    roots_of_care,
    skilled,
    team_members,
    teams_led_by,
)

BREAK = timedelta(minutes=30)  # a shorter pause does not interrupt consecutive work
LONG_WORK = timedelta(hours=4)  # consecutive work beyond this needs a second look
AT_RISK = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Busy:
    """A stretch of time somebody has given away already, and for what."""

    since: datetime
    until: datetime
    title: str


@dataclass(frozen=True, slots=True)
class VisitAhead:
    """A visit to a pair that may be made between two moments; `fits` says whether a stretch of work leaves time for it."""

    since: datetime
    until: datetime
    fits: bool


def open_shifts(now: datetime) -> QuerySet[Shift]:
    """Shifts one can still sign up for, soonest first."""
    return (
        Shift.objects.filter(since__gt=now, cancelled_at=None, activity__cancelled_at=None)
        .select_related("activity__team__organisation", "activity__skill", "activity__area")
        .order_by("since", "id")
    )


def open_activities(
    now: datetime, areas: Iterable[int] | None = None, day: date | None = None
) -> QuerySet[Activity]:
    """Activities with a shift to come, the next one first; each with its coming shifts."""
    coming = Shift.objects.filter(since__gt=now, cancelled_at=None)
    if day is not None:
        begin = timezone.make_aware(datetime.combine(day, time()))
        coming = coming.filter(since__gte=begin, since__lt=begin + timedelta(days=1))
    found = Activity.objects.filter(cancelled_at=None, shifts__in=coming)
    if areas is not None:
        found = found.filter(area__in=list(areas))
    return (
        found.annotate(next_at=Min("shifts__since", filter=Q(shifts__in=coming)))
        .select_related("team__organisation", "area", "skill")
        .prefetch_related(Prefetch("shifts", coming.order_by("since"), to_attr="coming"))
        .order_by("next_at", "id")
    )


def led_by(person: Person) -> QuerySet[Activity]:
    """The activities a person answers for: those of the areas they look after and of the teams they lead."""
    mine = Q(team__in=teams_led_by(person))
    if roots_of_care(person):
        mine |= Q(area__in=areas_of_care(person))
    return Activity.objects.filter(mine)


def leads_activity(person: Person | None, activity: Activity) -> bool:
    if person is None:
        return False
    if cares_for(person, activity.area_id):
        return True
    return activity.team_id is not None and teams_led_by(person).filter(pk=activity.team_id).exists()


def shifts_led_by(person: Person) -> QuerySet[Shift]:
    return Shift.objects.filter(activity__in=led_by(person)).select_related(
        "activity__team__organisation", "activity__area", "activity__skill"
    )


def at_risk(now: datetime) -> QuerySet[Shift]:
    """Shifts of the next two days that have fewer people than they need, soonest first."""
    return Shift.objects.filter(
        since__gt=now,
        since__lte=now + AT_RISK,
        cancelled_at=None,
        activity__cancelled_at=None,
        taken__lt=F("least"),
    ).order_by("since", "id")


def signups_of(volunteer: Volunteer) -> QuerySet[Signup]:
    """A volunteer's sign-ups with their shifts, soonest first."""
    return (
        Signup.objects.filter(volunteer=volunteer)
        .select_related("shift__activity__team__organisation", "shift__activity__area")
        .prefetch_related(Prefetch("check_ins", CheckIn.objects.order_by("id")))
        .order_by("shift__since", "id")
    )


def coming_signups(volunteer: Volunteer, now: datetime) -> QuerySet[Signup]:
    """What lies ahead or is going on, with a place or on the waiting list."""
    return signups_of(volunteer).filter(
        state__in=[SignupState.SIGNED_UP, SignupState.WAITING, SignupState.ATTENDED],
        shift__until__gt=now - timedelta(hours=1),
        shift__cancelled_at=None,
    )


def signups_for(shift: Shift) -> QuerySet[Signup]:
    """Everybody of a shift, those with a place first, then the waiting list in its order."""
    return (
        Signup.objects.filter(shift=shift)
        .select_related("volunteer__person")
        .prefetch_related(
            Prefetch("check_ins", CheckIn.objects.select_related("entry__standing").order_by("id"))
        )
        .order_by("state", "at", "id")
    )


def busy_of(
    volunteer: Volunteer, since: datetime, until: datetime, *, but: Shift | None = None
) -> list[Busy]:
    """The shifts a volunteer has a place in, and the help they have promised, that share time with this stretch."""
    found = Signup.objects.filter(
        volunteer=volunteer,
        state__in=[SignupState.SIGNED_UP, SignupState.ATTENDED],
        shift__cancelled_at=None,
        shift__since__lt=until,
        shift__until__gt=since,
    )
    if but is not None:
        found = found.exclude(shift=but)
    rows = found.values_list("shift__since", "shift__until", "shift__activity__title")
    return sorted(
        [*(Busy(*row) for row in rows), *tasks_of(volunteer, since, until)], key=lambda one: one.since
    )


def tasks_of(volunteer: Volunteer, since: datetime, until: datetime) -> list[Busy]:
    """Help promised to neighbours in this stretch; the title of a request stays with those who read it."""
    promised = Assignment.objects.filter(
        volunteer=volunteer, state__in=LIVE, case__need__since__lt=until, case__need__until__gt=since
    )
    rows = promised.values_list("case__need__since", "case__need__until")
    return [Busy(*row, _("Help for a neighbour")) for row in rows]


def visits_in_the_way(volunteer: Volunteer, since: datetime, until: datetime) -> list[VisitAhead]:
    """Visits whose last chance this stretch of work would take; most of them can be made before it."""
    due = Visit.objects.filter(
        companion__volunteer=volunteer,
        companion__state=CompanionState.ACCEPTED,
        state__in=[VisitState.DUE, VisitState.OFFERED],
        due_at__gt=since,
        due_at__lt=until + VISIT,
    )
    found = []
    for due_at, window_from in due.order_by("due_at").values_list("due_at", "pairing__window_from"):
        midnight = timezone.localtime(due_at).replace(hour=0, minute=0, second=0, microsecond=0)
        begin = min(midnight + timedelta(minutes=window_from), due_at - VISIT)
        found.append(VisitAhead(begin, due_at, max(begin, timezone.now()) + VISIT <= since))
    return found


def is_taken(volunteer: Volunteer, shift: Shift) -> bool:
    """Whether a volunteer can no longer come to a shift: other work then, or no time left for a visit."""
    if busy_of(volunteer, shift.since, shift.until, but=shift):
        return True
    return any(not visit.fits for visit in visits_in_the_way(volunteer, shift.since, shift.until))


def work_around(volunteer: Volunteer, shift: Shift) -> list[tuple[datetime, datetime]]:
    """The volunteer's shifts of the days around this one, and this one, in order."""
    near = busy_of(volunteer, shift.since - timedelta(days=1), shift.until + timedelta(days=1), but=shift)
    return sorted([*((one.since, one.until) for one in near), (shift.since, shift.until)])


def longest_stretch(work: Iterable[tuple[datetime, datetime]]) -> timedelta:
    """The longest time worked without a pause of half an hour."""
    longest, start, end = timedelta(), None, None
    for since, until in sorted(work):
        if start is None or end is None or since - end >= BREAK:
            start, end = since, until
        else:
            end = max(end, until)
        longest = max(longest, end - start)
    return longest


def minutes_on_day(work: Iterable[tuple[datetime, datetime]], day: date) -> int:
    """The minutes of the shifts that begin on a local day."""
    lengths = (until - since for since, until in work if timezone.localdate(since) == day)
    return int(sum(lengths, timedelta()).total_seconds() // 60)


def check_ins_on(volunteer: Volunteer, activity: Activity, day: date) -> int:
    """How often somebody has checked in to an activity on a local day."""
    begin = timezone.make_aware(datetime.combine(day, time()))
    return CheckIn.objects.filter(
        signup__volunteer=volunteer,
        signup__shift__activity=activity,
        at__gte=begin,
        at__lt=begin + timedelta(days=1),
    ).count()


def to_confirm(person: Person) -> QuerySet[CheckIn]:
    """Attendances whose hours wait for this leader, oldest first; never their own."""
    return (
        CheckIn.objects.filter(
            signup__shift__activity__in=led_by(person), out_at__isnull=False, confirmed_at=None, refused=""
        )
        .exclude(signup__volunteer__person=person)
        .select_related("signup__volunteer__person", "signup__shift__activity")
        .order_by("out_at", "id")
    )


def leaders_of(activity: Activity) -> QuerySet[Person]:
    """Who hears when something is wrong with an activity: the team's leaders, or the community's clerks."""
    from gridloop.core.people.queries import persons_in

    if activity.team is not None:
        found = persons_in("team_leader", organisation=activity.team.organisation_id)
        if found.exists():
            return found
    return persons_in("community_clerk", area=activity.area_id)


def who_could_fill(shift: Shift, count: int) -> list[Volunteer]:
    """Members (of the team, or volunteers of the community) with the skill who are free then, least recently asked first."""
    activity = shift.activity
    pool = (
        team_members(activity.team)
        if activity.team is not None
        else Volunteer.objects.filter(community=activity.area_id)
    ).filter(left_at=None)
    if activity.skill is not None:
        pool = skilled(pool, activity.skill, timezone.localdate(shift.since))
    taken = Signup.objects.filter(
        state__in=[SignupState.SIGNED_UP, SignupState.WAITING, SignupState.CANCELLED, SignupState.ATTENDED],
        shift__since__lt=shift.until,
        shift__until__gt=shift.since,
    )
    day = timezone.localdate(shift.since)
    busy = {one.volunteer for one in engagements(shift.since, shift.until) if one.what != What.SHIFT}
    free = pool.exclude(pk__in=taken.values("volunteer")).exclude(pk__in=busy).exclude(paused_until__gte=day)
    return list(free.select_related("person").order_by(F("asked_at").asc(nulls_first=True), "pk")[:count])


def shift_figures(activity: Activity) -> dict[str, int]:
    """How many sign-ups of an activity stand at each state; one query."""
    rows = Signup.objects.filter(shift__activity=activity).values("state").annotate(n=Count("id"))
    return {row["state"]: row["n"] for row in rows}
