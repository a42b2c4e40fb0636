"""Figures of any place, unit, class or post in any period, rankings and trends, and the cases behind each number."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Literal, NamedTuple

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum

from gridloop.core.measures.indicators import (
    INDICATORS,
    Figure,
    Sums,
    Values,
    figure,
    figures_from,
    single_values,
)
from gridloop.core.measures.models import CaseFact, DailyRollup
from gridloop.core.territory.models import Area

Dimension = Literal["all", "area", "county", "town", "community", "grid", "unit", "category", "post"]
Members = int | Collection[int]
Step = Literal["day", "week", "month"]
ROLLED_AREAS = ("county", "town", "community")
AREAS = (*ROLLED_AREAS, "grid")


class Ranked(NamedTuple):
    """One line of a ranking; equal values share a place."""

    place: int
    member: int
    figure: Figure


class Point(NamedTuple):
    """One point of a trend; `since` is the first day of its stretch."""

    since: date
    figure: Figure


def figures(
    dimension: Dimension = "all",
    member: Members = 0,
    since: date | None = None,
    until: date | None = None,
    *,
    kind: str = "",
) -> dict[str, Figure]:
    """Every indicator of one member, or of several together, from `since` to `until` with both days included."""
    singly = facts(dimension, member, since, until, kind).filter(measure__in=single_values())
    return {**figures_from(sums_of(dimension, member, since, until, kind), {}), **times_of(singly)}


def sums_of(
    dimension: Dimension, member: Members, since: date | None, until: date | None, kind: str = ""
) -> Sums:
    """measure -> (count, total), from the rollups where there are any."""
    if not is_rolled_up(dimension, member):
        single = facts(dimension, member, since, until, kind).values_list("measure")
        return {
            measure: (count, total) for measure, count, total in single.annotate(Count("id"), Sum("value"))
        }
    rows = rollups(dimension, since, until, kind)
    if dimension != "all":
        rows = rows.filter(member__in=ids(member))
    summed = rows.values_list("measure").annotate(Sum("count"), Sum("total"))
    return {measure: (count, total) for measure, count, total in summed}


def times_of(rows: QuerySet[CaseFact]) -> dict[str, Figure]:
    """Medians and ninetieth percentiles of these facts; PostgreSQL finds them without handing out every value."""
    names = [name for name, each in INDICATORS.items() if each.shape in {"median", "p90"}]
    if connection.vendor == "postgresql":
        return {name: figure_of_quantile(name, *found) for name, found in quantiles(rows, names).items()}
    values: Values = defaultdict(list)
    for measure, value in rows.values_list("measure", "value"):
        values[measure].append(value)
    return {name: figure(INDICATORS[name], {}, values) for name in names}


def quantiles(rows: QuerySet[CaseFact], names: Iterable[str]) -> dict[str, tuple[float | None, int]]:
    sql, parameters = rows.order_by().values("measure", "value").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT measure, percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY value), count(*) "  # noqa: S608 - the ORM's own statement
            f"FROM ({sql}) AS wanted GROUP BY measure",
            parameters,
        )
        found = {measure: (both, count) for measure, both, count in cursor.fetchall()}
    told: dict[str, tuple[float | None, int]] = {}
    for name in names:
        indicator = INDICATORS[name]
        both, count = found.get(indicator.numerator[0], ((None, None), 0))
        told[name] = (both[0 if indicator.shape == "median" else 1], count)
    return told


def figure_of_quantile(name: str, value: float | None, count: int) -> Figure:
    return Figure(name, value, count, 0, "" if value is None else f"{value:.1f} (n = {count})")


def is_rolled_up(dimension: Dimension, member: Members) -> bool:
    return dimension not in {"grid", "post"} and "grid" not in fields_of(dimension, member)


def ids(member: Members) -> list[int]:
    return [member] if isinstance(member, int) else list(member)


def fields_of(dimension: Dimension, member: Members) -> list[str]:
    """The columns of CaseFact that hold this dimension; the levels of the given areas for "area"."""
    if dimension != "area":
        return [] if dimension == "all" else [dimension]
    levels = Area.objects.filter(pk__in=ids(member)).values_list("level", flat=True).distinct()
    return sorted(set(levels) & set(AREAS))


def within(days: QuerySet, since: date | None, until: date | None, kind: str) -> QuerySet:
    if since is not None:
        days = days.filter(day__gte=since)
    if until is not None:
        days = days.filter(day__lte=until)
    return days.filter(kind=kind) if kind else days


def rollups(dimension: Dimension, since: date | None, until: date | None, kind: str) -> QuerySet[DailyRollup]:
    kept = "area" if dimension in ROLLED_AREAS else dimension
    return within(DailyRollup.objects.filter(dimension=kept), since, until, kind)


def facts(
    dimension: Dimension, member: Members, since: date | None, until: date | None, kind: str = ""
) -> QuerySet[CaseFact]:
    rows = within(CaseFact.objects.all(), since, until, kind)
    if dimension == "all":
        return rows
    anywhere = Q(pk__in=[])
    for name in fields_of(dimension, member):
        anywhere |= Q(**{f"{name}__in": ids(member)})
    return rows.filter(anywhere)


def cases_behind(
    part: str, dimension: Dimension = "all", member: Members = 0, since: date | None = None, until: date | None = None,
    *, kind: str = "", page: int = 1, size: int = 50,
) -> list[int]:  # fmt: skip
    """The ids of the cases behind a number, newest first, page by page.

    `part` is a measure, or "<indicator>.numerator" or "<indicator>.denominator".
    """
    rows = facts(dimension, member, since, until, kind).filter(measure__in=measures_of(part))
    start = (max(page, 1) - 1) * size
    return list(rows.order_by("-case").values_list("case", flat=True).distinct()[start : start + size])


def measures_of(part: str) -> tuple[str, ...]:
    name, _dot, side = part.partition(".")
    if not side:
        return (name,)
    indicator = INDICATORS[name]
    return indicator.denominator if side == "denominator" and indicator.denominator else indicator.numerator


def ranking(
    dimension: Dimension, indicator: str, since: date | None = None, until: date | None = None, *, kind: str = "",
    members: Collection[int] | None = None, at_least: float = 1,
) -> list[Ranked]:  # fmt: skip
    """Members from best to worst, each with its arithmetic; those with fewer than `at_least` cases behind are left out.

    For areas name the level (county, town, community, grid).
    """
    declared = INDICATORS[indicator]
    if dimension in {"all", "area"}:
        raise ValueError(
            "a ranking needs members of one level: county, town, community, grid, unit, category or post"
        )
    sums, values = grouped_sums(dimension, since, until, kind, members), Grouped(lambda: defaultdict(list))
    if declared.shape in {"median", "p90"}:
        values = grouped_values(dimension, since, until, kind, members, declared.numerator)
    found = [
        (member, figure(declared, sums.get(member, {}), values[member]))
        for member in sums.keys() | values.keys()
    ]
    counted = [
        (m, f) for m, f in found if f.value is not None and max(f.numerator, f.denominator) >= at_least
    ]
    better = 1 if declared.direction < 0 else -1
    counted.sort(
        key=lambda row: (better * (row[1].value or 0), -max(row[1].numerator, row[1].denominator), row[0])
    )
    return with_places(counted)


def with_places(counted: list[tuple[int, Figure]]) -> list[Ranked]:
    ranked: list[Ranked] = []
    for index, (member, found) in enumerate(counted, start=1):
        same = ranked and ranked[-1].figure.value == found.value
        ranked.append(Ranked(ranked[-1].place if same else index, member, found))
    return ranked


Grouped = defaultdict[int, Values]


def grouped_sums(
    dimension: Dimension, since: date | None, until: date | None, kind: str, members: Collection[int] | None
) -> dict[int, Sums]:
    grouped: dict[int, Sums] = defaultdict(dict)
    if dimension in {"grid", "post"}:
        rows = within(CaseFact.objects.exclude(**{dimension: None}), since, until, kind)
        rows = rows if members is None else rows.filter(**{f"{dimension}__in": members})
        found = rows.values_list(dimension, "measure").annotate(Count("id"), Sum("value"))
    else:
        rows = rollups(dimension, since, until, kind)
        if members is not None:
            rows = rows.filter(member__in=members)
        elif dimension in ROLLED_AREAS:
            rows = rows.filter(member__in=Area.objects.filter(level=dimension).values("pk"))
        found = rows.values_list("member", "measure").annotate(Sum("count"), Sum("total"))
    for member, measure, count, total in found:
        grouped[member][measure] = (count, total)
    return grouped


def grouped_values(
    dimension: Dimension, since: date | None, until: date | None, kind: str, members: Collection[int] | None,
    measures: Iterable[str],
) -> Grouped:  # fmt: skip
    grouped: Grouped = defaultdict(lambda: defaultdict(list))
    rows = within(
        CaseFact.objects.exclude(**{dimension: None}).filter(measure__in=measures), since, until, kind
    )
    if members is not None:
        rows = rows.filter(**{f"{dimension}__in": members})
    for member, measure, value in rows.values_list(dimension, "measure", "value"):
        grouped[member][measure].append(value)
    return grouped


def trend(
    indicator: str, dimension: Dimension = "all", member: Members = 0, *, since: date, until: date, step: Step = "day",
    kind: str = "",
) -> list[Point]:  # fmt: skip
    """One indicator stretch by stretch, in order; stretches without cases are there too."""
    declared = INDICATORS[indicator]
    sums: dict[date, Sums] = defaultdict(dict)
    values: dict[date, Values] = defaultdict(lambda: defaultdict(list))
    wanted = set(declared.numerator + declared.denominator)
    for day, measure, count, total in daily_sums(dimension, member, since, until, kind, wanted):
        before = sums[first_of(day, step)].get(measure, (0, 0))
        sums[first_of(day, step)][measure] = (before[0] + count, before[1] + total)
    if declared.shape in {"median", "p90"}:
        rows = facts(dimension, member, since, until, kind).filter(measure__in=declared.numerator)
        for day, measure, value in rows.values_list("day", "measure", "value"):
            values[first_of(day, step)][measure].append(value)
    days = (since + timedelta(days=offset) for offset in range((until - since).days + 1))
    starts = dict.fromkeys(first_of(day, step) for day in days)
    return [Point(max(start, since), figure(declared, sums[start], values[start])) for start in starts]


def daily_sums(
    dimension: Dimension, member: Members, since: date, until: date, kind: str, measures: Collection[str]
) -> Iterable[tuple[date, str, float, float]]:
    if is_rolled_up(dimension, member):
        rows = rollups(dimension, since, until, kind).filter(measure__in=measures)
        if dimension != "all":
            rows = rows.filter(member__in=ids(member))
        return rows.values_list("day", "measure").annotate(Sum("count"), Sum("total"))
    found = facts(dimension, member, since, until, kind).filter(measure__in=measures)
    return found.values_list("day", "measure").annotate(Count("id"), Sum("value"))


def first_of(day: date, step: Step) -> date:
    """The first day of the stretch a day lies in; weeks begin on Monday."""
    if step == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if step == "week" else day
