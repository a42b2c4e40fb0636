"""Sums day by day for an area, or for a unit, class or post inside it: what figures, changes and trends are cut from."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db.models import Count, QuerySet, Sum

from gridloop.core.measures.indicators import INDICATORS, Figure, Sums, figure, single_values
from gridloop.core.measures.models import CaseFact, DailyRollup
from gridloop.core.measures.queries import ROLLED_AREAS, Dimension, measures_of, times_of, within

By = Literal["area", "unit", "category", "post"]
Daily = dict[date, Sums]


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose numbers: those of an area of some level, or of one unit, class or post inside it.

    `whole` says that the area is all there is, so that sums kept for a unit or class need no cutting.
    """

    area: int
    level: str
    by: By = "area"
    member: int = 0
    whole: bool = False

    @property
    def is_rolled_up(self) -> bool:
        if self.by == "area":
            return self.level in ROLLED_AREAS
        return self.whole and self.by in {"unit", "category"}

    @property
    def rollup_key(self) -> dict[str, Any]:
        return {"dimension": self.by, "member": self.area if self.by == "area" else self.member}

    @property
    def facts_key(self) -> dict[str, Any]:
        key: dict[str, Any] = {} if self.whole else {self.level: self.area}
        return key if self.by == "area" else {**key, self.by: self.member}


def parts_of(indicators: Iterable[str]) -> set[str]:
    """The measures these indicators are made of, single values aside."""
    wanted = (INDICATORS[name] for name in indicators)
    return {
        m for each in wanted if each.shape not in {"median", "p90"} for m in each.numerator + each.denominator
    }


def by_day(scope: Scope, measures: Collection[str], since: date, until: date) -> Daily:
    """day -> measure -> (count, total), in one statement."""
    if scope.is_rolled_up:
        rows = within(DailyRollup.objects.filter(**scope.rollup_key, measure__in=measures), since, until, "")
        found = rows.values_list("day", "measure").annotate(Sum("count"), Sum("total"))
    else:
        found = (
            facts_of(scope, measures, since, until)
            .values_list("day", "measure")
            .annotate(Count("id"), Sum("value"))
        )
    daily: Daily = defaultdict(dict)
    for day, measure, count, total in found:
        daily[day][measure] = (count, total)
    return daily


def facts_of(scope: Scope, measures: Collection[str], since: date, until: date) -> QuerySet[CaseFact]:
    return within(CaseFact.objects.filter(**scope.facts_key, measure__in=measures), since, until, "")


def facts_behind(scope: Scope, part: str, since: date, until: date) -> QuerySet[CaseFact]:
    """The facts a number counts, newest first: exactly as many as it says."""
    return facts_of(scope, measures_of(part), since, until).order_by("-day", "-id")


def summed(daily: Mapping[date, Sums], since: date, until: date) -> Sums:
    """The sums of the days from `since` to `until`."""
    found: dict[str, tuple[float, float]] = {}
    for day, sums in daily.items():
        if since <= day <= until:
            for measure, (count, total) in sums.items():
                before = found.get(measure, (0, 0))
                found[measure] = (before[0] + count, before[1] + total)
    return found


def figures_between(
    daily: Mapping[date, Sums], names: Iterable[str], since: date, until: date
) -> dict[str, Figure]:
    sums = summed(daily, since, until)
    return {name: figure(INDICATORS[name], sums, {}) for name in names}


def sums_of_members(
    dimension: Dimension, members: Collection[int] | None, scope: Scope, measures: Collection[str],
    since: date, until: date,
) -> dict[int, Sums]:  # fmt: skip
    """member -> sums of these measures, for a ranking inside the scope's area; `members` None means all there are."""
    if dimension in ROLLED_AREAS or (dimension in {"unit", "category"} and scope.whole):
        kept = "area" if dimension in ROLLED_AREAS else dimension
        rows = within(DailyRollup.objects.filter(dimension=kept, measure__in=measures), since, until, "")
        rows = rows if members is None else rows.filter(member__in=members)
        found = rows.values_list("member", "measure").annotate(Sum("count"), Sum("total"))
    else:
        facts = facts_of(Scope(scope.area, scope.level, whole=scope.whole), measures, since, until)
        facts = facts.exclude(**{dimension: None})
        facts = facts if members is None else facts.filter(**{f"{dimension}__in": members})
        found = facts.values_list(dimension, "measure").annotate(Count("id"), Sum("value"))
    grouped: dict[int, Sums] = defaultdict(dict)
    for member, measure, count, total in found:
        grouped[member][measure] = (count, total)
    return grouped


def times_between(scope: Scope, since: date, until: date) -> dict[str, Figure]:
    """Medians and ninetieth percentiles of a period; PostgreSQL finds them without handing out every value."""
    return times_of(facts_of(scope, single_values(), since, until))
