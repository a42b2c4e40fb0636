"""Signing up: a place or the waiting list, never two people in the last place, and moving up by itself."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import SYSTEM, Actor
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.scenes.volunteers.activities import queries
from gridloop.scenes.volunteers.activities.models import Shift, Signup, SignupState
from gridloop.scenes.volunteers.activities.telling import tell_signups
from gridloop.scenes.volunteers.roster.models import Volunteer
from gridloop.scenes.volunteers.roster.queries import skilled

FREE = (SignupState.CANCELLED,)


class Clash(Refusal):
    """The volunteer has given that time away already."""

    code = "clash"


class Warned(Refusal):
    """Not forbidden: a warning that has to be seen first (`aware`)."""

    code = "warned"


class LongWork(Warned):
    """Many hours without a pause."""

    code = "long_work"


class VisitBefore(Warned):
    """A visit to a pair has to be made before this shift."""

    code = "visit_before"


@transaction.atomic
def sign_up(shift: Shift, volunteer: Volunteer, *, by: Actor, aware: bool = False) -> Signup:
    """A place if one is left, else the waiting list. Asked twice, answered the same.

    `aware`: the volunteer has read that this makes more than four hours without a pause, or that a visit comes first.
    """
    if by.person is not None and by.person != volunteer.person_id:
        raise NotAllowed(_("Everybody signs up for themselves."))
    volunteer = Volunteer.objects.select_for_update().get(pk=volunteer.pk)  # their own two sign-ups wait
    shift = Shift.objects.select_related("activity__skill").get(pk=shift.pk)
    known = Signup.objects.filter(shift=shift, volunteer=volunteer).exclude(state__in=FREE).first()
    if known is not None:
        return known
    guard_open(shift)
    guard_fit(shift, volunteer, aware=aware)

    state = SignupState.SIGNED_UP if take_place(shift) else SignupState.WAITING
    signup, _made = Signup.objects.update_or_create(
        shift=shift, volunteer=volunteer, defaults={"state": state, "at": timezone.now()}
    )
    Signup.objects.filter(pk=signup.pk).update(edition=F("edition") + 1)

    if state == SignupState.SIGNED_UP:
        record_signup("signup_placed", signup, by=by)
    else:
        record_signup("signup_waiting", signup, by=by)

    return signup


def guard_open(shift: Shift) -> None:
    if shift.cancelled_at is not None or shift.activity.cancelled_at is not None:
        raise TooLate(_("This shift is cancelled. Look for another one."))
    if shift.since <= timezone.now():
        raise TooLate(_("This shift has begun already. Look for another one."))


def guard_fit(shift: Shift, volunteer: Volunteer, *, aware: bool) -> None:
    """Skill, other shifts and promises, the day's cap, and warnings: long work without a pause, a visit to make before."""
    day = timezone.localdate(shift.since)
    if volunteer.left_at is not None:
        raise NotAllowed(_("You have left the volunteers. Join again first."))
    skill = shift.activity.skill
    if skill is not None and not skilled(Volunteer.objects.filter(pk=volunteer.pk), skill, day).exists():
        raise Refusal(_("This activity needs “%(skill)s”. Add it to your skills first.") % {"skill": skill})
    guard_other_work(shift, volunteer)
    visits = queries.visits_in_the_way(volunteer, shift.since, shift.until)
    guard_visits(visits)
    work = queries.work_around(volunteer, shift)
    if queries.minutes_on_day(work, day) > volunteer.daily_minutes:
        raise Refusal(
            _("With this shift the day would have more than %(hours)s hours, your most for one day.")
            % {"hours": f"{volunteer.daily_minutes / 60:g}"},
            code="daily_cap",
        )
    if not aware:
        warn(visits, queries.longest_stretch(work))


def guard_other_work(shift: Shift, volunteer: Volunteer) -> None:
    """No shift, and no help promised, at the same time."""
    clashes = queries.busy_of(volunteer, shift.since, shift.until, but=shift)
    if clashes:
        raise Clash(
            _(
                "You are signed up for “%(title)s” from %(since)s to %(until)s. Cancel that first, if you prefer this one."
            )
            % {
                "title": clashes[0].title,
                "since": clock(clashes[0].since),
                "until": clock(clashes[0].until),
            }
        )


def guard_visits(visits: list[queries.VisitAhead]) -> None:
    """Some time is left for each visit to a pair."""
    for visit in visits:
        if not visit.fits:
            raise Clash(
                _(
                    "You visit your pair that day between %(since)s and %(until)s, and this shift leaves no time for it. "
                    "Say first that you cannot make the visit, if you prefer the shift."
                )
                % {"since": clock(visit.since), "until": clock(visit.until)}
            )


def warn(visits: list[queries.VisitAhead], longest: timedelta) -> None:
    """What is to be seen before it is done: each warning in one sentence, all of them at once."""
    warnings: list[Warned] = [
        VisitBefore(
            _(
                "You visit your pair that day between %(since)s and %(until)s. "
                "Sign up if you go there before this shift."
            )
            % {"since": clock(visit.since), "until": clock(visit.until)}
        )
        for visit in visits
    ]
    if longest > queries.LONG_WORK:
        warnings.append(
            LongWork(
                _(
                    "That makes %(hours)s hours without a pause of half an hour. Sign up again if you are sure."
                )
                % {"hours": f"{longest / timedelta(hours=1):.1f}".removesuffix(".0")}
            )
        )
    if len(warnings) > 1:
        raise Warned(" ".join(str(each.words) for each in warnings))
    if warnings:
        raise warnings[0]


def clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"


def take_place(shift: Shift) -> bool:
    """One place, by a conditional update: of two people reaching for the last one gets it."""
    left = Shift.objects.filter(pk=shift.pk, taken__lt=F("places"), cancelled_at=None)
    return left.update(taken=F("taken") + 1) == 1


def give_place_back(shift: Shift) -> None:
    Shift.objects.filter(pk=shift.pk, taken__gt=0).update(taken=F("taken") - 1)


@transaction.atomic
def cancel_signup(signup: Signup, *, by: Actor, words: str = "") -> Signup:
    """The volunteer cannot come; the place goes to the first on the waiting list."""
    if by.person is not None and by.person != signup.volunteer.person_id:
        raise NotAllowed(_("Everybody cancels for themselves."))
    if signup.shift.until <= timezone.now():
        raise TooLate(_("This shift is over."))
    if signup.check_ins.exists():
        raise TooLate(_("You have checked in already. Check out when you leave."))
    before = Signup.objects.get(pk=signup.pk).state
    open_one = Signup.objects.filter(pk=signup.pk, state=before).exclude(
        state__in=[SignupState.CANCELLED, SignupState.NO_SHOW]
    )
    if open_one.update(state=SignupState.CANCELLED, edition=F("edition") + 1) != 1:
        raise TooLate(_("This sign-up is cancelled already."))
    signup.refresh_from_db()

    record_signup("signup_cancelled", signup, by=by, before=before, words=words)

    if before == SignupState.SIGNED_UP:
        give_place_back(signup.shift)
        move_up(signup.shift)
    return signup


def move_up(shift: Shift) -> list[Signup]:
    """Free places go down the waiting list; who is busy by now is passed over and stays on it. All are told."""
    moved: list[Signup] = []
    if shift.since <= timezone.now():
        return moved
    waiting = Signup.objects.filter(shift=shift, state=SignupState.WAITING).order_by("at", "id")
    for signup in waiting.select_related("volunteer__person", "shift__activity"):
        if queries.is_taken(signup.volunteer, shift):
            continue
        if not take_place(shift):
            break
        mine = Signup.objects.filter(pk=signup.pk, state=SignupState.WAITING)
        if mine.update(state=SignupState.SIGNED_UP, edition=F("edition") + 1) != 1:
            give_place_back(shift)
            continue
        signup.state = SignupState.SIGNED_UP
        record_signup("signup_moved_up", signup, by=SYSTEM, before=SignupState.WAITING)
        moved.append(signup)
    tell_signups("signup_moved_up", moved, shift)
    return moved


def record_signup(event: str, signup: Signup, *, by: Actor, before: str = "", words: str = "") -> None:
    record(
        event,
        by=by,
        subject_kind="signup",
        subject=signup.pk,
        area=signup.shift.activity.area_id,
        before=before,
        after=signup.state,
        words=words,
        facts={"shift": signup.shift_id, "volunteer": signup.volunteer_id},
    )
