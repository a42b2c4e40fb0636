"""A fire alarm as people live it: told at once, escalated until somebody acknowledges, stations called, a verdict."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.errors import CaseError, MoveNotAllowed, MoveNotPossible, NeedNotMet
from gridloop.core.cases.models import Case
from gridloop.core.cases.queries import case_within_reach, moves_open_to
from gridloop.core.clocks import timers
from gridloop.core.journal import consumers
from gridloop.core.journal.errors import NotFound
from gridloop.core.journal.models import Entry
from gridloop.core.notices.models import Notice
from gridloop.core.scenes.validator import kind_problems
from gridloop.scenes.fire.alarms import queries
from gridloop.scenes.fire.alarms.actions import take_signals
from gridloop.scenes.fire.alarms.opening import open_waiting
from gridloop.scenes.fire.flow import KINDS
from gridloop.scenes.fire.models import Alarm, Call, Episode, Hazard, Station
from tests import world
from tests.scenes.fire.ground import a_device, a_ground, rings, some_premises

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground():
    return a_ground()


def work() -> None:
    """Everything the worker would do now."""
    while timers.handle_due("test") + sum(
        consumers.drain(name)
        for name in ("fire_telling", "fire_opening", "fire_hazards", "fire_hazard_telling", "notices")
    ):
        pass


def rung(ground) -> Case:
    """One smoke alarm, and its case."""
    take_signals([rings(a_device(ground.premises))])
    work()
    return Case.objects.get(kind="fire_alarm")


def at_place(ground) -> dict[str, float]:
    return {"longitude": ground.premises.longitude, "latitude": ground.premises.latitude}


def told(event: str) -> set[int]:
    return set(Notice.objects.filter(event=event).values_list("person", flat=True)) - {None}


def as_(person):
    return world.acting(person)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_tables_have_no_mistakes(kind):
    assert list(kind_problems(kind)) == []


def test_everybody_is_told_at_once_and_nobody_twice(ground):
    case = rung(ground)
    everybody = {
        p.pk
        for p in (ground.owner, ground.grid_worker, ground.clerk, ground.room, ground.county, ground.duty)
    }
    assert told("episode_started") == everybody
    assert set(Notice.objects.filter(event="episode_started").values_list("emergency", flat=True)) == {True}
    assert not Notice.objects.filter(event="case_reported").exists()
    assert case.step == "raised" and case.urgency == 1 and case.town == ground.town.town
    assert "城中菜市场" in case.title
    work()
    assert Notice.objects.filter(event="episode_started").count() == len(everybody)


def test_the_three_nearest_free_stations_are_called_and_it_is_written_why(ground):
    Station.objects.filter(pk=ground.stations[0].pk).update(available=False)
    case = rung(ground)
    called = [call.station for call in Call.objects.order_by("rank")]
    assert called == ground.stations[1:4]
    entry = Entry.objects.get(event="fire_stations_called")
    assert [one["metres"] for one in entry.facts["stations"]] == sorted(
        one["metres"] for one in entry.facts["stations"]
    )
    assert entry.facts["passed_over"][0]["why"] == "off"
    assert Notice.objects.filter(event="fire_stations_called", emergency=True).count() == 3
    assert case.tasks.count() == 3


def test_a_station_that_cannot_come_is_replaced_by_the_next(ground):
    case = rung(ground)
    move_case(case, "busy", by=as_(ground.crews[0]), facts={"words": "车坏了"})
    work()
    assert Call.objects.get(station=ground.stations[0]).answer == "busy"
    assert Call.objects.filter(station=ground.stations[3]).exists()
    with pytest.raises((CaseError, MoveNotAllowed)):
        move_case(case, "busy", by=as_(ground.crews[0]))


def test_from_the_alarm_to_a_real_fire_and_the_hazard_it_leaves(ground):
    case = rung(ground)
    case = move_case(case, "acknowledge", by=as_(ground.duty))
    case = move_case(case, "go", by=as_(ground.crews[0]))
    assert Station.objects.get(pk=ground.stations[0].pk).busy_with == case.pk
    case = move_case(case, "go", by=as_(ground.crews[1]))
    assert case.step == "on_the_way"
    with pytest.raises(MoveNotPossible):
        move_case(case, "verdict", by=as_(ground.crews[0]), facts={"verdict": "false"})
    with pytest.raises(NeedNotMet):
        move_case(
            case,
            "arrive",
            by=as_(ground.crews[0]),
            facts={"position": {"longitude": 121.9, "latitude": 28.1}},
        )
    case = move_case(case, "arrive", by=as_(ground.crews[0]), facts={"position": at_place(ground)})
    case = move_case(
        case, "verdict", by=as_(ground.crews[0]), facts={"verdict": "real", "words": "摊位线路起火"}
    )
    assert case.step == "fighting"
    hazard = Hazard.objects.get()
    assert (hazard.kind, hazard.grade, hazard.premises) == ("aftermath", "major", ground.premises)
    case = move_case(case, "put_out", by=as_(ground.crews[0]), facts={"account": "灭火器扑灭"})
    assert (case.open, case.step) == (False, "closed")
    assert Alarm.objects.get().state == "ended" and Alarm.objects.get().verdict == "real"
    assert not Station.objects.exclude(busy_with=None).exists()
    assert Episode.objects.get().verdict == "real"
    assert Call.objects.get(station=ground.stations[2]).answer == "stood_down"


def test_the_owner_can_say_what_they_see_but_verifies_nothing(ground):
    case = rung(ground)
    case = move_case(case, "confirm", by=as_(ground.owner), facts={"said": "cooking"})
    assert case.step == "raised" and case.facts["owner_says"] == "cooking"
    case = move_case(case, "acknowledge", by=as_(ground.owner))
    assert "verdict" not in {move.name for move in moves_open_to(case, as_(ground.owner), ground.owner)}
    case = move_case(case, "arrive", by=as_(ground.grid_worker), facts={"position": at_place(ground)})
    with pytest.raises(MoveNotAllowed):
        move_case(case, "verdict", by=as_(ground.owner), facts={"verdict": "false"})
    case = move_case(case, "verdict", by=as_(ground.grid_worker), facts={"verdict": "false"})
    assert not case.open


def test_the_ladder_climbs_at_absolute_times_until_somebody_acknowledges(ground):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        case = rung(ground)
        reached = []
        for minutes, people in ((1, {ground.grid_worker}), (2, {ground.clerk}), (3, {ground.room})):
            clock.move_to(start + timedelta(minutes=minutes, seconds=-1))
            work()
            assert told("fire_escalated") == {p.pk for p in reached}
            clock.move_to(start + timedelta(minutes=minutes, seconds=1))
            work()
            reached += people
            assert told("fire_escalated") == {p.pk for p in reached}
        move_case(case, "acknowledge", by=as_(ground.room))
        clock.move_to(start + timedelta(minutes=9))
        work()
        assert told("fire_escalated") == {p.pk for p in reached}
    assert Episode.objects.get().escalated == 3


def test_a_late_worker_still_climbs_every_rung(ground):
    """The worker was away for ten minutes: nothing is lost, the rungs follow each other."""
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        take_signals([rings(a_device(ground.premises))])
        clock.move_to(start + timedelta(minutes=10))
        work()
    assert list(
        Entry.objects.filter(event="fire_escalated").order_by("id").values_list("facts__rung", flat=True)
    ) == [1, 2, 3, 4]


def test_later_alarms_join_the_episode_and_the_crew_hears_of_one_case(ground):
    case = rung(ground)
    take_signals([rings(a_device(ground.premises)), rings(a_device(ground.premises), "gas")])
    work()
    assert Case.objects.filter(kind="fire_alarm").count() == 1
    assert Alarm.objects.filter(episode__case=case).count() == 3
    assert told("alarm_joined") == {
        p.pk for p in (ground.grid_worker, ground.room, ground.county, ground.duty)
    }


def test_a_storm_reaches_each_person_in_a_few_notices_and_every_owner_singly(ground):
    owners = [world.a_resident() for _ in range(12)]
    places = [some_premises(ground.town, owner=owner) for owner in owners]
    take_signals([rings(a_device(place)) for place in places])
    consumers.drain("fire_telling")
    assert Notice.objects.filter(person=ground.county).count() == 6
    assert Notice.objects.get(person=ground.county, event="fire_alarms_many").facts["count"] == "7"
    assert {n.person_id for n in Notice.objects.filter(audience="fire_owner")} == {
        owner.pk for owner in owners
    }
    consumers.drain("fire_opening")
    assert not Case.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        assert open_waiting(60) == 12
    assert Case.objects.filter(kind="fire_alarm", open=True).count() == 12


def test_faults_wait_until_they_have_lasted_and_recover_by_themselves(ground):
    from gridloop.scenes.fire.alarms.opening import settle_faults

    start = timezone.now()
    device = a_device(ground.premises)
    with time_machine.travel(start, tick=False) as clock:
        take_signals([rings(device, "offline")])
        work()
        settle_faults()
        assert not Case.objects.exists()
        clock.move_to(start + timedelta(minutes=11))
        settle_faults()
        case = Case.objects.get(kind="device_fault")
        take_signals([rings(device, "offline", on=False)])
        settle_faults()
        case.refresh_from_db()
        assert not case.open and Episode.objects.get().ended_at is not None


def test_the_false_alarm_rate_of_a_device(ground):
    device = a_device(ground.premises)
    for verdict in ("false", "false", "real"):
        take_signals([rings(device)])
        work()
        case = Case.objects.get(kind="fire_alarm", open=True)
        case = move_case(case, "arrive", by=as_(ground.grid_worker), facts={"position": at_place(ground)})
        case = move_case(case, "verdict", by=as_(ground.grid_worker), facts={"verdict": verdict})
        if case.open:
            move_case(case, "put_out", by=as_(ground.grid_worker), facts={"account": "已灭"})
    rate = queries.false_alarm_rates([device.pk])[device.pk]
    assert (rate.false, rate.judged, round(rate.share, 3)) == (2, 3, 0.667)


def test_strangers_do_not_reach_the_alarm(ground):
    case = rung(ground)
    stranger = world.a_grid_worker(ground.town.other_grid)
    with pytest.raises(NotFound):
        case_within_reach(stranger, case.number)
    with pytest.raises(MoveNotAllowed):
        move_case(case, "acknowledge", by=as_(stranger))
    assert not queries.open_episodes(stranger).exists()
    for person in (ground.owner, ground.grid_worker, ground.clerk, ground.room, ground.duty, ground.crews[0]):
        assert case_within_reach(person, case.number) == case, person
        assert queries.open_episodes(person).count() == 1
    assert not queries.open_episodes(ground.crews[3]).exists()
