"""Figures as the rows of a spreadsheet, with their arithmetic."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gridloop.core.measures.indicators import INDICATORS, Figure
from gridloop.core.measures.queries import Point, Ranked

Row = list[str | float | Promise | None]
FIGURE_HEADINGS = (
    _("Indicator"),
    _("Value"),
    _("Unit"),
    _("Numerator"),
    _("Denominator"),
    _("Arithmetic"),
    _("Meaning"),
)
RANKING_HEADINGS = (
    _("Place"),
    _("Area, unit or class"),
    _("Value"),
    _("Unit"),
    _("Numerator"),
    _("Denominator"),
    _("Arithmetic"),
)
TREND_HEADINGS = (_("From"), _("Value"), _("Unit"), _("Numerator"), _("Denominator"), _("Arithmetic"))


def figure_rows(figures: Mapping[str, Figure]) -> list[Row]:
    """One row for each indicator, for `spreadsheets.write_rows(FIGURE_HEADINGS, ...)`."""
    return [
        [INDICATORS[name].title, *cells(found), INDICATORS[name].words] for name, found in figures.items()
    ]


def ranking_rows(ranked: Iterable[Ranked], names: Mapping[int, str]) -> list[Row]:
    """One row for each member; `names` tell what an id is called."""
    return [[row.place, names.get(row.member, str(row.member)), *cells(row.figure)] for row in ranked]


def trend_rows(points: Iterable[Point]) -> list[Row]:
    return [[point.since.isoformat(), *cells(point.figure)] for point in points]


def cells(found: Figure) -> Row:
    value = None if found.value is None else round(found.value, 2)
    return [value, INDICATORS[found.indicator].unit, found.numerator, found.denominator, found.words]
