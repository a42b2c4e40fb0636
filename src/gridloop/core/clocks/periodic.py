"""Jobs that come back every so often, in one worker at a time."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from django.db import DatabaseError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from gridloop.core.clocks.models import Timer
from gridloop.core.clocks.timers import PERIODIC, connection_is_usable, describe, discover_handlers

Job = Callable[[], object]
logger = logging.getLogger(__name__)


class Periodic(NamedTuple):
    """A job, how often it comes, and how long it may take before another worker may try."""

    run: Job
    seconds: float
    at_most: float


JOBS: dict[str, Periodic] = {}
LET_PASS = 3.0  # seconds a job stands aside while people wait for news in the other lane of this process
calm = threading.Event()
calm.set()


def every(topic: str, seconds: float, *, at_most: float = 600) -> Callable[[Job], Job]:
    """Decorates a job without arguments that manages its own transactions. `at_most`: seconds one run may take."""

    def register(run: Job) -> Job:
        JOBS[f"{PERIODIC}{topic}"] = Periodic(run, seconds, at_most)
        return run

    return register


def arm_jobs() -> None:
    """Make sure every job has its timer; those that have one keep it, unless it lies beyond the job's period."""
    discover_handlers()
    now = timezone.now()
    Timer.objects.bulk_create(
        [Timer(key=topic, topic=topic, due_at=now) for topic in JOBS], ignore_conflicts=True
    )
    for topic, job in JOBS.items():
        Timer.objects.filter(key=topic, due_at__gt=now + timedelta(seconds=job.seconds)).update(due_at=now)


def run_due_jobs(worker: str) -> int:
    """Run each job that is due, one after another; returns how many ran."""
    ran = 0
    for timer in free_now().filter(key__in=list(JOBS)).order_by("due_at"):
        let_pass()
        if take_job(timer, JOBS[timer.key], worker):
            run_job(timer, JOBS[timer.key], worker)
            ran += 1
    return ran


def free_now() -> QuerySet[Timer]:
    now = timezone.now()
    return Timer.objects.filter(Q(leased_until=None) | Q(leased_until__lt=now), due_at__lte=now)


def let_pass() -> None:
    """Stand aside while the other lane tells people what has just happened; a long job asks now and then."""
    calm.wait(LET_PASS)


def take_job(timer: Timer, job: Periodic, worker: str) -> bool:
    """Lease one job by a conditional update: of many workers one wins."""
    until = timezone.now() + timedelta(seconds=job.at_most)
    still_free = free_now().filter(key=timer.key, due_at=timer.due_at)
    return still_free.update(leased_until=until, leased_by=worker, attempts=timer.attempts + 1) == 1


def run_job(timer: Timer, job: Periodic, worker: str) -> None:
    """Run it outside a transaction; a job that fails comes again at its next turn, its trouble visible."""
    trouble = ""
    try:
        job.run()
    except Exception as error:
        if connection.in_atomic_block and isinstance(error, DatabaseError):
            raise
        logger.exception("the job %s failed", timer.topic)
        trouble = describe(error)
        if not connection_is_usable():
            connection.close()
    with transaction.atomic():
        Timer.objects.filter(pk=timer.pk, leased_by=worker).update(
            due_at=timezone.now() + timedelta(seconds=job.seconds),
            leased_until=None,
            leased_by="",
            attempts=0 if not trouble else timer.attempts + 1,
            trouble=trouble,
        )
