"""Two ways to the sink: one for what must be durable before it is confirmed, one for the bulk."""

import asyncio
import logging
from collections.abc import Sequence

from gridloop.scenes.fire.ingest.signals import Signal, Sink

log = logging.getLogger(__name__)
BATCH = 2000  # signals handed to the sink at once, at most


class Lane:
    """Hands over whatever has gathered while the sink was busy, in order; the first of a quiet time goes at once.

    It holds `most` bundles at most: whoever brings more waits (back-pressure).
    """

    def __init__(self, sink: Sink, most: int) -> None:
        self.sink = sink
        self.queue: asyncio.Queue[tuple[Sequence[Signal], asyncio.Future[bool]]] = asyncio.Queue(most)
        self.handed = 0
        self.failures = 0

    async def bring(self, signals: Sequence[Signal]) -> "asyncio.Future[bool]":
        """Comes back when the bundle has a place; the future says whether it became durable."""
        stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        await self.queue.put((signals, stored))
        return stored

    @property
    def full(self) -> bool:
        return self.queue.full()

    async def run(self) -> None:
        while True:
            bundles = [await self.queue.get()]
            count = len(bundles[0][0])
            while count < BATCH and not self.queue.empty():
                bundles.append(self.queue.get_nowait())
                count += len(bundles[-1][0])
            stored = await self.hand_over([signal for signals, _stored in bundles for signal in signals])
            for _signals, future in bundles:
                if not future.done():
                    future.set_result(stored)

    async def hand_over(self, signals: Sequence[Signal]) -> bool:
        """Whether the sink took them. What it did not take is not confirmed, so the devices send it again."""
        try:
            await self.sink(signals)
        except Exception:
            self.failures += 1
            log.exception("The sink took none of %d signals", len(signals))
            return False
        self.handed += len(signals)
        return True
