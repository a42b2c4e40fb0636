"""Durable timers under load: how many a worker handles in a minute, how soon, and what waiting costs.

Run it on an empty database: `python bench/timers.py [--timers 100000]`, with DATABASE_URL for PostgreSQL; without, a
SQLite file of its own is used. Prints a table and writes bench/out/timers-<database>.json.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

FOLDER = tempfile.TemporaryDirectory()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridloop.settings")
os.environ["GRIDLOOP_DATA"] = FOLDER.name
os.environ.setdefault("GRIDLOOP_LOG_LEVEL", "WARNING")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{FOLDER.name}/bench.sqlite3")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from gridloop.core.clocks import ladder, timers, working, working_time  # noqa: E402
from gridloop.core.clocks.models import Timer  # noqa: E402
from gridloop.core.clocks.timers import NewTimer, on, set_timer, set_timers  # noqa: E402
from gridloop.core.journal import consumers  # noqa: E402
from gridloop.core.journal.actions import new_entry, record, record_all  # noqa: E402
from gridloop.core.journal.actor import SYSTEM  # noqa: E402
from gridloop.core.journal.models import Cursor, Entry  # noqa: E402
from gridloop.core.journal.rows import insert_together  # noqa: E402

OUT = Path(__file__).parent / "out"
WORKER = "import django; django.setup(); import bench_handlers; from gridloop.core.clocks import working; working.work(working.stop_on_signals())"


@on("bench_batch", batch=True)
def batch(together: list[Timer]) -> None:
    record_all(
        new_entry("bench_fired", by=SYSTEM, subject_kind="bench", subject=t.facts["n"]) for t in together
    )


@on("bench_single")
def single(timer: Timer) -> None:
    record("bench_fired", by=SYSTEM, subject_kind="bench", subject=timer.facts["n"])


def arm(topic: str, number: int) -> float:
    """Set so many timers, all due within the last minute; the seconds it took."""
    Timer.objects.all().delete()
    begun, now = time.perf_counter(), timezone.now()
    for start in range(0, number, 5000):
        block = range(start, min(start + 5000, number))
        set_timers(
            NewTimer(f"{topic}:{n}", topic, now - timedelta(milliseconds=n % 60000), {"n": n}) for n in block
        )
    return time.perf_counter() - begun


def arm_ladders(number: int) -> float:
    Timer.objects.all().delete()
    begun, now = time.perf_counter(), timezone.now()
    with transaction.atomic():
        for n in range(number):
            clock = ladder.Clock("completion", now - timedelta(hours=5), now, n)
            insert_together(*ladder.first_timers(f"case:{n + 1}", [clock]))
    return time.perf_counter() - begun


def handle_all() -> float:
    begun = time.perf_counter()
    while timers.handle_due("bench"):
        pass
    return time.perf_counter() - begun


def handle_with_processes(number: int) -> float:
    """The same with whole worker processes beside each other."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent), "GRIDLOOP_BENCH_CHILD": "1"}
    command = [sys.executable, "-c", WORKER.replace("bench_handlers", "timers")]
    children = [subprocess.Popen(command, env=environment) for _each in range(number)]
    time.sleep(6)
    arm("bench_batch", ARGUMENTS.timers)
    begun = time.perf_counter()
    while Timer.objects.filter(topic="bench_batch", done_at=None).exists():
        time.sleep(0.05)
    took = time.perf_counter() - begun
    for child in children:
        child.terminate()
    for child in children:
        child.wait(timeout=60)
    return took


def milliseconds_each(action: Callable[[int], object], rounds: int = 500) -> float:
    begun = time.perf_counter()
    for number in range(rounds):
        with transaction.atomic():
            action(number)
    return (time.perf_counter() - begun) / rounds * 1000


def measure_worker() -> dict[str, float]:
    """How soon a running worker reacts, and what it costs while nothing happens."""
    Timer.objects.all().delete()
    newest = Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0
    consumers.discover()
    for name in consumers.registered:  # nothing is to be caught up with while waiting is measured
        Cursor.objects.update_or_create(pk=name, defaults={"position": newest})
    seen: list[float] = []
    on("bench_soon")(lambda timer: seen.append(time.perf_counter()))
    stop = threading.Event()
    thread = threading.Thread(target=working.work, args=(stop,))
    thread.start()
    time.sleep(3)
    waits = []
    for number in range(40):
        begun = time.perf_counter()
        set_timer(f"soon:{number}", "bench_soon", timezone.now())
        while len(seen) <= number:
            time.sleep(0.001)
        waits.append((seen[number] - begun) * 1000)
        time.sleep(0.05)
    time.sleep(3)
    before, begun = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    time.sleep(10)
    after = resource.getrusage(resource.RUSAGE_SELF)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    idle = spent / (time.perf_counter() - begun) * 100
    stop.set()
    thread.join()
    waits.sort()
    return {"latency_median_ms": waits[20], "latency_worst_ms": waits[-1], "idle_cpu_percent": idle}


def main() -> None:
    call_command("migrate", verbosity=0)
    number = ARGUMENTS.timers
    results: dict[str, float] = {"timers": number}
    results["set_seconds"] = arm("bench_batch", number)
    results["batch_seconds"] = handle_all()
    arm("bench_single", number)
    results["single_seconds"] = handle_all()
    arm_ladders(number // 5)
    results["ladders"] = number // 5
    results["ladder_seconds"] = handle_all()
    if ARGUMENTS.workers and connection.vendor == "postgresql":
        results[f"batch_seconds_{ARGUMENTS.workers}_workers"] = handle_with_processes(ARGUMENTS.workers)
    now = timezone.now()
    results["set_one_ms"] = milliseconds_each(
        lambda n: set_timer(f"x:{n}", "bench_later", now + timedelta(days=1))
    )
    results["keep_fresh_ladder_ms"] = milliseconds_each(
        lambda n: ladder.keep_ladders(f"case:{10**7 + n}", [("completion", now, now + timedelta(days=9), n)])
    )
    results["keep_unchanged_ladder_ms"] = milliseconds_each(
        lambda n: ladder.keep_ladders(f"case:{10**7 + n}", [("completion", now, now + timedelta(days=9), n)])
    )
    results["due_us"] = (
        milliseconds_each(lambda n: [working_time.due(now, 7, "working_days") for _ in range(100)], 50) * 10
    )
    results |= measure_worker()
    for name, value in results.items():
        print(f"{name:34} {value:12.2f}")
    OUT.mkdir(exist_ok=True)
    (OUT / f"timers-{connection.vendor}.json").write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--timers", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2)
    ARGUMENTS = parser.parse_args()
    main()
