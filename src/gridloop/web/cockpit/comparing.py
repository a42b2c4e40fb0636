"""A month, quarter or year beside the one before and the same one a year ago, as table rows and as charts."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridloop.core.measures.daily import Daily, figures_between, summed
from gridloop.core.measures.indicators import INDICATORS, Figure, figure
from gridloop.web.cockpit.choosing import Chosen
from gridloop.web.cockpit.words import better, change_words, value_said

SPANS: dict[str, Any] = {
    "month": gettext_lazy("Month"),
    "quarter": gettext_lazy("Quarter"),
    "year": gettext_lazy("Year"),
}
LENGTHS = {"month": 1, "quarter": 3, "year": 12}
MONTHS_DRAWN = 13
Stretch = tuple[date, date]
Compared = tuple[str, Figure, Figure, Figure]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the calendar up to a day, the stretch of equal length before, and the same a year ago."""

    name: str
    since: date
    until: date

    @property
    def now(self) -> Stretch:
        return self.since, self.until

    @property
    def before(self) -> Stretch:
        """The month, quarter or year before, as far into it as this one has come."""
        months = LENGTHS[self.name]
        return months_earlier(self.since, months), min(
            months_earlier(self.until, months), self.since - timedelta(days=1)
        )

    @property
    def last_year(self) -> Stretch:
        return months_earlier(self.since, 12), months_earlier(self.until, 12)


def span_of(name: str, day: date) -> Span:
    """The span that holds the day, up to the day."""
    name = name if name in SPANS else "month"
    first = {"month": day.month, "quarter": 3 * ((day.month - 1) // 3) + 1, "year": 1}[name]
    return Span(name, date(day.year, first, 1), day)


def months_earlier(day: date, months: int) -> date:
    """The same day of an earlier month, or its last; the end of a month stays the end."""
    year, month = divmod(12 * day.year + day.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    at_end = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if at_end else min(day.day, last))


def earliest_day(span: Span) -> date:
    return min(span.last_year[0], span.before[0], months_earlier(span.until.replace(day=1), MONTHS_DRAWN - 1))


def compared(span: Span, names: Sequence[str], daily: Daily) -> list[Compared]:
    now, before, last_year = (
        figures_between(daily, names, *stretch) for stretch in (span.now, span.before, span.last_year)
    )
    return [(name, now[name], before[name], last_year[name]) for name in names]


def compared_rows(choice: Chosen, span: Span, found: Iterable[Compared]) -> list[dict[str, Any]]:
    whose = {} if choice.by == "area" else {"by": choice.by, "member": choice.member}
    cases = reverse("cockpit:cases")
    rows = []
    for name, now, before, last_year in found:
        indicator = INDICATORS[name]
        address = {"since": span.since.isoformat(), "shade": "", **whose}
        rows.append(
            {
                "indicator": indicator, "title": indicator.title, "now": now, "before": before, "last_year": last_year,
                "value": value_said(now), "better": better(name),
                "before_value": value_said(before), "last_year_value": value_said(last_year),
                "change": moved(name, now, before), "year_change": moved(name, now, last_year),
                "numerator": f"{now.numerator:g}", "denominator": f"{now.denominator:g}" if now.denominator else "",
                "numerator_url": "" if indicator.shape == "mean" else cases + choice.address(part=f"{name}.numerator", **address),
                "denominator_url": cases + choice.address(part=f"{name}.denominator", **address),
            }
        )  # fmt: skip
    return rows


def moved(name: str, now: Figure, then: Figure) -> dict[str, str] | None:
    """The change in words, with a direction for its arrow and whether that is good."""
    words = change_words(now, then)
    if words is None:
        return None
    direction = "up" if words.startswith("+") else "down" if words.startswith("-") else "flat"
    good = better(name)
    judged = "" if direction == "flat" or not good else "good" if direction == good else "bad"
    return {"words": words.lstrip("+-"), "direction": direction, "judged": judged}


def charts(span: Span, daily: Daily) -> list[dict[str, Any]]:
    """Thirteen months month by month: what came and went, how much in time, and what people thought of it."""
    starts = [months_earlier(span.until.replace(day=1), back) for back in range(MONTHS_DRAWN - 1, -1, -1)]
    ends = [*(start - timedelta(days=1) for start in starts[1:]), span.until]
    sums = [summed(daily, start, end) for start, end in zip(starts, ends, strict=True)]
    labels = [f"{start:%Y-%m}" for start in starts]

    def series(name: str) -> dict[str, Any]:
        values = [figure(INDICATORS[name], each, {}).value for each in sums]
        return {
            "name": str(INDICATORS[name].title),
            "values": [None if value is None else round(value, 1) for value in values],
        }

    return [
        {"title": _("Reported and closed"), "kind": "bar",
         "chart": {"labels": labels, "series": [series("reported"), series("closed")]}},
        {"title": _("Closed in time"), "kind": "line",
         "chart": {"labels": labels, "unit": "%", "series": [series("closure_rate"), series("on_time_closure_rate")]}},
        {"title": _("Satisfaction and rework"), "kind": "line",
         "chart": {"labels": labels, "unit": "%", "series": [series("satisfaction"), series("rework_rate")]}},
    ]  # fmt: skip
