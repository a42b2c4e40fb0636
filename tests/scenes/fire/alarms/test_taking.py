"""Taking signals: one open alarm a device and kind, episodes by floor, inhibition, and the same signal twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from gridloop.core.clocks.models import Timer
from gridloop.core.journal.models import Entry
from gridloop.scenes.fire.alarms.actions import take_signals
from gridloop.scenes.fire.models import Alarm, Device, Episode
from tests.scenes.fire.ground import a_device, a_ground, rings, some_premises

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground():
    return a_ground(stations=0)


def events(name: str) -> int:
    return Entry.objects.filter(event=name).count()


def test_one_signal_makes_an_alarm_an_episode_a_timer_and_two_entries(ground):
    device = a_device(ground.premises)
    take_signals([rings(device)])
    alarm = Alarm.objects.get()
    assert (alarm.device, alarm.premises, alarm.state, alarm.repeats) == (
        device,
        ground.premises,
        "raised",
        0,
    )
    assert alarm.episode.grade == "fire"
    assert Timer.objects.get(topic="fire_escalation").facts == {"episode": alarm.episode_id, "rung": 1}
    assert (events("alarm_raised"), events("episode_started")) == (1, 1)


def test_repeated_signals_are_counted_and_the_same_signal_twice_changes_nothing(ground):
    device = a_device(ground.premises)
    first, second = rings(device), rings(device, at=timezone.now() + timedelta(seconds=5))
    take_signals([first])
    take_signals([first])
    take_signals([second, first])
    take_signals([second])
    assert Alarm.objects.get().repeats == 1
    assert events("alarm_raised") == 1


def test_a_signal_repeated_after_its_alarm_ended_wakes_nobody(ground):
    device = a_device(ground.premises)
    on = rings(device, "fault")
    take_signals([on])
    take_signals([rings(device, "fault", on=False, at=on.at + timedelta(seconds=9))])
    take_signals([on])
    assert Alarm.objects.get().ended_at is not None
    take_signals([rings(device, "fault", at=on.at + timedelta(seconds=20))])
    assert Alarm.objects.filter(ended_at=None).count() == 1


def test_alarms_of_one_floor_are_one_episode_and_of_two_floors_two(ground):
    devices = [a_device(ground.premises), a_device(ground.premises), a_device(ground.premises, floor="3")]
    take_signals([rings(devices[0])])
    take_signals([rings(devices[1]), rings(devices[2])])
    assert Episode.objects.count() == 2
    assert (events("alarm_raised"), events("alarm_joined")) == (2, 1)


def test_a_fire_alarm_stays_open_when_its_signal_goes_off_and_a_fault_ends(ground):
    device = a_device(ground.premises)
    take_signals([rings(device), rings(device, "fault")])
    later = timezone.now() + timedelta(seconds=3)
    take_signals([rings(device, on=False, at=later), rings(device, "fault", on=False, at=later)])
    fire, fault = Alarm.objects.get(kind="fire"), Alarm.objects.get(kind="fault")
    assert fire.cleared_at and fire.ended_at is None
    assert fault.ended_at is not None
    take_signals([rings(device, at=later + timedelta(seconds=3))])
    fire.refresh_from_db()
    assert fire.cleared_at is None and fire.repeats == 1


def test_a_panel_without_power_inhibits_its_points_and_releases_them(ground):
    panel = a_device(ground.premises, "panel")
    points = [a_device(ground.premises, panel=panel) for _ in range(3)]
    take_signals([rings(points[0], "offline")])
    take_signals([rings(panel, "main_power"), rings(points[1], "offline"), rings(points[1], "fire")])
    take_signals([rings(points[2], "offline")])
    reasons = dict(Alarm.objects.filter(kind="offline").values_list("device", "inhibited"))
    assert set(reasons.values()) == {f"panel:{panel.pk}"}
    assert Alarm.objects.get(kind="fire").inhibited == ""
    assert events("alarm_inhibited") == 3
    later = timezone.now() + timedelta(seconds=30)
    take_signals([rings(points[0], "offline", on=False, at=later)])
    take_signals([rings(panel, "main_power", on=False, at=later)])
    again = Alarm.objects.filter(kind="offline", ended_at=None)
    assert {alarm.inhibited for alarm in again} == {""} and again.count() == 2
    assert all(alarm.episode_id for alarm in again)


def test_a_device_being_tested_alarms_nobody(ground):
    take_signals([rings(a_device(ground.premises), test=True)])
    assert Alarm.objects.get().inhibited == "test"
    assert not Episode.objects.exists()


def test_an_unknown_kind_is_a_fault_and_an_unknown_device_is_left_out(ground):
    device = a_device(ground.premises)
    take_signals([rings(device, "nonsense"), rings(Device(pk=999_999), "fire")])
    assert Alarm.objects.get().kind == "fault"


def test_a_device_without_premises_still_rings(ground):
    take_signals([rings(a_device(None))])
    assert Alarm.objects.get().episode is None
    assert events("alarm_unplaced") == 1


def test_two_thousand_at_once_take_a_fixed_number_of_statements(ground, django_assert_max_num_queries):
    places = [some_premises(ground.town) for _ in range(40)]
    devices = [a_device(place) for place in places]
    with django_assert_max_num_queries(16):
        take_signals([rings(device) for device in devices])
    assert Alarm.objects.count() == Episode.objects.count() == 40


def test_the_database_refuses_a_second_open_alarm(ground):
    device = a_device(ground.premises)
    take_signals([rings(device)])
    alarm = Alarm.objects.get()
    alarm.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        alarm.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_the_same_alarm_from_two_threads_is_one(ground):
    devices = [a_device(ground.premises) for _ in range(20)]
    signals = [rings(device) for device in devices]

    def take(shuffled):
        try:
            take_signals(shuffled)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2 if connection.vendor == "sqlite" else 4) as pool:
        list(pool.map(take, [signals, signals[::-1]] * 4))
    assert Alarm.objects.count() == 20
    assert Episode.objects.count() == 1
    assert events("alarm_raised") + events("alarm_joined") == 20
    assert set(Alarm.objects.values_list("repeats", flat=True)) == {0}
