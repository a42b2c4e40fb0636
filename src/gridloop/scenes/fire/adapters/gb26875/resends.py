"""Frames that were sent again: known by source, serial, time tag and sum; stored once, confirmed each time."""

import asyncio
from collections import OrderedDict

Mark = tuple[str, bytes, int, bytes, int]
REMEMBERED_SECONDS = 600.0
REMEMBERED_UNTIMED = 60.0  # a device without a clock says the same bytes again when it means it


class Resends:
    """What became of the frames of the last ten minutes; bounded, the eldest are forgotten."""

    def __init__(self, most: int = 100_000) -> None:
        self.most = most
        self.known: OrderedDict[Mark, tuple[float, asyncio.Future[bool] | None]] = OrderedDict()

    def heard(self, mark: Mark, now: float) -> bool:
        """Whether this frame was taken in before."""
        found = self.known.get(mark)
        limit = REMEMBERED_SECONDS if any(mark[3]) else REMEMBERED_UNTIMED
        if found is not None and now - found[0] > limit:
            del self.known[mark]
            return False
        return found is not None

    def storing(self, mark: Mark) -> "asyncio.Future[bool] | None":
        """The first copy's way to the sink, where it is not at its end yet or came there."""
        return self.known[mark][1]

    def remember(self, mark: Mark, now: float, stored: "asyncio.Future[bool] | None") -> None:
        self.known[mark] = (now, stored)
        while len(self.known) > self.most:
            self.known.popitem(last=False)

    def forget(self, mark: Mark) -> None:
        """The first copy was not stored after all: the next one counts as the first."""
        self.known.pop(mark, None)
