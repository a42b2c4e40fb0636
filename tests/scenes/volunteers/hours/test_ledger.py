"""The ledger of hours: what may be entered, what is cut, and that nothing is altered."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from gridloop.core.clocks import timers
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import NeverAltered, NotAllowed, Refusal, TooLate
from gridloop.core.journal.models import Entry
from gridloop.core.people import retention
from gridloop.core.people.privacy import erase_person, everything_held
from gridloop.scenes.volunteers.hours import queries
from gridloop.scenes.volunteers.hours.actions import (
    DailyCap,
    Overlap,
    approve_backdated,
    change_rules,
    claim_hours,
    confirm_hours,
    refuse_hours,
    reverse_hours,
)
from gridloop.scenes.volunteers.hours.cutting import Taken, cut_overlaps, cut_to_cap, whole_minutes
from gridloop.scenes.volunteers.hours.models import HoursEntry
from gridloop.scenes.volunteers.hours.objecting import decide_objection, object_to_hours
from tests import world
from tests.scenes.volunteers.neighbours import a_clerk, a_volunteer
from tests.stored import places_of

DAY = datetime(2026, 11, 20, 1, tzinfo=UTC)  # nine in the morning in Zhejiang


@pytest.fixture
def volunteer(town):
    return a_volunteer(town.community)


@pytest.fixture(autouse=True)
def evening():
    with time_machine.travel(DAY + timedelta(hours=10), tick=False) as clock:
        yield clock


def claim(volunteer, since=0, minutes=60, *, key="", kind="shift", **more):
    started = DAY + timedelta(minutes=since)
    return claim_hours(
        volunteer,
        kind=kind,
        source=1,
        started_at=started,
        ended_at=started + timedelta(minutes=minutes),
        area=more.pop("area", volunteer.community),
        by=more.pop("by", world.acting(volunteer.person)),
        key=key or f"test:{since}:{minutes}",
        **more,
    )


def confirmed(entry):
    confirm_hours(entry, side="volunteer", by=world.acting(entry.volunteer.person))
    return confirm_hours(entry, side="receiver", by=world.acting(world.a_resident()))


def run_timers():
    timers.handle_due("test")


def state(entry):
    return HoursEntry.objects.get(pk=entry.pk).standing.state


def test_the_same_key_enters_hours_once(volunteer):
    first = claim(volunteer, key="check-in:7")
    again = claim(volunteer, minutes=90, key="check-in:7")
    assert first == again and HoursEntry.objects.count() == 1
    assert Entry.objects.filter(event="hours_claimed").count() == 1


def test_hours_count_after_both_sides_and_the_publicity(volunteer, evening):
    entry = claim(volunteer)
    confirm_hours(entry, side="volunteer", by=world.acting(volunteer.person))
    assert state(entry) == "claimed"
    confirm_hours(entry, side="receiver", by=world.acting(world.a_resident()))
    assert state(entry) == "published" and queries.minutes_counted(volunteer) == 0

    evening.shift(timedelta(days=6, hours=23))
    run_timers()
    assert state(entry) == "published"
    evening.shift(timedelta(hours=2))
    run_timers()
    run_timers()
    assert state(entry) == "counted" and queries.minutes_counted(volunteer) == 60
    assert Entry.objects.filter(event="hours_counted", subject=entry.pk).count() == 1


def test_one_person_is_not_both_sides(volunteer):
    entry = claim(volunteer)
    with pytest.raises(NotAllowed):
        confirm_hours(entry, side="receiver", by=world.acting(volunteer.person))
    with pytest.raises(NotAllowed):
        confirm_hours(entry, side="volunteer", by=world.acting(world.a_resident()))
    confirm_hours(entry, side="volunteer", by=SYSTEM)  # proved by code: gridloop speaks for the side
    confirm_hours(entry, side="volunteer", by=SYSTEM)
    assert entry.confirmations.count() == 1


def test_overlapping_hours_are_cut_and_the_ledger_says_why(volunteer):
    first = claim(volunteer, 0, 60)
    second = claim(volunteer, 30, 90)
    assert (second.claimed, second.minutes) == (90, 60)
    assert second.explanation == [{"why": "overlap", "minutes": 30, "entry": first.pk}]
    with pytest.raises(Overlap):
        claim(volunteer, 10, 40)


def test_a_county_may_refuse_overlaps_instead(volunteer):
    change_rules(publicity_days=7, overlap="refuse", late_days=14, oldest_days=365, by=SYSTEM)
    claim(volunteer, 0, 60)
    with pytest.raises(Overlap, match="09:00"):
        claim(volunteer, 30, 90)
    claim(volunteer, 60, 30)


def test_a_day_holds_no_more_than_its_cap(volunteer):
    volunteer.daily_minutes = 100
    volunteer.save()
    claim(volunteer, 0, 60)
    second = claim(volunteer, 60, 60)
    assert second.minutes == 40 and second.explanation == [{"why": "cap", "minutes": 20}]
    with pytest.raises(DailyCap):
        claim(volunteer, 200, 30)


@pytest.mark.parametrize(
    ("since", "minutes", "field"),
    [(0, 0, "ended_at"), (0, -5, "ended_at"), (590, 120, "ended_at"), (-2000, 1500, "ended_at")],
)
def test_impossible_times_are_refused_with_the_field(volunteer, since, minutes, field):
    with pytest.raises(Refusal) as refusal:
        claim(volunteer, since, minutes)
    assert refusal.value.field == field


def test_old_hours_need_the_road_for_backdated_ones(volunteer):
    with pytest.raises(Refusal) as refusal:
        claim(volunteer, -20 * 1440)
    assert refusal.value.code == "too_old"


def test_backdated_hours_bring_reason_and_evidence_and_wait_for_another_clerk(town, volunteer):
    evidence = world.a_photo(volunteer.person)
    with pytest.raises(Refusal):
        claim(volunteer, -30 * 1440, kind="backdated", evidence=evidence)
    with pytest.raises(Refusal):
        claim(volunteer, -30 * 1440, kind="backdated", reason="当时没有网络")
    entry = claim(volunteer, -30 * 1440, kind="backdated", reason="当时没有网络", evidence=evidence)
    with pytest.raises(NotAllowed):
        confirm_hours(entry, side="receiver", by=SYSTEM)
    elsewhere, clerk = a_clerk(town.other_community), a_clerk(town.community)
    for wrong in (volunteer.person, elsewhere):
        with pytest.raises(NotAllowed):
            approve_backdated(entry, by=world.acting(wrong))
    approve_backdated(entry, by=world.acting(clerk))
    assert state(entry) == "published"
    with pytest.raises(TooLate):
        refuse_hours(entry, reason="晚了", by=world.acting(clerk))


def test_a_clerk_does_not_approve_hours_they_entered_themselves(town, volunteer):
    clerk = a_clerk(town.community)
    entry = claim(
        volunteer,
        -30 * 1440,
        kind="backdated",
        reason="代为录入",
        evidence=world.a_photo(clerk),
        by=world.acting(clerk),
    )
    with pytest.raises(NotAllowed):
        approve_backdated(entry, by=world.acting(clerk))
    assert not queries.to_approve(clerk).exists()
    refuse_hours(entry, reason="材料不足", by=world.acting(a_clerk(town.community)))
    assert state(entry) == "refused" and volunteer.person_id


def test_a_reversal_is_an_entry_of_its_own_and_frees_the_time(town, volunteer):
    entry = confirmed(claim(volunteer))
    with pytest.raises(NotAllowed):
        reverse_hours(entry, reason="没来", by=world.acting(a_clerk(town.other_community)))
    reversal = reverse_hours(entry, reason="经核实未到场", by=world.acting(a_clerk(town.community)))
    assert reversal.minutes == -60 and reversal.reverses == entry and state(entry) == "reversed"
    with pytest.raises(TooLate):
        reverse_hours(entry, reason="再来一次", by=SYSTEM)
    assert claim(volunteer, 0, 60, key="again").minutes == 60
    run_timers()
    assert state(entry) == "reversed"


def test_an_objection_stops_hours_until_a_clerk_has_decided(town, volunteer, evening):
    entry = confirmed(claim(volunteer))
    neighbour, clerk = world.a_resident("钱邻居"), a_clerk(town.community)
    with pytest.raises(NotAllowed):
        object_to_hours(entry, words="我不认可", by=world.acting(volunteer.person))
    objection = object_to_hours(entry, words="那天没有看到他", by=world.acting(neighbour))
    with pytest.raises(TooLate):
        object_to_hours(entry, words="那天没有看到他", by=world.acting(neighbour))
    evening.shift(timedelta(days=8))
    run_timers()
    assert state(entry) == "objected"
    with pytest.raises(NotAllowed):
        decide_objection(objection, upheld=False, answer="已核实", by=world.acting(neighbour))
    assert [one.pk for one in queries.objections_for(clerk)] == [objection.pk]
    decide_objection(objection, upheld=False, answer="有签到照片", by=world.acting(clerk))
    run_timers()
    assert state(entry) == "counted"
    with pytest.raises(TooLate):
        object_to_hours(entry, words="还是不对的", by=world.acting(world.a_resident()))


def test_an_objection_that_is_right_reverses_the_hours(town, volunteer):
    entry = confirmed(claim(volunteer))
    objection = object_to_hours(entry, words="活动当天取消了", by=world.acting(world.a_resident()))
    decide_objection(objection, upheld=True, answer="活动确已取消", by=world.acting(a_clerk(town.community)))
    assert state(entry) == "reversed" and entry.reversal.minutes == -60


def test_neither_code_nor_sql_alters_the_ledger(volunteer):
    entry = confirmed(claim(volunteer))
    entry.minutes = 600
    with pytest.raises(NeverAltered):
        entry.save()
    with pytest.raises(NeverAltered):
        HoursEntry.objects.filter(pk=entry.pk).update(minutes=600)
    for statement in (
        "UPDATE volunteers_hoursentry SET minutes = 600",
        "UPDATE volunteers_hoursentry SET reason = 'another'",
        "UPDATE volunteers_hoursentry SET reason = '', minutes = 600",
        "DELETE FROM volunteers_confirmation",
        "DELETE FROM volunteers_hoursentry",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert HoursEntry.objects.get().minutes == 60


def test_publicity_of_less_than_a_week_is_refused(town):
    with pytest.raises(Refusal):
        change_rules(publicity_days=3, overlap="cut", late_days=14, oldest_days=365, by=SYSTEM)
    with pytest.raises(NotAllowed):
        change_rules(
            publicity_days=9,
            overlap="cut",
            late_days=14,
            oldest_days=365,
            by=world.acting(a_clerk(town.community)),
        )


minutes = st.integers(0, 1440)


@given(st.lists(st.tuples(minutes, minutes), max_size=8), st.integers(1, 600), minutes)
def test_cuts_never_count_a_minute_twice(others, left, start):
    """Against counting minute by minute."""
    since, until = DAY + timedelta(minutes=start), DAY + timedelta(minutes=start + 300)
    taken = [
        Taken(DAY + timedelta(minutes=min(pair)), DAY + timedelta(minutes=max(pair)), number)
        for number, pair in enumerate(others)
    ]
    cut = cut_overlaps(since, until, taken)
    held = {
        minute
        for one in taken
        for minute in range(whole_minutes(one.since - DAY), whole_minutes(one.until - DAY))
    }
    assert cut.minutes == sum(1 for minute in range(start, start + 300) if minute not in held)
    assert cut.minutes + sum(row["minutes"] for row in cut.explanation) == 300
    capped = cut_to_cap(cut, left=left)
    assert capped.minutes == min(cut.minutes, left)
    assert timezone.is_aware(since)


def test_reasons_and_papers_go_after_years_and_the_hours_stay(town, volunteer):
    evidence = world.a_photo(volunteer.person)
    entry = claim(volunteer, -30 * 1440, kind="backdated", reason="当时没有网络", evidence=evidence)
    approve_backdated(entry, by=world.acting(world.with_post("community_clerk", area=town.community)))
    with time_machine.travel(timezone.now() + timedelta(days=3 * 365 + 1)):
        assert retention.apply_retention()["hours_papers"] == 1
    kept = HoursEntry.objects.get(pk=entry.pk)
    assert (kept.reason, kept.minutes, kept.evidence.erased_at is not None) == ("", entry.minutes, True)
    with pytest.raises(NeverAltered):
        HoursEntry.objects.update(reason="")


def test_who_goes_takes_reasons_and_doubts_along(town, volunteer):
    claim(
        volunteer,
        -30 * 1440,
        kind="backdated",
        reason="当时没有网络",
        evidence=world.a_photo(volunteer.person),
    )
    assert everything_held(volunteer.person)["hours"]["hours"][0]["reason"] == "当时没有网络"
    erase_person(volunteer.person, by=world.acting(volunteer.person))
    assert places_of("当时没有网络") == [] and HoursEntry.objects.get().minutes == 60
