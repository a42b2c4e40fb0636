"""MQTT 3.1.1 as a receiver needs it: messages in bulk, acknowledged when the receiver says so, memory bounded."""

import asyncio
import logging
import random
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

CONNACK, PUBLISH, PUBACK, SUBACK, PINGREQ, PINGRESP = 2, 3, 4, 9, 12, 13
REFUSALS = {
    1: "the broker does not speak MQTT 3.1.1",
    2: "the broker refuses this client's name",
    3: "the broker is not available",
    4: "wrong user or password",
    5: "this user may not connect",
}
HIGH, LOW = 20_000, 5_000  # messages handed over and not yet finished: stop reading, read on
LARGEST = 1 << 20  # bytes of one packet; a longer one is not ours
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Broker:
    """Where a broker is and how one signs in there: mqtt://user:password@host:1883 or mqtts://..."""

    host: str = "127.0.0.1"
    port: int = 1883
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False

    @classmethod
    def at(cls, address: str) -> "Broker":
        parts = urlsplit(address if "://" in address else f"mqtt://{address}")
        tls = parts.scheme == "mqtts"
        return cls(
            parts.hostname or "127.0.0.1",
            parts.port or (8883 if tls else 1883),
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            tls,
        )


class Batch:
    """The messages of one read. `finish` tells the broker that they are safe, so it forgets them."""

    __slots__ = ("ids", "line", "payloads", "topics")

    def __init__(self, line: "Line", topics: list[bytes], payloads: list[bytes], ids: list[int]) -> None:
        self.line, self.topics, self.payloads, self.ids = line, topics, payloads, ids

    def finish(self) -> None:
        self.line.finish(self)


Take = Callable[[Batch], None]


def remaining_length(length: int) -> bytes:
    made = bytearray()
    while True:
        length, digit = divmod(length, 128)
        made.append(digit | 128 if length else digit)
        if not length:
            return bytes(made)


def text(words: str | bytes) -> bytes:
    raw = words.encode() if isinstance(words, str) else words
    return struct.pack("!H", len(raw)) + raw


def packet(first: int, body: bytes) -> bytes:
    return bytes((first,)) + remaining_length(len(body)) + body


def connect_packet(client: str, broker: Broker, *, clean: bool, keep_alive: int) -> bytes:
    flags = (2 if clean else 0) | (0x80 if broker.user else 0) | (0x40 if broker.password else 0)
    body = text("MQTT") + bytes((4, flags)) + struct.pack("!H", keep_alive) + text(client)
    if broker.user:
        body += text(broker.user)
    if broker.password:
        body += text(broker.password)
    return packet(0x10, body)


def subscribe_packet(topics: Sequence[str], quality: int) -> bytes:
    return packet(0x82, b"\0\1" + b"".join(text(topic) + bytes((quality,)) for topic in topics))


def publish_packet(topic: str | bytes, payload: bytes, *, number: int = 0, again: bool = False) -> bytes:
    """A message; with a number it asks for an acknowledgement (QoS 1)."""
    first = 0x30 | (2 if number else 0) | (8 if again else 0)
    return packet(first, text(topic) + (struct.pack("!H", number) if number else b"") + payload)


class Garbled(Exception):
    """Bytes that are not MQTT: the line is closed and opened anew."""


class Line(asyncio.Protocol):
    """One connection to a broker."""

    def __init__(
        self,
        client: str,
        broker: Broker,
        topics: Sequence[str],
        take: Take,
        *,
        clean: bool = True,
        quality: int = 0,
        keep_alive: int = 30,
    ) -> None:
        self.opening = connect_packet(client, broker, clean=clean, keep_alive=keep_alive)
        self.topics, self.quality, self.take = topics, quality, take
        self.transport: asyncio.Transport | None = None
        self.rest = b""
        self.handed = 0  # messages handed over and not yet finished
        self.reading = True
        self.trouble = ""
        self.heard = True
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        self.write(self.opening)

    def connection_lost(self, error: Exception | None) -> None:
        self.transport = None
        self.trouble = self.trouble or (str(error) if error else "the broker closed the line")
        for future in (self.lost, self.ready):
            if not future.done():
                future.set_result(None)

    def write(self, data: bytes) -> None:
        if self.transport is not None:
            self.transport.write(data)

    def close(self, trouble: str = "") -> None:
        self.trouble = self.trouble or trouble
        if self.transport is not None:
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        self.heard = True
        try:
            self.read(self.rest + data if self.rest else data)
        except Garbled as trouble:
            self.close(str(trouble))

    def read(self, data: bytes) -> None:
        """Every whole packet in the data; what is left waits for the next read."""
        place, size = 0, len(data)
        topics: list[bytes] = []
        payloads: list[bytes] = []
        ids: list[int] = []
        while size - place >= 2:
            first, length, begin = data[place], data[place + 1], place + 2
            if length & 128:
                length, begin = long_length(data, place + 1)
                if not begin:
                    break
            end = begin + length
            if end > size:
                break
            if first >> 4 == PUBLISH:
                body = begin + 2 + (data[begin] << 8 | data[begin + 1]) if length > 1 else end + 1
                number = 0
                topic_end = body
                if first & 6:
                    number = data[body] << 8 | data[body + 1] if body + 2 <= end else 0
                    body += 2
                if body > end or first & 4:
                    raise Garbled("a message that does not fit its packet")
                topics.append(data[begin + 2 : topic_end])
                payloads.append(data[body:end])
                ids.append(number)
            else:
                self.answer(first, data[begin:end])
            place = end
        self.rest = data[place:] if place else data
        if topics:
            self.hand_over(Batch(self, topics, payloads, ids))

    def answer(self, first: int, body: bytes) -> None:
        """What is no message: the broker's replies."""
        what = first >> 4
        if what == CONNACK:
            if len(body) != 2 or body[1]:
                raise Garbled(REFUSALS.get(body[1] if len(body) == 2 else 0, "the broker refuses"))
            if self.topics:
                self.write(subscribe_packet(self.topics, self.quality))
            else:
                self.is_ready()
        elif what == SUBACK:
            if 0x80 in body[2:]:
                raise Garbled("the broker refuses a topic")
            self.is_ready()
        elif what == PUBACK and len(body) == 2:
            self.acknowledged(body[0] << 8 | body[1])
        elif what not in (PINGRESP, PUBACK):
            raise Garbled(f"an unexpected packet ({what})")

    def is_ready(self) -> None:
        if not self.ready.done():
            self.ready.set_result(None)

    def acknowledged(self, number: int) -> None:
        """The broker has one of our messages; a sender overrides this."""

    def hand_over(self, batch: Batch) -> None:
        self.handed += len(batch.topics)
        if self.reading and self.handed > HIGH and self.transport is not None:
            self.reading = False
            self.transport.pause_reading()
        self.take(batch)

    def finish(self, batch: Batch) -> None:
        """The batch is safe: acknowledge what asked for it. After the line was lost the broker sends it again."""
        self.handed -= len(batch.topics)
        if self.transport is None:
            return
        acks = [b"\x40\x02" + number.to_bytes(2) for number in batch.ids if number]
        if acks:
            self.write(b"".join(acks))
        if not self.reading and self.handed < LOW:
            self.reading = True
            self.transport.resume_reading()

    async def beat(self, seconds: float) -> None:
        """A ping now and then; a broker that says nothing at all in between is gone."""
        while not self.lost.done():
            self.heard = False
            self.write(b"\xc0\0")
            await asyncio.wait([self.lost], timeout=seconds)
            if not self.heard and self.reading:
                self.close("the broker does not answer")


def long_length(data: bytes, place: int) -> tuple[int, int]:
    """(length, where the body begins) of a packet of 128 bytes and more; begin 0: not all there yet."""
    length = 0
    for digit in range(4):
        if place + digit >= len(data):
            return 0, 0
        byte = data[place + digit]
        length |= (byte & 127) << (7 * digit)
        if byte < 128:
            if length > LARGEST:
                raise Garbled("a packet that is too long")
            return length, place + digit + 1
    raise Garbled("a length without end")


async def keep_line(make: Callable[[], Line], broker: Broker, *, name: str) -> None:
    """Connected until cancelled: a lost line is opened again, at once at first, later with longer pauses."""
    failures = 0
    while True:
        line: Line | None = None
        try:
            line = make()
            await open_line(line, broker)
            await asyncio.wait_for(line.ready, 10)
            if not line.lost.done():
                logger.info("%s: connected to %s:%s", name, broker.host, broker.port)
                failures = 0
                await line.beat(10)
            trouble = line.trouble
        except (OSError, TimeoutError) as error:
            trouble = str(error) or type(error).__name__
        finally:
            if line is not None:
                line.close()
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**failures) * random.uniform(0.5, 1)
        failures += 1
        logger.warning("%s: %s; the next try in %.1f s", name, trouble, pause)
        await asyncio.sleep(pause)


async def open_line(line: Line, broker: Broker) -> None:
    loop = asyncio.get_running_loop()
    await asyncio.wait_for(
        loop.create_connection(lambda: line, broker.host, broker.port, ssl=broker.tls or None), 10
    )
