"""Counting on the working calendar: the laws it keeps, and days people can check by hand."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridloop.core.clocks import shipped
from gridloop.core.clocks.explaining import explain
from gridloop.core.clocks.workdays import WEEK, Calendar, Special
from gridloop.core.clocks.working_time import due, elapsed, left, opening_hours

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar(shipped.special_days())
UNEVEN = Calendar(
    {date(2026, 3, 7): Special(True), date(2026, 3, 9): Special(False, "festival")},
    {
        0: ((time(9), time(12)), (time(14), time(17, 30))),
        2: ((time(8), time(20)),),
        5: ((time(22), time(0)),),
    },
    SHANGHAI,
)
moments = st.datetimes(datetime(2023, 6, 1), datetime(2028, 6, 1)).map(lambda at: at.replace(tzinfo=SHANGHAI))
values = st.floats(0.01, 60, allow_nan=False)
working_units = st.sampled_from(["working_hours", "working_days"])
units = st.sampled_from(["working_hours", "working_days", "hours", "days"])
calendars = st.sampled_from([CALENDAR, UNEVEN])
CLOSE = 3e-8  # of a unit: a microsecond of an hour, or a millisecond of a day


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "value", "unit", "end"),
    [
        ("2026-03-02 10:00", 4, "working_hours", "2026-03-02 15:30"),  # over the lunch break
        ("2026-03-02 10:00", 1, "working_days", "2026-03-03 10:00"),
        ("2026-03-06 17:00", 2, "working_hours", "2026-03-09 09:30"),  # over a weekend
        ("2026-09-30 17:00", 1, "working_days", "2026-10-08 17:00"),  # over National Day
        ("2026-02-13 18:00", 1, "working_days", "2026-02-14 18:00"),  # a Saturday worked in exchange
        ("2026-02-14 18:00", 1, "working_days", "2026-02-24 18:00"),  # then nine days of Spring Festival
        ("2026-10-03 12:00", 2, "working_hours", "2026-10-08 10:30"),  # begun on a holiday
        (
            "2026-03-02 08:30",
            8,
            "working_hours",
            "2026-03-02 18:00",
        ),  # due at closing, not at the next opening
        ("2026-10-01 12:00", 24, "hours", "2026-10-02 12:00"),
        ("2026-10-01 12:00", 15, "days", "2026-10-16 12:00"),
        ("2026-03-07 12:00", 0, "working_days", "2026-03-09 08:30"),
    ],
)
def test_due_as_counted_by_hand(start: str, value: float, unit: str, end: str) -> None:
    assert due(at(start), value, unit, calendar=CALENDAR).at == at(end)


@given(calendars, moments, values, working_units)
def test_elapsed_gives_the_value_back(calendar: Calendar, start: datetime, value: float, unit: str) -> None:
    end = due(start, value, unit, calendar=calendar).at

    assert elapsed(start, end, unit, calendar=calendar) == pytest.approx(value, abs=CLOSE)
    assert left(start, end, unit, calendar=calendar) == pytest.approx(value, abs=CLOSE)
    assert left(end, start, unit, calendar=calendar) == pytest.approx(-value, abs=CLOSE)


@given(calendars, moments, values, units, st.floats(0, 90 * 86400))
def test_due_is_monotone_in_start_and_value(
    calendar: Calendar, start: datetime, value: float, unit: str, later: float
) -> None:
    end = due(start, value, unit, calendar=calendar).at

    assert due(start + timedelta(seconds=later), value, unit, calendar=calendar).at >= end
    assert due(start, value + later / 86400, unit, calendar=calendar).at >= end
    assert end > start


@given(calendars, moments, values, units, st.floats(0.001, 0.999), st.floats(1, 400 * 3600))
def test_a_pause_loses_nothing(
    calendar: Calendar, start: datetime, value: float, unit: str, share: float, pause: float
) -> None:
    """What was used before a pause and what is used after it add up to the limit."""
    end = due(start, value, unit, calendar=calendar).at
    paused = start + (end - start) * share
    resumed = paused + timedelta(seconds=pause)

    remainder = left(paused, end, unit, calendar=calendar)
    new_end = due(resumed, remainder, unit, calendar=calendar).at

    used = elapsed(start, paused, unit, calendar=calendar) + elapsed(
        resumed, new_end, unit, calendar=calendar
    )
    assert used == pytest.approx(value, abs=CLOSE)
    assert new_end >= end - timedelta(milliseconds=1)


@given(calendars, moments, st.floats(0, 60), working_units)
def test_never_due_outside_working_time(calendar: Calendar, start: datetime, value: float, unit: str) -> None:
    end = due(start, value, unit, calendar=calendar).at.astimezone(SHANGHAI)
    midnight = datetime.combine(end.date(), time(), SHANGHAI)
    # A day that works until midnight.
    if end == midnight and not opening_hours(end.date(), calendar=calendar):
        end, midnight = end - timedelta(microseconds=1), midnight - timedelta(days=1)

    stretches = calendar.pattern(end.date()).slots
    moment = (end - midnight) / timedelta(microseconds=1)
    assert any(slot.opens <= moment <= slot.closes for slot in stretches)


@given(moments, st.floats(0.1, 40), working_units)
def test_the_explanation_accounts_for_every_day(start: datetime, value: float, unit: str) -> None:
    end, told = due(start, value, unit, calendar=CALENDAR)

    skipped = {row["day"] for row in told["skipped"]}
    first, last = start.date(), end.astimezone(SHANGHAI).date()
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    assert skipped == {day.isoformat() for day in days if not CALENDAR.works(day)}
    assert told["counted"] == len(days) - len(skipped)


def test_the_explanation_in_words() -> None:
    _at, told = due(at("2026-09-18 17:00"), 9, "working_days", calendar=CALENDAR)

    lines = explain(told, "en")

    assert {"day": "2026-09-25", "why": "holiday", "name": "中秋节"} in told["skipped"]
    assert told["worked_in_exchange"] == [{"day": "2026-09-20", "name": "国庆节"}]
    assert "September 25 to September 27 were not counted: Mid-Autumn Festival." in lines
    assert "September 19 was not counted: the weekend." in lines
    assert "September 20 is worked in exchange for National Day." in lines
    assert explain({}, "en") == []


def test_the_explanation_tells_what_moved_a_deadline() -> None:
    _at, told = due(at("2026-11-30 09:00"), 3, "working_days", calendar=CALENDAR)
    _at, later = due(at("2026-12-31 09:00"), 2, "working_days", calendar=CALENDAR)
    told |= {
        "pauses": [["2026-12-01T01:00:00+00:00", "2026-12-02T01:00:00+00:00"]],
        "extensions": [{"days": 2, "at": "2026-12-03T01:00:00+00:00"}],
        "extended": later,
        "source": "county-1: 时限表",
    }

    lines = explain(told, "en")

    assert "The clock stood from 2026-12-01 09:00 to 2026-12-02 09:00." in lines
    assert "2 working days were added on 2026-12-03 09:00." in lines
    assert "January 2 to January 3 were not counted: the weekend." in lines
    assert "The holidays of 2027 are not in the calendar yet; only weekends were skipped." in lines
    assert lines[-1] == "The limit comes from: county-1: 时限表."
    assert explain(told | {"source": "gridloop-1: 热线惯例"}, "en")[-1] == "The limit comes from: 热线惯例."


def test_a_year_without_a_table_falls_back_to_the_week_and_says_so() -> None:
    end, told = due(at("2031-10-01 08:30"), 1, "working_days", calendar=CALENDAR)

    assert end == at("2031-10-01 18:00")
    assert told["years_without_table"] == [2031]
    assert "2031" in explain(told, "en")[-1]


@pytest.mark.parametrize("year", [1, 1950, 2070, 2298, 9990])
def test_never_raises_for_odd_moments(year: int) -> None:
    start = datetime(year, 6, 3, 10, tzinfo=UTC)
    assert due(start, 3, "working_days", calendar=CALENDAR).at >= start
    assert elapsed(start, start, "working_hours", calendar=CALENDAR) == 0


def test_a_calendar_without_any_hours_counts_the_usual_week() -> None:
    empty = Calendar({}, {})

    assert due(at("2026-03-02 10:00"), 4, "working_hours", calendar=empty).at == at("2026-03-02 15:30")
    assert opening_hours(date(2026, 3, 2), calendar=empty) == list(WEEK[0])


def test_counting_takes_microseconds() -> None:
    start, begun = at("2026-09-18 17:00"), datetime.now(UTC)
    for _round in range(1000):
        due(start, 7, "working_days", calendar=CALENDAR)

    assert (datetime.now(UTC) - begun) / timedelta(
        microseconds=1000
    ) < 500  # each; about 20 on an idle machine
