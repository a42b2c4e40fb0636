"""The talk with one caller: what is confirmed and denied and when, and our own commands; it knows no socket."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from gridloop.scenes.fire.adapters.gb26875.commands import Commands
from gridloop.scenes.fire.adapters.gb26875.fleets import Fleet
from gridloop.scenes.fire.adapters.gb26875.frames import KNOWN, Command, Frame, encode_frame, reply_to
from gridloop.scenes.fire.adapters.gb26875.meaning import is_urgent, signals_of
from gridloop.scenes.fire.adapters.gb26875.objects import (
    PRIVATE,
    Content,
    Malformed,
    Moment,
    decode_content,
    encode_content,
)
from gridloop.scenes.fire.adapters.gb26875.post import Post
from gridloop.scenes.fire.adapters.gb26875.reader import Damage, Reader
from gridloop.scenes.fire.adapters.gb26875.resends import Mark
from gridloop.scenes.fire.ingest.signals import Signal

SKEW = 30  # seconds a device's clock may be off before it is set
SET_AGAIN = 300.0  # seconds between two settings of one clock
MOST_UNSTORED = 64  # urgent frames of one caller that may be on their way to the sink
MOST_SOURCES = 20_000  # transmitters behind one caller (a gateway)


class Exchange:
    """One caller. `send` puts bytes on its line; all waiting happens in `hear`, so a slow sink slows the caller."""

    def __init__(self, post: Post, fleet: Fleet, send: Callable[[bytes], None]) -> None:
        self.post, self.fleet, self.send = post, fleet, send
        self.reader = Reader(fleet.dialect)
        self.commands = Commands(send, fleet.dialect)
        self.unstored = asyncio.Semaphore(MOST_UNSTORED)
        self.clock_set: dict[bytes, float] = {}
        self.sources: dict[bytes, None] = {}
        self.tasks: set[asyncio.Task[Any]] = set()

    async def hear(self, chunk: bytes) -> None:
        await self.take(self.reader.feed(chunk))

    async def hear_silence(self) -> None:
        """An unfinished frame was waited for long enough."""
        await self.take(self.reader.give_up_first())

    async def hear_end(self) -> None:
        """The line was closed, or the datagram is over."""
        if self.reader.waiting:
            await self.take(self.reader.give_up_waiting())

    async def take(self, found: list[Frame | Damage]) -> None:
        for each in found:
            if isinstance(each, Damage):
                self.post.counts.damaged += 1
                if each.head is not None:
                    self.deny(each.head)
            else:
                await self.take_frame(each)

    async def take_frame(self, frame: Frame) -> None:
        self.post.counts.frames += 1
        now = time.time()
        self.meet(frame.source)
        if frame.command not in KNOWN and frame.command < PRIVATE:
            self.deny(frame)
        elif frame.command in (Command.CONFIRM, Command.DENY):
            self.commands.settle(frame)
        elif frame.command == Command.REQUEST:
            self.deny(frame)  # devices have nothing to ask of the centre
        else:
            await self.take_data(frame, now)
        self.look_at_clock(frame, now)

    async def take_data(self, frame: Frame, now: float) -> None:
        """Commands 2 and 5, and what vendors send as control or by private commands."""
        mark: Mark = (self.fleet.vendor, *frame.mark)
        if frame.data and self.post.resends.heard(mark, now):
            self.post.counts.resent += 1
            await self.confirm_when_stored(frame, self.post.resends.storing(mark))
            return
        signals = self.post.failed.pop(mark, None)
        if signals is None:
            try:
                signals = self.read(frame, now)
            except Malformed:
                self.deny(frame)
                return
        if frame.command == Command.ANSWER:
            self.commands.settle(frame)
        if is_urgent(signals):
            await self.bring_urgent(frame, mark, signals, now)
        else:
            await self.bring_bulk(frame, mark, signals, now)

    def read(self, frame: Frame, now: float) -> list[Signal]:
        dialect = self.fleet.dialect
        content: Content | None = None
        if frame.command >= PRIVATE:
            content = Content(frame.command, raw=frame.data)
        elif frame.data:
            content = decode_content(frame.data, dialect)
        signals = signals_of(
            frame,
            content,
            vendor=self.fleet.vendor,
            dialect=dialect,
            received=now,
            states=self.post.states,
        )
        return self.post.duty.note(signals) if content is not None else signals

    async def bring_urgent(self, frame: Frame, mark: Mark, signals: list[Signal], now: float) -> None:
        """Confirmed once durable; meanwhile the caller may go on, up to a bound."""
        await self.unstored.acquire()
        stored = await self.post.urgent.bring(signals)
        self.post.resends.remember(mark, now, stored)
        self.keep(self.after_storing(frame, mark, signals, stored))

    async def after_storing(
        self, frame: Frame, mark: Mark, signals: list[Signal], stored: "asyncio.Future[bool]"
    ) -> None:
        try:
            durable = await stored
        finally:
            self.unstored.release()
        if durable:
            self.post.counts.urgent += len(signals)
            self.post.resends.remember(mark, time.time(), None)
            self.confirm(frame)
        else:
            self.post.counts.failed += 1
            self.post.resends.forget(mark)
            self.post.keep_failed(mark, signals)

    async def bring_bulk(self, frame: Frame, mark: Mark, signals: list[Signal], now: float) -> None:
        """Confirmed once it has a place; of a device that says too much it is dropped and counted."""
        if self.post.allowance.admits(self.fleet.vendor, frame.source, now, len(signals)):
            await self.post.bulk.bring(signals)
            self.post.counts.bulk += len(signals)
        else:
            self.post.counts.dropped += len(signals)
        self.post.resends.remember(mark, now, None)
        self.confirm(frame)

    async def confirm_when_stored(self, frame: Frame, stored: "asyncio.Future[bool] | None") -> None:
        if stored is None:
            self.confirm(frame)
        elif len(self.tasks) < 2 * MOST_UNSTORED:
            self.keep(self.confirm_after(frame, stored))

    async def confirm_after(self, frame: Frame, stored: "asyncio.Future[bool]") -> None:
        if await asyncio.shield(stored):
            self.confirm(frame)

    def confirm(self, frame: Frame) -> None:
        if frame.command == Command.ANSWER:
            return  # an answer is the end of its exchange
        self.post.counts.confirmed += 1
        self.reply(frame, Command.CONFIRM)

    def deny(self, frame: Frame) -> None:
        self.post.counts.denied += 1
        self.reply(frame, Command.DENY)

    def reply(self, frame: Frame, command: Command) -> None:
        dialect = self.fleet.dialect
        self.send(encode_frame(reply_to(frame, command, int(time.time()), dialect=dialect), dialect))

    def meet(self, source: bytes) -> None:
        """Remembers who can be reached on this line, for our own commands."""
        if source not in self.sources and len(self.sources) < MOST_SOURCES:
            self.sources[source] = None
            self.post.reachable[self.fleet.vendor, source] = self

    def look_at_clock(self, frame: Frame, now: float) -> None:
        """A clock that is off by more than half a minute is set (type 90), not more often than every five minutes."""
        sent = frame.sent_at(self.fleet.dialect)
        if frame.command != Command.DATA or (sent is not None and abs(sent - now) <= SKEW):
            return
        if sent is None and frame.tag == bytes(6):
            return  # a device without a clock
        if now - self.clock_set.get(frame.source, 0.0) < SET_AGAIN or len(self.clock_set) >= MOST_SOURCES:
            return
        self.clock_set[frame.source] = now
        self.keep(self.set_clock(frame))

    async def set_clock(self, frame: Frame) -> None:
        data = encode_content(90, [Moment(int(time.time()))], self.fleet.dialect)
        if await self.commands.order(frame.source, frame.destination, Command.CONTROL, data) is None:
            self.post.counts.unanswered += 1
        else:
            self.post.counts.clocks_set += 1

    def keep(self, coroutine: Any) -> None:
        """Runs beside; held, so that it is not collected while it waits."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def close(self) -> None:
        """The line is gone: nobody can be reached on it, our commands on it stay unanswered."""
        for source in self.sources:
            if self.post.reachable.get((self.fleet.vendor, source)) is self:
                del self.post.reachable[self.fleet.vendor, source]
        self.commands.close()
