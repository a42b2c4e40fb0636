"""The demo's devices where no broker is: they beat, they measure, now and then one raises an alarm, and storms come on wish."""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from random import Random

import numpy
from numpy.typing import NDArray

from gridloop.core.journal.models import Entry
from gridloop.scenes.fire.ingest.actions import MOST, STORM
from gridloop.scenes.fire.ingest.listening import Listener
from gridloop.scenes.fire.ingest.rules import QUANTITY
from gridloop.scenes.fire.ingest.signals import Signal
from gridloop.scenes.fire.ingest.state import DEVICE_KINDS
from gridloop.scenes.fire.ingest.storing import Unit
from gridloop.scenes.fire.registry.models import Device
from gridloop.settings import environment

BEAT = 60  # seconds between two messages of a device
SILENT = 401  # one device in so many never says anything
STORM_LASTS = 2.0
# What a healthy device of each kind measures: quantity, usual value, how much it varies.
USUAL: dict[str, tuple[tuple[str, float, float], ...]] = {
    "smoke": (("smoke", 0.02, 0.01), ("battery", 78, 8)),
    "heat": (("temperature", 22, 3), ("battery", 80, 8)),
    "gas": (("gas", 0.6, 0.4), ("battery", 75, 8)),
    "call_point": (("battery", 85, 6),),
    "electrical": (("temperature", 31, 4), ("leakage", 60, 25), ("current", 14, 5)),
    "water": (("pressure", 0.32, 0.02), ("level", 2.8, 0.2)),
    "panel": (("voltage", 27.2, 0.2),),
    "transmitter": (("voltage", 26.9, 0.2),),
    "bike": (("temperature", 26, 4), ("battery", 70, 10)),
}
# Alarms on a believable day, by kind: how often a thousand devices raise one, in an hour.
OFTEN = {"fire": 0.5, "gas": 0.15, "fault": 0.9, "main_power": 0.25, "shielded": 0.3, "supervision": 0.2}
RAISES = {
    "fire": ("smoke", "heat", "call_point"),
    "gas": ("gas",),
    "fault": ("smoke", "heat", "panel", "electrical", "water"),
    "main_power": ("panel", "transmitter"),
    "shielded": ("smoke", "heat"),
    "supervision": ("water", "panel"),
}
LASTS = (90.0, 1200.0)


class Feed:
    """The devices of the demo county, in the place of a broker."""

    def __init__(self, listener: Listener, *, speed: float = 1.0, seed: int = 26875) -> None:
        self.listener, self.speed = listener, speed
        self.random, self.noise = Random(seed), numpy.random.default_rng(seed)
        self.turn = 0
        self.over_soon: deque[tuple[float, Signal]] = deque()
        self.read_until = -1

    async def run(self) -> None:
        self.read_until = await self.listener.desk.insist(newest_entry)
        while True:
            begun = time.monotonic()
            await self.beat(time.time())
            await self.act(time.time())
            for wished in await self.listener.desk.insist(self.wishes):
                await self.storm(wished)
            await asyncio.sleep(max(0.0, 1.0 - (time.monotonic() - begun)))

    async def beat(self, now: float) -> None:
        """One sixtieth of the devices says that it lives and what it measures."""
        intake, fleet = self.listener.intake, self.listener.intake.fleet
        rows = numpy.arange(self.turn % BEAT, fleet.size, BEAT)
        rows = rows[fleet.device[rows] % SILENT != 7]
        self.turn += 1
        if not len(rows):
            return
        unit = Unit([], [])
        intake.counts["messages"] += len(rows)
        intake.hear(rows, now, unit)
        for kind, quantities in USUAL.items():
            alike = rows[fleet.kind[rows] == DEVICE_KINDS.index(kind)]
            for quantity, usual, varies in quantities:
                if len(alike):
                    intake.weigh_readings(self.measured(alike, quantity, usual, varies, now), now, unit)
        if unit.findings or unit.memories:
            await self.listener.writer.write(unit)

    def measured(
        self, rows: NDArray, quantity: str, usual: float, varies: float, now: float
    ) -> tuple[NDArray, NDArray, NDArray, NDArray]:
        values = usual + varies * numpy.clip(self.noise.standard_normal(len(rows)), -2.5, 2.5)
        places = numpy.full(len(rows), QUANTITY[quantity], "u1")
        return rows, places, numpy.full(len(rows), now), values.astype("f4")

    async def act(self, now: float) -> None:
        """Alarms of a day, and the end of earlier ones."""
        fleet = self.listener.intake.fleet
        signals = []
        while self.over_soon and self.over_soon[0][0] <= now:
            signals.append(self.ended(self.over_soon.popleft()[1], now))
        for kind, often in OFTEN.items():
            if self.random.random() < often * self.speed * fleet.size / 1000 / 3600:
                signals += await self.begun(kind, 1, now)
        if signals:
            await self.listener.intake(signals)

    async def begun(self, kind: str, number: int, now: float, *, grid: int = 0) -> list[Signal]:
        """So many devices of a fitting sort raise an alarm."""
        fleet = self.listener.intake.fleet
        fitting = numpy.isin(fleet.kind, [DEVICE_KINDS.index(sort) for sort in RAISES[kind]])
        if grid:
            fitting &= fleet.grid == grid
        rows = numpy.flatnonzero(fitting)
        if not len(rows):
            return []
        chosen = self.noise.choice(rows, min(number, len(rows)), replace=False)
        names = await self.listener.desk.insist(names_of, fleet.device[chosen].tolist())
        signals = []
        for vendor, device in names:
            signals.append(
                Signal(
                    vendor=vendor, device=device, kind=kind, at=now, received=now,
                    key=f"{now:.3f}", facts={"demo": True},
                )
            )  # fmt: skip
            self.over_soon.append((now + self.random.uniform(*LASTS) / self.speed, signals[-1]))
        self.over_soon = deque(sorted(self.over_soon, key=lambda pair: pair[0]))
        return signals

    def ended(self, signal: Signal, now: float) -> Signal:
        return Signal(
            vendor=signal.vendor, device=signal.device, kind=signal.kind, on=False, at=now, received=now,
            key=f"{signal.key}.over", facts={"demo": True},
        )  # fmt: skip

    def wishes(self) -> list[int]:
        """How many alarms each storm wished since the last look shall have."""
        found = list(
            Entry.objects.filter(event=STORM, id__gt=self.read_until)
            .order_by("id")
            .values_list("id", "facts")
        )
        if found:
            self.read_until = found[-1][0]
        return [int((facts or {}).get("alarms", 0)) for _id, facts in found]

    async def storm(self, alarms: int) -> None:
        """Half of it fires, the rest what comes with them, within two seconds."""
        steps = 10
        parts = {"fire": 0.5, "fault": 0.3, "shielded": 0.1, "gas": 0.1}
        for _step in range(steps):
            now = time.time()
            signals: list[Signal] = []
            for kind, share in parts.items():
                signals += await self.begun(kind, max(1, round(min(alarms, MOST) * share / steps)), now)
            await self.listener.intake(signals)
            await asyncio.sleep(STORM_LASTS / steps)


def newest_entry() -> int:
    return Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0


def names_of(devices: Sequence[int]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for start in range(0, len(devices), 500):
        found += Device.objects.filter(id__in=devices[start : start + 500]).values_list(
            "vendor__code", "code"
        )
    return found


async def play(listener: Listener) -> None:
    """Until cancelled; GRIDLOOP_DEMO_SPEED makes the county's day shorter."""
    await Feed(listener, speed=float(environment("DEMO_SPEED", "1"))).run()
