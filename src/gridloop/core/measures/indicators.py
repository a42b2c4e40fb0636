"""What is measured: each indicator declared with its parts, its direction and its arithmetic in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Shape = Literal["rate", "number", "median", "p90", "mean"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure. `numerator` and `denominator` name measures (counting.py) that are summed; `direction` is 1 when more
    is better, -1 when less is, 0 when neither. A median or p90 is exact: it is taken from the single values."""

    name: str
    title: str | Promise
    numerator: tuple[str, ...]
    denominator: tuple[str, ...] = ()
    shape: Shape = "rate"
    unit: Literal["%", "minutes", "cases", "stars"] = "%"
    direction: Literal[-1, 0, 1] = 1
    words: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator's value with its arithmetic: `value` is a percentage, minutes or a number, None without a ground."""

    indicator: str
    value: float | None
    numerator: float
    denominator: float
    words: str


INDICATORS: dict[str, Indicator] = {}


def declare(*indicators: Indicator) -> None:
    for indicator in indicators:
        INDICATORS[indicator.name] = indicator


declare(
    Indicator("reported", _("Reported"), ("reported",), shape="number", unit="cases", direction=0),
    Indicator("due_to_close", _("Due to close"), ("due_to_close",), shape="number", unit="cases", direction=0),
    Indicator("closed", _("Closed"), ("closed",), shape="number", unit="cases", direction=0),
    Indicator("accepted_rate", _("Accepted rate"), ("accepted",), ("reported",), direction=0,
              words=_("accepted ÷ reported")),
    Indicator("closure_rate", _("Closure rate"), ("closed_due",), ("due_to_close",), words=_("closed ÷ due to close")),
    Indicator("on_time_closure_rate", _("On-time closure rate"), ("closed_on_time",), ("due_to_close",),
              words=_("closed on time ÷ due to close")),
    Indicator("overdue_rate", _("Overdue rate"), ("overdue",), ("due_to_close",), direction=-1,
              words=_("overdue ÷ due to close")),
    Indicator("rework_rate", _("Rework rate"), ("reworked",), ("completed",), direction=-1,
              words=_("sent back for rework ÷ completed")),
    Indicator("return_rate", _("Return rate"), ("returned",), ("dispatched",), direction=-1,
              words=_("returned by the unit ÷ dispatched")),
    Indicator("extension_rate", _("Extension rate"), ("extended",), ("dispatched",), direction=-1,
              words=_("extended ÷ dispatched")),
    Indicator("reopen_rate", _("Reopen rate"), ("reopened",), ("closed",), direction=-1, words=_("reopened ÷ closed")),
    Indicator("first_response_median", _("First response, median"), ("first_response",), shape="median", unit="minutes",
              direction=-1, words=_("half of the cases were answered within this time")),
    Indicator("first_response_p90", _("First response, nine in ten"), ("first_response",), shape="p90", unit="minutes",
              direction=-1, words=_("nine in ten cases were answered within this time")),
    Indicator("handling_median", _("Handling time, median"), ("handling",), shape="median", unit="minutes",
              direction=-1, words=_("half of the closed cases were handled within this time")),
    Indicator("handling_p90", _("Handling time, nine in ten"), ("handling",), shape="p90", unit="minutes", direction=-1,
              words=_("nine in ten closed cases were handled within this time")),
    Indicator("satisfaction", _("Satisfaction"), ("satisfied",), ("reviewed",),
              words=_("reviews of three stars and more ÷ reviews")),
    Indicator("rating", _("Stars"), ("reviewed",), shape="mean", unit="stars", words=_("sum of stars ÷ reviews")),
    Indicator("callback_coverage", _("Callback coverage"), ("called_back",), ("closed",),
              words=_("called back ÷ closed")),
    Indicator("found_by_grid", _("Found by the grid"), ("reported_by_grid",), ("reported",), direction=0,
              words=_("reported by grid workers ÷ reported")),
    Indicator("found_by_residents", _("Found by residents"), ("reported_by_residents",), ("reported",), direction=0,
              words=_("reported by residents ÷ reported")),
)  # fmt: skip


Sums = dict[str, tuple[float, float]]  # measure -> (count, total)
Values = dict[str, list[float]]  # measure -> single values, sorted or not


def figure(indicator: Indicator, sums: Sums, values: Values) -> Figure:
    """One figure from sums and values."""
    count = sum(sums.get(measure, (0, 0))[0] for measure in indicator.numerator)
    if indicator.shape == "number":
        return Figure(indicator.name, count, count, 0, f"{count:g}")
    if indicator.shape == "mean":
        total = sum(sums.get(measure, (0, 0))[1] for measure in indicator.numerator)
        return of_ratio(indicator, total, count, 1)
    if indicator.shape == "rate":
        ground = sum(sums.get(measure, (0, 0))[0] for measure in indicator.denominator)
        return of_ratio(indicator, count, ground, 100)
    found = [value for measure in indicator.numerator for value in values.get(measure, ())]
    value = quantile(found, 0.5 if indicator.shape == "median" else 0.9)
    return Figure(
        indicator.name, value, len(found), 0, "" if value is None else f"{value:.1f} (n = {len(found)})"
    )


def of_ratio(indicator: Indicator, numerator: float, denominator: float, scale: int) -> Figure:
    value = numerator / denominator * scale if denominator else None
    told = "–" if value is None else f"{value:.2f}{' %' if scale == 100 else ''}"
    return Figure(indicator.name, value, numerator, denominator, f"{numerator:g} / {denominator:g} = {told}")


def quantile(values: Iterable[float], share: float) -> float | None:
    """The value below which that share lies, between neighbours in proportion; None of nothing."""
    ordered = sorted(values)
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def figures_from(sums: Sums, values: Values) -> dict[str, Figure]:
    return {name: figure(indicator, sums, values) for name, indicator in INDICATORS.items()}


def single_values() -> tuple[str, ...]:
    """The measures whose single values some indicator needs."""
    wanted = {m for each in INDICATORS.values() if each.shape in {"median", "p90"} for m in each.numerator}
    return tuple(sorted(wanted))
