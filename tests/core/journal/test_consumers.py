"""Consumers: at least once, in order, one at a time, and never past an entry that fails."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from gridloop.core.journal import consumers
from gridloop.core.journal.consumers import (
    HALTED_AFTER,
    catch_up,
    consumer,
    drain,
    drain_all,
    pass_over,
    replay,
    retry,
)
from gridloop.core.journal.models import Cursor, Entry
from gridloop.core.journal.queries import entries_of, readings
from tests.core.journal.story import WANG, happen, happens


class Ledger:
    """A consumer that keeps what it saw in memory and fails on request."""

    def __init__(self, name: str = "ledger", **options: object) -> None:
        self.seen: list[int] = []
        self.calls = 0
        self.poison: set[int] = set()
        consumer(name, **options)(self.handle)

    def handle(self, entries: Sequence[Entry]) -> None:
        self.calls += 1
        for entry in entries:
            if entry.pk in self.poison:
                raise ValueError("cannot digest this")
        self.seen += [entry.pk for entry in entries]


@pytest.mark.django_db
def test_consumer_reads_everything_once_in_order():
    ledger = Ledger()
    made = [entry.pk for entry in happen(7)]
    assert drain("ledger", 5) == 5
    assert drain("ledger", 5) == 2
    assert drain("ledger", 5) == 0
    assert ledger.seen == made
    assert Cursor.objects.get(pk="ledger").position == made[-1]


@pytest.mark.django_db
def test_consumer_of_some_events_passes_the_others(monkeypatch):
    ledger = Ledger(events=["case_closed"])
    monkeypatch.setattr(consumers, "SCANNED_AT_ONCE", 3)
    happen(10)
    closed = happens("case_closed")
    happen(4)
    later = happens("case_closed")
    last = happen(2)[-1]

    assert catch_up("ledger") == 2
    assert ledger.seen == [closed.pk, later.pk]
    assert Cursor.objects.get(pk="ledger").position == last.pk


@pytest.mark.django_db
def test_idle_consumer_writes_nothing(django_assert_max_num_queries):
    Ledger()
    happens()
    drain("ledger")
    with django_assert_max_num_queries(3) as asked:
        assert drain("ledger") == 0
    assert not [
        query for query in asked.captured_queries if query["sql"].split()[0] not in {"SELECT", "WITH"}
    ]


@pytest.mark.django_db
def test_drain_all_serves_each_consumer():
    first, second = Ledger("first"), Ledger("second", events={"case_closed"})
    happens()
    assert drain_all() == {"first": 1, "second": 0}
    assert (len(first.seen), len(second.seen)) == (1, 0)


@pytest.mark.django_db
def test_raising_consumer_stops_before_the_failing_entry_and_says_why():
    ledger = Ledger()
    made = [entry.pk for entry in happen(6)]
    ledger.poison = {made[3]}

    assert drain("ledger") == 3
    assert ledger.seen == made[:3]
    [reading] = readings()
    assert (reading.failing, reading.attempts, reading.halted) == (made[3], 1, False)
    assert reading.behind >= 3
    assert "ValueError: cannot digest this" in reading.trouble

    calls = ledger.calls
    assert drain("ledger") == 0
    assert ledger.calls == calls, "it is not tried again at once"
    ledger.poison = set()
    retry("ledger")
    assert catch_up("ledger") == 3
    assert ledger.seen == made
    assert readings()[0].trouble == ""


@pytest.mark.django_db
def test_consumer_that_keeps_failing_halts_visibly_and_recovers_alone():
    ledger = Ledger()
    entry = happens()
    ledger.poison = {entry.pk}
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(HALTED_AFTER):
            assert drain("ledger") == 0
            clock.shift(timedelta(minutes=5, seconds=1))
        [reading] = readings()
        assert reading.halted
        assert reading.attempts == HALTED_AFTER
        ledger.poison = set()
        assert drain("ledger") == 1
    assert not readings()[0].halted


@pytest.mark.django_db
def test_failing_consumer_leaves_no_half_done_work():
    made = happen(2)

    @consumer("half")
    def handle(entries: Sequence[Entry]) -> None:
        for entry in entries:
            Cursor.objects.create(pk=f"note {entry.pk}")
            if entry.pk == made[1].pk:
                raise ValueError("after half of it")

    assert drain("half") == 1
    assert set(Cursor.objects.values_list("pk", flat=True)) == {"half", f"note {made[0].pk}"}


@pytest.mark.django_db
def test_pass_over_is_a_decision_on_record():
    ledger = Ledger()
    made = [entry.pk for entry in happen(2)]
    ledger.poison = {made[0]}
    drain("ledger")
    pass_over("ledger", by=WANG, reason="记录有误")
    ledger.poison = set()
    catch_up("ledger")
    assert ledger.seen[0] == made[1]
    noted = entries_of("entry", made[0]).get()
    assert (noted.event, noted.words, noted.facts) == (
        "entry_passed_over",
        "记录有误",
        {"consumer": "ledger"},
    )


@pytest.mark.django_db
def test_replay_gives_the_same_result():
    totals: dict[int, int] = {}

    @consumer("totals", forget=totals.clear)
    def handle(entries: Sequence[Entry]) -> None:
        for entry in entries:
            totals[entry.subject] = totals.get(entry.subject, 0) + 1

    happen(4)
    happen(2)
    catch_up("totals", limit=4)
    first = dict(totals)
    replay("totals")
    told: list[int] = []
    assert catch_up("totals", limit=4, progress=told.append) == 6
    assert totals == first == {0: 2, 1: 2, 2: 1, 3: 1}
    assert told == [4, 6]


@pytest.mark.django_db
def test_unknown_and_doubled_names_are_refused():
    Ledger("twice")
    with pytest.raises(ValueError, match="twice"):
        Ledger("twice")
    with pytest.raises(LookupError, match="nobody"):
        drain("nobody")


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_run_one_consumer_at_once():
    at_once, most, seen, lock = 0, 0, [], threading.Lock()

    @consumer("one")
    def handle(entries: Sequence[Entry]) -> None:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        seen.extend(entry.pk for entry in entries)
        threading.Event().wait(0.01)
        with lock:
            at_once -= 1

    made = [entry.pk for entry in happen(40)]
    Cursor.objects.create(pk="one")

    def work() -> None:
        try:
            while Cursor.objects.get(pk="one").position < made[-1]:
                drain("one", 4)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert most == 1
    assert seen == made


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_worker_passes_by_a_consumer_that_another_one_holds():
    ledger = Ledger()
    happens()
    Cursor.objects.create(pk="ledger")
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            list(Cursor.objects.select_for_update().filter(pk="ledger"))
            held.set()
            done.wait(10)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    assert held.wait(10)
    assert drain("ledger") == 0
    done.set()
    other.join(10)
    assert drain("ledger") == 1
    assert len(ledger.seen) == 1


DYING_WORKER = """
import django; django.setup()
from django.db import connection
connection.settings_dict["NAME"] = {name!r}
from gridloop.core.journal import consumers
from gridloop.core.journal.models import Cursor
@consumers.consumer("mortal")
def handle(entries):
    Cursor.objects.create(pk="unfinished work")
    print("working", flush=True)
    import time; time.sleep(60)
consumers.drain("mortal")
"""


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_work_of_a_killed_worker_is_taken_over_at_once():
    ledger = Ledger("mortal")
    entry = happens()
    program = DYING_WORKER.format(name=str(connection.settings_dict["NAME"]))
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, env={**os.environ}
    ) as worker:
        assert worker.stdout.readline() == b"working\n"
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)

    begun = time.monotonic()
    while not drain("mortal"):
        assert time.monotonic() - begun < 30
    print(f"taken over after {time.monotonic() - begun:.3f} s")
    assert ledger.seen == [entry.pk]
    assert not Cursor.objects.filter(pk="unfinished work").exists()
