"""Durable timers: set in the transaction of the change that needs them, handled at least once, completed exactly once.

A worker leases timers that are due, then completes them and runs their handler in one transaction: either both hold
or neither. A worker that dies leaves a lease that runs out, and another worker takes over.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from random import random
from typing import Any, NamedTuple

from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from gridloop.core.clocks.models import Timer
from gridloop.core.journal.actions import written_together
from gridloop.core.journal.rows import pour

PERIODIC = "every:"
LEASE = timedelta(seconds=20)
LEASED_AT_ONCE = 1000
HANDLED_AT_ONCE = (
    25  # timers of a single handler that share a transaction, so that SQLite's one writer is soon free
)
ATTEMPTS = 12  # with the waits below about nine hours
WAITS = (1, 5, 15, 60, 300, 900, 1800, 3600)  # seconds before each further attempt
RENEWED = (
    "topic",
    "due_at",
    "facts",
    "attempts",
    "leased_until",
    "leased_by",
    "done_at",
    "trouble",
    "made_at",
)
RENEWING = "ON CONFLICT (key) DO UPDATE SET " + ", ".join(f"{name} = EXCLUDED.{name}" for name in RENEWED)
SET = ("key", "topic", "due_at", "facts", "attempts", "leased_by", "trouble", "made_at")
logger = logging.getLogger(__name__)


class NewTimer(NamedTuple):
    """A timer to set: `topic` names the handler, `key` makes it unique."""

    key: str
    topic: str
    due_at: datetime
    facts: Mapping[str, Any] = {}


class Handler(NamedTuple):
    """What handles a topic: one timer at a time, or many at once. `kept`: handled timers still hold something."""

    handle: Callable[[Any], None]
    batch: bool
    kept: bool


HANDLERS: dict[str, Handler] = {}


def on(
    topic: str, *, batch: bool = False, kept: bool = False
) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Decorates the handler of a topic: `handle(timer)`, or with batch `handle(timers)` for a sequence of them.

    The handler runs inside the transaction that completes its timers. It may set the same key again. Timers handled
    one at a time share a transaction all the same, and what they record is written at its end.
    """

    def register(handle: Callable[[Any], None]) -> Callable[[Any], None]:
        HANDLERS[topic] = Handler(handle, batch, kept)
        return handle

    return register


@cache
def discover_handlers() -> None:
    """Import each app's `timers` module, once; ladders stand here and are known by themselves."""
    autodiscover_modules("timers")
    import_module("gridloop.core.clocks.ladder")


def set_timer(key: str, topic: str, due_at: datetime, facts: Mapping[str, Any] | None = None) -> None:
    """Set a timer, or move the one with this key; it is armed again even if it was done."""
    set_timers([NewTimer(key, topic, due_at, facts or {})])


def set_timers(timers: Iterable[NewTimer | tuple]) -> None:
    """Set many timers in one statement; of two with one key the later holds."""
    now = timezone.now()
    rows = {
        new[0]: (new[0], new[1], new[2], dict(new[3]) if len(new) > 3 else {}, 0, "", "", now)
        for new in timers
    }
    # Sorted: no two wait for each other.
    pour("clocks_timer", SET, [rows[key] for key in sorted(rows)], RENEWING)


def cancel_timer(key: str) -> bool:
    """Forget a timer; whether there was one still to come."""
    return cancel_timers([key]) == 1


def cancel_timers(keys: Iterable[str]) -> int:
    return Timer.objects.filter(key__in=list(keys), done_at=None).delete()[0]


def revive_timer(timer: Timer) -> bool:
    """Give a dead timer another life."""
    return (
        Timer.objects.filter(pk=timer.pk, done_at__isnull=False)
        .exclude(trouble="")
        .update(done_at=None, attempts=0, leased_until=None, leased_by="", due_at=timezone.now())
        == 1
    )


def waiting(now: datetime) -> QuerySet[Timer]:
    """Timers somebody should lease now. Periodic jobs have a lane of their own, so that a long one delays nothing."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    return Timer.objects.filter(free, done_at=None, due_at__lte=now).exclude(topic__startswith=PERIODIC)


def lease_timers(worker: str, *, limit: int = LEASED_AT_ONCE, lease: timedelta = LEASE) -> list[Timer]:
    """Take due timers for this worker, in order of their time; no two workers get the same one."""
    now = timezone.now()
    if not waiting(now).exists():  # an idle worker takes no write lock
        return []
    with transaction.atomic():
        due = waiting(now).order_by("due_at")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        timers = list(due[:limit])
        numbers = [timer.pk for timer in timers]
        leased = {"leased_until": now + lease, "leased_by": worker}
        Timer.objects.filter(pk__in=numbers).update(attempts=F("attempts") + 1, **leased)
    for timer in timers:
        timer.leased_until, timer.leased_by, timer.attempts = now + lease, worker, timer.attempts + 1
    return timers


def handle_due(worker: str, *, limit: int = LEASED_AT_ONCE) -> int:
    """Lease and handle what is due; returns how many timers were taken."""
    discover_handlers()
    timers = lease_timers(worker, limit=limit)
    by_topic: dict[str, list[Timer]] = {}
    for timer in in_fair_order(timers):
        if timer.attempts > ATTEMPTS:  # its handler has killed worker after worker
            put_off(timer, worker, timer.trouble or "the worker died each time")
        else:
            by_topic.setdefault(timer.topic, []).append(timer)
    for topic, group in by_topic.items():
        handle_topic(topic, group, worker)
    return len(timers)


def in_fair_order(timers: Sequence[Timer]) -> list[Timer]:
    """Those that failed before come last and shuffled, so that one that kills workers cannot hold up its neighbours."""
    return sorted(timers, key=lambda timer: random() if timer.attempts > 2 else 0)


def handle_topic(topic: str, timers: list[Timer], worker: str) -> None:
    handler = HANDLERS.get(topic)
    if handler is None:
        for timer in timers:
            put_off(timer, worker, f"nobody handles the topic {topic}")
        return
    size = len(timers) if handler.batch else HANDLED_AT_ONCE
    for start in range(0, len(timers), size):
        together = timers[start : start + size]
        try:
            complete(together, handler, worker)
        except DatabaseError as trouble:
            if not connection_is_usable():
                raise  # the database is away; the leases run out and the timers come again
            complete_alone(together, handler, worker, trouble)
        except Exception as trouble:
            complete_alone(together, handler, worker, trouble)


def complete(timers: Sequence[Timer], handler: Handler, worker: str) -> None:
    """Complete those still leased to this worker and run their handler, in one transaction."""
    with transaction.atomic():
        done = mark_done(timers, worker)
        kept = [timer for timer in timers if timer.pk in done]
        if handler.batch and kept:
            handler.handle(kept)
        elif not handler.batch:
            with written_together():
                for timer in kept:
                    handler.handle(timer)


def mark_done(timers: Sequence[Timer], worker: str) -> set[int]:
    """Complete those that are still this worker's; a timer moved, cancelled or just being moved is left alone.

    A row locked by somebody who moves a timer is skipped, never waited for: whoever moves one may hold a case.
    """
    mine = Timer.objects.filter(pk__in=[timer.pk for timer in timers], leased_by=worker, done_at=None)
    if connection.features.has_select_for_update_skip_locked:
        mine = mine.select_for_update(skip_locked=True)
    numbers = set(mine.values_list("pk", flat=True))
    Timer.objects.filter(pk__in=numbers).update(done_at=timezone.now(), trouble="")
    return numbers


def complete_alone(timers: Sequence[Timer], handler: Handler, worker: str, trouble: BaseException) -> None:
    """One of them failed and took the others with it: each alone, so that only the culprit waits."""
    if len(timers) == 1:
        put_off(timers[0], worker, describe(trouble))
        return
    for timer in timers:
        try:
            complete([timer], handler, worker)
        except Exception as own_trouble:
            if isinstance(own_trouble, DatabaseError) and not connection_is_usable():
                raise
            put_off(timer, worker, describe(own_trouble))


def put_off(timer: Timer, worker: str, trouble: str) -> None:
    """Try again later, after longer and longer waits; after the last attempt the timer is dead and stays visible."""
    now = timezone.now()
    mine = Timer.objects.filter(pk=timer.pk, leased_by=worker, done_at=None)
    if timer.attempts >= ATTEMPTS:
        logger.error("timer %s (%s) is dead: %s", timer.key, timer.topic, trouble)
        mine.update(done_at=now, trouble=trouble)
        return
    logger.warning("timer %s (%s) failed, attempt %d: %s", timer.key, timer.topic, timer.attempts, trouble)
    wait = timedelta(seconds=WAITS[min(timer.attempts, len(WAITS)) - 1])
    mine.update(leased_until=now + wait, leased_by="", trouble=trouble)


def describe(trouble: BaseException) -> str:
    return f"{type(trouble).__name__}: {trouble}"[:2000]


def connection_is_usable() -> bool:
    try:
        return connection.is_usable()
    except Exception:
        return False


def release_leases(worker: str) -> None:
    """A worker that stops cleanly gives back what it has not begun."""
    Timer.objects.filter(leased_by=worker, done_at=None).update(leased_until=None, leased_by="")


def clear_done_timers(before: datetime, *, limit: int = 5000) -> int:
    """Forget handled timers, some at a time; dead ones stay, and those that hold how far something has come."""
    discover_handlers()
    kept = [topic for topic, handler in HANDLERS.items() if handler.kept]
    done = Timer.objects.filter(done_at__lt=before, trouble="").exclude(topic__in=kept)
    numbers = done.order_by("done_at").values_list("pk", flat=True)
    return Timer.objects.filter(pk__in=list(numbers[:limit])).delete()[0]
