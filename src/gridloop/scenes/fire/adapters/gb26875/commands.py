"""Our own commands to a device: sent up to four times, ten seconds each, until the same serial number comes back."""

import asyncio
import time
from collections.abc import Callable
from itertools import count

from gridloop.scenes.fire.adapters.gb26875.clock import encode_clock
from gridloop.scenes.fire.adapters.gb26875.frames import Command, Frame, encode_frame
from gridloop.scenes.fire.adapters.gb26875.profiles import Dialect

TIMEOUT = 10.0
RESENDS = 3
MOST_WAITING = 256


class Commands:
    """Commands under way on one line. Serial numbers go round within 16 bits."""

    def __init__(self, send: Callable[[bytes], None], dialect: Dialect, timeout: float = TIMEOUT) -> None:
        self.send, self.dialect, self.timeout = send, dialect, timeout
        self.numbers = count(1)
        self.waiting: dict[tuple[bytes, int], asyncio.Future[Frame | None]] = {}

    async def order(self, device: bytes, centre: bytes, command: Command, data: bytes = b"") -> Frame | None:
        """The device's confirmation, answer or denial; None where nothing came in forty seconds."""
        serial = next(self.numbers) & 0xFFFF
        if len(self.waiting) >= MOST_WAITING or (device, serial) in self.waiting:
            return None
        tag = encode_clock(int(time.time()), bcd=self.dialect.bcd)
        raw = encode_frame(Frame(serial, centre, device, command, data, tag), self.dialect)
        reply: asyncio.Future[Frame | None] = asyncio.get_running_loop().create_future()
        self.waiting[device, serial] = reply
        try:
            for _attempt in range(1 + RESENDS):
                self.send(raw)
                done, _pending = await asyncio.wait([reply], timeout=self.timeout)
                if done:
                    return reply.result()
            return None
        finally:
            del self.waiting[device, serial]

    def settle(self, frame: Frame) -> bool:
        """Whether this reply belonged to a command of ours."""
        reply = self.waiting.get((frame.source, frame.serial))
        if reply is None or reply.done():
            return False
        reply.set_result(frame)
        return True

    def close(self) -> None:
        for reply in self.waiting.values():
            if not reply.done():
                reply.set_result(None)
