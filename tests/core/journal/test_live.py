"""The live tail: prompt, bounded, and gone when nobody listens."""

import threading
import time

import pytest
from django.db import connection, transaction

from gridloop.core.journal import live
from gridloop.core.journal.actions import new_entry, record, record_all
from gridloop.core.journal.models import Entry
from tests.core.journal.story import WANG, happen, happens

pytestmark = pytest.mark.django_db(transaction=True)


def collect(subscription: live.Subscription, number: int, seconds: float = 5) -> list[Entry]:
    """What comes, until there are `number` or the time is over."""
    came: list[Entry] = []
    end = time.monotonic() + seconds
    while len(came) < number and time.monotonic() < end:
        came += subscription.wait(0.1)
    return came


def elsewhere(number: int) -> None:
    """Entries of another process: they do not nudge this one."""
    with transaction.atomic():
        Entry.objects.bulk_create(
            Entry(event="elsewhere", subject_kind="case", actor_kind="system", subject=case)
            for case in range(number)
        )


def test_subscriber_hears_of_commits_and_of_nothing_before():
    happens("before")
    with live.subscribe() as subscription:
        first = happens("first")
        elsewhere(1)
        came = collect(subscription, 2)
        assert [entry.event for entry in came] == ["first", "elsewhere"]
        assert came[0].pk == first.pk
        assert subscription.wait(0.3) == []


def test_commit_reaches_the_screen_well_within_a_second():
    with live.subscribe() as subscription:
        waits = []
        for _ in range(10):
            entry = happens()
            begun = time.monotonic()
            assert [came.pk for came in collect(subscription, 1)] == [entry.pk]
            waits.append(time.monotonic() - begun)
    assert max(waits) < 1


def test_rolled_back_entries_are_not_heard():
    with live.subscribe() as subscription:
        with transaction.atomic():
            record("undone", by=WANG)
            transaction.set_rollback(True)
        happens("done")
        assert [entry.event for entry in collect(subscription, 2, 0.6)] == ["done"]


def test_subscriber_hears_only_what_it_wants():
    with live.subscribe(lambda entry: entry.subject == 2) as chosen, live.subscribe() as everything:
        happen(4)
        assert [entry.subject for entry in collect(chosen, 1)] == [2]
        assert len(collect(everything, 4)) == 4


def test_slow_subscriber_loses_entries_and_knows_it():
    with live.subscribe(size=5) as slow, live.subscribe() as quick:
        happen(12)
        assert len(collect(quick, 12)) == 12
        assert len(slow.wait(1)) == 5
        assert slow.lost == 7


def test_subscription_whose_wish_raises_is_closed_and_the_others_go_on():
    with live.subscribe(lambda entry: entry.nonsense) as broken, live.subscribe() as sound:
        happens()
        assert len(collect(sound, 1)) == 1
        assert broken.wait(5) == []
        assert broken.closed
        happens()
        assert len(collect(sound, 1)) == 1


def test_close_wakes_who_waits_and_ends_the_thread():
    subscription = live.subscribe()
    heard: list[list[Entry]] = []
    waiting = threading.Thread(target=lambda: heard.append(subscription.wait(30)))
    waiting.start()
    subscription.close()
    waiting.join(5)
    assert heard == [[]]
    assert not live.tail.is_running()
    assert not [thread for thread in threading.enumerate() if thread.name == "journal-live"]


def test_waiting_subscriber_holds_no_connection():
    with live.subscribe() as subscription:
        happens()
        subscription.wait(0.01)
        assert connection.connection is None


def test_tail_survives_a_lost_connection(monkeypatch):
    with live.subscribe() as subscription:
        real, failures = live.ids_above, []

        def failing(position: int) -> list[int]:
            if len(failures) < 2:
                failures.append(position)
                raise live.DatabaseError("the database is restarting")
            return real(position)

        monkeypatch.setattr(live, "ids_above", failing)
        happens()
        assert len(collect(subscription, 1)) == 1
        assert len(failures) == 2


def test_flood_is_cut_to_the_newest(monkeypatch):
    monkeypatch.setattr(live, "AT_ONCE", 10)
    with live.subscribe() as subscription:
        with transaction.atomic():
            record_all(new_entry("flood", by=WANG, subject=number) for number in range(25))
        came = collect(subscription, 10)
        assert [entry.subject for entry in came] == list(range(15, 25))
        assert subscription.lost == 15


@pytest.mark.postgres
def test_late_commit_is_heard_though_a_later_entry_came_first():
    ready, may_end = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            record("slow", by=WANG)
            ready.set()
            may_end.wait(10)
        connection.close()

    with live.subscribe() as subscription:
        thread = threading.Thread(target=slow)
        thread.start()
        assert ready.wait(10)
        happens("quick")
        assert [entry.event for entry in collect(subscription, 1)] == ["quick"]
        may_end.set()
        assert [entry.event for entry in collect(subscription, 1)] == ["slow"]
        thread.join(10)
        assert subscription.wait(0.5) == []
