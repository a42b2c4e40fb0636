"""How the cockpit says numbers: values with their units, changes with their sign, measures by their names."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from gridloop.core.measures.indicators import INDICATORS, Figure

Words = Any
MUCH = 10
PARTS: dict[str, Words] = {
    "open": gettext_lazy("Open cases"),
    "overdue": gettext_lazy("Overdue cases"),
    "pressing": gettext_lazy("Needs a person now"),
}
MEASURES: dict[str, Words] = {
    "reported": gettext_lazy("Reported"),
    "accepted": gettext_lazy("Accepted"),
    "dispatched": gettext_lazy("Dispatched"),
    "due_to_close": gettext_lazy("Due to close"),
    "closed": gettext_lazy("Closed"),
    "closed_due": gettext_lazy("Closed, of those due"),
    "closed_on_time": gettext_lazy("Closed on time, of those due"),
    "overdue": gettext_lazy("Went overdue"),
    "completed": gettext_lazy("Completed"),
    "reworked": gettext_lazy("Sent back for rework"),
    "returned": gettext_lazy("Returned by the unit"),
    "extended": gettext_lazy("Given more time"),
    "reopened": gettext_lazy("Reopened"),
    "first_response": gettext_lazy("First answered"),
    "handling": gettext_lazy("Handled and closed"),
    "reviewed": gettext_lazy("Reviewed"),
    "satisfied": gettext_lazy("Reviewed with three stars or more"),
    "called_back": gettext_lazy("Called back"),
    "reported_by_grid": gettext_lazy("Reported by grid workers"),
    "reported_by_residents": gettext_lazy("Reported by residents"),
}
LEVELS: dict[str, Words] = {
    "county": gettext_lazy("County"),
    "town": gettext_lazy("Town"),
    "community": gettext_lazy("Community"),
    "grid": gettext_lazy("Grid"),
    "unit": gettext_lazy("Unit"),
    "category": gettext_lazy("Class"),
    "post": gettext_lazy("Post"),
}


def value_words(figure: Figure) -> tuple[str, str]:
    """(value, unit) as people read them: 75.8 and %, 4.2 and nothing, 3.5 and h."""
    if figure.value is None:
        return "—", ""
    unit = INDICATORS[figure.indicator].unit
    if unit == "minutes":
        return length_words(figure.value)
    if unit == "%":
        return f"{figure.value:.1f}", "%"
    if unit == "stars":
        return f"{figure.value:.2f}", ""
    return f"{figure.value:g}", ""


def value_said(figure: Figure) -> str:
    """Value and unit in one: 75.8%, 3.5 h, 3.5小时."""
    value, unit = value_words(figure)
    close = unit == "%" or (get_language() or "").startswith("zh")
    return f"{value}{unit}" if close or not unit else f"{value} {unit}"


def length_words(minutes: float) -> tuple[str, str]:
    if minutes < 90:
        return f"{minutes:.0f}", _("min")
    if minutes < 48 * 60:
        return f"{minutes / 60:.1f}", _("h")
    return f"{minutes / 1440:.1f}", _("d")


def change_words(now: Figure, before: Figure | None) -> str | None:
    """How a figure moved: percentage points, or percent of a number or a time; None without a ground."""
    if before is None or now.value is None or before.value is None:
        return None
    if INDICATORS[now.indicator].unit in {"%", "stars"}:
        return signed(now.value - before.value, 2 if INDICATORS[now.indicator].unit == "stars" else 1)
    if not before.value or now.value > MUCH * before.value:
        return None  # from next to nothing: a percentage would only shout
    return f"{signed(100 * (now.value - before.value) / before.value, 0)}%"


def signed(value: float, digits: int) -> str:
    shown = round(value, digits) + 0.0
    return f"{shown:+.{digits}f}" if shown else f"{0:.{digits}f}"


def better(indicator: str) -> str:
    """Which way is good, for the arrow's colour; "" when neither."""
    return {1: "up", -1: "down"}.get(INDICATORS[indicator].direction, "")


def thinned(points: Sequence[float], most: int = 40) -> list[float]:
    """A long series with fewer points, its last kept."""
    step = max(1, -(-len(points) // most))
    return list(points[::-1][::step][::-1])
