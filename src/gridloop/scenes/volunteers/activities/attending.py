"""Coming and going: check-in and check-out by proof of place, and the leader's word that makes hours of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import SYSTEM, Actor
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.notices.actions import tell
from gridloop.scenes.volunteers.activities import queries
from gridloop.scenes.volunteers.activities.actions import guard_leads
from gridloop.scenes.volunteers.activities.models import CheckIn, Shift, Signup, SignupState
from gridloop.scenes.volunteers.activities.telling import facts_of, tell_leaders
from gridloop.scenes.volunteers.hours.actions import claim_hours, confirm_hours
from gridloop.scenes.volunteers.hours.models import HoursEntry
from gridloop.scenes.volunteers.hours.presence import prove_by_code, prove_by_position

EARLY = timedelta(minutes=30)
MOST_A_DAY = 3
WRONG_CLOCK = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows that somebody is there: a typed code, or a position; and the phone's own time beside it."""

    code: str = ""
    longitude: float | None = None
    latitude: float | None = None
    device_at: datetime | None = None

    @property
    def clock_is_wrong(self) -> bool:
        return self.device_at is not None and abs(self.device_at - timezone.now()) > WRONG_CLOCK


def subject_of(shift: Shift) -> str:
    return f"shift:{shift.pk}"


def prove(shift: Shift, proof: Proof, *, person: int) -> tuple[str, int | None]:
    """How presence is proved, and at which distance; before any transaction, so that wrong guesses stay counted."""
    if proof.code:
        prove_by_code(subject_of(shift), proof.code, person=person)
        return "code", None
    if proof.longitude is None or proof.latitude is None:
        raise Refusal(
            _("Show that you are there: type the code shown by the leader, or send your position."),
            field="code",
        )
    place = (shift.activity.longitude, shift.activity.latitude)
    metres = prove_by_position(
        longitude=proof.longitude, latitude=proof.latitude, place=place, radius=shift.radius
    )
    return "position", metres


def check_in(signup: Signup, proof: Proof, *, by: Actor) -> CheckIn:
    """Arrived: server time counts. Half an hour before the beginning at the earliest, three times a day at most."""
    shift, now = signup.shift, timezone.now()
    guard_own(signup, by)
    guard_time(signup, now)
    how, metres = prove(shift, proof, person=signup.volunteer.person_id)

    with transaction.atomic():
        Shift.objects.select_for_update().get(pk=shift.pk)
        day = timezone.localdate(now)
        if queries.check_ins_on(signup.volunteer, shift.activity, day) >= MOST_A_DAY:
            raise Refusal(
                _("You have checked in three times today; that is the most for one activity and day."),
                code="three_a_day",
            )
        try:
            with transaction.atomic():
                row = CheckIn.objects.create(
                    signup=signup, at=now, device_at=proof.device_at, how=how, metres=metres
                )
        except IntegrityError:
            raise TooLate(_("You are checked in already. Check out when you leave.")) from None
        Signup.objects.filter(pk=signup.pk).update(state=SignupState.ATTENDED)

        record_attendance(
            "checked_in",
            row,
            by=by,
            facts={"how": how, "metres": metres, "clock_wrong": proof.clock_is_wrong},
        )

    return row


def guard_own(signup: Signup, by: Actor) -> None:
    if by.person != signup.volunteer.person_id:
        raise NotAllowed(_("Everybody checks in for themselves. Leaders confirm afterwards."))


def guard_time(signup: Signup, now: datetime) -> None:
    shift = signup.shift
    if shift.cancelled_at is not None:
        raise TooLate(_("This shift is cancelled."))
    if signup.state not in (SignupState.SIGNED_UP, SignupState.ATTENDED):
        raise Refusal(_("You have no place in this shift. Sign up first."), code="no_place")
    if now < shift.since - EARLY:
        raise Refusal(
            _("Check-in opens half an hour before the beginning, at %(time)s.")
            % {"time": f"{timezone.localtime(shift.since - EARLY):%H:%M}"},
            code="too_early",
        )
    if now >= shift.until:
        raise TooLate(_("This shift is over. If you were there, the leader or back-dated hours can help."))


def check_out(row: CheckIn, proof: Proof, *, by: Actor) -> CheckIn:
    """Leaving, proved like arriving. The hours then wait for the leader."""
    signup = row.signup
    guard_own(signup, by)
    how, metres = prove(signup.shift, proof, person=signup.volunteer.person_id)

    with transaction.atomic():
        now = timezone.now()
        still_in = CheckIn.objects.filter(pk=row.pk, out_at=None)
        if still_in.update(out_at=now, out_device_at=proof.device_at, out_how=how, out_metres=metres) != 1:
            raise TooLate(_("You are checked out already."))
        row.refresh_from_db()

        record_attendance(
            "checked_out",
            row,
            by=by,
            facts={"how": how, "metres": metres, "clock_wrong": proof.clock_is_wrong},
        )

    return row


@transaction.atomic
def close_shift(shift: Shift, *, by: Actor = SYSTEM) -> bool:
    """Half an hour after the end: forgotten check-outs are closed at the end, who did not come is noted, the leader asked."""
    now = timezone.now()
    over = Shift.objects.filter(pk=shift.pk, closed_at=None, cancelled_at=None, until__lte=now)
    if over.update(closed_at=now, changed_at=now, edition=F("edition") + 1) != 1:
        return False

    forgotten = list(
        CheckIn.objects.filter(signup__shift=shift, out_at=None).select_related("signup__volunteer__person")
    )
    CheckIn.objects.filter(pk__in=[row.pk for row in forgotten], out_at=None).update(
        out_at=shift.until, out_how="forgotten"
    )
    absent = Signup.objects.filter(shift=shift, state=SignupState.SIGNED_UP).update(state=SignupState.NO_SHOW)
    Signup.objects.filter(shift=shift, state=SignupState.WAITING).update(state=SignupState.CANCELLED)

    record(
        "shift_closed", by=by, subject_kind="shift", subject=shift.pk, area=shift.activity.area_id,
        facts={"forgotten": len(forgotten), "absent": absent},
    )  # fmt: skip

    tell_of_closing(shift, forgotten)
    return True


def tell_of_closing(shift: Shift, forgotten: list[CheckIn]) -> None:
    for row in forgotten:
        tell(
            "check_out_forgotten",
            key=f"check_out_forgotten:{row.pk}",
            person=row.signup.volunteer.person,
            facts=facts_of(shift),
            audience="volunteer",
        )
    waiting = CheckIn.objects.filter(signup__shift=shift, confirmed_at=None, refused="").count()
    if waiting:
        leaders = queries.leaders_of(shift.activity)
        tell_leaders(
            "attendances_to_confirm", shift, leaders, key=f"attendances_to_confirm:{shift.pk}", count=waiting
        )


@transaction.atomic
def confirm_attendance(row: CheckIn, *, by: Actor) -> HoursEntry:
    """The leader says it is true: hours are claimed for the volunteer, confirmed from the leader's side.

    Whoever checked out by code or position has spoken for themselves; after a forgotten check-out the volunteer
    confirms too. Hours lie within the shift.
    """
    signup = row.signup
    guard_confirming(row, by)
    if CheckIn.objects.filter(pk=row.pk, confirmed_at=None).update(confirmed_at=timezone.now()) != 1:
        raise TooLate(_("This attendance is confirmed already."))
    since, until = max(row.at, signup.shift.since), min(row.out_at or signup.shift.until, signup.shift.until)

    entry = claim_hours(
        signup.volunteer,
        kind="shift",
        source=row.pk,
        started_at=since,
        ended_at=until,
        area=signup.shift.activity.area,
        by=by,
        key=f"check_in:{row.pk}",
    )
    confirm_hours(entry, side="receiver", by=by)
    if row.out_how in ("code", "position"):
        confirm_hours(entry, side="volunteer", by=SYSTEM)
    else:
        ask_volunteer(entry)
    CheckIn.objects.filter(pk=row.pk).update(entry=entry)

    record_attendance("attendance_confirmed", row, by=by, facts={"hours": entry.pk})

    return entry


def guard_confirming(row: CheckIn, by: Actor) -> None:
    guard_leads(row.signup.shift.activity, by)
    if by.person == row.signup.volunteer.person_id:
        raise NotAllowed(_("Your own attendance is confirmed by another leader or by a clerk."))
    if row.out_at is None:
        raise Refusal(_("This volunteer has not checked out yet."), code="still_there")


def ask_volunteer(entry: HoursEntry) -> None:
    from gridloop.scenes.volunteers.hours.telling import tell_volunteer

    tell_volunteer(entry, "hours_to_confirm")


@transaction.atomic
def refuse_attendance(row: CheckIn, *, reason: str, by: Actor) -> CheckIn:
    """The leader did not see them: no hours, and the volunteer reads why."""
    guard_confirming(row, by)
    if not reason.strip():
        raise Refusal(_("Say why, the volunteer will read it."), field="words")
    undecided = CheckIn.objects.filter(pk=row.pk, confirmed_at=None, refused="")
    if undecided.update(refused=reason.strip()[:200], confirmed_at=timezone.now()) != 1:
        raise TooLate(_("This attendance is decided already."))

    record_attendance("attendance_refused", row, by=by, words=reason.strip())

    tell(
        "attendance_refused",
        key=f"attendance_refused:{row.pk}",
        person=row.signup.volunteer.person,
        facts={**facts_of(row.signup.shift), "words": reason.strip()},
        audience="volunteer",
    )
    row.refresh_from_db()
    return row


def record_attendance(
    event: str, row: CheckIn, *, by: Actor, words: str = "", facts: dict[str, object] | None = None
) -> None:
    record(
        event,
        by=by,
        subject_kind="signup",
        subject=row.signup_id,
        area=row.signup.shift.activity.area_id,
        words=words,
        facts={"check_in": row.pk, "volunteer": row.signup.volunteer_id, **(facts or {})},
    )
