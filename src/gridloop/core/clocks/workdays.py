"""The working calendar as an immutable value, and the sums that make counting on it a matter of microseconds."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

SECOND = 1_000_000  # everything is counted in whole microseconds
DAY = 24 * 3600 * SECOND
USUAL_YEARS = (2015, 2045)
ALL_YEARS = (1900, 2299)  # summed only when somebody asks for a day outside the usual years

WEEK: Mapping[int, tuple[tuple[time, time], ...]] = {
    weekday: ((time(8, 30), time(12, 0)), (time(13, 30), time(18, 0))) for weekday in range(5)
}


class Special(NamedTuple):
    """A day that differs from the ordinary week."""

    works: bool
    name: str = ""
    source: str = ""


class Slot(NamedTuple):
    """One stretch of a working day, in microseconds since midnight; `before` was worked earlier that day."""

    opens: int
    closes: int
    before: int


class Pattern(NamedTuple):
    """How one working day works."""

    slots: tuple[Slot, ...]
    total: int

    def worked_until(self, moment: int) -> int:
        """How much of this day has been worked at that microsecond of it."""
        worked = 0
        for slot in self.slots:
            if moment <= slot.opens:
                break
            worked = slot.before + min(moment, slot.closes) - slot.opens
        return worked

    def moment_after(self, worked: int) -> int:
        """The first microsecond of the day at which so much has been worked (a closing time, not the next opening)."""
        for slot in self.slots:
            if worked <= slot.before + slot.closes - slot.opens:
                return slot.opens + max(worked - slot.before, 0)
        return self.slots[-1].closes


OFF = Pattern((), 0)


def pattern_of(hours: tuple[tuple[time, time], ...]) -> Pattern:
    """A day's pattern from its stretches; a stretch that closes at 00:00 ends the day, an impossible one is left out."""
    slots: list[Slot] = []
    worked = 0
    for opens, closes in sorted(hours):
        start = max(microseconds(opens), slots[-1].closes if slots else 0)
        end = microseconds(closes) or DAY
        if end > start:
            slots.append(Slot(start, end, worked))
            worked += end - start
    return Pattern(tuple(slots), worked)


def microseconds(moment: time | datetime) -> int:
    return ((moment.hour * 60 + moment.minute) * 60 + moment.second) * SECOND + moment.microsecond


@dataclass(frozen=True)
class Sums:
    """What was worked before each day, as running sums; day i has the ordinal `first + i`."""

    first: int
    patterns: list[Pattern]
    worked: list[int]  # microseconds before day i
    days: list[int]  # working days before day i

    def place(self, local: datetime) -> tuple[int, int]:
        """The day's index, and how much of it is worked at that wall-clock time; the ends of the table hold."""
        index = local.toordinal() - self.first
        if index < 0:
            return 0, 0
        if index >= len(self.patterns):
            return len(self.patterns) - 1, self.patterns[-1].total
        return index, self.patterns[index].worked_until(microseconds(local))

    def holds(self, index: int) -> bool:
        return 0 <= index < len(self.patterns)

    def wall_clock(self, index: int, moment: int) -> datetime:
        return datetime.fromordinal(self.first + index) + timedelta(microseconds=moment)


@dataclass(frozen=True, eq=False)
class Calendar:
    """Which days work, from when to when, in which time zone; a value that is exchanged, never changed.

    A weekend day worked in exchange takes the hours of its own weekday if the county gave it any, else Monday's.
    """

    special: Mapping[date, Special] = field(default_factory=dict)
    hours: Mapping[int, tuple[tuple[time, time], ...]] = field(default_factory=lambda: WEEK)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    edition: str = "shipped"

    @cached_property
    def week(self) -> tuple[Pattern, ...]:
        """A pattern for each weekday; a county without a single working hour counts as the usual week."""
        week = tuple(pattern_of(self.hours.get(weekday, ())) for weekday in range(7))
        return (
            week
            if any(pattern.total for pattern in week)
            else tuple(pattern_of(WEEK.get(d, ())) for d in range(7))
        )

    @cached_property
    def exchanged(self) -> Pattern:
        """How a day works whose weekday has no hours of its own."""
        return next(pattern for pattern in self.week if pattern.total)

    @cached_property
    def known_years(self) -> frozenset[int]:
        """The years whose holidays are in the table; of the others only the weekends are known."""
        return frozenset(day.year for day, special in self.special.items() if not special.works)

    @cached_property
    def usual_sums(self) -> Sums:
        return self.sums(*USUAL_YEARS)

    @cached_property
    def all_sums(self) -> Sums:
        return self.sums(*ALL_YEARS)

    def pattern(self, day: date) -> Pattern:
        special = self.special.get(day)
        usual = self.week[day.weekday()]
        if special is None:
            return usual
        return (usual if usual.total else self.exchanged) if special.works else OFF

    def works(self, day: date) -> bool:
        return self.pattern(day).total > 0

    def sums(self, first_year: int, last_year: int) -> Sums:
        first, last = date(first_year, 1, 1).toordinal(), date(last_year, 12, 31).toordinal()
        patterns = [self.week[(ordinal - 1) % 7] for ordinal in range(first, last + 1)]
        for day in self.special:
            if first <= day.toordinal() <= last:
                patterns[day.toordinal() - first] = self.pattern(day)
        worked, days = [0], [0]
        for pattern in patterns:
            worked.append(worked[-1] + pattern.total)
            days.append(days[-1] + (pattern.total > 0))
        return Sums(first, patterns, worked, days)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def instant(self, wall_clock: datetime) -> datetime:
        return wall_clock.replace(tzinfo=self.zone).astimezone(UTC)

    def after_worked(self, sums: Sums, target: int) -> datetime | None:
        """The first instant at which `target` microseconds have been worked; None beyond the table."""
        index = bisect_left(sums.worked, target) - 1
        if not sums.holds(index) or target <= 0:
            return None
        moment = sums.patterns[index].moment_after(target - sums.worked[index])
        return self.instant(sums.wall_clock(index, moment))

    def after_days(self, sums: Sums, target: float) -> datetime | None:
        """The first instant at which `target` working days have passed; None beyond the table."""
        whole = round(target)
        target = whole if abs(target - whole) < 1e-9 else target  # a billionth of a day must not cost a night
        number = int(target) if target != int(target) else int(target) - 1
        index = bisect_left(sums.days, number + 1) - 1
        if not sums.holds(index) or target <= 0:
            return None
        pattern = sums.patterns[index]
        moment = pattern.moment_after(round((target - number) * pattern.total))
        return self.instant(sums.wall_clock(index, moment))

    def next_opening(self, at: datetime) -> datetime:
        """The instant itself while somebody works, else the next opening."""
        local = self.local(at)
        for offset in range(366):
            day = local.date() + timedelta(days=offset)
            since = microseconds(local) if offset == 0 else 0
            for slot in self.pattern(day).slots:
                if since < slot.closes:
                    opening = datetime.combine(day, time()) + timedelta(microseconds=max(slot.opens, since))
                    return self.instant(opening)
        return at
