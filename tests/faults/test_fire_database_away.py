"""The database is away while alarms come in: they are acknowledged from the spool and stored when it is back."""

import asyncio
import json
import time
from pathlib import Path

import pytest

from gridloop.scenes.fire.simulator.broker import PROGRAM, Mosquitto
from gridloop.scenes.fire.simulator.fleet import VENDOR, code
from gridloop.scenes.fire.simulator.sender import Sender
from tests.faults.installation import Fresh, Installation, wait_for
from tests.faults.proxy import Line

pytestmark = [
    pytest.mark.faults,
    pytest.mark.postgres,
    pytest.mark.skipif(PROGRAM is None, reason="no mosquitto here: 'tools/prepare --broker' brings one"),
]
AWAY = 8.0


def test_alarms_of_a_minute_without_database_are_all_there_afterwards(tmp_path: Path) -> None:
    fresh, broker = Fresh(tmp_path, "fire"), Mosquitto(tmp_path / "broker").start()
    line = Line(fresh.address)
    installation = Installation(tmp_path / "county", fresh.address, GRIDLOOP_MQTT=broker.address)
    try:
        installation.ask("fire_fleet", "30")
        installation.environment["DATABASE_URL"] = line.address
        listener = installation.start("listen")
        log = installation.folder / "listen.log"
        wait_for(lambda: "alarms over MQTT: connected" in log.read_text(), what=installation.logs())
        installation.environment["DATABASE_URL"] = fresh.address
        line.cut()
        asyncio.run(send(broker, range(30)))
        time.sleep(AWAY)
        assert installation.ask("fire_found")["received"] == []
        assert (installation.folder / "data" / "listening" / "all" / "spool").stat().st_size > 0
        installation.kill(listener)  # and even the process that holds the spool dies
        line.mend()
        installation.start("listen")
        wait_for(
            lambda: len(installation.ask("fire_found")["received"]) == 30, seconds=60, every=1,
            what=installation.logs(),
        )  # fmt: skip
    finally:
        installation.end()
        broker.stop()
        line.end()
        fresh.drop()


async def send(broker: Mosquitto, numbers: range) -> None:
    async with Sender.to(broker.address) as sender:
        for number in numbers:
            said = {"kind": "fire", "key": str(number), "facts": {"n": number}}
            await sender.send(f"gridloop/{VENDOR}/{code(number)}/alarm", json.dumps(said).encode())
