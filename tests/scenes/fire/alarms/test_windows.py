"""Maintenance: a reason, a second person for fire, a re-check at the end; and a silence stops no escalation that has begun."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from gridloop.core.clocks import timers
from gridloop.core.journal import consumers
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.journal.models import Entry
from gridloop.core.notices.models import Notice
from gridloop.scenes.fire.alarms import windows
from gridloop.scenes.fire.alarms.actions import take_signals
from gridloop.scenes.fire.models import Alarm, Episode, Window
from tests import world
from tests.scenes.fire.ground import a_device, a_ground, rings

pytestmark = pytest.mark.django_db
START = timezone.now().replace(microsecond=0)


@pytest.fixture
def ground():
    return a_ground(stations=0)


def work() -> None:
    while timers.handle_due("test") + sum(consumers.drain(name) for name in ("fire_telling", "fire_opening")):
        pass


def asked(ground, *, mutes_fire: bool = True, hours: float = 2, **more) -> Window:
    now = timezone.now()
    return windows.ask_for_window(
        premises=None if "device" in more else ground.premises, reason="年度检测", from_at=now,
        until_at=now + timedelta(hours=hours), mutes_fire=mutes_fire, by=world.acting(ground.duty), **more,
    )  # fmt: skip


def test_fire_is_muted_only_after_another_person_approved(ground):
    window = asked(ground)
    take_signals([rings(a_device(ground.premises)), rings(a_device(ground.premises), "fault")])
    assert Alarm.objects.get(kind="fault").window == window
    assert Alarm.objects.get(kind="fire").window is None and Episode.objects.count() == 1
    with pytest.raises(Refusal):
        windows.approve_window(window, by=world.acting(ground.duty))
    windows.approve_window(window, by=world.acting(ground.room))
    with pytest.raises(TooLate):
        windows.approve_window(window, by=world.acting(ground.county))
    take_signals([rings(a_device(ground.premises, floor="9"))])
    assert Episode.objects.count() == 1
    assert Entry.objects.filter(event="alarm_muted").count() == 2


def test_what_still_rings_at_the_end_rings_again_and_tells_everybody(ground):
    with time_machine.travel(START, tick=False) as clock:
        windows.approve_window(asked(ground), by=world.acting(ground.room))
        still, over = a_device(ground.premises), a_device(ground.premises)
        take_signals([rings(still), rings(over)])
        clock.move_to(START + timedelta(minutes=5))
        take_signals([rings(over, on=False)])
        work()
        assert not Notice.objects.exists()
        clock.move_to(START + timedelta(hours=2, seconds=1))
        work()
        assert Window.objects.get().raised_again == 1
        assert Episode.objects.get(ended_at=None).alarms.get().device == still
        assert Alarm.objects.get(device=over).ended_at is not None
        assert Notice.objects.filter(event="episode_started", person=ground.owner).count() == 1
        clock.move_to(START + timedelta(hours=2, minutes=2))
        work()
        assert Notice.objects.filter(event="fire_escalated").exists()


def test_a_silence_never_stops_an_escalation_that_started(ground):
    """The window covers the premises, is approved, and is in force at every rung: each level is told all the same."""
    with time_machine.travel(START, tick=False) as clock:
        take_signals([rings(a_device(ground.premises))])
        work()
        clock.move_to(START + timedelta(seconds=30))
        windows.approve_window(asked(ground), by=world.acting(ground.room))
        for minute in (1, 2, 3, 5):
            clock.move_to(START + timedelta(minutes=minute, seconds=1))
            take_signals([rings(a_device(ground.premises))])
            work()
        levels = (
            Entry.objects.filter(event="fire_escalated").order_by("id").values_list("facts__rung", flat=True)
        )
        assert list(levels) == [1, 2, 3, 4]
        assert Notice.objects.filter(event="fire_escalated", emergency=True).count() == 5


def test_a_window_can_end_early_once_and_only_by_the_room(ground):
    window = asked(ground, mutes_fire=False)
    with pytest.raises(NotAllowed):
        windows.end_window(window, by=world.acting(ground.grid_worker))
    windows.end_window(window, by=world.acting(ground.room))
    with pytest.raises(TooLate):
        windows.end_window(window, by=world.acting(ground.room))
    work()
    assert Entry.objects.filter(event="fire_window_ended").count() == 1


@pytest.mark.parametrize("wrong", [{"hours": 25}, {"hours": -1}, {"hours": 24 * 31, "mutes_fire": False}])
def test_what_makes_no_sense_is_refused(ground, wrong):
    with pytest.raises(Refusal):
        asked(ground, **wrong)


def test_a_window_of_one_device_mutes_no_other(ground):
    device, other = a_device(ground.premises), a_device(ground.premises, floor="3")
    asked(ground, mutes_fire=False, device=device)
    take_signals([rings(device, "fault"), rings(other, "fault")])
    assert Alarm.objects.get(device=device).window and Alarm.objects.get(device=other).window is None
    with pytest.raises(NotAllowed):
        windows.ask_for_window(device=device, reason="x", from_at=timezone.now(), until_at=timezone.now() + timedelta(hours=1),
                               by=world.acting(ground.owner))  # fmt: skip
