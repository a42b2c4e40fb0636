"""Keeping a rate: how many are due at this tick, and what to do when the other side cannot keep up."""

import asyncio
import time
from collections.abc import AsyncIterator

TICK = 0.01


async def paced(rate: float, seconds: float) -> AsyncIterator[int]:
    """How many to send now, tick by tick, until the time is over; in all rate x seconds, even where ticks were late."""
    begun, sent = time.perf_counter(), 0
    while True:
        passed = min(time.perf_counter() - begun, seconds)
        due = int(rate * passed) - sent
        if due:
            sent += due
            yield due
        if passed >= seconds:
            return
        await asyncio.sleep(TICK)
