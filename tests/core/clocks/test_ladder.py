"""Ladders: what is announced when, what an acknowledgement cancels, what a mute cannot stop."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gridloop.core.clocks import ladder, timers
from gridloop.core.clocks.ladder import (
    Clock,
    Ladder,
    Rung,
    acknowledge,
    first_timers,
    keep_ladders,
    mute,
    start_ladder,
    stop,
)
from gridloop.core.clocks.models import Timer
from gridloop.core.journal.models import Entry
from gridloop.core.journal.rows import insert_together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("topics")]
SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 3, 2, 8, 30, tzinfo=SHANGHAI)  # a Monday
DUE = datetime(2026, 3, 3, 18, 0, tzinfo=SHANGHAI)
ALL = [
    ("deadline_due_soon", 0),
    ("deadline_breached", 0),
    ("escalated", 1),
    ("escalated", 2),
    ("escalated", 3),
]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def let_time_pass(clock: time_machine.Traveller, until: datetime) -> list[tuple[str, int]]:
    """Handle every timer at its moment up to then; what was announced."""
    told = Entry.objects.count()
    while (
        timer := Timer.objects.filter(done_at=None, due_at__lte=until).order_by("due_at").first()
    ) is not None:
        clock.move_to(max(timer.due_at, datetime.now(SHANGHAI)))
        timers.handle_due("worker")
    clock.move_to(until)
    return [(entry.event, entry.facts["level"]) for entry in Entry.objects.order_by("id")[told:]]


def test_every_rung_in_its_time(clock: time_machine.Traveller) -> None:
    start_ladder("case:7", DUE)

    assert let_time_pass(clock, datetime(2026, 3, 3, 14, 0, tzinfo=SHANGHAI)) == []
    assert let_time_pass(clock, datetime(2026, 3, 3, 15, 0, tzinfo=SHANGHAI)) == ALL[:1]
    assert let_time_pass(clock, DUE) == ALL[1:2]
    assert let_time_pass(clock, DUE + timedelta(days=1)) == ALL[2:3]
    assert let_time_pass(clock, DUE + timedelta(days=30)) == ALL[3:]
    entry = Entry.objects.order_by("id").last()
    assert entry is not None
    assert (entry.subject_kind, entry.subject, entry.facts["clock"], entry.actor_name) == (
        "case",
        7,
        "deadline",
        "clock",
    )


def test_acknowledging_cancels_the_next_level_only(clock: time_machine.Traveller) -> None:
    start_ladder("case:7", DUE)
    let_time_pass(clock, DUE + timedelta(days=1))

    assert acknowledge("case:7", 1)
    assert let_time_pass(clock, DUE + timedelta(days=30)) == [("escalated", 3)]
    assert not acknowledge("case:7", 3)


def test_acknowledging_early_does_not_hide_the_breach(clock: time_machine.Traveller) -> None:
    start_ladder("case:7", DUE)
    acknowledge("case:7", 0)

    assert let_time_pass(clock, DUE + timedelta(days=30)) == [
        event for event in ALL if event != ("escalated", 1)
    ]


def test_a_mute_keeps_reminders_quiet_and_nothing_else(clock: time_machine.Traveller) -> None:
    start_ladder("case:7", DUE)
    mute("case:7", DUE + timedelta(days=365))

    assert let_time_pass(clock, DUE + timedelta(days=30)) == ALL[1:]


def test_stopping_ends_it(clock: time_machine.Traveller) -> None:
    start_ladder("case:7", DUE)
    stop("case:7")

    assert let_time_pass(clock, DUE + timedelta(days=30)) == []
    assert not Timer.objects.exists()


def test_keeping_unchanged_clocks_neither_writes_nor_tells_twice(
    clock: time_machine.Traveller,
) -> None:
    clocks = [
        Clock("completion", START, DUE, 11),
        Clock("arrival", START, START + timedelta(hours=2), 12),
    ]
    insert_together(*first_timers("case:7", clocks))
    told = let_time_pass(clock, DUE + timedelta(days=30))
    assert sorted(told) == sorted(ALL * 2)

    with CaptureQueriesContext(connection) as captured:
        keep_ladders("case:7", clocks)
    assert not [query for query in captured if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert let_time_pass(clock, DUE + timedelta(days=60)) == []


def test_a_deadline_that_moves_begins_again(clock: time_machine.Traveller) -> None:
    keep_ladders("case:7", [Clock("completion", START, DUE, 11), Clock("arrival", START, DUE, 12)])
    let_time_pass(clock, DUE)
    keep_ladders("case:7", [Clock("completion", START, DUE + timedelta(days=2), 11)])

    assert let_time_pass(clock, DUE + timedelta(days=30)) == ALL
    assert set(Entry.objects.filter(event="escalated").values_list("facts__clock", flat=True)) == {
        "completion"
    }


def test_after_a_day_without_workers_nothing_is_lost(clock: time_machine.Traveller) -> None:
    start_ladder("case:7", DUE)
    clock.move_to(DUE + timedelta(days=30))

    timers.handle_due("worker")

    assert list(Entry.objects.order_by("id").values_list("event", flat=True)) == [
        event for event, _ in ALL[1:]
    ]


def test_a_ladder_of_its_own_and_facts_from_the_subject(clock: time_machine.Traveller) -> None:
    ladder.register_ladder(
        Ladder("calls", (Rung("escalated", level=1, after=5, unit="hours"),), working=False)
    )
    ladder.facts_of("call")(
        lambda firings: {firing.subject: {"area": 3, "kind": "call"} for firing in firings}
    )
    start_ladder("call:9", DUE, "calls")

    assert let_time_pass(clock, DUE + timedelta(hours=5)) == [("escalated", 1)]
    entry = Entry.objects.get()
    assert (entry.area, entry.facts["kind"], entry.facts["ladder"]) == (3, "call", "calls")
    del ladder.LADDERS["calls"], ladder.TELLING["call"]
