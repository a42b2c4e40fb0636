"""The worker loop: due timers, journal consumers and periodic jobs, in a thread beside the web or as a process of its own."""

import logging
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, connections
from django.db.models import F
from django.utils import timezone, translation

from gridloop.core.clocks import timers
from gridloop.core.clocks.models import Worker
from gridloop.core.clocks.periodic import LET_PASS, arm_jobs, calm, every, run_due_jobs
from gridloop.core.journal import consumers, sealing
from gridloop.core.journal.models import Entry

__all__ = ["every", "stop_on_signals", "work"]

TICK = 0.15  # seconds between looks when there is nothing to do
JOBS_TICK = 0.5
LINGER = 1.5  # seconds of looking again after the journal grew: an entry may commit late
SAFETY = 10.0  # seconds after which consumers are drained even if the journal seems unchanged
HEARTBEAT = 5.0
DATABASE_WAITS = (0.5, 1, 2, 5)
KEPT_DAYS = 7
SEAL_SECONDS = 10
MUCH = 200  # entries handed at once to consumers people wait for: more will be behind them
PATIENT = 25  # entries each of the others reads before those have their turn again
logger = logging.getLogger(__name__)


@every("seal_journal", SEAL_SECONDS, at_most=120)
def seal_journal() -> None:
    """Seal what has been journalled since."""
    sealing.seal_new_entries()


@every("clear_done_timers", 3600, at_most=600)
def clear_done_timers() -> None:
    """Forget timers handled long ago, and workers not seen for a day, some rows at a time."""
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    while timers.clear_done_timers(before):
        time.sleep(0.05)
    Worker.objects.filter(seen_at__lt=timezone.now() - timedelta(days=1)).delete()


class JournalTail:
    """Looks whether the journal has grown, so that idle consumers cost one small query."""

    def __init__(self) -> None:
        self.newest = -1
        self.until = 0.0
        self.look_anyway = 0.0

    def wants_draining(self) -> bool:
        newest = Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0
        now = time.monotonic()
        if newest != self.newest or now >= self.look_anyway:
            self.newest, self.until, self.look_anyway = newest, now + LINGER, now + SAFETY
        return now < self.until

    def stay(self) -> None:
        """There was something to hand over, so there may be more."""
        self.until = time.monotonic() + LINGER


def worker_name() -> str:
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(3)}"


def work(stop: threading.Event, *, once: bool = False, name: str = "") -> None:
    """Work until `stop` is set, or with `once` until nothing is due; waits and goes on when the database is away.

    What it writes into the county's records is in the county's language, whatever the terminal speaks.
    """
    with translation.override(settings.LANGUAGE_CODE):
        _work(stop, once=once, name=name or worker_name())


def _work(stop: threading.Event, *, once: bool, name: str) -> None:
    if once:
        work_once(name)
        return
    lane = threading.Thread(target=work_lane, args=(stop, run_jobs, name), name="gridloop-jobs", daemon=True)
    lane.start()
    try:
        work_lane(stop, run_timers, name)
    finally:
        calm.set()
        lane.join(timeout=10)


def work_once(name: str) -> None:
    """Everything that is due now, and what follows from it."""
    arm_jobs()
    run_due_jobs(name)
    while timers.handle_due(name) + sum(consumers.drain_all().values()):
        pass


def work_lane(stop: threading.Event, lane: object, name: str) -> None:
    """Run one lane again and again; a database that is away is waited for."""
    failures = 0
    while not stop.is_set():
        try:
            lane(stop, name)  # type: ignore[operator]
        except (DatabaseError, InterfaceError) as trouble:
            wait = DATABASE_WAITS[min(failures, len(DATABASE_WAITS) - 1)]
            failures += 1
            logger.warning("the database is away (%s); the worker looks again in %s s", trouble, wait)
            connection.close()
            stop.wait(wait)
        except Exception:
            failures += 1
            logger.exception("the worker stumbled and goes on")
            stop.wait(DATABASE_WAITS[-1])
    connections.close_all()


def run_timers(stop: threading.Event, name: str) -> None:
    """Consumers and timers, with a look every TICK; while much is to be told, timers wait for it, but not for long."""
    tail, handled, next_beat, next_timers = JournalTail(), 0, 0.0, 0.0
    with leases_returned(name):
        while not stop.is_set():
            busy = 0
            if tail.wants_draining() and (busy := read_journal()):
                tail.stay()
            if calm.is_set() or time.monotonic() >= next_timers:
                busy += timers.handle_due(name)
                next_timers = time.monotonic() + LET_PASS
            handled += busy
            if time.monotonic() >= next_beat:
                report_worker(name, handled)
                handled, next_beat = 0, time.monotonic() + HEARTBEAT
            if not busy:
                stop.wait(TICK)


def read_journal() -> int:
    """What people wait for first: while there is much of it, jobs and the other consumers stand aside."""
    handed = sum(consumers.drain_all(waited_for=True).values())
    if handed >= MUCH:
        calm.clear()
        return handed
    calm.set()
    return handed + sum(consumers.drain_all(waited_for=False, limit=PATIENT).values())


def run_jobs(stop: threading.Event, name: str) -> None:
    """Periodic jobs; one that takes long delays no timer."""
    arm_jobs()
    while not stop.is_set():
        run_due_jobs(name)
        stop.wait(JOBS_TICK)


@contextmanager
def leases_returned(name: str) -> Iterator[None]:
    """On a clean stop the worker gives back its leases and signs off."""
    yield
    timers.release_leases(name)
    Worker.objects.filter(name=name).delete()


def report_worker(name: str, handled: int) -> None:
    """Say that this worker lives, and how much it has handled."""
    now = timezone.now()
    alive = Worker.objects.filter(name=name).update(seen_at=now, handled=F("handled") + handled)
    if not alive:
        Worker.objects.create(name=name, started_at=now, seen_at=now, handled=handled)


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set; for a worker process."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    return stop
