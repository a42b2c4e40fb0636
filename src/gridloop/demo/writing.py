"""Writes what was played: cases and all that belongs to them in batches, entries in the order of their time."""

import heapq
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.db.models import Max, QuerySet

from gridloop.core.cases import words
from gridloop.core.cases.models import Case, Deadline, Exhibit, Link, Party, Question, Request, Review, Task
from gridloop.core.cases.search import TABLE
from gridloop.core.clocks import ladder
from gridloop.core.clocks.timers import set_timers
from gridloop.core.dispatch.models import Firing
from gridloop.core.journal.actions import record_all
from gridloop.core.journal.models import Entry
from gridloop.demo.playing import Played
from gridloop.demo.pouring import pour
from gridloop.demo.stage import Ids

AT_ONCE = 1500
NUMBERED: dict[str, type[models.Model]] = {
    "case": Case,
    "deadline": Deadline,
    "task": Task,
    "question": Question,
}


def free_numbers() -> Ids:
    """Behind the rows that are there already."""
    return Ids(
        **{name: model.objects.aggregate(last=Max("pk"))["last"] or 0 for name, model in NUMBERED.items()}
    )


def taken_numbers() -> QuerySet[Case, str]:
    """What cases are called already: of 190,000 some would otherwise get the number of another."""
    return Case.objects.values_list("number", flat=True)


class Writer:
    """Collects played cases and entries; `flush_until` writes every entry before a time, since none can come earlier."""

    def __init__(self, progress: Callable[[int], None] = lambda cases: None) -> None:
        self.waiting: list[tuple[datetime, int, Entry]] = []
        self.ready: list[Entry] = []
        self.sequence = self.cases = self.entries = 0
        self.batch: list[Played] = []
        self.firings: list[Firing] = []
        self.links: list[Link] = []
        self.progress = progress

    def push(self, entry: Entry) -> None:
        self.sequence += 1
        heapq.heappush(self.waiting, (entry.at, self.sequence, entry))

    def add(self, played: Played) -> None:
        """A case whose life is played, with its parts."""
        self.batch.append(played)
        for part in played.parts:
            self.add(part)

    def flush_until(self, at: datetime | None) -> None:
        while self.waiting and (at is None or self.waiting[0][0] < at):
            self.ready.append(heapq.heappop(self.waiting)[2])
        if len(self.batch) >= AT_ONCE or at is None:
            self.write_cases()
        if len(self.ready) >= 4 * AT_ONCE or at is None:
            self.entries += record_all(self.ready)
            self.ready = []

    def write_cases(self) -> None:
        batch, self.batch = self.batch, []
        cases = [played.case for played in batch]
        pour(Case, cases)
        index_new(cases)
        for model, rows in self.belongings(batch).items():
            pour(model, rows)
        self.firings, self.links = [], []
        arm_timers(batch)
        self.cases += len(cases)
        self.progress(self.cases)

    def belongings(self, batch: list[Played]) -> dict[type[models.Model], list[Any]]:
        """In an order that keeps references right."""
        names: dict[type[models.Model], str] = {
            Task: "tasks", Deadline: "deadlines", Party: "parties", Exhibit: "exhibits", Question: "questions",
            Request: "requests", Review: "reviews",
        }  # fmt: skip
        found: dict[type[models.Model], list[Any]] = {
            model: [row for played in batch for row in getattr(played, name)] for model, name in names.items()
        }
        return {**found, Firing: self.firings, Link: self.links}

    def finish(self) -> None:
        """Everything out; the numbers given by hand are taken from the sequences."""
        self.flush_until(None)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                for model in NUMBERED.values():
                    table = model._meta.db_table
                    latest = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608
                    cursor.execute(latest)


def index_new(cases: list[Case]) -> None:
    """The word index of cases it has never seen, which saves looking for them."""
    rows = [(case.pk, " ".join(words.bigrams(f"{case.title} {case.words} {case.address}"))) for case in cases]
    row = "(rowid, words) VALUES (%s, %s)"
    if connection.vendor == "postgresql":
        row = "(case_id, words) VALUES (%s, to_tsvector('simple', %s))"
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {TABLE} {row}", rows)


def arm_timers(batch: list[Played]) -> None:
    """What open cases wait for from now on: the next rung of their ladders, ends of suspensions and questions."""
    ladder.arm(
        (f"case:{played.case.pk}", played.states) for played in batch if played.case.open and played.states
    )
    timers = [timer for played in batch for timer in played.timers_left()]
    if timers:
        set_timers(timers)
