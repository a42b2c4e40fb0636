"""Check-in and check-out: proved, limited, closed when forgotten, and hours only by the leader's word."""

from datetime import timedelta

import pytest

from gridloop.core.clocks import timers
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.journal.models import Entry
from gridloop.core.people.throttling import TooManyTries
from gridloop.scenes.volunteers.activities import attending, queries
from gridloop.scenes.volunteers.activities.attending import Proof
from gridloop.scenes.volunteers.activities.models import CheckIn
from gridloop.scenes.volunteers.hours.actions import confirm_hours
from gridloop.scenes.volunteers.hours.models import HoursEntry
from gridloop.scenes.volunteers.hours.presence import NotThere, rotating_code
from tests import world
from tests.scenes.volunteers.activities.conftest import START
from tests.scenes.volunteers.activities.test_shifts import a_shift, an_activity, signed, state, told
from tests.scenes.volunteers.neighbours import a_volunteer


@pytest.fixture
def volunteer(town):
    return a_volunteer(town.community)


@pytest.fixture
def signup(town, clerk, volunteer, morning):
    shift = a_shift(an_activity(town, clerk), clerk)
    made = signed(shift, volunteer)
    morning.move_to(START + timedelta(minutes=5))
    return made


def here(signup, metres=50, **more):
    activity = signup.shift.activity
    return Proof(longitude=activity.longitude + metres / 98_200, latitude=activity.latitude, **more)


def code(signup, ago=0):
    return Proof(code=rotating_code(attending.subject_of(signup.shift), ago=ago))


def by_own(signup):
    return world.acting(signup.volunteer.person)


def test_position_within_the_radius_checks_in_and_out_and_the_leader_makes_hours_of_it(
    signup, clerk, morning
):
    row = attending.check_in(signup, here(signup), by=by_own(signup))
    assert (row.how, state(signup)) == ("position", "attended") and 45 <= row.metres <= 55
    with pytest.raises(TooLate):
        attending.check_in(signup, here(signup), by=by_own(signup))
    with pytest.raises(Refusal):
        attending.confirm_attendance(row, by=clerk)
    morning.shift(timedelta(minutes=60))
    row = attending.check_out(row, code(signup), by=by_own(signup))
    assert not HoursEntry.objects.exists()
    with pytest.raises(NotAllowed):
        attending.confirm_attendance(row, by=by_own(signup))
    entry = attending.confirm_attendance(row, by=clerk)
    assert entry.minutes == 60 and HoursEntry.objects.get().standing.state == "published"
    with pytest.raises(TooLate):
        attending.confirm_attendance(row, by=clerk)


def test_far_away_is_refused_with_the_distance(signup):
    with pytest.raises(NotThere, match="499"):
        attending.check_in(signup, here(signup, 500), by=by_own(signup))
    with pytest.raises(NotThere):
        attending.check_in(signup, Proof(longitude=999.0, latitude=0.0), by=by_own(signup))
    with pytest.raises(Refusal):
        attending.check_in(signup, Proof(), by=by_own(signup))


def test_the_code_changes_and_guessing_is_slowed_down(signup, morning):
    old = code(signup)
    morning.shift(timedelta(minutes=3))
    with pytest.raises(NotThere):
        attending.check_in(signup, old, by=by_own(signup))
    assert attending.check_in(signup, code(signup, ago=1), by=by_own(signup)).how == "code"
    other = code(signup).code
    wrong = Proof(code="000000" if other != "000000" else "111111")
    with pytest.raises(TooManyTries):
        for _each in range(9):
            with pytest.raises(NotThere):
                attending.check_out(signup.check_ins.get(), wrong, by=by_own(signup))


@pytest.mark.parametrize("wrong", [timedelta(days=-400), timedelta(hours=3), timedelta(days=4000)])
def test_a_phone_with_a_wrong_clock_is_written_down_and_changes_nothing(signup, morning, wrong):
    now = START + timedelta(minutes=5)
    row = attending.check_in(signup, here(signup, device_at=now + wrong), by=by_own(signup))
    assert row.at == now and row.device_at == now + wrong
    assert Entry.objects.get(event="checked_in").facts["clock_wrong"] is True


def test_too_early_and_too_late_are_refused(signup, morning):
    morning.move_to(START - timedelta(minutes=31))
    with pytest.raises(Refusal) as refusal:
        attending.check_in(signup, here(signup), by=by_own(signup))
    assert refusal.value.code == "too_early"
    morning.move_to(START + timedelta(hours=2))
    with pytest.raises(TooLate):
        attending.check_in(signup, here(signup), by=by_own(signup))


def test_three_check_ins_a_day_are_the_most(signup, morning):
    for _each in range(3):
        row = attending.check_in(signup, here(signup), by=by_own(signup))
        morning.shift(timedelta(minutes=10))
        attending.check_out(row, here(signup), by=by_own(signup))
    with pytest.raises(Refusal) as refusal:
        attending.check_in(signup, here(signup), by=by_own(signup))
    assert refusal.value.code == "three_a_day"
    assert CheckIn.objects.count() == 3


def test_nobody_checks_in_for_others_or_without_a_place(town, clerk, signup):
    with pytest.raises(NotAllowed):
        attending.check_in(signup, here(signup), by=clerk)
    signup.state = "waiting"
    signup.save()
    with pytest.raises(Refusal):
        attending.check_in(signup, here(signup), by=by_own(signup))


def test_a_forgotten_check_out_is_closed_at_the_end_and_needs_both_words(signup, clerk, volunteer, morning):
    absent = signup.shift.signups.create(volunteer=a_volunteer(volunteer.community), state="signed_up")
    row = attending.check_in(signup, here(signup), by=by_own(signup))
    morning.move_to(signup.shift.until + timedelta(minutes=29))
    timers.handle_due("test")
    assert CheckIn.objects.get().out_at is None
    morning.shift(timedelta(minutes=2))
    timers.handle_due("test")
    timers.handle_due("test")
    row.refresh_from_db()
    assert (row.out_at, row.out_how) == (signup.shift.until, "forgotten") and not HoursEntry.objects.exists()
    assert state(absent) == "no_show" and "check_out_forgotten" in told(volunteer.person)
    entry = attending.confirm_attendance(row, by=clerk)
    assert entry.minutes == 115 and entry.standing.state == "claimed"
    confirm_hours(entry, side="volunteer", by=by_own(signup))
    assert HoursEntry.objects.get().standing.state == "published"


def test_a_leader_who_saw_nobody_refuses_with_a_reason(signup, clerk, volunteer, morning):
    row = attending.check_in(signup, here(signup), by=by_own(signup))
    morning.shift(timedelta(minutes=10))
    row = attending.check_out(row, here(signup), by=by_own(signup))
    person = world.Person.objects.get(pk=clerk.person)
    assert queries.to_confirm(person).count() == 1
    with pytest.raises(Refusal):
        attending.refuse_attendance(row, reason="", by=clerk)
    attending.refuse_attendance(row, reason="只签到未参加", by=clerk)
    assert not HoursEntry.objects.exists() and "attendance_refused" in told(volunteer.person)
    assert not queries.to_confirm(person).exists()
    with pytest.raises(TooLate):
        attending.confirm_attendance(row, by=clerk)
