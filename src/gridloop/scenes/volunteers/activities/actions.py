"""Planning activities: created, their shifts added, changed and cancelled; everybody concerned is told."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.clocks.timers import cancel_timers, set_timers
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.people.models import Person
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.activities import queries
from gridloop.scenes.volunteers.activities.models import Activity, Shift, Signup, SignupState
from gridloop.scenes.volunteers.activities.telling import tell_signups
from gridloop.scenes.volunteers.roster.models import Skill, Team

LONGEST_SHIFT = timedelta(hours=12)
MOST_WEEKS = 26
AFTER_END = timedelta(minutes=30)  # then a forgotten check-out is closed
WARNINGS = (48, 24)  # hours before a shift at which missing people are noticed


def guard_leads(activity: Activity, by: Actor) -> None:
    """Clerks of the place, rooms above, leaders of the team; gridloop itself when a team is dissolved."""
    if by.person is None and by.kind == "system":
        return
    person = Person.objects.filter(pk=by.person).first() if by.person else None
    if not queries.leads_activity(person, activity):
        raise NotAllowed(
            _("Activities are led by the leaders of their team and the clerks of their community.")
        )


@transaction.atomic
def create_activity(
    *,
    title: str,
    place: str,
    longitude: float,
    latitude: float,
    area: Area,
    by: Actor,
    team: Team | None = None,
    words: str = "",
    skill: Skill | None = None,
) -> Activity:
    """Something to sign up for; its shifts follow. Whoever creates it leads the team or looks after the community."""
    activity = Activity(
        team=team, area=area, title=title.strip()[:80], words=words.strip(), place=place.strip()[:120],
        longitude=longitude, latitude=latitude, skill=skill, made_by_id=by.person,
    )  # fmt: skip
    if not activity.title or not activity.place:
        raise Refusal(_("An activity needs a title and a place."), field="title")
    if team is not None and team.dissolved_at is not None:
        raise Refusal(_("This team is dissolved. Choose another."), field="team")
    guard_leads(activity, by)

    activity.save()

    record(
        "activity_created", by=by, subject_kind="activity", subject=activity.pk, area=area.pk,
        facts={"team": team.pk if team else None},
    )  # fmt: skip

    return activity


@transaction.atomic
def add_shifts(
    activity: Activity,
    *,
    since: datetime,
    until: datetime,
    places: int,
    by: Actor,
    least: int = 1,
    radius: int = 300,
    weeks: int = 1,
) -> list[Shift]:
    """One shift, or the same one every week; a shift that has begun already is refused."""
    guard_leads(activity, by)
    if activity.cancelled_at is not None:
        raise TooLate(_("This activity is cancelled. Create a new one."))
    if since <= timezone.now():
        raise Refusal(
            _("A shift is created before it begins. Hours already done take the road for back-dated hours."),
            field="since",
        )
    if until <= since:
        raise Refusal(_("The end lies before the beginning. Check both."), field="until")
    if until - since > LONGEST_SHIFT:
        raise Refusal(_("A shift lasts twelve hours at most. Divide it."), field="until")
    if not 1 <= least <= places <= 500:
        raise Refusal(
            _("Between one person needed and 500 places; not more needed than there are places."),
            field="places",
        )
    if not 50 <= radius <= 5000:
        raise Refusal(_("Check-in works within 50 to 5000 m of the place."), field="radius")
    if not 1 <= weeks <= MOST_WEEKS:
        raise Refusal(_("Repeat it for 26 weeks at most."), field="weeks")

    shifts = [
        add_shift(
            activity, since + timedelta(weeks=week), until + timedelta(weeks=week), places, least, radius
        )
        for week in range(weeks)
    ]

    for shift in shifts:
        record(
            "shift_added", by=by, subject_kind="shift", subject=shift.pk, area=activity.area_id,
            facts={"activity": activity.pk, "since": shift.since.isoformat(), "places": places},
        )  # fmt: skip

    return shifts


def add_shift(
    activity: Activity, since: datetime, until: datetime, places: int, least: int, radius: int
) -> Shift:
    try:
        with transaction.atomic():
            shift = Shift.objects.create(
                activity=activity, since=since, until=until, places=places, least=least, radius=radius
            )
    except IntegrityError:
        raise Refusal(
            _("There is a shift of this activity at %(time)s already.")
            % {"time": f"{timezone.localtime(since):%Y-%m-%d %H:%M}"},
            field="since",
        ) from None
    arm(shift)
    return shift


def arm(shift: Shift) -> None:
    """The clocks of a shift: two looks at missing people, and its closing half an hour after the end."""
    now = timezone.now()
    timers = [(f"shift:{shift.pk}:close", "shift_close", shift.until + AFTER_END, {"shift": shift.pk})]
    timers += [
        (f"shift:{shift.pk}:risk:{hours}", "shift_at_risk", shift.since - timedelta(hours=hours),
         {"shift": shift.pk, "hours": hours})
        for hours in WARNINGS if shift.since - timedelta(hours=hours) > now
    ]  # fmt: skip
    set_timers(timers)


@transaction.atomic
def change_places(shift: Shift, *, places: int, least: int, by: Actor) -> Shift:
    """More or fewer places; never fewer than are taken. New ones go to the waiting list first."""
    from gridloop.scenes.volunteers.activities.signing_up import move_up

    guard_leads(shift.activity, by)
    if not 1 <= least <= places <= 500:
        raise Refusal(
            _("Between one person needed and 500 places; not more needed than there are places."),
            field="places",
        )
    room = Shift.objects.filter(pk=shift.pk, taken__lte=places, cancelled_at=None)
    if room.update(places=places, least=least, edition=F("edition") + 1, changed_at=timezone.now()) != 1:
        raise TooLate(_("More people have signed up than that. Ask some of them to cancel first."))
    shift.refresh_from_db()

    record(
        "shift_changed", by=by, subject_kind="shift", subject=shift.pk, area=shift.activity.area_id,
        facts={"places": places, "least": least},
    )  # fmt: skip

    move_up(shift)
    return shift


@transaction.atomic
def cancel_shift(shift: Shift, *, reason: str, by: Actor) -> Shift:
    """Called off: everybody signed up or waiting is told why, and calendars show it as cancelled."""
    guard_leads(shift.activity, by)
    if not reason.strip():
        raise Refusal(_("Say why; everybody who signed up reads it."), field="words")
    now = timezone.now()
    standing = Shift.objects.filter(pk=shift.pk, cancelled_at=None, closed_at=None)
    if standing.update(cancelled_at=now, changed_at=now, edition=F("edition") + 1) != 1:
        raise TooLate(_("This shift is over or cancelled already."))
    told = list(
        Signup.objects.filter(
            shift=shift, state__in=[SignupState.SIGNED_UP, SignupState.WAITING]
        ).select_related("volunteer__person")
    )
    Signup.objects.filter(pk__in=[one.pk for one in told]).update(state=SignupState.CANCELLED)
    cancel_timers([f"shift:{shift.pk}:close", *(f"shift:{shift.pk}:risk:{hours}" for hours in WARNINGS)])
    shift.refresh_from_db()

    record(
        "shift_cancelled", by=by, subject_kind="shift", subject=shift.pk, area=shift.activity.area_id,
        words=reason.strip(), facts={"activity": shift.activity_id, "signed_up": len(told)},
    )  # fmt: skip

    tell_signups("shift_cancelled", told, shift, words=reason.strip())
    return shift


@transaction.atomic
def cancel_activity(activity: Activity, *, reason: str, by: Actor) -> Activity:
    """The whole activity is called off, with every shift that is not over."""
    guard_leads(activity, by)
    if not reason.strip():
        raise Refusal(_("Say why; everybody who signed up reads it."), field="words")
    if Activity.objects.filter(pk=activity.pk, cancelled_at=None).update(cancelled_at=timezone.now()) != 1:
        raise TooLate(_("This activity is cancelled already."))
    activity.refresh_from_db()

    record(
        "activity_cancelled", by=by, subject_kind="activity", subject=activity.pk, area=activity.area_id,
        words=reason.strip(),
    )  # fmt: skip

    coming = activity.shifts.filter(since__gt=timezone.now(), cancelled_at=None).select_related("activity")
    for shift in coming:
        cancel_shift(shift, reason=reason, by=by)
    return activity


def cancel_shifts_of_team(team: Team, *, by: Actor) -> Sequence[Activity]:
    """A dissolved team leads nothing: its coming activities are called off, each once."""
    now = timezone.now()
    activities = Activity.objects.filter(team=team, cancelled_at=None, shifts__since__gt=now).distinct()
    return [
        cancel_activity(activity, reason=_("The team was dissolved."), by=by) for activity in list(activities)
    ]
