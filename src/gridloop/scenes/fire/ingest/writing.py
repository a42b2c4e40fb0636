"""The way to the disk: batches to the database on a thread of its own, to the spool while the database is away."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
from django.db import InterfaceError, OperationalError, close_old_connections

from gridloop.scenes.fire.ingest import storing
from gridloop.scenes.fire.ingest.spool import Spool
from gridloop.scenes.fire.ingest.storing import Unit

WINDOW = 0.003  # seconds in which what arrives together is written together
MOST = 200  # findings in one transaction: the first of a storm shall not wait for the last
PATIENCE = 2.0  # seconds after which a database that does not answer counts as away
LOOK_AGAIN = 1.0
AWAY = (OperationalError, InterfaceError, TimeoutError)
logger = logging.getLogger(__name__)
Write = Callable[[Sequence[Unit]], int]


def in_parts(unit: Unit, size: int) -> list[Unit]:
    """The same in smaller units, in the same order; what the rules remember comes with the last finding."""
    starts = range(0, len(unit.findings), size)
    parts = [Unit(unit.findings[start : start + size]) for start in starts]
    return [*parts[:-1], Unit(parts[-1].findings, unit.memories)] if parts else [unit]


class Writer:
    """`await writer.write(unit)` comes back when the unit is in the database, or in the spool."""

    def __init__(self, folder: Path, *, write: Write = storing.write) -> None:
        self.spool = Spool(folder / "spool")
        self.refused = folder / "refused"
        self.write_units = write
        self.queue: list[tuple[Unit, asyncio.Future[None]]] = []
        self.arrived = asyncio.Event()
        self.thread = ThreadPoolExecutor(1, "fire-writer")
        self.disk = ThreadPoolExecutor(1, "fire-spool")
        self.stuck: asyncio.Future[int] | None = None
        self.written = self.spooled = self.batches = 0

    async def write(self, unit: Unit) -> None:
        parts = [unit] if len(unit.findings) <= MOST else in_parts(unit, MOST)
        waiting = []
        for part in parts:
            done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self.queue.append((part, done))
            waiting.append(done)
        self.arrived.set()
        for done in waiting:
            await done

    async def run(self) -> None:
        """Until cancelled. What an earlier run left in the spool goes first."""
        while True:
            if self.spool.waiting:
                await self.give_back()
            try:
                await asyncio.wait_for(self.arrived.wait(), LOOK_AGAIN if self.spool.waiting else None)
            except TimeoutError:
                continue
            await asyncio.sleep(WINDOW)
            while self.queue:
                await self.take_next()
            self.arrived.clear()

    async def take_next(self) -> None:
        batch: list[Unit] = []
        findings = 0
        for unit, _done in self.queue:
            findings += len(unit.findings)
            if batch and findings > MOST:
                break
            batch.append(unit)
        waiting, self.queue = self.queue[: len(batch)], self.queue[len(batch) :]
        await self.keep(batch)
        for _unit, done in waiting:
            if not done.done():
                done.set_result(None)

    async def keep(self, units: list[Unit]) -> None:
        """Durable, one way or the other. While older things wait in the spool, newer ones queue behind them."""
        if not self.spool.waiting and not self.is_stuck():
            try:
                self.written += await self.to_database(units)
                self.batches += 1
                return
            except AWAY as trouble:
                logger.warning("the database is away (%s): alarms go to the spool", trouble or "no answer")
        await self.to_spool(units)

    def is_stuck(self) -> bool:
        return self.stuck is not None and not self.stuck.done()

    async def to_database(self, units: Sequence[Unit]) -> int:
        work = asyncio.get_running_loop().run_in_executor(self.thread, self.write_safely, units)
        done, _pending = await asyncio.wait([work], timeout=PATIENCE)
        if not done:
            self.stuck = work
            # It may still succeed: writing twice is harmless.
            work.add_done_callback(lambda late: late.exception())
            raise TimeoutError
        return work.result()

    def write_safely(self, units: Sequence[Unit]) -> int:
        """What no database takes is laid aside alone, so that it holds up nothing else."""
        try:
            return self.write_units(units)
        except AWAY:
            storing.let_go()
            raise
        except Exception:
            if len(units) == 1 and len(units[0].findings) > 1:
                units = in_parts(units[0], 1)
            if len(units) == 1:
                logger.exception("a finding cannot be written and is laid aside in %s", self.refused.name)
                with self.refused.open("ab") as file:
                    file.write(msgspec.json.encode(units[0]) + b"\n")
                return 0
            logger.exception("a batch cannot be written; its parts are tried one by one")
            half = len(units) // 2
            return self.write_safely(units[:half]) + self.write_safely(units[half:])

    async def to_spool(self, units: Sequence[Unit]) -> None:
        block = msgspec.msgpack.encode(list(units))
        await asyncio.get_running_loop().run_in_executor(self.disk, self.spool.append, block)
        self.spooled += storing.findings_of(units)

    async def give_back(self) -> None:
        """Everything from the spool to the database, in order; the spool is emptied when all of it is there."""
        if self.is_stuck():
            return
        try:
            for block, _end in self.spool.read():
                units = msgspec.msgpack.decode(block, type=list[Unit])
                self.written += await self.to_database(units)
        except AWAY:
            return
        self.spool.clear()
        logger.info("the database is back; the spool is empty")

    async def close(self) -> None:
        """Writes what still waits, then lets go."""
        while self.queue:
            await self.take_next()
        self.thread.submit(close_old_connections)
        self.thread.submit(storing.let_go)
        self.thread.shutdown(wait=not self.is_stuck())
        self.disk.shutdown()
        self.spool.close()
