"""A transmission device that speaks the standard: for tests, the simulator and trying a centre by hand."""

import asyncio
import time
from collections.abc import Sequence
from itertools import count
from random import Random
from typing import Any, Self, cast

from gridloop.scenes.fire.adapters.gb26875.clock import encode_clock
from gridloop.scenes.fire.adapters.gb26875.frames import Command, Frame, encode_frame, reply_to
from gridloop.scenes.fire.adapters.gb26875.objects import (
    ComponentState,
    Moment,
    TransmitterOperation,
    TransmitterState,
    decode_content,
    encode_content,
)
from gridloop.scenes.fire.adapters.gb26875.profiles import STANDARD, Dialect
from gridloop.scenes.fire.adapters.gb26875.reader import Reader

CENTRE = bytes(6)
FIRE, NORMAL = 0b11, 0b01  # state words of a component


def damaged(raw: bytes, random: Random) -> bytes:
    """The frame with one byte changed, lost or added, as a bad line does it."""
    at, way = random.randrange(len(raw)), random.randrange(3)
    if way == 0:
        return raw[:at] + bytes([raw[at] ^ random.randrange(1, 256)]) + raw[at + 1 :]
    if way == 1:
        return raw[:at] + raw[at + 1 :]
    return raw[:at] + bytes([random.randrange(256)]) + raw[at:]


class Line:
    """One TCP or UDP line to a centre, over which one or many transmitters speak. `on_duty`: presses the button."""

    def __init__(self, dialect: Dialect = STANDARD, *, timeout: float = 10.0, on_duty: bool = True) -> None:
        self.dialect, self.timeout, self.on_duty = dialect, timeout, on_duty
        self.reader = Reader(dialect)
        self.serials = count(1)
        self.waiting: dict[tuple[bytes, int], asyncio.Future[int]] = {}
        self.transport: asyncio.BaseTransport | None = None
        self.udp = False
        self.clock_off = 0  # seconds this device's clock is wrong
        self.heard: list[Frame] = []  # commands of the centre, newest last
        self.tasks: set[asyncio.Task[Any]] = set()
        self.closed = asyncio.Event()

    async def open(self, host: str, port: int, *, udp: bool = False) -> Self:
        loop, self.udp = asyncio.get_running_loop(), udp
        if udp:
            await loop.create_datagram_endpoint(lambda: Ear(self), remote_addr=(host, port))
        else:
            await loop.create_connection(lambda: Ear(self), host, port)
        return self

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()

    def now(self) -> int:
        return int(time.time()) + self.clock_off

    def frame(self, source: bytes, data: bytes = b"", command: Command = Command.DATA) -> Frame:
        tag = encode_clock(self.now(), bcd=self.dialect.bcd)
        return Frame(next(self.serials) & 0xFFFF, source, CENTRE, command, data, tag)

    def put(self, raw: bytes) -> None:
        """Raw bytes on the line, whatever they are."""
        if self.transport is None or self.transport.is_closing():
            return
        if self.udp:
            cast("asyncio.DatagramTransport", self.transport).sendto(raw)
        else:
            cast("asyncio.WriteTransport", self.transport).write(raw)

    def promise(self, frame: Frame) -> "asyncio.Future[int]":
        """The command with which the centre will reply to this frame."""
        reply: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.waiting[frame.source, frame.serial] = reply
        return reply

    async def deliver(self, frame: Frame, *, resends: int = 3) -> int | None:
        """Sends until the centre replies: CONFIRM or DENY, or None where it kept silent."""
        raw, reply = encode_frame(frame, self.dialect), self.promise(frame)
        try:
            for _attempt in range(1 + resends):
                self.put(raw)
                done, _pending = await asyncio.wait([reply], timeout=self.timeout)
                if done:
                    return reply.result()
            return None
        finally:
            self.waiting.pop((frame.source, frame.serial), None)

    async def say(self, source: bytes, kind: int, objects: Sequence[Any], *, raw: bytes = b"") -> int | None:
        """One frame of data with its reply."""
        return await self.deliver(self.frame(source, encode_content(kind, objects, self.dialect, raw=raw)))

    async def beat(self, source: bytes) -> int | None:
        """A heartbeat: command 2 without data."""
        return await self.deliver(self.frame(source))

    async def register(self, source: bytes) -> int | None:
        """The first frame of a line: a dialect's registration (142 bytes in all), else the transmitter's state."""
        if self.dialect.registration:
            return await self.say(source, self.dialect.registration, (), raw=b"\x01" + bytes(110))
        return await self.say(source, 21, [TransmitterState(1, self.now())])

    async def raise_alarm(self, source: bytes, component: int, place: bytes, text: str = "") -> int | None:
        """A detector sees fire."""
        state = ComponentState(1, 1, component, place, FIRE, text, self.now())
        return await self.say(source, 2, [state])

    async def storm(self, source: bytes, alarms: int, *, component: int = 40) -> list[int | None]:
        """So many detectors of one transmitter at once, one frame each, all in one breath."""
        places = [number.to_bytes(4, "little") for number in range(alarms)]
        return await asyncio.gather(*(self.raise_alarm(source, component, place) for place in places))

    def hear(self, chunk: bytes) -> None:
        for each in self.reader.feed(chunk):
            if not isinstance(each, Frame):
                continue
            if each.command in (Command.CONFIRM, Command.DENY):
                reply = self.waiting.get((each.destination, each.serial))
                if reply is not None and not reply.done():
                    reply.set_result(each.command)
            else:
                self.obey(each)

    def obey(self, order: Frame) -> None:
        """Clock settings are followed, duty checks answered by whoever is on duty, everything confirmed."""
        self.heard = [*self.heard[-99:], order]
        self.put(
            encode_frame(reply_to(order, Command.CONFIRM, self.now(), dialect=self.dialect), self.dialect)
        )
        content = decode_content(order.data, self.dialect)
        if content.kind == 90 and isinstance(content.objects[0], Moment) and content.objects[0].at:
            self.clock_off = content.objects[0].at - int(time.time())
        if content.kind == 91 and self.on_duty:
            task = asyncio.get_running_loop().create_task(self.press(order.destination))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def press(self, source: bytes) -> int | None:
        """The button that answers a duty check: operation bit 5."""
        return await self.say(source, 24, [TransmitterOperation(1 << 5, 1, self.now())])


class Ear(asyncio.Protocol, asyncio.DatagramProtocol):
    """Hands what a transport hears to its line."""

    def __init__(self, line: Line) -> None:
        self.line = line

    def connection_made(self, transport: Any) -> None:
        self.line.transport = transport

    def data_received(self, data: bytes) -> None:
        self.line.hear(data)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.line.hear(data)

    def connection_lost(self, wrong: Exception | None) -> None:
        self.line.closed.set()
