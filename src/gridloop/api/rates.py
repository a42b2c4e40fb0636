"""How often a token may ask: a bucket a token in every process, filled steadily, holding ten seconds' worth.

A bucket lives in the memory of one process: with n web processes a token may ask up to n times its rate. That costs
no database write a request, which a counter shared by all processes would.
"""

import threading
import time
from collections import OrderedDict

from django.utils.translation import gettext_lazy as _

from gridloop.core.journal.errors import Refusal

SECONDS = 10.0  # how many seconds' worth may be asked for at once
REMEMBERED = 10_000


class TooOften(Refusal):
    """Asked too often; `seconds` says when to ask again."""

    status = 429
    code = "too_often"

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(_("Too many requests. Wait a moment, then go on more slowly."))


class Buckets:
    """(what is left, when it was looked at) of every one who asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def take(self, who: object, per_minute: int) -> None:
        """Take one from the bucket; raises TooOften when it is empty."""
        if per_minute <= 0:
            return
        speed, now = per_minute / 60, time.monotonic()
        full = max(1.0, speed * SECONDS)
        with self._lock:
            left, looked = self._kept.pop(who, (full, now))
            left = min(full, left + (now - looked) * speed)
            self._kept[who] = (left - 1 if left >= 1 else left, now)
            while len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
        if left < 1:
            raise TooOften(int((1 - left) / speed) + 1)

    def forget(self) -> None:
        with self._lock:
            self._kept.clear()


BUCKETS = Buckets()
