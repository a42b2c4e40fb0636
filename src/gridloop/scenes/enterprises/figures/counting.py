"""The figures of the enterprise platform from its facts: two statements, however many matters there are."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from gridloop.core.cases.models import Category, Deadline
from gridloop.scenes.enterprises.matters.models import Matter
from gridloop.scenes.enterprises.matters.queries import EDITION

SATISFIED = 3  # of five levels the two lowest are bad
DIMENSIONS = ("unit", "town", "class", "month")


class Fact(NamedTuple):
    """What is counted of one matter. Alike matters are counted together, so equal facts must be equal."""

    unit: int | None
    town: int | None
    major: int | None
    month: str
    open: bool
    completed: bool
    late: bool
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

    def add(self, fact: Fact, many: int) -> None:
        self.taken += many
        if fact.open:
            self.open += many
        else:
            self.closed += many
        if fact.completed:
            self.answered += many
            self.on_time += 0 if fact.late else many
        if fact.rating is not None:
            self.reviewed += many
            self.satisfied += many if fact.rating >= SATISFIED else 0

    @property
    def satisfaction(self) -> float | None:
        return self.satisfied / self.reviewed if self.reviewed else None


@dataclass
class Figures:
    """The whole page: everything, and by unit, town, major class and month."""

    total: Count = field(default_factory=Count)
    by: dict[str, dict[Any, Count]] = field(
        default_factory=lambda: {name: defaultdict(Count) for name in DIMENSIONS}
    )


def figures(matters: QuerySet[Matter], since: date | None = None, until: date | None = None) -> Figures:
    """Counted from the matters given (those within reach), from `since` to `until` with both days included."""
    counted = Figures()
    units, towns, majors, months = (counted.by[name] for name in DIMENSIONS)
    for fact, many in facts(asked_between(matters, since, until)).items():
        counts = counted.total, units[fact.unit], towns[fact.town], majors[fact.major], months[fact.month]
        for count in counts:
            count.add(fact, many)
    return counted


def facts(matters: QuerySet[Matter]) -> Counter[Fact]:
    """Alike matters together. The major classes come from a list of their own, which spares a join."""
    parents = dict(classes_of_any_time().values_list("pk", "parent"))
    rows = matters.annotate(
        late=Exists(late_clocks()), completed=Q(case__completed_at__isnull=False)
    ).order_by()
    alike = Counter(
        rows.values_list(
            "case__lead_unit", "case__town", "case__category", "month", "case__open", "completed", "late", "case__rating"
        ).iterator(chunk_size=5000)
    )  # fmt: skip
    found: Counter[Fact] = Counter()
    for (unit, town, category, *rest), many in alike.items():
        found[Fact(unit, town, parents.get(category) or category, *rest)] += many
    return found


def classes_of_any_time() -> QuerySet[Category]:
    return Category.objects.filter(edition=EDITION)


def late_clocks() -> QuerySet[Deadline]:
    """A matter's own completion clocks that were broken: met after they were due, or due and not met.

    `task` is wrapped so that the database enters by the case, not by everything that has no task.
    """
    clocks = Deadline.objects.annotate(assisting=Coalesce("task", 0)).filter(
        case=OuterRef("case"), name="completion", assisting=0
    )
    return clocks.filter(Q(breached_at__isnull=False) | Q(met_at__gt=F("due_at")))


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
        return matters.filter(Exists(late_clocks()), case__completed_at__isnull=False)
    if what == "on_time":
        return matters.filter(~Exists(late_clocks()), case__completed_at__isnull=False)
    return matters.filter(conditions[what]) if what in conditions else matters
