"""Telemetry of 146,000 devices: nothing lost, CPU a message, share of what the same client can receive, bytes a device.

Run it alone (`python bench/fire_ingest.py [--seconds 60]`): it brings a throw-away PostgreSQL and a throw-away Mosquitto
(both from Debian's packages) and plays the devices itself, so broker, simulator and listener share the machine. Prints
tables and writes bench/out/fire_ingest.json.
"""

import argparse
import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import surroundings

DEVICES = 146_000
ENDING = 3.0  # seconds for the last messages to arrive


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def cpu_of(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def listen(address: str, *, raw: bool) -> dict[str, Any]:
    """A listener until SIGTERM, with what it counted; `raw`: the same client, which does nothing with its messages."""
    from gridloop.scenes.fire.adapters.mqtt import Broker, keep_line
    from gridloop.scenes.fire.ingest.listening import Listener
    from gridloop.scenes.fire.ingest.mqtt_intake import MqttIntake

    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    counts = {"messages": 0}
    listener = Listener(folder=Path(tempfile.mkdtemp()))
    ready = asyncio.Event()

    async def processed(which: Listener) -> None:
        ready.set()
        await MqttIntake(which.intake, Broker.at(address)).run()

    async def received(which: Listener) -> None:
        mqtt = MqttIntake(which.intake, Broker.at(address))

        def take(batch: Any) -> None:
            counts["messages"] += len(batch.topics)
            batch.finish()

        mqtt.take_bulk = take  # type: ignore[method-assign]
        ready.set()
        await keep_line(mqtt.bulk_line, mqtt.broker, name="raw")

    work = asyncio.create_task(listener.run(received if raw else processed))
    await ready.wait()
    await asyncio.sleep(2)
    before, sweeps = cpu_seconds(), listener.intake.counts
    print("ready", flush=True)
    await stop.wait()
    spent = cpu_seconds() - before
    found = {**sweeps, **(counts if raw else {})}
    memory = listener.intake.fleet.bytes_each()
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    return {
        "cpu": spent,
        "bytes_each": memory,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        **found,
    }


def round_of(broker: Any, *, role: str, rate: float, seconds: float, devices: int) -> dict[str, Any]:
    """One listener process and one fleet; what both counted."""
    from gridloop.scenes.fire.simulator.playing import play_mqtt

    command = [sys.executable, __file__, "--role", role, "--broker", broker.address]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ)
    assert child.stdout
    assert child.stdout.readline().strip() == "ready"
    idle_from = time.perf_counter()
    broker_before, own_before = cpu_of(broker.process.pid), cpu_seconds()
    played = asyncio.run(play_mqtt(broker.address, devices=devices, rate=rate, seconds=seconds))
    broker_cpu, own_cpu = cpu_of(broker.process.pid) - broker_before, cpu_seconds() - own_before
    time.sleep(ENDING)
    lasted = time.perf_counter() - idle_from
    child.terminate()
    told = json.loads(child.stdout.readline())
    child.wait(timeout=60)
    return {
        "what": f"{role} {rate:,.0f}/s",
        "seconds": round(played.seconds, 1),
        "sent": played.telemetry,
        "received": told["messages"],
        "lost": played.telemetry - told["messages"],
        "sent/s": played.telemetry / played.seconds,
        "cpu us/message": told["cpu"] / max(told["messages"], 1) * 1e6,
        "cpu %": told["cpu"] / lasted * 100,
        "broker us/message": broker_cpu / max(played.telemetry, 1) * 1e6,
        "simulator us/message": own_cpu / max(played.telemetry, 1) * 1e6,
        "bytes/device": round(told["bytes_each"], 1),
        "peak MB": round(told["peak_mb"]),
    }


def cost_by_size(sizes: list[int], messages: int) -> list[dict[str, Any]]:
    """CPU a message in the listener alone (no socket, no broker), for fleets of very different size."""
    from gridloop.scenes.fire.ingest.receiving import Intake
    from gridloop.scenes.fire.ingest.registering import shipped_rules
    from gridloop.scenes.fire.ingest.state import Fleet, Registered, name_of
    from gridloop.scenes.fire.ingest.telemetry import History
    from gridloop.scenes.fire.simulator.fleet import VENDOR, Speech, code

    rows = []
    for size in sizes:
        registered = (
            Registered(name_of(VENDOR, code(n)), n + 1, n, n % 1336, 0, "heat", 3600.0) for n in range(size)
        )
        fleet = Fleet(registered, now=time.time())
        speech = Speech(min(size, messages))
        # spread over the whole fleet, as the registry is
        step = max(1, size // messages)
        speech = Speech(0)
        speech.heads = [Speech(1, first=n * step % size).heads[0] for n in range(min(size, messages))]
        history = History(Path(tempfile.mkdtemp()))
        intake = Intake(fleet, shipped_rules(), None, history)  # type: ignore[arg-type] nothing is raised
        cost = asyncio.run(fed(intake, speech, messages))
        rows.append(
            {
                "devices": size,
                "cpu us/message": cost,
                "bytes/device": fleet.bytes_each(),
                "readings": intake.counts["readings"],
            }
        )
    return rows


async def fed(intake: Any, speech: Any, messages: int, chunk: int = 250) -> float:
    from gridloop.scenes.fire.adapters.mqtt import Broker
    from gridloop.scenes.fire.ingest.mqtt_intake import MqttIntake

    mqtt = MqttIntake(intake, Broker())
    line = mqtt.bulk_line()
    bytes_of = [speech.messages(start, chunk) for start in range(0, messages, chunk)]
    intake.fleet.count[:] = 0
    begun = time.process_time()
    for data in bytes_of:
        line.data_received(data)
        if mqtt.flush_soon is not None:
            mqtt.flush_soon.cancel()
            mqtt.handle_bulk()
    return (time.process_time() - begun) / messages * 1e6


def main(arguments: argparse.Namespace) -> None:
    from django.core.management import call_command

    from gridloop.scenes.fire.simulator import fleet
    from gridloop.scenes.fire.simulator.broker import Mosquitto

    call_command("migrate", verbosity=0)
    begun = time.perf_counter()
    fleet.register(arguments.devices)
    print(f"{arguments.devices} devices registered in {time.perf_counter() - begun:.1f} s")
    broker = Mosquitto(Path(tempfile.mkdtemp())).start()
    try:
        plan = [
            ("raw", 5_000, 15), ("listener", 5_000, arguments.seconds),
            ("raw", 20_000, 10), ("listener", 20_000, arguments.burst),
        ]  # fmt: skip
        rows = [
            round_of(broker, role=role, rate=rate, seconds=seconds, devices=arguments.devices)
            for role, rate, seconds in plan
        ]
    finally:
        broker.stop()
    shares = {
        "sustained": rows[0]["cpu us/message"] / rows[1]["cpu us/message"],
        "burst": rows[2]["cpu us/message"] / rows[3]["cpu us/message"],
    }
    surroundings.tell("fire_ingest", rows, shares_of_receive_limit=shares)
    print(
        f"share of the receive limit (CPU of receiving alone / CPU of all): {shares['sustained']:.2f} sustained, {shares['burst']:.2f} in the burst"
    )
    sizes = cost_by_size([10_000, 146_000, 1_000_000], 100_000)
    surroundings.tell("fire_ingest_sizes", sizes)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--devices", type=int, default=DEVICES)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--burst", type=float, default=15)
    parser.add_argument("--role", choices=["listener", "raw"])
    parser.add_argument("--broker", default="")
    ARGUMENTS = parser.parse_args()
    surroundings.on_postgres()
    surroundings.stand_up()
    if ARGUMENTS.role:
        print(json.dumps(asyncio.run(listen(ARGUMENTS.broker, raw=ARGUMENTS.role == "raw"))), flush=True)
    else:
        main(ARGUMENTS)
