"""Readers of the journal with durable cursors: in order, one worker at a time, nothing passed over.

A consumer's own changes and its cursor move in one transaction. The cursor's row is locked while it works: a
second worker passes by, and when a worker dies its lock goes with its connection, so another one takes over
at once.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.models import Cursor, Entry
from gridloop.core.journal.ordering import settled_position

log = logging.getLogger(__name__)

Handler = Callable[[Sequence[Entry]], None]
HALTED_AFTER = 8  # attempts on one entry, about four minutes; then somebody must look
LONGEST_WAIT = timedelta(minutes=5)
UNTROUBLED: dict[str, Any] = {"trouble": "", "failing": None, "attempts": 0, "try_at": None, "halted": False}
SCANNED_AT_ONCE = 20_000  # ids looked through for a consumer of few events before its cursor is moved


@dataclass(frozen=True)
class Consumer:
    """Who reads: `events` None means all. `forget` empties what the consumer keeps, before a replay.

    `waited_for`: people wait for what it does, so it reads before those for whom a few seconds are nothing.
    """

    name: str
    handle: Handler
    events: frozenset[str] | None = None
    forget: Callable[[], None] | None = None
    waited_for: bool = False


class TakenByAnother(Exception):
    """Another worker has this consumer in hand, or has already moved it on."""


registered: dict[str, Consumer] = {}


def consumer(
    name: str,
    events: Iterable[str] | None = None,
    *,
    forget: Callable[[], None] | None = None,
    waited_for: bool = False,
) -> Callable[[Handler], Handler]:
    """Register `handle(entries)` under a name that never changes; it must bear seeing an entry twice."""

    def register(handle: Handler) -> Handler:
        if name in registered:
            raise ValueError(f"two consumers are named '{name}'")
        registered[name] = Consumer(
            name, handle, None if events is None else frozenset(events), forget, waited_for
        )
        return handle

    return register


@cache
def discover() -> None:
    """Import the `consumers` module of every app that has one."""
    autodiscover_modules("consumers")


def consumer_named(name: str) -> Consumer:
    """The consumer of that name."""
    discover()
    if name not in registered:
        raise LookupError(f"no consumer is named '{name}'; there are: {', '.join(sorted(registered))}")
    return registered[name]


def drain_all(limit: int = 500, *, waited_for: bool | None = None) -> dict[str, int]:
    """Let every consumer read once, or only those people wait for, or only the others; how many entries each was handed."""
    discover()
    settled = settled_position()
    readers = [
        reader for reader in registered.values() if waited_for is None or reader.waited_for == waited_for
    ]
    return {reader.name: drain(reader.name, limit, settled=settled) for reader in readers}


def drain(name: str, limit: int = 500, *, settled: int | None = None) -> int:
    """Hand the next entries to one consumer and say how many: none if up to date, busy, or in trouble."""
    reader = consumer_named(name)
    cursor = Cursor.objects.filter(pk=name).first() or Cursor.objects.get_or_create(pk=name)[0]
    if cursor.try_at and cursor.try_at > timezone.now():
        return 0

    settled = settled_position() if settled is None else settled
    entries, until = next_entries(reader, cursor.position, settled, 1 if cursor.attempts else limit)
    if until <= cursor.position:
        return 0

    try:
        return hand_over(reader, cursor.position, entries, until)
    except TakenByAnother:
        return 0
    except Exception as error:
        if len(entries) == 1:
            note_trouble(cursor, entries[0], error)
            return 0
        log.warning(
            "journal: consumer '%s' raised on %s entries; trying them singly",
            name,
            len(entries),
            exc_info=error,
        )
        return hand_over_singly(reader, cursor, entries)


def next_entries(reader: Consumer, position: int, settled: int, limit: int) -> tuple[list[Entry], int]:
    """What the consumer has to see next, and the position it will have reached with that."""
    until = position
    while until < settled:
        start, until = until, settled if reader.events is None else min(settled, until + SCANNED_AT_ONCE)
        rows = Entry.objects.filter(id__gt=start, id__lte=until).order_by("id")
        if reader.events is not None:
            rows = rows.filter(event__in=reader.events)
        entries = list(rows[:limit])
        if entries:
            return entries, entries[-1].pk if len(entries) == limit else until
    return [], until


def hand_over(reader: Consumer, position: int, entries: Sequence[Entry], until: int) -> int:
    """Let the consumer do its work and move its cursor, together or not at all."""
    with transaction.atomic():
        ours = Cursor.objects.filter(pk=reader.name, position=position)
        if not ours.select_for_update(skip_locked=True).values_list("position"):
            raise TakenByAnother(reader.name)

        if entries:
            reader.handle(entries)

        moved = ours.update(position=until, moved_at=timezone.now(), **UNTROUBLED)
        if moved != 1:
            raise TakenByAnother(reader.name)
    return len(entries)


def hand_over_singly(reader: Consumer, cursor: Cursor, entries: Sequence[Entry]) -> int:
    """Go on one entry at a time, up to the one that fails."""
    for handled, entry in enumerate(entries):
        try:
            hand_over(reader, cursor.position, [entry], entry.pk)
        except TakenByAnother:
            return handled
        except Exception as error:
            note_trouble(cursor, entry, error)
            return handled
        cursor.position = entry.pk
    return len(entries)


def note_trouble(cursor: Cursor, entry: Entry, error: Exception) -> None:
    """Write down where and why a consumer stopped, and when it tries again.

    A halted consumer still tries now and then, so that it recovers when the cause is gone; it never passes
    over an entry.
    """
    attempts = cursor.attempts + 1
    wait = min(timedelta(seconds=2 ** min(attempts, 16)), LONGEST_WAIT)
    log.error(
        "journal: consumer '%s' failed on entry %s (%s), attempt %s",
        cursor.consumer, entry.pk, entry.event, attempts, exc_info=error,
    )  # fmt: skip
    Cursor.objects.filter(pk=cursor.consumer, position=cursor.position).update(
        failing=entry.pk,
        attempts=attempts,
        trouble=f"{entry.event} #{entry.pk}: {type(error).__name__}: {error}"[:2000],
        try_at=timezone.now() + wait,
        halted=attempts >= HALTED_AFTER,
    )


def retry(name: str) -> None:
    """Try a consumer in trouble again at once."""
    Cursor.objects.filter(pk=name).update(try_at=None)


def pass_over(name: str, *, by: Actor, reason: str) -> None:
    """Leave out the entry a consumer fails on: a person's decision, with its reason, and itself in the
    journal."""
    with transaction.atomic():
        cursor = Cursor.objects.select_for_update().get(pk=name)
        if cursor.failing is None:
            return
        record(
            "entry_passed_over",
            by=by,
            subject_kind="entry",
            subject=cursor.failing,
            words=reason,
            facts={"consumer": name},
        )
        Cursor.objects.filter(pk=name).update(position=cursor.failing, **UNTROUBLED)


def replay(name: str) -> None:
    """Start a consumer again from the first entry; what it keeps is emptied first if it says how."""
    reader = consumer_named(name)
    Cursor.objects.get_or_create(pk=name)
    with transaction.atomic():
        Cursor.objects.select_for_update().get(pk=name)
        if reader.forget:
            reader.forget()
        Cursor.objects.filter(pk=name).update(position=0, moved_at=timezone.now(), **UNTROUBLED)


def catch_up(name: str, *, progress: Callable[[int], None] = lambda handled: None, limit: int = 500) -> int:
    """Let one consumer read until it is up to date or stops in trouble; how many entries it was handed."""
    total = 0
    while handled := drain(name, limit):
        total += handled
        progress(total)
    return total
