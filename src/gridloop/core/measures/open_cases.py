"""How many cases are open, overdue or pressing, now and when any past day ended, and which they are."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from gridloop.core.measures.models import OpenChange, OpenCount, Spell

PARTS = ("open", "overdue", "pressing")
NAMED = 200  # more members than this are picked out here: so long a list costs the database more than the whole table


class Counts(NamedTuple):
    """How many cases of one member are open, how many of them overdue, how many need a person now."""

    open: int = 0
    overdue: int = 0
    pressing: int = 0

    def less(self, other: "Counts") -> "Counts":
        return Counts(*(mine - theirs for mine, theirs in zip(self, other, strict=True)))


NOTHING = Counts()


def counts_of(
    members: Collection[int], day: date | None = None, *, dimension: str = "area"
) -> dict[int, Counts]:
    """The counts of each member now, or when that day ended; those without any are left out."""
    wanted = frozenset(members)
    rows = OpenCount.objects.filter(dimension=dimension)
    if len(wanted) <= NAMED:
        rows = rows.filter(member__in=wanted)
    found = rows.values_list("member", *PARTS)
    now = {member: Counts(*counts) for member, *counts in found if member in wanted}
    if day is None:
        return {member: counts for member, counts in now.items() if any(counts)}
    later = OpenChange.objects.filter(dimension=dimension, member__in=members, day__gt=day)
    sums = later.values_list("member").annotate(Sum("open"), Sum("overdue"), Sum("pressing"))
    after = {member: Counts(*counts) for member, *counts in sums}
    # Whoever came and went in one batch has changes and no count.
    then = {
        member: now.get(member, NOTHING).less(after.get(member, NOTHING))
        for member in now.keys() | after.keys()
    }
    return {member: counts for member, counts in then.items() if any(counts)}


def counts_by_day(member: int, since: date, until: date, *, dimension: str = "area") -> dict[date, Counts]:
    """The counts of one member at the end of each day; the last day is now when it is today."""
    now = counts_of([member], dimension=dimension).get(member, NOTHING)
    rows = OpenChange.objects.filter(dimension=dimension, member=member, day__gt=since)
    changes: dict[date, Counts] = defaultdict(lambda: NOTHING)
    changes |= {day: Counts(*change) for day, *change in rows.values_list("day", *PARTS)}
    found: dict[date, Counts] = {}
    standing, day = now, max([until, *changes])
    while day >= since:
        if day <= until:
            found[day] = standing
        standing = standing.less(changes[day])
        day -= timedelta(days=1)
    return dict(reversed(found.items()))


def spells(part: str, field: str, member: int, day: date | None = None) -> QuerySet[Spell]:
    """The spells behind a count: `field` is a level of areas, "unit" or "category"; as many as the count says."""
    found = Spell.objects.filter(until=None) if day is None else Spell.objects.filter(stood_at_end_of(day))
    if part == "overdue":
        found = found.filter(overdue=True)
    elif part == "pressing":
        found = found.filter(pressing__gt=0)
    return found.filter(**{field: member})


def stood_at_end_of(day: date) -> Q:
    end = datetime.combine(day + timedelta(days=1), time(), timezone.get_default_timezone())
    return Q(since__lt=end) & (Q(until=None) | Q(until__gte=end))


def most_pressing(field: str, member: int, limit: int) -> list[Spell]:
    """What needs a person now: escalated first, then overdue, emergencies, supervised; the longest standing first."""
    found = Spell.objects.filter(until=None, pressing__gt=0, **{field: member})
    return list(found.order_by("-pressing", "id")[:limit])
