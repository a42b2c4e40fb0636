"""A reader never skips an entry that commits late."""

import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from gridloop.core.journal import ordering
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.models import Cursor, Entry
from gridloop.core.journal.ordering import settled_position
from gridloop.core.journal.queries import entries_after
from gridloop.core.journal.sealing import seal_new_entries, verify
from tests.core.journal.story import happens

pytestmark = pytest.mark.django_db(transaction=True)


class SlowWriter(threading.Thread):
    """Writes one entry and commits when told to."""

    def __init__(self, *, then_fail: bool = False) -> None:
        super().__init__(daemon=True)
        self.wrote, self.may_end, self.then_fail = threading.Event(), threading.Event(), then_fail

    def run(self) -> None:
        try:
            with transaction.atomic():
                record("slow", by=SYSTEM)
                self.wrote.set()
                self.may_end.wait(10)
                if self.then_fail:
                    transaction.set_rollback(True)
        finally:
            connection.close()

    def begin(self) -> "SlowWriter":
        self.start()
        assert self.wrote.wait(10)
        return self

    def end(self) -> None:
        self.may_end.set()
        self.join(10)


@pytest.mark.postgres
def test_reader_waits_for_the_slower_writer():
    before = happens("before")
    assert settled_position() == before.pk
    slow = SlowWriter().begin()
    quick = happens("quick")

    assert Entry.objects.filter(pk=quick.pk).exists(), "the later entry can be seen,"
    assert settled_position() == before.pk, "yet an earlier one may still come"
    assert [entry.event for entry in entries_after(0, 10)] == ["before"]
    assert seal_new_entries().size == 1

    slow.end()
    assert [entry.event for entry in entries_after(before.pk, 10)] == ["slow", "quick"]
    assert seal_new_entries().size == 3
    assert verify(full=True) == []


@pytest.mark.postgres
def test_reader_goes_on_when_the_slower_writer_fails():
    slow = SlowWriter(then_fail=True).begin()
    quick = happens("quick")
    assert entries_after(0, 10) == []
    slow.end()
    assert entries_after(0, 10) == [quick]


@pytest.mark.postgres
def test_new_process_knows_from_the_cursors_what_is_settled(monkeypatch):
    before = happens("before")
    seal_new_entries()
    slow = SlowWriter().begin()
    monkeypatch.setattr(ordering, "horizons", {})
    assert entries_after(0, 10) == [before]
    slow.end()


@pytest.mark.postgres
def test_reader_is_not_held_up_by_those_who_do_not_write_to_the_journal():
    ready, may_end = threading.Event(), threading.Event()

    def busy_elsewhere() -> None:
        with transaction.atomic():
            Cursor.objects.create(pk="elsewhere")
            ready.set()
            may_end.wait(10)
        connection.close()

    thread = threading.Thread(target=busy_elsewhere)
    thread.start()
    assert ready.wait(10)
    entry = happens()
    assert entries_after(0, 10) == [entry]
    may_end.set()
    thread.join(10)


@pytest.mark.postgres
def test_own_entries_are_read_within_the_transaction_but_not_by_the_rest_of_the_process():
    with transaction.atomic():
        entry = record("ours", by=SYSTEM)
        assert entries_after(0, 10) == [entry]
        with ThreadPoolExecutor(1) as other:
            assert other.submit(read_and_close).result() == 0


def read_and_close() -> int:
    try:
        return settled_position()
    finally:
        connection.close()


def write_many(seed: int, number: int) -> list[int]:
    """Write entries in transactions of very different length; some are rolled back."""
    chance, kept = random.Random(seed), []
    try:
        for _ in range(number):
            with transaction.atomic():
                ids = [record("raced", by=SYSTEM, subject=seed).pk for _ in range(chance.randint(1, 3))]
                if connection.vendor == "postgresql":
                    time.sleep(chance.choice([0, 0.0005, 0.002, 0.02]))
                if chance.random() < 0.15:
                    transaction.set_rollback(True)
                else:
                    kept += ids
    finally:
        connection.close()
    return kept


def test_reader_sees_every_entry_of_concurrent_writers_once_and_in_order():
    writers = 6 if connection.vendor == "postgresql" else 2
    number = int(os.environ.get("GRIDLOOP_TEST_WRITES", "40"))
    seen: list[int] = []
    overtaken = 0
    with ThreadPoolExecutor(writers) as pool:
        tasks = [pool.submit(write_many, seed, number) for seed in range(writers)]
        while not all(task.done() for task in tasks):
            visible = Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0
            seen += [entry.pk for entry in entries_after(seen[-1] if seen else 0, 7)]
            overtaken += visible > (seen[-1] if seen else 0)
        written = sorted(entry for task in tasks for entry in task.result())
    while rest := entries_after(seen[-1] if seen else 0, 1000):
        seen += [entry.pk for entry in rest]

    assert seen == written
    assert list(Entry.objects.order_by("id").values_list("id", flat=True)) == written
