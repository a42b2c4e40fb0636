"""Durable timers: set, moved, leased, handled, failed, taken over."""

from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from gridloop.core.clocks import queries, timers
from gridloop.core.clocks.models import Edition, Timer
from gridloop.core.clocks.timers import (
    NewTimer,
    cancel_timer,
    handle_due,
    lease_timers,
    on,
    set_timer,
    set_timers,
)
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("topics")]


def seen_by(topic: str, *, batch: bool = False) -> list:
    seen: list = []
    on(topic, batch=batch)(seen.append)
    return seen


def test_setting_a_key_again_moves_the_timer(django_assert_num_queries: object) -> None:
    now = timezone.now()
    with django_assert_num_queries(1):  # type: ignore[operator]
        set_timers(
            [NewTimer("a", "first", now), NewTimer("b", "first", now), NewTimer("a", "second", now, {"n": 1})]
        )
    set_timer("b", "third", now + timedelta(hours=1))

    assert list(Timer.objects.order_by("key").values_list("key", "topic", "facts")) == [
        ("a", "second", {"n": 1}),
        ("b", "third", {}),
    ]
    assert cancel_timer("a") and not cancel_timer("a")


def test_only_due_timers_are_handled_once_and_in_order() -> None:
    now, seen = timezone.now(), seen_by("topic")
    set_timers(NewTimer(f"{n}", "topic", now - timedelta(seconds=n), {"n": n}) for n in range(60))
    set_timer("later", "topic", now + timedelta(hours=1))

    assert handle_due("worker") == 60
    assert handle_due("worker") == 0
    assert [timer.facts["n"] for timer in seen] == list(range(59, -1, -1))
    assert Timer.objects.filter(done_at=None).get().key == "later"


def test_a_batch_handler_gets_all_of_a_topic_at_once() -> None:
    seen = seen_by("topic", batch=True)
    set_timers(NewTimer(f"{n}", "topic", timezone.now()) for n in range(30))

    handle_due("worker")

    assert [len(together) for together in seen] == [30]


def test_a_handler_may_set_its_own_key_again() -> None:
    @on("again")
    def again(timer: Timer) -> None:
        set_timer(timer.key, "again", timer.due_at + timedelta(hours=1))

    start = timezone.now()
    set_timer("a", "again", start)
    handle_due("worker")

    timer = Timer.objects.get()
    assert (timer.done_at, timer.attempts, timer.due_at) == (None, 0, start + timedelta(hours=1))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("batch", [True, False])
def test_one_that_fails_takes_no_other_with_it(batch: bool) -> None:
    @on("topic", batch=batch)
    def handle(given: object) -> None:
        for timer in given if batch else [given]:  # type: ignore[attr-defined]
            Edition.objects.create(name=timer.key, token="")
            if timer.key == "bad":
                raise ValueError("cannot")

    set_timers(NewTimer(key, "topic", timezone.now()) for key in ("good", "bad", "better"))
    handle_due("worker")

    assert set(Edition.objects.values_list("name", flat=True)) == {"good", "better"}
    bad = Timer.objects.get(done_at=None)
    assert (bad.key, bad.trouble, bad.attempts) == ("bad", "ValueError: cannot", 1)
    assert bad.leased_until is not None and bad.leased_by == ""


@pytest.mark.django_db(transaction=True)
def test_a_timer_is_tried_again_later_and_later_then_dead_and_revived() -> None:
    def fail(_timer: Timer) -> None:
        raise ValueError("cannot")

    on("topic")(fail)
    set_timer("a", "topic", timezone.now())
    waits = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        while Timer.objects.filter(done_at=None).exists():
            handle_due("worker")
            until = Timer.objects.get().leased_until
            assert until is not None
            waits.append((until - timezone.now()).total_seconds())
            clock.move_to(until + timedelta(seconds=1))

        assert waits[:6] == [1, 5, 15, 60, 300, 900] and len(waits) == timers.ATTEMPTS
        dead = queries.dead_timers().get()
        assert dead.trouble == "ValueError: cannot"

        seen = seen_by("topic")
        assert timers.revive_timer(dead) and not timers.revive_timer(dead)
        handle_due("worker")
        assert len(seen) == 1 and not queries.dead_timers().exists()


def test_a_topic_nobody_handles_stays_visible() -> None:
    set_timer("a", "unknown", timezone.now())
    handle_due("worker")

    assert "unknown" in Timer.objects.get(done_at=None).trouble


def test_a_lease_keeps_others_away_until_it_runs_out() -> None:
    set_timer("a", "topic", timezone.now())
    seen = seen_by("topic")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert len(lease_timers("dead worker")) == 1
        assert handle_due("living worker") == 0

        clock.shift(30)
        assert handle_due("living worker") == 1
        assert len(seen) == 1


def test_a_timer_moved_or_cancelled_after_its_lease_is_not_handled() -> None:
    set_timers(NewTimer(key, "topic", timezone.now()) for key in ("moved", "cancelled", "kept"))
    seen = seen_by("topic")
    leased = lease_timers("worker")
    set_timer("moved", "topic", timezone.now() + timedelta(hours=1))
    cancel_timer("cancelled")

    timers.handle_topic("topic", leased, "worker")

    assert [timer.key for timer in seen] == ["kept"]
    assert Timer.objects.filter(done_at=None).get().key == "moved"


def test_one_that_kills_every_worker_dies_itself() -> None:
    set_timer("a", "topic", timezone.now())
    seen = seen_by("topic")
    Timer.objects.update(attempts=timers.ATTEMPTS)

    handle_due("worker")

    assert seen == [] and queries.dead_timers().get().key == "a"


def test_handled_timers_are_cleared_and_dead_ones_kept() -> None:
    now = timezone.now()
    Timer.objects.create(key="done", topic="t", due_at=now, done_at=now)
    Timer.objects.create(key="dead", topic="t", due_at=now, done_at=now, trouble="x")
    Timer.objects.create(key="ladder:case:1", topic="ladder", due_at=now, done_at=now)

    assert timers.clear_done_timers(now + timedelta(seconds=1)) == 1
    assert set(Timer.objects.values_list("key", flat=True)) == {"dead", "ladder:case:1"}


def test_late_timers_are_visible() -> None:
    set_timer("a", "topic", timezone.now() - timedelta(minutes=5))

    assert queries.late_timers().get().key == "a"


def test_what_a_group_records_is_written_at_its_end_without_what_was_undone() -> None:
    """One handler takes back what it began (a savepoint), another does two things: order and truth are kept."""

    @on("topic")
    def handle(timer: Timer) -> None:
        number = timer.facts["n"]
        record("begun", by=SYSTEM, subject_kind="thing", subject=number)
        with suppress(ZeroDivisionError), transaction.atomic():
            record("ended", by=SYSTEM, subject_kind="thing", subject=number)
            1 // number

    now = timezone.now()
    set_timers(NewTimer(f"{n}", "topic", now - timedelta(seconds=9 - n), {"n": n}) for n in range(3))
    handle_due("worker")

    told = Entry.objects.order_by("id").values_list("event", "subject")
    assert list(told) == [("begun", 0), ("begun", 1), ("ended", 1), ("begun", 2), ("ended", 2)]


@pytest.mark.django_db(transaction=True)
def test_one_that_fails_after_recording_leaves_nothing_in_the_journal() -> None:
    @on("topic")
    def handle(timer: Timer) -> None:
        record("fired", by=SYSTEM, subject_kind="thing", subject=timer.facts["n"])
        if timer.facts["n"] == 1:
            raise ValueError("broken")

    set_timers(NewTimer(f"{n}", "topic", timezone.now(), {"n": n}) for n in range(3))
    handle_due("worker")

    assert set(Entry.objects.values_list("subject", flat=True)) == {0, 2}
    assert Timer.objects.get(done_at=None).facts == {"n": 1}
