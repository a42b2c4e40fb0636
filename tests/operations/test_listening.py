"""The listener process: started beside web and worker where a scene listens."""

import asyncio
import os
import signal

from gridloop.operations.listening import hear, listening_modules
from gridloop.operations.serving import everything


def test_scene_that_listens_is_found_and_gets_its_process() -> None:
    assert "gridloop.scenes.fire.listening" in list(listening_modules())
    assert "listener" in [child.name for child in everything()]


def test_signal_lets_listeners_finish() -> None:
    ended = []

    async def listen() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append("finished")

    async def story() -> None:
        asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), signal.SIGTERM)
        await hear([listen, listen])

    asyncio.run(story())
    assert ended == ["finished"] * 2
