"""Rates from facts: official figures, rounds, lateness, idempotence, and recounting from the journal."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridloop.core.journal import consumers as reading
from gridloop.core.journal.models import Entry
from gridloop.core.measures.consumers import keep_measures
from gridloop.core.measures.indicators import INDICATORS, quantile
from gridloop.core.measures.models import CaseFact, DailyRollup
from gridloop.core.measures.queries import cases_behind, figures, ranking, trend
from gridloop.core.measures.recounting import as_of
from gridloop.core.territory.models import Area

from .histories import START, History, journalled

pytestmark = pytest.mark.django_db
FAR = date(2027, 1, 1)


def keep(*histories: History) -> list[Entry]:
    entries = journalled(*histories)
    keep_measures(entries)
    return entries


def test_the_published_figures_come_out() -> None:
    """972 due, 911 closed, 737 of them on time: 93.72 % and 75.82 %."""
    on_time = [History(n).dispatch(1).complete(20).close(30) for n in range(737)]
    late = [History(n).dispatch(1).breach().complete(60).close(70) for n in range(737, 911)]
    open_ = [History(n).dispatch(1).breach() for n in range(911, 972)]
    not_due = [History(n).dispatch(1) for n in range(972, 1054)]
    keep(*on_time, *late, *open_, *not_due)

    found = figures()
    assert found["closure_rate"].words == "911 / 972 = 93.72 %"
    assert found["on_time_closure_rate"].words == "737 / 972 = 75.82 %"
    assert found["overdue_rate"].words == "235 / 972 = 24.18 %"
    assert found["reported"].value == 1054
    assert set(figures("unit", 7)) == set(INDICATORS)
    assert figures("unit", 7)["closure_rate"] == found["closure_rate"]
    assert len(cases_behind("on_time_closure_rate.numerator", size=2000)) == 737
    assert len(cases_behind("closure_rate.denominator", "unit", 7, size=2000)) == 972


def test_a_closing_counts_where_and_when_the_case_fell_due() -> None:
    history = History(1).dispatch(1, unit=7).breach().dispatch(60, unit=8).complete(100).close(110)
    keep(history)

    assert figures("unit", 7)["closure_rate"].words == "1 / 1 = 100.00 %"
    assert figures("unit", 8)["closure_rate"].value is None
    assert figures("unit", 8)["closed"].value == 1
    due_day = (START + timedelta(hours=48)).date()
    assert figures(since=due_day, until=due_day)["closure_rate"].value == 100
    assert figures(since=due_day, until=due_day)["on_time_closure_rate"].value == 0


def test_late_is_seen_without_a_breach_announced() -> None:
    keep(History(1).dispatch(1).complete(50).close(51), History(2).dispatch(1).complete(47).close(90))

    found = figures()
    # Completed in time, closed by the reporter later.
    assert found["on_time_closure_rate"].words == "1 / 2 = 50.00 %"


def test_a_reopening_begins_a_new_round_and_counts_against_who_closed() -> None:
    history = History(1).dispatch(1, unit=7).complete(20).close(30)
    history.reopen(50).dispatch(51, unit=8).tell(
        "deadline_breached", 100, clock="completion", due_at=history.due.isoformat()
    )
    history.complete(120).close(121)
    keep(history)

    found = figures()
    assert found["closure_rate"].words == "2 / 2 = 100.00 %"
    assert found["on_time_closure_rate"].words == "1 / 2 = 50.00 %"
    assert figures("unit", 7)["reopen_rate"].words == "1 / 1 = 100.00 %"
    assert figures("unit", 8)["reopen_rate"].words == "0 / 1 = 0.00 %"
    assert CaseFact.objects.filter(measure="dispatched").count() == 1  # the first dispatch counts


def test_rates_of_what_happens_on_the_way() -> None:
    keep(
        History(1, source="field").tell("case_accepted", 0.5).dispatch(1).tell("case_returned", 2, unit=None, unit_before=7),
        History(2).tell("case_accepted", 1.5).dispatch(2).tell("case_extended", 20).complete(30).tell("case_reworked", 31)
        .complete(40).close(41).tell("case_reviewed", 42, rating=2).tell("case_reviewed", 90, rating=5, round=2)
        .tell("case_called_back", 45).tell("case_called_back", 46),
        History(3).tell("case_declined", 3, outcome="declined"),
        History(4).tell("case_fixed", 4).close(5).tell("case_reviewed", 6, rating=4),
    )  # fmt: skip

    words = {name: found.words for name, found in figures().items()}
    assert words["accepted_rate"] == "2 / 4 = 50.00 %"
    assert words["return_rate"] == "1 / 2 = 50.00 %"
    assert words["extension_rate"] == "1 / 2 = 50.00 %"
    assert words["rework_rate"] == "1 / 2 = 50.00 %"
    assert words["satisfaction"] == "1 / 2 = 50.00 %"
    assert words["rating"] == "6 / 2 = 3.00"
    assert words["callback_coverage"] == "1 / 2 = 50.00 %"
    assert words["found_by_grid"] == "1 / 4 = 25.00 %"
    assert words["found_by_residents"] == "3 / 4 = 75.00 %"
    assert words["first_response_median"] == "135.0 (n = 4)"
    assert figures("unit", 7)["return_rate"].numerator == 1
    assert figures("post", 5)["reported"].value == 4 and figures("grid", 1111)["reported"].value == 4


def test_an_entry_seen_twice_counts_once() -> None:
    entries = keep(History(1).dispatch(1).breach().complete(60).close(70).reopen(80).complete(90).close(91))
    before = list(DailyRollup.objects.order_by("id").values())

    keep_measures(entries)
    keep_measures(entries[3:])
    assert list(DailyRollup.objects.order_by("id").values()) == before


def test_an_entry_that_counted_for_nothing_counts_for_nothing_again() -> None:
    entries = keep(History(1).close(5).close(6).reopen(7))
    keep_measures(entries[2:])

    assert figures()["closed"].value == 1


def test_replaying_the_journal_gives_the_same() -> None:
    journalled(*(History(n).dispatch(1).complete(n).close(n + 60) for n in range(30, 60)))
    while reading.drain("measures"):
        pass
    before = sorted(
        DailyRollup.objects.values_list("dimension", "member", "measure", "day", "count", "total")
    )
    assert before

    reading.replay("measures")
    while reading.drain("measures"):
        pass
    assert (
        sorted(DailyRollup.objects.values_list("dimension", "member", "measure", "day", "count", "total"))
        == before
    )


steps = st.lists(
    st.sampled_from(
        [
            "accept",
            "dispatch",
            "return",
            "breach",
            "complete",
            "close",
            "reopen",
            "review",
            "rework",
            "decline",
        ]
    ),
    max_size=9,
)
cases = st.lists(
    st.tuples(steps, st.integers(0, 200), st.sampled_from([7, 8]), st.floats(0.5, 40)), min_size=1, max_size=6
)


def history_of(number: int, moves: list[str], begins: int, unit: int, pace: float) -> History:
    history, hours = (
        History(number, START + timedelta(hours=begins), town=11 + number % 2, grid=1111 + number % 3),
        0.0,
    )
    for move in moves:
        hours += pace
        match move:
            case "dispatch":
                history.dispatch(hours, unit + number % 2)
            case "breach":
                due = history.when(hours)
                history.tell("deadline_breached", hours, clock="completion", due_at=due)
            case "complete":
                history.complete(hours)
            case "close":
                history.close(hours)
            case "reopen":
                history.reopen(hours)
            case "review":
                history.tell("case_reviewed", hours, rating=4)
            case "return":
                history.tell("case_returned", hours)
            case "decline":
                history.tell("case_declined", hours, outcome="declined")
            case _:
                history.tell(f"case_{move}ed", hours)
    return history


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cases, st.integers(1, 12), st.integers(0, 20), st.integers(0, 20))
def test_counting_as_it_happens_equals_counting_again(made: list, size: int, first: int, length: int) -> None:
    """However the journal is cut into batches, on every past day the rollups said what the journal says today."""
    with transaction.atomic():
        entries = journalled(*(history_of(n, *each) for n, each in enumerate(made, start=1)))
        since = START.date() + timedelta(days=first)
        compare(entries, since, since + timedelta(days=length), size)
        transaction.set_rollback(True)  # entries are never removed


def compare(entries: list[Entry], since: date, day: date, size: int) -> None:
    midnight = START.replace(hour=0) + timedelta(days=(day - START.date()).days + 1)
    told_then = [entry for entry in entries if entry.at < midnight]
    for start in range(0, len(told_then), size):
        keep_measures(told_then[start : start + size])
    keep_measures(told_then[-size:])  # some of them once more

    then = figures(since=since, until=day)
    for dimension, member in (
        ("all", 0),
        ("unit", 8),
        ("town", 11),
        ("grid", 1112),
        ("category", 3),
        ("post", 5),
    ):
        found = figures(dimension, member, since, day)
        assert as_of(day, dimension, member, since=since) == found
        assert (found["closure_rate"].value or 0) <= 100

    keep_measures(entries[len(told_then) :])
    assert as_of(FAR) == figures()
    assert as_of(day, since=since) == then


def test_an_area_is_found_at_its_level() -> None:
    county = Area.objects.create(level="county", name="C", code="1")
    town = Area.objects.create(level="town", name="T", code="2", parent=county)
    grid = Area.objects.create(level="grid", name="G", code="3", parent=town)
    keep(
        History(1, county=county.pk, town=town.pk, community=None, grid=grid.pk), History(2, county=county.pk)
    )

    assert figures("area", county.pk)["reported"].value == 2
    assert figures("area", town.pk)["reported"].value == 1
    assert figures("area", grid.pk)["reported"].value == 1
    assert figures("area", [town.pk, grid.pk])["reported"].value == 1
    assert cases_behind("reported", "area", grid.pk) == [1]
    assert [row.member for row in ranking("town", "reported")] == [town.pk]


def test_a_ranking_shows_its_arithmetic_and_shares_places() -> None:
    keep(
        *(History(n).dispatch(1, unit=7).complete(20).close(30) for n in range(1, 5)),
        *(History(n).dispatch(1, unit=8).complete(20).close(30) for n in range(5, 7)),
        *(History(n).dispatch(1, unit=9).breach().close(70) for n in range(7, 9)),
    )

    by_time = ranking("unit", "on_time_closure_rate")
    assert [(row.place, row.member, row.figure.words) for row in by_time] == [
        (1, 7, "4 / 4 = 100.00 %"),
        (1, 8, "2 / 2 = 100.00 %"),
        (3, 9, "0 / 2 = 0.00 %"),
    ]
    assert [row.member for row in ranking("unit", "overdue_rate")][-1] == 9  # the less the better
    assert [row.member for row in ranking("unit", "on_time_closure_rate", at_least=3)] == [7]
    assert [row.member for row in ranking("unit", "handling_median", members=[7, 9])] == [7, 9]
    assert len(ranking("grid", "reported")) == 1 and len(ranking("post", "handling_p90")) == 1
    with pytest.raises(ValueError, match="level"):
        ranking("area", "reported")


def test_a_trend_has_every_stretch() -> None:
    keep(History(1), History(2, START + timedelta(days=2)), History(3, START + timedelta(days=40)))
    since, until = START.date(), START.date() + timedelta(days=41)

    def values(**chosen: object) -> list:
        return [point.figure.value for point in trend("reported", since=since, until=until, **chosen)]  # type: ignore[arg-type]

    assert sum(values()) == 3 and len(values()) == 42
    assert values(step="week") == [2, 0, 0, 0, 0, 1]
    assert values(step="month") == [2, 1]
    assert values(dimension="grid", member=1111, step="month") == [2, 1]
    medians = trend("first_response_median", since=since, until=until, step="month")
    assert [point.figure.value for point in medians] == [None, None]


def test_cases_behind_a_number_come_in_pages() -> None:
    keep(*(History(n) for n in range(1, 8)))

    assert cases_behind("reported", size=3) == [7, 6, 5]
    assert cases_behind("reported", size=3, page=3) == [1]
    assert cases_behind("reported", since=FAR) == []


def test_quantiles_are_exact() -> None:
    assert quantile([], 0.5) is None
    assert quantile([4, 1, 3], 0.5) == 3
    assert quantile([1, 2, 3, 4], 0.5) == 2.5
    assert quantile(range(11), 0.9) == 9


def test_other_subjects_and_odd_entries_are_passed_over(django_assert_num_queries: object) -> None:
    entries = journalled(History(1))
    entries[0].subject_kind = "area"
    with django_assert_num_queries(0):  # type: ignore[operator]
        keep_measures(entries)


def test_odd_kinds_are_written_as_they_are() -> None:
    odd = 'a "quoted\\" {kind}, NULL'
    keep(History(1, kind=odd))

    assert set(DailyRollup.objects.values_list("kind", flat=True)) == {odd}
    assert figures(kind=odd)["reported"].value == 1
