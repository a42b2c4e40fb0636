"""Carries out the duty checks that were asked for on the desk."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from gridloop.scenes.fire.adapters.gb26875.server import Server
from gridloop.scenes.fire.registry.duty import Wanted, finish, take_waiting

LOOK_EVERY = 2.0
Do = Callable[..., Awaitable[Any]]


async def check_duties(server: Server, do: Do, *, every: float = LOOK_EVERY) -> None:
    """Until cancelled. `do` runs what talks to the database, waiting for one that is away."""
    running: set[asyncio.Task[None]] = set()
    while True:
        for wanted in await do(take_waiting):
            task = asyncio.create_task(check_one(server, wanted, do))
            running.add(task)
            task.add_done_callback(running.discard)
        await asyncio.sleep(every)


async def check_one(server: Server, wanted: Wanted, do: Do) -> None:
    answer = await server.check_duty(wanted.vendor, wanted.source, wanted.minutes)
    await do(lambda: finish(wanted.check, reached=answer.reached, seconds=answer.seconds))
