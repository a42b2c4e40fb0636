"""The territory's edition: one number that grows with every change, asked once a request."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.signals import request_finished, request_started
from django.db import connection

HELD_SECONDS = 1.0  # a long answer (a live stream) must not hold an old picture for ever

_held = threading.local()


def number() -> int:
    """The edition now; one tiny query, except inside a request or a `steady` block, where it is asked
    once.
    """
    if getattr(_held, "steady", 0) and time.monotonic() < getattr(_held, "until", 0.0):
        return int(_held.number)
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM territory_territoryedition WHERE id = 1")
        row = cursor.fetchone()
    found = int(row[0]) if row else 0
    if getattr(_held, "steady", 0):
        _held.number, _held.until = found, time.monotonic() + HELD_SECONDS
    return found


def grow() -> None:
    """Start a new edition, inside the transaction of the change.

    The number is the time in microseconds (or one more than before), so that an edition that was rolled back
    never shares its number with a later one.
    """
    with connection.cursor() as cursor:
        now = time.time_ns() // 1000
        cursor.execute(
            "INSERT INTO territory_territoryedition AS old (id, number) VALUES (1, %s)"
            " ON CONFLICT (id) DO UPDATE SET number ="
            " CASE WHEN excluded.number > old.number THEN excluded.number ELSE old.number + 1 END",
            [now],
        )
    _held.until = 0.0


@contextmanager
def steady() -> Iterator[None]:
    """Ask for the edition at most once a second inside this block: for batches and worker rounds."""
    _begin()
    try:
        yield
    finally:
        _end()


def _begin(**_signal: object) -> None:
    _held.steady, _held.until = getattr(_held, "steady", 0) + 1, 0.0


def _end(**_signal: object) -> None:
    _held.steady = max(0, getattr(_held, "steady", 0) - 1)


def _begin_request(**_signal: object) -> None:
    """A request starts from nothing, whatever a broken one left behind on this thread."""
    _held.steady, _held.until = 1, 0.0


request_started.connect(_begin_request)
request_finished.connect(_end)
