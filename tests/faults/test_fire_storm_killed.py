"""The listener and the broker are killed in a storm: no acknowledged alarm is lost, none is doubled, no timer is lost."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gridloop.scenes.fire.simulator.broker import PROGRAM, Mosquitto
from gridloop.scenes.fire.simulator.fleet import VENDOR, code
from gridloop.scenes.fire.simulator.sender import Sender
from tests.faults.installation import Fresh, Installation, wait_for

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(PROGRAM is None, reason="no mosquitto here: 'tools/prepare --broker' brings one"),
]
DEVICES, ALARMS = 60, 240


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    made = Mosquitto(tmp_path / "broker", durable=True).start()
    yield made
    made.stop()


@pytest.fixture
def installation(tmp_path: Path, broker: Mosquitto) -> Iterator[Installation]:
    fresh = Fresh(tmp_path, "fire")
    made = Installation(tmp_path / "county", fresh.address, GRIDLOOP_MQTT=broker.address)
    made.ask("fire_fleet", str(DEVICES))
    yield made
    made.end()
    fresh.drop()


async def insist(broker: Mosquitto, number: int) -> None:
    """One alarm, sent until the broker has acknowledged it, as real gateways do."""
    kinds = ("fire", "fault", "shielded", "gas")
    device, kind = code(number % DEVICES), kinds[number // DEVICES]
    said = {"kind": kind, "key": str(number), "at": time.time(), "facts": {"n": number}}
    while True:
        try:
            async with Sender.to(broker.address) as sender:
                await sender.send(f"gridloop/{VENDOR}/{device}/alarm", json.dumps(said).encode())
                return
        except (OSError, TimeoutError):
            await asyncio.sleep(0.1)


def storm(broker: Mosquitto, numbers: range) -> None:
    async def all_of_them() -> None:
        await asyncio.gather(*(insist(broker, number) for number in numbers))

    asyncio.run(all_of_them())


def connected(installation: Installation, times: int) -> bool:
    log = installation.folder / "listen.log"
    return log.exists() and log.read_text().count("alarms over MQTT: connected") >= times


def test_nothing_acknowledged_is_lost_when_listener_and_broker_are_killed(
    installation: Installation, broker: Mosquitto
) -> None:
    listener = installation.start("listen")
    wait_for(lambda: connected(installation, 1), what=installation.logs())
    for number in range(4):
        storm(broker, range(number * DEVICES, (number + 1) * DEVICES))
        if number == 2:
            time.sleep(2.5)  # this broker writes its messages to the disk every second
            broker.kill()
            broker.start()
        installation.kill(listener)
        listener = installation.start("listen")
    deadline = time.monotonic() + 40
    while len((found := installation.ask("fire_found"))["received"]) < ALARMS and time.monotonic() < deadline:
        time.sleep(1)

    assert sorted(set(range(ALARMS)) - set(found["received"])) == [], installation.logs()
    assert len(found["received"]) == ALARMS
    assert len(found["open"]) == len({tuple(alarm) for alarm in found["open"]}) == ALARMS
    assert found["told_twice"] == []
    assert found["episodes"] > 0


def test_duration_that_was_running_when_the_listener_died_is_not_forgotten(
    installation: Installation, broker: Mosquitto
) -> None:
    """`warm_long`: above 55 degrees for two minutes; the device says so once, a good two minutes ago by its own clock."""
    listener = installation.start("listen")
    wait_for(lambda: connected(installation, 1), what=installation.logs())

    async def warm(ago: float) -> None:
        said = {"at": time.time() - ago, "temperature": 60}
        async with Sender.to(broker.address) as sender:
            await sender.send(f"gridloop/{VENDOR}/{code(0)}/state", json.dumps(said).encode())

    asyncio.run(warm(100))
    wait_for(
        lambda: installation.ask("fire_found")["remembered"] == [["warm_long", False]], seconds=20, every=0.5
    )
    installation.kill(listener)
    installation.start("listen")

    wait_for(
        lambda: installation.ask("fire_found")["by_rule"] == [["warm_long", True]],
        seconds=60, every=1, what=installation.logs(),
    )  # fmt: skip
