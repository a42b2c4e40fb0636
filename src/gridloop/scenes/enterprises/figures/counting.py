"""The figures of the enterprise platform from its facts: two statements, however many matters there are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from gridloop.core.cases.models import Deadline
from gridloop.scenes.enterprises.matters.models import Matter

SATISFIED = 3  # of five levels the two lowest are bad
DIMENSIONS = ("unit", "town", "class", "month")


class Fact(NamedTuple):
    """One matter as it is counted."""

    case: int
    unit: int | None
    town: int | None
    major: int | None
    reported_at: datetime
    open: bool
    outcome: str
    completed: bool
    rating: int | None


@dataclass
class Count:
    """What is counted of some matters, and the rates with their arithmetic."""

    taken: int = 0
    open: int = 0
    closed: int = 0
    answered: int = 0
    on_time: int = 0
    reviewed: int = 0
    satisfied: int = 0

    def add(self, fact: Fact, late: bool) -> None:
        self.taken += 1
        self.open += fact.open
        self.closed += not fact.open
        if fact.completed:
            self.answered += 1
            self.on_time += not late
        if fact.rating is not None:
            self.reviewed += 1
            self.satisfied += fact.rating >= SATISFIED

    @property
    def satisfaction(self) -> float | None:
        return self.satisfied / self.reviewed if self.reviewed else None

    @property
    def punctuality(self) -> float | None:
        return self.on_time / self.answered if self.answered else None


@dataclass
class Figures:
    """The whole page: everything, and by unit, town, major class and month."""

    total: Count = field(default_factory=Count)
    by: dict[str, dict[Any, Count]] = field(
        default_factory=lambda: {name: defaultdict(Count) for name in DIMENSIONS}
    )


def figures(matters: QuerySet[Matter], since: date | None = None, until: date | None = None) -> Figures:
    """Counted from the matters given (those within reach), from `since` to `until` with both days included."""
    matters = asked_between(matters, since, until)
    late = set(late_cases(matters).values_list("case", flat=True))
    counted = Figures()
    zone = timezone.get_current_timezone()
    for fact in facts(matters):
        is_late = fact.case in late
        local = fact.reported_at.astimezone(zone)
        keys = (fact.unit, fact.town, fact.major, (local.year, local.month))
        counted.total.add(fact, is_late)
        for name, key in zip(DIMENSIONS, keys, strict=True):
            counted.by[name][key].add(fact, is_late)
    return counted


def facts(matters: QuerySet[Matter]) -> Iterable[Fact]:
    rows = matters.annotate(
        major=F("case__category__parent"), completed=Q(case__completed_at__isnull=False)
    ).order_by()
    for case, unit, town, category, major, reported, is_open, outcome, completed, rating in rows.values_list(
        "case", "case__lead_unit", "case__town", "case__category", "major", "case__reported_at", "case__open", "case__outcome",
        "completed", "case__rating",
    ):  # fmt: skip
        yield Fact(case, unit, town, major or category, reported, is_open, outcome, bool(completed), rating)


def late_cases(matters: QuerySet[Matter]) -> QuerySet[Deadline]:
    """Completion clocks that were broken: met after they were due, or due and not met."""
    clocks = Deadline.objects.filter(name="completion", task=None, case__in=matters.values("case"))
    return clocks.filter(Q(breached_at__isnull=False) | Q(met_at__gt=F("due_at"))).order_by()


def asked_between(matters: QuerySet[Matter], since: date | None, until: date | None) -> QuerySet[Matter]:
    if since is not None:
        matters = matters.filter(case__reported_at__gte=midnight(since))
    if until is not None:
        matters = matters.filter(case__reported_at__lt=midnight(until) + timedelta(days=1))
    return matters


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def behind(matters: QuerySet[Matter], what: str) -> QuerySet[Matter]:
    """The matters behind one number."""
    conditions = {
        "open": Q(case__open=True),
        "closed": Q(case__open=False),
        "answered": Q(case__completed_at__isnull=False),
        "reviewed": Q(case__rating__isnull=False),
        "satisfied": Q(case__rating__gte=SATISFIED),
        "unsatisfied": Q(case__rating__lt=SATISFIED),
        "overdue": Q(case__overdue=True, case__open=True),
        "on_table": Q(case__step="on_table"),
        "waiting": Q(case__step="asked"),
    }
    if what == "late":
        return matters.filter(case__completed_at__isnull=False, case__in=late_cases(matters).values("case"))
    if what == "on_time":
        return matters.filter(case__completed_at__isnull=False).exclude(
            case__in=late_cases(matters).values("case")
        )
    return matters.filter(conditions[what]) if what in conditions else matters
