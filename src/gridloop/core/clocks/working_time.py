"""When something is due, how much time is left, and why: arithmetic on the working calendar, without a database.

A working day is one whole day's working time: what begins on Monday at 10:00 and may take one working day is due on
Tuesday at 10:00. So a clock that is paused and resumed loses nothing. Calendar hours and days run day and night.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from gridloop.core.clocks.calendar import current
from gridloop.core.clocks.models import Unit
from gridloop.core.clocks.workdays import SECOND, Calendar, Sums

MICROSECOND = timedelta(microseconds=1)
LONGEST = 3650  # days an explanation tells of
# Plain strings: looking an enumeration's member up in a dict costs more than the arithmetic.
WORKING_HOURS = Unit.WORKING_HOURS.value
CALENDAR_TIME = {
    Unit.MINUTES.value: 60 * SECOND,
    Unit.HOURS.value: 3600 * SECOND,
    Unit.DAYS.value: 24 * 3600 * SECOND,
}


class Due(NamedTuple):
    """When it is due (UTC), and which days were not counted; the explanation is plain JSON."""

    at: datetime
    explanation: dict[str, Any]


def due(start: datetime, value: float, unit: str, *, calendar: Calendar | None = None) -> Due:
    """When `value` units after `start` have passed. A negative value counts back; zero is the next working moment."""
    calendar = calendar or current()
    at = moment_after(start, value, unit, calendar)
    return Due(at, explain_due(start, value, unit, at, calendar))


def left(now: datetime, due_at: datetime, unit: str, *, calendar: Calendar | None = None) -> float:
    """How many units remain until `due_at`; below zero when it has passed."""
    return elapsed(now, due_at, unit, calendar=calendar)


def elapsed(start: datetime, end: datetime, unit: str, *, calendar: Calendar | None = None) -> float:
    """How many units lie between two moments; below zero when `end` is the earlier one."""
    if unit in CALENDAR_TIME:
        return (end - start) / MICROSECOND / CALENDAR_TIME[unit]
    calendar = calendar or current()
    begins, ends = calendar.local(start), calendar.local(end)
    sums = sums_around(calendar, begins, ends)
    (first, worked_first), (last, worked_last) = sums.place(begins), sums.place(ends)
    if unit == WORKING_HOURS:
        return (sums.worked[last] + worked_last - sums.worked[first] - worked_first) / (3600 * SECOND)
    whole = sums.days[last] - sums.days[first]
    return whole + share(sums, last, worked_last) - share(sums, first, worked_first)


def moment_after(start: datetime, value: float, unit: str, calendar: Calendar) -> datetime:
    if unit in CALENDAR_TIME:
        return start + timedelta(microseconds=round(value * CALENDAR_TIME[unit]))
    if value == 0:
        return calendar.next_opening(start)
    begins = calendar.local(start)
    found = counted_on(calendar, sums_around(calendar, begins), begins, value, unit)
    if found is None:
        found = counted_on(calendar, calendar.all_sums, begins, value, unit)
    if found is None:  # centuries away, where no calendar reaches: counted day and night rather than refused
        return start + timedelta(hours=value) if unit == WORKING_HOURS else start + timedelta(days=value)
    return found


def counted_on(calendar: Calendar, sums: Sums, begins: datetime, value: float, unit: str) -> datetime | None:
    index, worked = sums.place(begins)
    if unit == WORKING_HOURS:
        return calendar.after_worked(sums, sums.worked[index] + worked + round(value * 3600 * SECOND))
    return calendar.after_days(sums, sums.days[index] + share(sums, index, worked) + value)


def share(sums: Sums, index: int, worked: int) -> float:
    """How much of one working day has passed on that day."""
    total = sums.patterns[index].total
    return worked / total if total else 0.0


def sums_around(calendar: Calendar, *moments: datetime) -> Sums:
    usual = calendar.usual_sums
    inside = all(usual.holds(moment.toordinal() - usual.first) for moment in moments)
    return usual if inside else calendar.all_sums


def explain_due(start: datetime, value: float, unit: str, at: datetime, calendar: Calendar) -> dict[str, Any]:
    """What was counted and what was skipped, so that nobody has to count again."""
    explanation: dict[str, Any] = {
        "unit": unit if type(unit) is str else str(unit),
        "value": value,
        "start": start.astimezone(UTC).isoformat(),
        "due": at.astimezone(UTC).isoformat(),
        "edition": calendar.edition,
        "counted": 0,
        "skipped": [],
        "worked_in_exchange": [],
        "years_without_table": [],
    }
    if unit in CALENDAR_TIME:
        return explanation
    first, last = sorted((calendar.local(start).date(), calendar.local(at).date()))
    tell_days(explanation, first, last, calendar)
    return explanation


def tell_days(explanation: dict[str, Any], first: date, last: date, calendar: Calendar) -> None:
    """Go through the days from first to last; an explanation is told for every deadline, so this is written for speed."""
    skipped, week, special_days = explanation["skipped"], calendar.week, calendar.special
    begins, ends = first.toordinal(), min(last.toordinal(), first.toordinal() + LONGEST)
    for ordinal in range(begins, ends + 1):
        day = date.fromordinal(ordinal)
        works, special = week[(ordinal - 1) % 7].total > 0, special_days.get(day)
        if special is None:
            if not works:
                skipped.append({"day": day.isoformat(), "why": "weekend", "name": ""})
        elif not special.works:
            skipped.append({"day": day.isoformat(), "why": "holiday", "name": special.name})
        elif not works:
            explanation["worked_in_exchange"].append({"day": day.isoformat(), "name": special.name})
    explanation["counted"] = ends - begins + 1 - len(skipped)
    known = calendar.known_years
    explanation["years_without_table"] = [
        year for year in range(first.year, last.year + 1) if year not in known
    ]


def opening_hours(day: date, *, calendar: Calendar | None = None) -> list[tuple[time, time]]:
    """The stretches worked on a day, for pages that show the calendar."""
    slots = (calendar or current()).pattern(day).slots
    midnight = datetime.combine(day, time())
    return [
        (
            (midnight + timedelta(microseconds=slot.opens)).time(),
            (midnight + timedelta(microseconds=slot.closes)).time(),
        )
        for slot in slots
    ]
