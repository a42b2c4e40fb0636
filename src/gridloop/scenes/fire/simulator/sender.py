"""The sending side of MQTT: messages thrown (QoS 0) or sent until the broker has them (QoS 1)."""

import asyncio
from types import TracebackType
from typing import Self

from gridloop.scenes.fire.adapters.mqtt import Batch, Broker, Line, open_line, publish_packet

MOST_UNACKNOWLEDGED = 1_000


class SendingLine(Line):
    """A line that remembers what the broker has not acknowledged."""

    def __init__(self, client: str, broker: Broker) -> None:
        super().__init__(client, broker, (), ignore)
        self.waiting: dict[int, asyncio.Future[None]] = {}
        self.may_write = asyncio.Event()
        self.may_write.set()

    def acknowledged(self, number: int) -> None:
        waiting = self.waiting.pop(number, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.may_write.set()
        for waiting in self.waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectionError("the broker is gone"))
        self.waiting.clear()

    def pause_writing(self) -> None:
        self.may_write.clear()

    def resume_writing(self) -> None:
        self.may_write.set()


def ignore(batch: Batch) -> None:
    """Nothing is subscribed to."""


class Sender:
    """`async with Sender.to("mqtt://...") as sender`."""

    def __init__(self, broker: Broker, *, client: str = "") -> None:
        self.broker, self.client = broker, client
        self.number = 0
        self.room = asyncio.Semaphore(MOST_UNACKNOWLEDGED)

    @classmethod
    def to(cls, address: str, *, client: str = "") -> "Sender":
        return cls(Broker.at(address), client=client)

    async def __aenter__(self) -> Self:
        self.line = SendingLine(self.client, self.broker)
        await open_line(self.line, self.broker)
        await asyncio.wait_for(self.line.ready, 10)
        if self.line.lost.done():
            raise ConnectionError(self.line.trouble)
        self.pings = asyncio.create_task(self.line.beat(10))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pings.cancel()
        if self.line.transport is not None:
            self.line.write(b"\xe0\0")
            self.line.transport.close()
            await asyncio.wait([self.line.lost], timeout=5)

    def throw(self, topic: str | bytes, payload: bytes) -> None:
        """Sent once, never asked after."""
        self.line.write(publish_packet(topic, payload))

    def throw_many(self, packets: bytes) -> None:
        """Ready-made packets."""
        self.line.write(packets)

    async def send(self, topic: str | bytes, payload: bytes) -> None:
        """Comes back when the broker has it."""
        async with self.room:
            self.number = self.number % 65535 + 1
            while self.number in self.line.waiting:
                self.number = self.number % 65535 + 1
            done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            if self.line.transport is None:
                raise ConnectionError("the broker is gone")
            self.line.waiting[self.number] = done
            self.line.write(publish_packet(topic, payload, number=self.number))
            await done
