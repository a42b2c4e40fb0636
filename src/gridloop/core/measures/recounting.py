"""Any past day's figures counted again from the journal alone, without facts or rollups."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from gridloop.core.journal.models import Entry
from gridloop.core.measures.counting import Fact, Story, count_all
from gridloop.core.measures.indicators import Figure, Sums, Values, figures_from, single_values
from gridloop.core.measures.queries import Dimension, Members, fields_of, ids

READ_AT_ONCE = 5000


def as_of(
    day: date, dimension: Dimension = "all", member: Members = 0, *, since: date | None = None, kind: str = ""
) -> dict[str, Figure]:
    """The figures from `since` to `day` as they stood when `day` ended, counted from the journal's entries.

    What was known later (a late closing, a reopening) is left out, so a number once published can be shown again.
    """
    sums: Sums = {}
    values: Values = {}
    fields, members, single = fields_of(dimension, member), set(ids(member)), set(single_values())
    for fact in facts_until(day, since):
        if (since and fact.day < since) or fact.day > day or (kind and fact.place.kind != kind):
            continue
        if fields and not any(getattr(fact.place, name) in members for name in fields):
            continue
        if dimension != "all" and not fields:
            continue
        count, total = sums.get(fact.measure, (0, 0.0))
        sums[fact.measure] = (count + 1, total + fact.value)
        if fact.measure in single:
            values.setdefault(fact.measure, []).append(fact.value)
    return figures_from(sums, values)


def facts_until(day: date, since: date | None) -> Iterator[Fact]:
    """Every fact of the cases that moved since then, from their beginning to the end of the day."""
    zone = timezone.get_default_timezone()
    stories: dict[int, Story] = {}
    batch: list[Entry] = []
    for entry in entries_until(day, since).iterator(READ_AT_ONCE):
        batch.append(entry)
        if len(batch) == READ_AT_ONCE:
            yield from count_all(batch, stories, zone)
            batch = []
    yield from count_all(batch, stories, zone)


def entries_until(day: date, since: date | None) -> QuerySet[Entry]:
    """A fact never lies after its entry's day, so cases without an entry since then have none to give."""
    zone = timezone.get_default_timezone()
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    entries = Entry.objects.filter(subject_kind="case", at__lt=end)
    if since is not None:
        moved = entries.filter(at__gte=datetime.combine(since, time(), zone)).values("subject")
        entries = entries.filter(subject__in=moved)
    return entries.order_by("id")
