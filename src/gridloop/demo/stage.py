"""Where invented lives are played: until when, with which numbers, and where what happens is told."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from random import Random

from django.utils import timezone

from gridloop.core.journal.models import Entry

Push = Callable[[Entry], None]


class NotYet(Exception):
    """The move would lie after now: the case stays open where it is."""


class Ids:
    """Numbers for rows that are written later."""

    def __init__(self, **first: int) -> None:
        self.next = dict(first)

    def take(self, table: str) -> int:
        self.next[table] = self.next.get(table, 0) + 1
        return self.next[table]


class Stage:
    """Where lives are played: until when, which numbers are free, and where entries go."""

    def __init__(
        self,
        *,
        now: datetime,
        push: Push,
        random: Random,
        ids: Ids | None = None,
        numbers: Iterable[str] = (),
    ) -> None:
        self.now, self.push, self.random = now, push, random
        self.ids = ids or Ids()
        self.numbers = set(numbers)  # those that cases bear already
        self.organisation_of: Mapping[int, int] = {}
        self.levels: Mapping[int, int] = {}  # post -> how high it acknowledges

    def number(self, at: datetime) -> str:
        day = f"{timezone.localtime(at):%Y%m%d}"
        while (number := f"{day}-{self.random.randrange(10**6):06d}") in self.numbers:
            pass
        self.numbers.add(number)
        return number
