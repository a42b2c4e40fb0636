"""What is open: counts, changes and spells say the same, now and for every past day, however the journal is cut."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridloop.core.journal import consumers as reading
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.models import Entry
from gridloop.core.measures.consumers import keep_measures
from gridloop.core.measures.daily import Scope, by_day, facts_behind, figures_between, parts_of, times_between
from gridloop.core.measures.models import OpenChange, OpenCount, Spell
from gridloop.core.measures.open_cases import NOTHING, Counts, counts_by_day, counts_of, most_pressing, spells
from gridloop.core.measures.queries import figures
from gridloop.core.measures.scoring import in_order, score
from gridloop.core.measures.standing import Standing, counted, standing_after
from gridloop.core.territory.actions import merge_grids
from tests import world

from .histories import SHANGHAI, START, History, journalled
from .test_measures import cases, history_of

pytestmark = pytest.mark.django_db
TODAY = START.date()
TOWN = Scope(11, "town")


def keep(*histories: History) -> list[Entry]:
    entries = journalled(*histories)
    keep_measures(entries)
    return entries


def town_now() -> Counts:
    return counts_of([11]).get(11, NOTHING)


def test_a_case_is_open_until_it_ends_and_again_when_reopened() -> None:
    keep(History(1), History(2).dispatch(1).close(30), History(3).close(2).reopen(50))

    assert town_now() == Counts(2, 0, 0)
    assert counts_of([11], TODAY)[11] == Counts(2, 0, 0)  # 1 and 2; 3 had ended within its day
    assert set(spells("open", "town", 11).values_list("case", flat=True)) == {1, 3}
    assert set(spells("open", "town", 11, TODAY).values_list("case", flat=True)) == {1, 2}


def test_overdue_and_escalated_cases_press_until_they_are_dealt_with() -> None:
    late = History(1).dispatch(1).breach()
    late.tell("escalated", 50, clock="completion", level=2)
    keep(late, History(2, urgency=1), History(3).dispatch(1).breach(), History(4))

    assert town_now() == Counts(4, 2, 3)
    assert [spell.case for spell in most_pressing("town", 11, 9)] == [1, 3, 2]
    later = START + timedelta(hours=60)
    late.tell("case_taken", 60, due_at=(later + timedelta(hours=9)).isoformat())
    keep_measures(Entry.objects.bulk_create(late.entries[-1:]))
    assert town_now() == Counts(4, 1, 2)


def test_a_case_that_came_and_went_in_one_batch_was_open_in_between() -> None:
    keep(History(1).close(50))

    assert town_now() == NOTHING
    assert counts_of([11], TODAY) == {11: Counts(1, 0, 0)}
    assert counts_by_day(11, TODAY, TODAY)[TODAY].open == spells("open", "town", 11, TODAY).count() == 1


def test_a_question_stops_the_clock_and_help_called_late_is_not_the_case_late() -> None:
    asked = History(1).breach().tell("case_question_asked", 60, due_at="2026-03-05T09:00:00+08:00")
    helped = History(2).tell("deadline_breached", 3, clock="assist-9", due_at="2026-03-02T12:00:00+08:00")
    keep(asked, helped)

    assert town_now() == Counts(2, 0, 0)


def test_a_case_moves_from_unit_to_unit() -> None:
    history = History(1).dispatch(1, unit=7)
    keep(history.tell("case_returned", 2, unit=7), History(2).dispatch(1, unit=7).dispatch(3, unit=8))

    assert counts_of([7, 8], dimension="unit") == {8: Counts(1, 0, 0)}


def recount(entries: list[Entry]) -> dict[tuple[str, int], tuple[int, ...]]:
    """From nothing: the standing after each case's last entry, counted."""
    last: dict[int, Standing | None] = {}
    for entry in entries:
        if entry.subject is not None:
            last[entry.subject] = standing_after(last.get(entry.subject), entry)
    sums: dict[tuple[str, int], list[int]] = {}
    for standing in filter(None, last.values()):
        for key, change in counted(standing, 1):
            total = sums.setdefault(key, [0, 0, 0])
            total[:] = [a + b for a, b in zip(total, change, strict=True)]
    return {key: tuple(total) for key, total in sums.items()}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cases, st.integers(1, 12), st.integers(0, 16))
def test_the_counters_equal_a_recount_on_every_day(made: list, size: int, later: int) -> None:
    with transaction.atomic():
        entries = journalled(*(history_of(n, *each) for n, each in enumerate(made, start=1)))
        for start in range(0, len(entries), size):
            keep_measures(entries[start : start + size])
        keep_measures(entries[-size:])  # some of them once more
        agree(entries, START.date() + timedelta(days=later))
        transaction.set_rollback(True)


def agree(entries: list[Entry], day: date) -> None:
    kept = OpenCount.objects.values_list("dimension", "member", "open", "overdue", "pressing")
    assert {(row[0], row[1]): row[2:] for row in kept if any(row[2:])} == recount(entries)
    then = recount([entry for entry in entries if entry.at.astimezone(SHANGHAI).date() <= day])
    towns = {11, 12}
    assert counts_of(towns, day) == {
        m: Counts(*found) for (d, m), found in then.items() if d == "area" and m in towns
    }
    for part in ("open", "overdue", "pressing"):
        for town in towns:
            assert spells(part, "town", town).count() == getattr(counts_of([town]).get(town, NOTHING), part)
            past = getattr(counts_of([town], day).get(town, NOTHING), part)
            assert spells(part, "town", town, day).count() == past
            assert getattr(counts_by_day(town, day, day + timedelta(days=3))[day], part) == past


def test_replaying_the_journal_gives_the_same_counts() -> None:
    journalled(*(History(n).dispatch(1).breach().close(n + 60) for n in range(1, 20)), History(30).breach())
    while reading.drain("measures"):
        pass
    before = [list(each.objects.order_by("dimension", "member").values_list("dimension", "member", "open", "overdue"))
              for each in (OpenCount, OpenChange)]  # fmt: skip
    shape = Spell.objects.count()

    reading.replay("measures")
    while reading.drain("measures"):
        pass
    after = [list(each.objects.order_by("dimension", "member").values_list("dimension", "member", "open", "overdue"))
             for each in (OpenCount, OpenChange)]  # fmt: skip
    assert sorted(map(sorted, after)) == sorted(map(sorted, before)) and Spell.objects.count() == shape


def test_sums_by_day_say_what_figures_say_and_open_as_many_facts() -> None:
    keep(
        *(History(n).dispatch(1, unit=7).complete(20).close(30).tell("case_reviewed", 40, rating=4) for n in range(1, 5)),
        *(History(n).dispatch(1, unit=8).breach().close(70) for n in range(5, 7)),
    )  # fmt: skip
    since, until = START.date(), START.date() + timedelta(days=9)
    names = ["closure_rate", "on_time_closure_rate", "satisfaction", "reported"]
    whole = figures("town", 11, since, until)
    for scope in (TOWN, Scope(1111, "grid"), Scope(1, "county", whole=True)):
        found = figures_between(by_day(scope, parts_of(names), since, until), names, since, until)
        assert found == {name: whole[name] for name in names}
        assert facts_behind(scope, "on_time_closure_rate.numerator", since, until).count() == 4
        assert times_between(scope, since, until)["handling_median"].words == whole["handling_median"].words
    unit = figures("unit", 8, since, until)["closure_rate"]
    for scope in (Scope(11, "town", "unit", 8), Scope(1, "county", "unit", 8, whole=True)):
        assert (
            figures_between(by_day(scope, parts_of(names), since, until), names, since, until)["closure_rate"]
            == unit
        )


def test_a_score_is_the_sum_of_its_parts() -> None:
    sums = {
        1: {"due_to_close": (10, 10), "closed_due": (10, 10), "closed_on_time": (8, 8), "completed": (10, 10),
            "reworked": (1, 1), "reviewed": (4, 18), "satisfied": (3, 3)},
        2: {"due_to_close": (4, 4), "closed_due": (4, 4), "closed_on_time": (4, 4)},
        3: {"reported": (5, 5)},
    }  # fmt: skip
    first, second = in_order(sums)
    assert (first.member, first.place, first.points) == (2, 1, 100)  # nobody reviewed: the other weights grow
    assert second.points == 32 + 30 + 15 + 9 == round(sum(part.points for part in second.parts), 2)
    assert score(3, sums[3]) is None


def test_open_cases_are_counted_where_their_area_went() -> None:
    town = world.a_town()
    world.a_report(town)
    retired, lasting = town.grids
    merge_grids([lasting, retired], by=SYSTEM)
    while any(reading.drain_all().values()):
        pass
    assert counts_of([retired.pk, lasting.pk]) == {lasting.pk: Counts(1, 0, 0)}
