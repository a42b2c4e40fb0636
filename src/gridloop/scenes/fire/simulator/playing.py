"""Playing a fleet: a background of telemetry at a rate, a storm of alarms over it, and counts of what was sent."""

import asyncio
import json
import time
from dataclasses import dataclass, field

from gridloop.scenes.fire.simulator.fleet import VENDOR, Speech, code
from gridloop.scenes.fire.simulator.pacing import paced
from gridloop.scenes.fire.simulator.sender import Sender


@dataclass
class Played:
    """What was sent, and what the other side acknowledged."""

    telemetry: int = 0
    alarms: int = 0
    acknowledged: int = 0
    seconds: float = 0.0
    slowest: float = 0.0  # seconds until an alarm was acknowledged
    unanswered: list[str] = field(default_factory=list)


async def play_mqtt(
    address: str, *, devices: int, rate: float, seconds: float, storm: int = 0, storm_after: float = 0.0
) -> Played:
    """Telemetry for so long; the storm begins after `storm_after` seconds."""
    played, begun = Played(), time.perf_counter()
    speech = Speech(devices)
    async with Sender.to(address) as bulk, Sender.to(address) as urgent:
        work = [asyncio.create_task(telemetry(bulk, speech, rate, seconds, played))]
        if storm:
            work.append(asyncio.create_task(storm_of(urgent, storm, devices, storm_after, played)))
        await asyncio.gather(*work)
    played.seconds = time.perf_counter() - begun
    return played


async def telemetry(sender: Sender, speech: Speech, rate: float, seconds: float, played: Played) -> None:
    async for due in paced(rate, seconds):
        while due > 0:  # a tick that was late sends much: in pieces, waiting where the line is full
            part = min(due, 2_000)
            await sender.line.may_write.wait()
            if sender.line.transport is None:
                raise ConnectionError("the broker is gone")
            sender.throw_many(speech.messages(played.telemetry, part))
            played.telemetry += part
            due -= part


async def storm_of(sender: Sender, alarms: int, devices: int, after: float, played: Played) -> None:
    """So many different devices see fire at once."""
    await asyncio.sleep(after)
    step = max(1, devices // alarms)
    numbers = [place * step % devices for place in range(alarms)]
    await asyncio.gather(*(raise_one(sender, number, played) for number in numbers))


async def raise_one(sender: Sender, number: int, played: Played) -> None:
    now = time.time()
    said = json.dumps({"kind": "fire", "at": now, "key": f"{now:.6f}", "facts": {"simulated": True}})
    played.alarms += 1
    try:
        await sender.send(f"gridloop/{VENDOR}/{code(number)}/alarm", said.encode())
    except ConnectionError:
        played.unanswered.append(code(number))
        return
    played.acknowledged += 1
    played.slowest = max(played.slowest, time.time() - now)


async def play_gb26875(
    host: str, port: int, *, transmitters: int, rate: float, seconds: float, storm: int = 0, udp: bool = False
) -> Played:
    """Transmission devices on lines of their own: heartbeats at a rate, then every one its part of the storm."""
    from gridloop.scenes.fire.adapters.gb26875.client import Line

    played, begun = Played(), time.perf_counter()
    lines = [await Line().open(host, port, udp=udp) for _each in range(transmitters)]
    sources = [number.to_bytes(6, "little") for number in range(1, transmitters + 1)]
    beats: set[asyncio.Task[int | None]] = set()
    async for due in paced(rate, seconds):
        for _each in range(due):
            place = played.telemetry % transmitters
            beats.add(asyncio.create_task(lines[place].beat(sources[place])))
            played.telemetry += 1
        beats = {beat for beat in beats if not beat.done()}
    if storm:
        shares = [storm // transmitters + (place < storm % transmitters) for place in range(transmitters)]
        replies = await asyncio.gather(
            *(
                line.storm(source, share)
                for line, source, share in zip(lines, sources, shares, strict=True)
                if share
            )
        )
        played.alarms = storm
        played.acknowledged = sum(reply == 3 for part in replies for reply in part)
    if beats:
        await asyncio.wait(beats, timeout=10)
    for line in lines:
        line.close()
    played.seconds = time.perf_counter() - begun
    return played
