"""Duty checks: asked once at a time, carried out by the listener over the wire, kept with their outcome."""

import asyncio

import pytest

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import NotAllowed, Refusal
from gridloop.core.journal.models import Entry
from gridloop.scenes.fire.adapters.gb26875.client import Line
from gridloop.scenes.fire.adapters.gb26875.fleets import Fleet, networks_of
from gridloop.scenes.fire.adapters.gb26875.server import Server
from gridloop.scenes.fire.ingest.duty import check_duties
from gridloop.scenes.fire.models import Device, DutyCheck
from gridloop.scenes.fire.registry.duty import ask_duty, finish, take_waiting
from tests import world
from tests.scenes.fire import ground
from tests.scenes.fire.ingest.fleets import asked

CODE = "010203040506"


@pytest.fixture
def town(db: None) -> world.Town:
    return world.a_town()


def a_transmitter(town: world.Town, code: str = CODE) -> Device:
    one = ground.a_device(ground.some_premises(town), kind="transmitter")
    one.code = code
    one.save(update_fields=["code"])
    return one


def test_one_check_at_a_time_and_only_of_transmission_devices(town: world.Town) -> None:
    one = a_transmitter(town)
    ask_duty(one, by=SYSTEM)

    with pytest.raises(Refusal):
        ask_duty(one, by=SYSTEM)
    with pytest.raises(Refusal):
        ask_duty(ground.a_device(one.premises), by=SYSTEM)
    with pytest.raises(Refusal):
        ask_duty(one, by=SYSTEM, minutes=0)
    with pytest.raises(NotAllowed):
        ask_duty(one, by=world.acting(world.a_grid_worker(town.grids[0])))
    assert Entry.objects.filter(event="duty_check_asked").count() == 1


def test_check_is_taken_once_and_its_first_outcome_stays(town: world.Town) -> None:
    check = ask_duty(a_transmitter(town), by=SYSTEM, minutes=5)

    (wanted,) = take_waiting()
    assert (wanted.check, wanted.vendor, wanted.source, wanted.minutes) == (
        check.pk,
        "demo",
        bytes(range(1, 7)),
        5,
    )
    assert take_waiting() == []
    assert finish(check.pk, reached=True, seconds=12.5)
    assert not finish(check.pk, reached=False, seconds=None)
    assert DutyCheck.objects.get().seconds == 12.5


def test_code_no_device_can_have_is_not_reached(town: world.Town) -> None:
    ask_duty(a_transmitter(town, "not an address"), by=SYSTEM)

    assert take_waiting() == []
    assert DutyCheck.objects.get().done_at is not None


def test_check_a_dead_listener_took_counts_as_not_answered(town: world.Town, time_machine) -> None:
    time_machine.move_to("2026-03-04T00:00:00Z", tick=False)
    ask_duty(a_transmitter(town), by=SYSTEM, minutes=5)
    take_waiting()
    time_machine.move_to("2026-03-04T00:07:00Z", tick=False)
    take_waiting()
    assert DutyCheck.objects.get().done_at is None
    time_machine.move_to("2026-03-04T00:09:00Z", tick=False)
    take_waiting()

    check = DutyCheck.objects.get()
    assert check.done_at is not None and check.seconds is None


@pytest.mark.django_db(transaction=True)
def test_check_asked_on_the_desk_is_answered_over_the_wire() -> None:
    town = world.a_town()
    ask_duty(a_transmitter(town), by=SYSTEM, minutes=1)

    async def sink(signals: object) -> None:
        """Nothing is kept here."""

    async def fleets() -> list[Fleet]:
        return [Fleet("demo", networks_of("127.0.0.0/8"))]

    async def do(work, *arguments):
        return await asked(work, *arguments)

    async def play() -> None:
        server = Server(sink, fleets)
        await server.open("127.0.0.1", 0)
        line = await Line().open("127.0.0.1", server.port)
        await line.beat(bytes(range(1, 7)))
        checking = asyncio.create_task(check_duties(server, do, every=0.05))
        while not await asked(DutyCheck.objects.exclude(done_at=None).exists):
            await asyncio.sleep(0.02)
        checking.cancel()
        line.close()
        await server.close()

    asyncio.run(asyncio.wait_for(play(), 20))
    check = DutyCheck.objects.get()
    assert check.reached and check.seconds is not None
