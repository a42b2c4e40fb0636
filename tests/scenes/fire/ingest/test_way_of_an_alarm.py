"""The way of an alarm: from a broker to a row, and only then an acknowledgement."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from gridloop.scenes.fire.adapters.mqtt import Broker
from gridloop.scenes.fire.alarms.models import Alarm
from gridloop.scenes.fire.ingest.listening import Listener
from gridloop.scenes.fire.ingest.models import Receipt, RuleMemory
from gridloop.scenes.fire.ingest.mqtt_intake import MqttIntake
from gridloop.scenes.fire.registry.models import Stranger
from gridloop.scenes.fire.simulator.broker import PROGRAM, Mosquitto
from gridloop.scenes.fire.simulator.sender import Sender
from tests.scenes.fire.ingest.fleets import a_device, a_vendor, asked

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(PROGRAM is None, reason="no mosquitto here: 'tools/prepare --broker' brings one"),
]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    made = Mosquitto(tmp_path / "broker").start()
    yield made
    made.stop()


@contextlib.asynccontextmanager
async def listening(folder: Path, broker: Mosquitto):
    listener = Listener(folder=folder)
    mqtt: list[MqttIntake] = []

    async def over_mqtt(which: Listener) -> None:
        mqtt.append(MqttIntake(which.intake, Broker.at(broker.address)))
        await mqtt[0].run()

    task = asyncio.create_task(listener.run(over_mqtt))
    await until(lambda: bool(mqtt))
    yield listener
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, "waited in vain"
        await asyncio.sleep(0.02)


async def counted(model: type, number: int, seconds: float = 10, **what: object) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while (found := await asked(lambda: model.objects.filter(**what).count())) != number:
        assert asyncio.get_running_loop().time() < deadline, (model, found)
        await asyncio.sleep(0.05)


def play(story: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(story())


def alarm(kind: str = "fire", **more: object) -> bytes:
    return msgspec.json.encode({"kind": kind, "key": "1", **more})


def test_alarm_reaches_the_database_and_strangers_wait_outside(tmp_path: Path, broker: Mosquitto) -> None:
    a_device(a_vendor(), "D1")

    async def story() -> None:
        async with listening(tmp_path, broker), Sender.to(broker.address) as sender:
            await asyncio.sleep(0.3)
            await sender.send("gridloop/acme/D1/alarm", alarm())
            await sender.send("gridloop/acme/D1/alarm", alarm())  # the same again
            await sender.send("gridloop/acme/D9/alarm", alarm())
            await sender.send("gridloop/acme/D1/alarm", b"{not json")
            await counted(Receipt, 1)
            await counted(Stranger, 1)

    play(story)
    assert Alarm.objects.filter(kind="fire").count() == 1


def test_alarms_sent_while_nobody_listens_arrive_later(tmp_path: Path, broker: Mosquitto) -> None:
    a_device(a_vendor(), "D1")

    async def story() -> None:
        async with listening(tmp_path, broker):
            await asyncio.sleep(0.5)
        async with Sender.to(broker.address) as sender:
            await sender.send("gridloop/acme/D1/alarm", alarm())
        async with listening(tmp_path, broker):
            await counted(Receipt, 1)

    play(story)


def test_readings_in_bulk_reach_the_rules(tmp_path: Path, broker: Mosquitto) -> None:
    vendor = a_vendor()
    a_device(vendor, "H1", "heat")
    a_device(vendor, "H2", "heat")

    async def story() -> None:
        async with listening(tmp_path, broker) as listener, Sender.to(broker.address) as sender:
            await asyncio.sleep(0.3)
            sender.throw("gridloop/acme/H1/state", b'{"temperature": 85.5, "battery": 9}')
            rows = [["H2", 1.0, "temperature", 91.0], ["H2", 2.0, "voltage", 3.0]]
            await sender.send("gridloop/acme/batch", msgspec.json.encode({"rows": rows}))
            await counted(Receipt, 2, kind="fire")
            await counted(Receipt, 1, kind="battery")
            assert listener.intake.counts["readings"] == 4

    play(story)
    assert RuleMemory.objects.filter(on=True).count() == 3
