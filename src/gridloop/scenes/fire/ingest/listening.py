"""The listener of the fire scene: every protocol, the sweep, and what is written now and then, in one process."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from gridloop.scenes.fire.adapters.mqtt import Broker
from gridloop.scenes.fire.ingest import posting, registering, snapshots, storing, telemetry
from gridloop.scenes.fire.ingest.changing import let_go
from gridloop.scenes.fire.ingest.mqtt_intake import MqttIntake
from gridloop.scenes.fire.ingest.receiving import Intake
from gridloop.scenes.fire.ingest.rules import Held, RuleSet
from gridloop.scenes.fire.ingest.state import Fleet, Registered
from gridloop.scenes.fire.ingest.storing import Unit
from gridloop.scenes.fire.ingest.strangers import write_strangers
from gridloop.scenes.fire.ingest.telemetry import History
from gridloop.scenes.fire.ingest.writing import Writer
from gridloop.settings import environment

SWEEP, STRANGERS, SNAPSHOT, TURN_OVER = 1.0, 2.0, 10.0, 5.0
MOST_AT_ONCE = 400
Answer = TypeVar("Answer")
logger = logging.getLogger(__name__)


class Desk:
    """One thread that talks to the database for everything that is not urgent."""

    def __init__(self) -> None:
        self.thread = ThreadPoolExecutor(1, "fire-desk")

    async def do(self, work: Callable[..., Answer], *arguments: Any) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self.thread, self.done, work, arguments)

    def done(self, work: Callable[..., Answer], arguments: tuple[Any, ...]) -> Answer:
        try:
            return work(*arguments)
        except (DatabaseError, InterfaceError):
            connection.close()
            raise

    async def insist(self, work: Callable[..., Answer], *arguments: Any) -> Answer:
        """As `do`, waiting for a database that is away."""
        pause = 0.5
        while True:
            try:
                return await self.do(work, *arguments)
            except (DatabaseError, InterfaceError) as trouble:
                logger.warning(
                    "the database is away (%s); the listener looks again in %.1f s", trouble, pause
                )
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    def close(self) -> None:
        self.thread.submit(lambda: connection.close())  # the thread's own line, looked up there
        self.thread.shutdown()


def read_registry() -> tuple[Any, list[Registered], dict[tuple[int, str], Held]]:
    rules = registering.rule_edition.current()
    return rules, list(registering.registered(rules)), storing.recall()


class Listener:
    """Everything one listening process does."""

    def __init__(self, *, folder: Path | None = None, partition: str = "all") -> None:
        self.partition = partition
        self.folder = folder or Path(settings.DATA) / "listening" / partition
        self.folder.mkdir(parents=True, exist_ok=True)
        self.desk, self.watch = Desk(), registering.Watch()
        self.writer = Writer(self.folder)
        self.history = History(partition=partition)
        self.intake: Intake
        self.rules: RuleSet | None = None  # those whose predecessors were let go

    async def make_ready(self) -> None:
        """The registry, the rules, and what was known before the last stop."""
        await self.desk.insist(self.watch.has_changed)
        rules, devices, memory = await self.desk.insist(read_registry)
        now = time.time()
        fleet = Fleet(devices, now=now)
        known = snapshots.load(fleet, self.folder / "fleet", now)
        offset = timezone.localtime().utcoffset()
        self.intake = Intake(
            fleet, rules, self.writer, self.history, memory=memory,
            offset=offset.total_seconds() if offset else 0.0,
        )  # fmt: skip
        await self.desk.do(lambda: telemetry.finish_left_over(partition=self.partition))
        logger.info("listening for %d devices, %d of them known from before", fleet.size, known)

    async def run(self, *sources: Callable[["Listener"], Awaitable[None]]) -> None:
        """Until cancelled."""
        await self.make_ready()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.writer.run())
                for work, seconds in (
                    (self.sweep, SWEEP),
                    (self.note_strangers, STRANGERS),
                    (self.keep_snapshot, SNAPSHOT),
                    (self.turn_over, TURN_OVER),
                    (self.look_at_registry, registering.LOOK_EVERY),
                    (self.take_posted, posting.LOOK_EVERY),
                ):
                    group.create_task(self.again_and_again(work, seconds))
                for source in sources:
                    group.create_task(source(self))  # type: ignore[arg-type]
        finally:
            await self.stop()

    async def again_and_again(self, work: Callable[[], Awaitable[None]], seconds: float) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await work()
            except (DatabaseError, InterfaceError) as trouble:
                logger.warning("%s waits for the database: %s", work.__name__, trouble)
                await asyncio.sleep(seconds)
            except Exception:
                logger.exception("%s failed and comes again", work.__name__)

    async def sweep(self) -> None:
        await self.write(self.intake.sweep(time.time()))
        self.history.flush()

    async def write(self, unit: Unit) -> None:
        for start in range(0, max(len(unit.findings), len(unit.memories)), MOST_AT_ONCE):
            part = slice(start, start + MOST_AT_ONCE)
            await self.writer.write(Unit(unit.findings[part], unit.memories[part]))

    async def note_strangers(self) -> None:
        if taken := self.intake.strangers.take():
            await self.desk.do(write_strangers, taken)

    async def keep_snapshot(self) -> None:
        await asyncio.to_thread(snapshots.save, self.intake.fleet, self.folder / "fleet", time.time())

    async def turn_over(self) -> None:
        if self.history.is_full(time.time()) and (raw := self.history.turn_over()):
            await asyncio.to_thread(telemetry.make_parquet, raw)

    async def look_at_registry(self) -> None:
        if await self.desk.do(self.watch.has_changed):
            rules, devices, _memory = await self.desk.do(read_registry)
            self.intake.rules = rules
            self.intake.fleet.load(devices, now=time.time())
            self.intake.mark_remembered()
            logger.info("the registry changed: %d devices", self.intake.fleet.size)
        # Also at the first look: they may have changed while nobody listened.
        if self.rules is not self.intake.rules:
            before, self.rules = self.rules or self.intake.rules, self.intake.rules
            await self.write(let_go(self.intake, before, time.time()))

    async def take_posted(self) -> None:
        while posted := await self.desk.do(posting.oldest):
            for number, signals in posted:
                await self.intake(signals)
                await self.desk.do(posting.done_with, number)

    async def stop(self) -> None:
        """What is in hand is written, what is known is kept."""
        await self.writer.close()
        if hasattr(self, "intake"):
            snapshots.save(self.intake.fleet, self.folder / "fleet", time.time())
        if raw := self.history.turn_over():
            await asyncio.to_thread(telemetry.make_parquet, raw)
        self.desk.close()


def tallied(fleet: Fleet) -> dict[int, dict[str, int]]:
    """For every grid with devices: how many, and how many of them are offline, weak, alarmed or faulty."""
    tally = fleet.tally(int(fleet.grid.max()) + 1 if fleet.size else 1)
    grids = numpy.flatnonzero(tally["devices"]).tolist()
    return {grid: {name: int(column[grid]) for name, column in tally.items()} for grid in grids}


async def over_mqtt(listener: Listener) -> None:
    """The broker named by GRIDLOOP_MQTT; GRIDLOOP_LISTEN_VENDORS leaves the others to other listeners."""
    vendors = environment("LISTEN_VENDORS").replace(",", " ").split()
    await MqttIntake(
        listener.intake, Broker.at(environment("MQTT")), vendors=vendors, name=listener.partition
    ).run()
