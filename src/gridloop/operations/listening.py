"""The listener process: what every scene with a `listening` module hears from outside, in one event loop."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from gridloop import scenes
from gridloop.operations.standing_up import stand_up

Listen = Callable[[], Awaitable[None]]
logger = logging.getLogger(__name__)


def listening_modules() -> Iterator[str]:
    """The modules' names, found without setting Django up."""
    for found in iter_modules(scenes.__path__):
        name = f"{scenes.__name__}.{found.name}.listening"
        if found.ispkg and find_spec(name):
            yield name


def listen_until_stopped() -> int:
    """Until SIGTERM or Ctrl-C; then what is in hand is written."""
    stand_up()
    heard = [import_module(name).listen for name in listening_modules()]
    asyncio.run(hear(heard))
    return 0


async def hear(heard: list[Listen]) -> None:
    """All of them beside each other. One that fails ends the process, and the supervisor starts it anew."""
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    works = [asyncio.ensure_future(listen()) for listen in heard]
    waiting = asyncio.ensure_future(stopped.wait())
    done, _pending = await asyncio.wait([*works, waiting], return_when=asyncio.FIRST_COMPLETED)
    for work in (*works, waiting):
        work.cancel()
    ended = await asyncio.gather(*works, return_exceptions=True)
    if waiting not in done:
        for end in ended:
            if isinstance(end, BaseException) and not isinstance(end, asyncio.CancelledError):
                raise end
