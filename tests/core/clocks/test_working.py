"""The worker loop: quick, quiet, stopped cleanly, and taken over from when it is killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from gridloop.core.clocks import periodic, queries, timers, working
from gridloop.core.clocks.models import Timer, Worker
from gridloop.core.clocks.timers import on, set_timer, set_timers
from gridloop.core.journal.models import Seal

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("topics", "few_jobs")]


@pytest.fixture
def few_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the jobs of a test, and the sealing of the journal."""
    timers.discover_handlers()
    kept = {topic: job for topic, job in periodic.JOBS.items() if topic == "every:seal_journal"}
    monkeypatch.setattr(periodic, "JOBS", kept)


@contextmanager
def a_worker(name: str = "worker") -> Iterator[threading.Event]:
    stop = threading.Event()
    thread = threading.Thread(target=working.work, args=(stop,), kwargs={"name": name})
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(timeout=20)
        assert not thread.is_alive()


def wait_until(holds: Callable[[], object], seconds: float = 10) -> float:
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < seconds, "it never came"
        time.sleep(0.005)
    return time.monotonic() - begun


def test_a_worker_reacts_quickly_and_signs_off() -> None:
    seen = threading.Event()
    on("topic")(lambda timer: seen.set())
    with a_worker():
        wait_until(lambda: Worker.objects.filter(name="worker").exists())
        set_timer("a", "topic", timezone.now())
        assert wait_until(seen.is_set) < 2  # about 0.1 s on an idle machine
        wait_until(lambda: not Timer.objects.filter(key="a", done_at=None).exists())
        assert queries.living_workers().get().name == "worker"

    assert not Worker.objects.exists()


def test_two_workers_share_the_work_and_double_none() -> None:
    seen: list[str] = []
    on("topic")(lambda timer: seen.append(timer.key))
    set_timers(timers.NewTimer(f"{n}", "topic", timezone.now()) for n in range(300))
    with a_worker("one"), a_worker("two"):
        wait_until(lambda: not Timer.objects.filter(topic="topic", done_at=None).exists(), 30)

    assert sorted(seen) == sorted(f"{n}" for n in range(300))


def test_a_periodic_job_runs_in_one_worker_at_a_time_and_comes_again() -> None:
    running, most, runs = [0], [0], [0]

    def job() -> None:
        running[0] += 1
        most[0] = max(most[0], running[0])
        time.sleep(0.05)
        running[0] -= 1
        runs[0] += 1

    periodic.JOBS["every:count"] = periodic.Periodic(job, 0.2, 60)
    with a_worker("one"), a_worker("two"):
        wait_until(lambda: runs[0] >= 3)

    assert most[0] == 1


def test_a_job_that_fails_says_so_and_comes_again() -> None:
    runs: list[int] = []

    def job() -> None:
        runs.append(1)
        raise ValueError("cannot")

    periodic.JOBS["every:fail"] = periodic.Periodic(job, 0, 60)
    working.work(threading.Event(), once=True)
    assert Timer.objects.get(key="every:fail").trouble == "ValueError: cannot"
    working.work(threading.Event(), once=True)
    assert len(runs) == 2


def test_once_handles_what_is_due_and_what_follows() -> None:
    @on("first")
    def first(timer: Timer) -> None:
        set_timer("b", "second", timezone.now())

    seen: list[str] = []
    on("second")(lambda timer: seen.append(timer.key))
    set_timer("a", "first", timezone.now())

    working.work(threading.Event(), once=True)

    assert seen == ["b"]
    assert Seal.objects.count() == 0  # nothing was journalled, so nothing was sealed


def test_a_database_that_is_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = threading.Event()
    on("topic")(lambda timer: seen.set())
    away = [3]
    handle_due = timers.handle_due

    def handle(name: str) -> int:
        if away[0]:
            away[0] -= 1
            raise OperationalError("the database is starting up")
        return handle_due(name)

    monkeypatch.setattr(timers, "handle_due", handle)
    monkeypatch.setattr(working, "DATABASE_WAITS", (0.01, 0.05))
    set_timer("a", "topic", timezone.now())
    with a_worker():
        wait_until(seen.is_set)


SCRIPT = """
import os, sys, time, django
django.setup()
from gridloop.core.clocks import timers, working
@timers.on("slow")
def slow(timer):
    print("begun", flush=True)
    time.sleep(float(sys.argv[1]))
working.work(working.stop_on_signals(), name="child")
"""


def child(seconds: float) -> subprocess.Popen[bytes]:
    """A worker process of its own on the test database."""
    settings = connection.settings_dict
    address = f"sqlite:///{settings['NAME']}"
    if connection.vendor == "postgresql":
        address = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**settings)
    environment = {**os.environ, "DATABASE_URL": address}
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(seconds)], env=environment, stdout=subprocess.PIPE
    )


@pytest.mark.faults
def test_work_of_a_killed_worker_is_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    set_timer("a", "slow", timezone.now())
    process = child(60)
    assert process.stdout is not None and process.stdout.readline() == b"begun\n"
    process.kill()
    process.communicate()
    timer = Timer.objects.get(key="a")
    assert timer.done_at is None and timer.leased_by == "child"  # neither half done nor lost
    assert timer.leased_until is not None and timer.leased_until - timezone.now() < timedelta(seconds=30)

    Timer.objects.update(leased_until=timezone.now())
    seen = threading.Event()
    on("slow")(lambda timer: seen.set())
    with a_worker():
        wait_until(seen.is_set)


@pytest.mark.faults
def test_a_signal_stops_a_worker_after_what_it_has_begun() -> None:
    set_timer("a", "slow", timezone.now())
    process = child(0.3)
    assert process.stdout is not None and process.stdout.readline() == b"begun\n"
    process.send_signal(signal.SIGTERM)

    process.communicate(timeout=20)
    assert process.returncode == 0
    assert Timer.objects.get(key="a").done_at is not None
    assert not Worker.objects.filter(name="child").exists()
