"""2,000 alarms at once over 5,000 telemetry messages a second: received, stored, pushed to a live screen; none twice.

Run it alone (`python bench/fire_storm.py`): it brings a throw-away PostgreSQL that keeps its promises on the disk, a
throw-away Mosquitto, a real `gridloop listen`, a real `gridloop work` (leave it out with --no-worker), and the shipped
simulator as a process of its own; all read one clock. "Pushed" is when another process, following the journal as live
screens do, hears of the alarm. Writes bench/out/fire_storm.json.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import surroundings
from fire_county import make_premises


def durable_postgres() -> None:
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return
    prepare = str(Path(__file__).resolve().parent.parent / "tools" / "prepare")
    os.execv(prepare, [prepare, "--durable", sys.executable, *sys.argv])


def gridloop(*arguments: str, **environment: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "gridloop.cli", *arguments]
    return subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True)


class Ear(threading.Thread):
    """Follows the journal as a live screen does: when it heard of the alarm of which device."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.heard: dict[int, tuple[float, datetime, datetime]] = {}
        self.twice = 0
        self.ready = threading.Event()

    def run(self) -> None:
        from gridloop.core.journal import live

        with live.subscribe(lambda entry: entry.subject_kind == "fire_alarm", size=20_000) as subscription:
            self.ready.set()
            while True:
                entries = subscription.wait(1.0)
                now = time.time()
                for entry in entries:
                    device = entry.facts["device"]
                    self.twice += device in self.heard
                    self.heard[device] = now, datetime.fromisoformat(entry.facts["received_at"]), entry.at


def waits(name: str, milliseconds: list[float]) -> dict[str, Any]:
    return {"from": name, "alarms": len(milliseconds)} | {
        f"p{share * 100:g} ms": surroundings.percentile(milliseconds, share)
        for share in (0.5, 0.95, 0.99, 1.0)
    }


async def until_heard(address: str) -> None:
    """A word from one device again and again, until the listener has stored it: from then on it is connected."""
    from gridloop.scenes.fire.ingest.models import Receipt
    from gridloop.scenes.fire.simulator.fleet import VENDOR, code
    from gridloop.scenes.fire.simulator.sender import Sender

    async with asyncio.timeout(120), Sender.to(address) as sender:
        while not await asyncio.to_thread(Receipt.objects.exists):
            await sender.send(f"gridloop/{VENDOR}/{code(0)}/alarm", b'{"kind": "operation"}')
            await asyncio.sleep(0.5)


def main(arguments: argparse.Namespace) -> None:
    from django.core.management import call_command

    from gridloop.scenes.fire.alarms.models import Alarm
    from gridloop.scenes.fire.ingest.models import Receipt
    from gridloop.scenes.fire.simulator import fleet
    from gridloop.scenes.fire.simulator.broker import Mosquitto

    call_command("migrate", verbosity=0)
    make_premises(arguments.premises)
    fleet.register(arguments.devices, say=print)
    broker = Mosquitto(Path(tempfile.mkdtemp())).start()
    children = [gridloop("listen", GRIDLOOP_MQTT=broker.address)]
    if arguments.worker:
        children.append(gridloop("work"))
    ear = Ear()
    ear.start()
    ear.ready.wait(30)
    asyncio.run(until_heard(broker.address))
    time.sleep(arguments.settle)
    player = gridloop(
        "fire", "simulate", "--broker", broker.address, "--devices", str(arguments.devices), "--rate",
        str(arguments.rate), "--storm", str(arguments.storm), "--seconds", str(arguments.seconds),
    )  # fmt: skip
    said = player.communicate(timeout=600)[0]
    print(said.strip())
    time.sleep(5)
    for child in children:
        child.terminate()
    for child in children:
        child.wait(timeout=60)
    broker.stop()
    received = {row.device: row for row in Receipt.objects.filter(kind="fire")}
    heard = ear.heard
    rows = [
        waits("raised by the device until pushed", [(heard[d][0] - r.at.timestamp()) * 1000 for d, r in received.items() if d in heard]),
        waits("received until pushed", [(heard[d][0] - r.received.timestamp()) * 1000 for d, r in received.items() if d in heard]),
        waits("raised by the device until received", [(r.received - r.at).total_seconds() * 1000 for r in received.values()]),
    ]  # fmt: skip
    counts = {
        "storm": arguments.storm, "receipts": len(received), "alarms": Alarm.objects.count(), "pushed": len(heard),
        "pushed twice": ear.twice, "worker beside it": arguments.worker,
    }  # fmt: skip
    surroundings.tell("fire_storm", rows, counts=counts, simulator=said.strip())
    print(counts)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=146_000)
    parser.add_argument("--premises", type=int, default=76_000)
    parser.add_argument("--rate", type=float, default=5_000)
    parser.add_argument("--storm", type=int, default=2_000)
    parser.add_argument("--seconds", type=float, default=16)
    parser.add_argument("--settle", type=float, default=5)
    parser.add_argument("--no-worker", dest="worker", action="store_false")
    ARGUMENTS = parser.parse_args()
    durable_postgres()
    surroundings.stand_up()
    main(ARGUMENTS)
