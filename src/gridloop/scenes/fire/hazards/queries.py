"""What is asked of hazards: the open ones in reach, overdue first; and the three difficulties with their arithmetic."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import median

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.cases.models import Case, Deadline
from gridloop.core.cases.queries import reach_condition
from gridloop.core.journal.errors import NotFound
from gridloop.core.people.models import Person
from gridloop.core.people.queries import reach_of
from gridloop.core.territory import tree
from gridloop.scenes.fire.alarms.queries import premises_within
from gridloop.scenes.fire.hazards.models import Hazard, Inspection
from gridloop.scenes.fire.registry.models import Premises

AGAIN_WITHIN = timedelta(days=90)  # a hazard of the same kind at the same premises within a quarter came back


def hazards_in_reach(person: Person | None) -> QuerySet[Hazard]:
    """Hazards whose case the person may see: the rule of cases, and no other."""
    if person is None or not person.is_active:
        return Hazard.objects.none()
    seen = Case.objects.filter(reach_condition(reach_of(person)), kind="hazard")
    return Hazard.objects.filter(case__in=seen.values("pk"))


def open_hazards(person: Person | None) -> QuerySet[Hazard]:
    """Overdue first, then by what is due next."""
    return (
        hazards_in_reach(person)
        .filter(closed_at=None)
        .select_related("case", "premises", "earlier__case")
        .order_by("-case__overdue", "case__queue_at", "-pk")
    )


def inspections_in_reach(person: Person) -> QuerySet[Inspection]:
    return (
        Inspection.objects.filter(premises_within(person, "premises__"))
        .select_related("premises", "checklist", "by")
        .order_by("-at", "-pk")
    )


def premises_found(person: Person, words: str, limit: int = 12) -> list[Premises]:
    """Premises in reach by name, code or address, for a form's suggestions; longest without an inspection first."""
    found = Premises.objects.filter(premises_within(person), retired_at=None)
    if words.strip():
        found = found.filter(
            Q(name__contains=words.strip()) | Q(code=words.strip()) | Q(address__contains=words.strip())
        )
    return list(found.order_by("name", "pk")[:limit])


def premises_of(person: Person | None, pk: int) -> Premises:
    """One of the premises in reach; out of reach and absent are the same answer."""
    found = Premises.objects.filter(premises_within(person), pk=pk).first() if person else None
    if found is None:
        raise NotFound(_("There are no such premises, or they are not yours to see."))
    return found


@dataclass(slots=True)
class Difficulties:
    """The three questions of one area: how many are open, how fast they go, do they come back. Facts, then rates."""

    area: int | None
    name: str
    open: int = 0
    major: int = 0
    overdue: int = 0
    found: int = 0
    closed: int = 0
    days: list[float] = field(default_factory=list)  # from finding to closing, of those closed in the time
    on_time: int = 0
    followed: int = 0  # closed ones that were watched long enough to come back
    again: int = 0

    @property
    def median_days(self) -> float | None:
        return round(median(self.days), 1) if self.days else None

    @property
    def p90_days(self) -> float | None:
        """The nearest-rank percentile: nine in ten were closed within that many days."""
        if not self.days:
            return None
        ranked = sorted(self.days)
        return round(ranked[min(len(ranked) - 1, -(-9 * len(ranked) // 10) - 1)], 1)

    @property
    def repeat_rate(self) -> float | None:
        return self.again / self.followed if self.followed else None


def three_difficulties(person: Person, *, since: date, until: date) -> list[Difficulties]:
    """The whole reach first, then town by town. Four queries, however many hazards."""
    begin = timezone.make_aware(datetime.combine(since, time()))
    end = timezone.make_aware(datetime.combine(until + timedelta(days=1), time()))
    pictured = tree.current()
    rows: dict[int | None, Difficulties] = {None: Difficulties(None, _("Together"))}

    def of(town: int | None) -> tuple[Difficulties, Difficulties]:
        if town is not None and town not in rows:
            rows[town] = Difficulties(town, pictured.name(town))
        return rows[None], rows[town]

    for town, count, major, overdue in open_by_town(person):
        for row in {id(one): one for one in of(town)}.values():
            row.open, row.major, row.overdue = row.open + count, row.major + major, row.overdue + overdue
    for town, count in found_by_town(person, begin, end):
        for row in {id(one): one for one in of(town)}.values():
            row.found += count
    for town, found_at, closed_at, late, followed, again in closed_between(person, begin, end):
        for row in {id(one): one for one in of(town)}.values():
            row.closed += 1
            row.days.append((closed_at - found_at).total_seconds() / 86400)
            row.on_time += not late
            row.followed += followed
            row.again += again and followed
    return [
        rows[None],
        *sorted(
            (row for key, row in rows.items() if key), key=lambda row: (-row.overdue, -row.open, row.name)
        ),
    ]


def open_by_town(person: Person) -> list[tuple[int | None, int, int, int]]:
    counted = hazards_in_reach(person).filter(closed_at=None).values("case__town").order_by("case__town")
    return list(
        counted.annotate(
            n=Count("pk"),
            major=Count("pk", filter=Q(grade="major")),
            late=Count("pk", filter=Q(case__overdue=True)),
        ).values_list("case__town", "n", "major", "late")
    )


def found_by_town(person: Person, begin: datetime, end: datetime) -> list[tuple[int | None, int]]:
    counted = hazards_in_reach(person).filter(found_at__gte=begin, found_at__lt=end).values("case__town")
    return list(counted.annotate(n=Count("pk")).order_by("case__town").values_list("case__town", "n"))


def closed_between(
    person: Person, begin: datetime, end: datetime
) -> list[tuple[int | None, datetime, datetime, bool, bool, bool]]:
    """Closed hazards: town, found, closed, whether a clock was breached, whether watched long enough, whether it came back."""
    late = Deadline.objects.filter(case=OuterRef("case"), breached_at__isnull=False)
    again = Hazard.objects.filter(
        premises=OuterRef("premises"), kind=OuterRef("kind"), found_at__gt=OuterRef("closed_at"),
        found_at__lte=OuterRef("closed_at") + AGAIN_WITHIN,
    ).exclude(case__step="declined")  # fmt: skip
    rows = (
        hazards_in_reach(person)
        .filter(closed_at__gte=begin, closed_at__lt=end, case__step="closed")
        .annotate(late=Exists(late), again=Exists(again))
        .values_list("case__town", "found_at", "closed_at", "late", "again")
    )
    watched = timezone.now() - AGAIN_WITHIN
    return [
        (town, found, closed, late_, closed <= watched or again_, again_)
        for town, found, closed, late_, again_ in rows
        if closed is not None
    ]


CHOICES = {
    "open": Q(closed_at=None),
    "major": Q(closed_at=None, grade="major"),
    "overdue": Q(closed_at=None, case__overdue=True),
    "repeated": Q(times__gte=2),
}


def behind(
    person: Person, choice: str, *, town: int | None = None, since: date, until: date
) -> QuerySet[Hazard]:
    """The hazards behind a number of the page."""
    begin = timezone.make_aware(datetime.combine(since, time()))
    end = timezone.make_aware(datetime.combine(until + timedelta(days=1), time()))
    found = hazards_in_reach(person)
    if town is not None:
        found = found.filter(case__town=town)
    if choice == "found":
        found = found.filter(found_at__gte=begin, found_at__lt=end)
    elif choice == "closed":
        found = found.filter(closed_at__gte=begin, closed_at__lt=end, case__step="closed")
    elif choice == "again":
        again = Hazard.objects.filter(
            premises=OuterRef("premises"), kind=OuterRef("kind"), found_at__gt=OuterRef("closed_at"),
            found_at__lte=OuterRef("closed_at") + AGAIN_WITHIN,
        ).exclude(case__step="declined")  # fmt: skip
        found = found.filter(Exists(again), closed_at__gte=begin, closed_at__lt=end, case__step="closed")
    else:
        found = found.filter(CHOICES.get(choice, CHOICES["open"]))
    return found.select_related("case", "premises", "earlier__case").order_by(
        "-case__overdue", F("closed_at").desc(nulls_first=True), "-pk"
    )
