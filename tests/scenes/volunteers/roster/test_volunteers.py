"""Becoming a volunteer, saying when one can come, pausing, leaving; and who may see and do what."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from gridloop.core.journal.errors import NotAllowed, NotFound, Refusal, TooLate
from gridloop.core.journal.models import Entry
from gridloop.core.people.privacy import erase_person, export_person, unmask
from gridloop.scenes.volunteers.roster import actions, queries
from gridloop.scenes.volunteers.roster.availability import merged
from gridloop.scenes.volunteers.roster.models import Volunteer
from tests import world
from tests.scenes.volunteers.roster.neighbourhood import a_clerk, a_skill, a_team, a_volunteer

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 11, 23)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=HERE)


def test_a_resident_becomes_a_volunteer_and_their_door_is_not_stored(town):
    person = world.a_resident()

    volunteer = actions.enrol_volunteer(
        person, community=town.community, longitude=121.21234, latitude=28.11567, skills=[a_skill()], by=world.acting(person)
    )  # fmt: skip

    assert (volunteer.longitude, volunteer.latitude) == (121.212, 28.116)
    assert volunteer.number.startswith("L331083") and len(volunteer.number) == 16
    assert queries.volunteer_of(person) == volunteer
    entry = Entry.objects.get(event="volunteer_enrolled")
    assert (entry.subject, entry.area, entry.facts["person"]) == (volunteer.pk, town.community.pk, person.pk)


def test_nobody_is_a_volunteer_twice_and_who_left_may_come_back(town):
    volunteer = a_volunteer(town)
    with pytest.raises(TooLate):
        a_volunteer(town, person=volunteer.person)

    actions.leave(volunteer, by=world.acting(volunteer.person))
    assert queries.volunteer_of(volunteer.person) is None
    with pytest.raises(TooLate):
        actions.leave(volunteer, by=world.acting(volunteer.person))

    back = a_volunteer(town, person=volunteer.person)
    assert back.pk == volunteer.pk and back.number == volunteer.number
    assert Volunteer.objects.count() == 1


def test_in_service_members_register_where_they_live(town):
    person = world.a_resident()
    with pytest.raises(Refusal) as refused:
        a_volunteer(town, person=person, in_service=True)
    assert refused.value.field == "work_unit"

    volunteer = a_volunteer(town, person=person, in_service=True, work_unit="县教育局")

    assert volunteer.in_service and volunteer.community == town.community


@pytest.mark.parametrize(
    ("given", "field"),
    [({"radius": 50}, "radius"), ({"number": "编号"}, "number"), ({"longitude": 500.0}, "place")],
)
def test_what_cannot_be_is_refused_at_its_field(town, given, field):
    with pytest.raises(Refusal) as refused:
        a_volunteer(town, **given)
    assert refused.value.field == field


def test_a_town_is_no_place_to_live_in(town):
    with pytest.raises(Refusal):
        a_volunteer(town, community=town.town)


def test_a_clerk_enrols_residents_of_their_own_community_only(town):
    clerk, person = a_clerk(town), world.a_resident()

    with pytest.raises(NotAllowed):
        actions.enrol_volunteer(person, community=town.other_community, by=world.acting(clerk))
    with pytest.raises(NotAllowed):
        actions.enrol_volunteer(person, community=town.community, by=world.acting(world.a_resident()))
    assert actions.enrol_volunteer(person, community=town.community, by=world.acting(clerk)).person == person


def test_changes_are_named_in_the_journal_and_nothing_changes_twice(town):
    volunteer, skill = a_volunteer(town), a_skill()
    by = world.acting(volunteer.person)

    assert actions.change_volunteer(volunteer, radius=3000, skills=[skill], by=by) == ["radius", "skills"]
    assert actions.change_volunteer(volunteer, radius=3000, skills=[skill], by=by) == []
    assert Entry.objects.filter(event="volunteer_changed").count() == 1

    other = a_volunteer(town)
    with pytest.raises(Refusal):
        actions.change_volunteer(volunteer, number=other.number, by=by)
    actions.leave(volunteer, by=by)
    with pytest.raises(TooLate):
        actions.change_volunteer(volunteer, radius=2000, by=by)


def test_weekly_times_exceptions_and_a_pause_say_who_can_come(town):
    volunteer = a_volunteer(town)
    by = world.acting(volunteer.person)
    with time_machine.travel(at(MONDAY - timedelta(days=3), 9), tick=False):
        actions.set_availability(volunteer, [(0, 8 * 60, 12 * 60), (0, 12 * 60, 14 * 60)], by)

        can = queries.is_available
        assert can(volunteer, at(MONDAY, 9), at(MONDAY, 13, 30))
        assert not can(volunteer, at(MONDAY, 13), at(MONDAY, 14, 1))
        assert not can(volunteer, at(MONDAY + timedelta(days=1), 9), at(MONDAY + timedelta(days=1), 10))

        away = actions.add_exception(volunteer, MONDAY, since=10 * 60, until=11 * 60, by=by)
        assert not can(volunteer, at(MONDAY, 9), at(MONDAY, 10, 30))
        assert can(volunteer, at(MONDAY, 9), at(MONDAY, 10))
        actions.remove_exception(away, by)
        assert can(volunteer, at(MONDAY, 9), at(MONDAY, 10, 30))

        actions.add_exception(
            volunteer, MONDAY + timedelta(days=1), available=True, since=9 * 60, until=600, by=by
        )
        assert can(volunteer, at(MONDAY + timedelta(days=1), 9), at(MONDAY + timedelta(days=1), 10))

        actions.pause(volunteer, MONDAY, by=by)
        assert not can(volunteer, at(MONDAY, 9), at(MONDAY, 10))
        assert can(volunteer, at(MONDAY + timedelta(days=7), 9), at(MONDAY + timedelta(days=7), 10))
        actions.resume(volunteer, by=by)
        assert can(volunteer, at(MONDAY, 9), at(MONDAY, 10))


def test_a_night_watch_needs_both_days(town):
    volunteer = a_volunteer(town)
    by = world.acting(volunteer.person)
    night = at(MONDAY, 22), at(MONDAY + timedelta(days=1), 2)

    actions.set_availability(volunteer, [(0, 20 * 60, 1440)], by)
    assert not queries.is_available(volunteer, *night)
    actions.set_availability(volunteer, [(0, 20 * 60, 1440), (1, 0, 180)], by)
    assert queries.is_available(volunteer, *night)
    assert queries.is_available(volunteer, at(MONDAY, 22), at(MONDAY + timedelta(days=1), 0))


def test_who_never_said_when_is_not_asked(town):
    volunteer = a_volunteer(town)

    assert not queries.is_available(volunteer, at(MONDAY, 9), at(MONDAY, 10))


hours = some.tuples(some.integers(0, 6), some.integers(0, 1439), some.integers(1, 1440)).filter(
    lambda each: each[1] < each[2]
)


@given(some.lists(hours, max_size=12))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_merged_times_cover_the_same_minutes_and_never_touch(rows):
    def minutes(weekly):
        return {(day, minute) for day, since, until in weekly for minute in range(since, until)}

    found = merged(rows)

    assert minutes(found) == minutes(rows)
    assert all(one.weekday < two.weekday or one.until < two.since for one, two in pairwise(found))


@given(
    rows=some.lists(hours, max_size=6),
    day=some.integers(0, 6),
    since=some.integers(0, 1400),
    long=some.integers(1, 600),
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_database_answers_as_the_minutes_do(town, rows, day, since, long):
    volunteer = Volunteer.objects.first() or a_volunteer(town)
    actions.set_availability(volunteer, rows, world.acting(volunteer.person))
    until = min(since + long, 1440)
    covered = {(each, minute) for each, first, last in rows for minute in range(first, last)}
    begin = at(MONDAY + timedelta(days=day), 0)

    assert queries.is_available(
        volunteer, begin + timedelta(minutes=since), begin + timedelta(minutes=until)
    ) == all((day, minute) in covered for minute in range(since, until))


def test_a_day_that_is_past_or_ends_before_it_begins_is_refused(town):
    volunteer = a_volunteer(town)
    by = world.acting(volunteer.person)

    with pytest.raises(Refusal):
        actions.add_exception(volunteer, timezone.localdate() - timedelta(days=1), by=by)
    with pytest.raises(Refusal):
        actions.add_exception(volunteer, timezone.localdate(), since=600, until=500, by=by)
    with pytest.raises(Refusal):
        actions.set_availability(volunteer, [(7, 0, 60)], by)
    with pytest.raises(Refusal):
        actions.pause(volunteer, timezone.localdate() - timedelta(days=1), by=by)
    with pytest.raises(Refusal):
        queries.is_available(volunteer, at(MONDAY, 10), at(MONDAY, 9))


def test_reach_is_part_of_the_query(town):
    here, there = a_volunteer(town), a_volunteer(town, community=town.other_community)

    def seen(person):
        return set(queries.volunteers_within_reach(person))

    assert seen(a_clerk(town)) == {here}
    assert seen(world.a_town_room(town.town)) == {here}
    assert seen(world.a_county_room(town.county)) == {here, there}
    assert seen(world.a_resident()) == set()
    assert seen(world.a_grid_worker(town.grids[0])) == set()
    assert seen(world.a_handler(world.a_unit())) == set()
    with pytest.raises(NotFound):
        queries.volunteer_within_reach(a_clerk(town), there.pk)


def test_team_leaders_see_who_is_in_or_asks_for_their_team(town):
    leader, member, other = a_volunteer(town), a_volunteer(town), a_volunteer(town)
    team = a_team(town, leader=leader, join_mode="open")
    actions.join_team(team, member, by=world.acting(member.person))

    assert set(queries.volunteers_within_reach(leader.person)) == {leader, member}
    assert queries.name_for(leader.person, member) == member.person.name
    assert queries.name_for(other.person, member) == "何**"


def test_a_number_is_seen_whole_only_for_a_reason_by_who_may(town):
    volunteer = a_volunteer(town)
    room = world.a_town_room(town.town)

    assert (
        unmask(volunteer.person, "phone", reason="紧急联系志愿者", by=world.acting(room))
        == volunteer.person.phone
    )
    with pytest.raises(NotAllowed):
        unmask(volunteer.person, "phone", reason="紧急联系志愿者", by=world.acting(a_clerk(town)))
    elsewhere = world.a_town_room(town.other_town)
    with pytest.raises(NotFound):
        unmask(volunteer.person, "phone", reason="紧急联系志愿者", by=world.acting(elsewhere))


def test_personal_data_are_handed_out_and_erased_with_the_person(town):
    volunteer = a_volunteer(town, in_service=True, work_unit="县教育局")
    by = world.acting(volunteer.person)

    assert export_person(volunteer.person, by=by)["volunteer"]["number"] == volunteer.number
    erase_person(volunteer.person, by=by)

    volunteer.refresh_from_db()
    assert volunteer.left_at and volunteer.longitude is None and volunteer.work_unit == ""
