"""Following every case from spell to spell, and keeping the counts of what is open in step with them."""

from collections.abc import Iterable, Sequence
from datetime import date, tzinfo
from typing import Any

from django.db import connection
from django.db.models import Max

from gridloop.core.journal.models import Entry
from gridloop.core.measures.keeping import add_to_sums
from gridloop.core.measures.models import Spell
from gridloop.core.measures.standing import Key, Standing, counted, day_of, standing_after

COUNTS = {
    "dimension": "text",
    "member": "bigint",
    "open": "bigint",
    "overdue": "bigint",
    "pressing": "bigint",
}
CHANGES = {
    "dimension": "text", "member": "bigint", "day": "date", "open": "bigint", "overdue": "bigint", "pressing": "bigint",
}  # fmt: skip
Changes = dict[tuple[str, int, date], list[int]]  # (dimension, member, day) -> open, overdue, pressing


def follow(entries: Sequence[Entry], zone: tzinfo) -> None:
    """End and begin the spells these entries tell of; an entry seen before changes nothing."""
    cases = {entry.subject for entry in entries if entry.subject is not None}
    present = {spell.case: spell for spell in Spell.objects.filter(case__in=cases, until=None)}
    seen = last_entries(cases)
    begun: list[Spell] = []
    ended: list[Spell] = []
    changes: Changes = {}
    for entry in entries:
        if entry.subject is None or entry.pk <= seen.get(entry.subject, 0):
            continue
        spell = present.get(entry.subject)
        before = standing_of(spell) if spell else None
        after = standing_after(before, entry)
        if after == before:
            continue
        # A clock set back ends nothing before its beginning.
        at = max(entry.at, spell.since) if spell else entry.at
        if spell:
            spell.until, spell.ended_by = at, entry.pk
            if spell.pk:
                ended.append(spell)
            add(changes, spell, -1, day_of(at, zone))
            del present[entry.subject]
        if after:
            present[entry.subject] = new = Spell(
                case=entry.subject, entry=entry.pk, since=at, pressing=after.pressing, **after._asdict()
            )
            begun.append(new)
            add(changes, new, 1, day_of(at, zone))
    write(ended, begun, changes)


def last_entries(cases: Iterable[int]) -> dict[int, int]:
    """The last entry each case's spells know of."""
    rows = (
        Spell.objects.filter(case__in=list(cases)).values_list("case").annotate(Max("entry"), Max("ended_by"))
    )
    return {case: max(begun, ended or 0) for case, begun, ended in rows}


def standing_of(spell: Spell) -> Standing:
    return Standing(*(getattr(spell, name) for name in Standing._fields))


def add(changes: Changes, spell: Spell, sign: int, day: date) -> None:
    for (dimension, member), change in counted(standing_of(spell), sign):
        sums = changes.setdefault((dimension, member, day), [0, 0, 0])
        for place, by in enumerate(change):
            sums[place] += by


def write(ended: list[Spell], begun: list[Spell], changes: Changes) -> None:
    if not changes:
        return
    end_spells(ended)
    Spell.objects.bulk_create(begun)
    totals: dict[Key, list[int]] = {}
    for (dimension, member, _day), change in changes.items():
        sums = totals.setdefault((dimension, member), [0, 0, 0])
        for place, by in enumerate(change):
            sums[place] += by
    add_to_sums("measures_opencount", COUNTS, ("dimension", "member"), totals)
    add_to_sums("measures_openchange", CHANGES, ("dimension", "member", "day"), changes)


def end_spells(ended: list[Spell]) -> None:
    """One statement for all of them on PostgreSQL."""
    if not ended:
        return
    if connection.vendor != "postgresql":
        Spell.objects.bulk_update(ended, ["until", "ended_by"])
        return
    columns: list[list[Any]] = [
        [spell.pk for spell in ended],
        [spell.until for spell in ended],
        [spell.ended_by for spell in ended],
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE measures_spell SET until = given.until, ended_by = given.ended_by "
            "FROM unnest(%s::bigint[], %s::timestamptz[], %s::bigint[]) AS given (id, until, ended_by) "
            "WHERE measures_spell.id = given.id",
            columns,
        )
