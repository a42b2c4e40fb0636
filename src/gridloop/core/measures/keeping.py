"""Writing many facts and adding to rollups with few statements, on both databases."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Max

from gridloop.core.measures.counting import Fact, Place, Story
from gridloop.core.measures.models import CaseFact

FACT_COLUMNS = {
    "entry": "bigint", "case": "bigint", "day": "date", "measure": "text", "value": "float8", "kind": "text",
    "category": "bigint", "county": "bigint", "town": "bigint", "community": "bigint", "grid": "bigint",
    "unit": "bigint", "post": "bigint",
}  # fmt: skip
ROLLUP_COLUMNS = {
    "dimension": "text", "member": "bigint", "measure": "text", "kind": "text", "day": "date", "count": "bigint",
    "total": "float8",
}  # fmt: skip
ADD = (
    "ON CONFLICT (dimension, member, measure, kind, day) DO UPDATE SET "
    "count = measures_dailyrollup.count + excluded.count, total = measures_dailyrollup.total + excluded.total"
)
Rollup = dict[tuple, list[float]]


def insert(table: str, columns: dict[str, str], rows: Sequence[Sequence[Any]], conflict: str = "") -> None:
    """Insert rows of plain values: as arrays in one statement on PostgreSQL, one prepared statement on SQLite."""
    if not rows:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{kind}[]" for kind in columns.values())
            sql = f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) {conflict}"  # noqa: S608
            columns_of_rows = zip(zip(*rows, strict=True), columns.values(), strict=True)
            cursor.execute(sql, [array(values, kind) for values, kind in columns_of_rows])
        else:
            marks = ", ".join(["%s"] * len(columns))
            sql = f"INSERT INTO {table} ({names}) VALUES ({marks}) {conflict}"  # noqa: S608
            days = [index for index, kind in enumerate(columns.values()) if kind == "date"]
            cursor.executemany(sql, [_with_text_days(row, days) for row in rows])


def array(values: Sequence[Any], kind: str) -> str:
    """An array as PostgreSQL writes it; making it here is several times faster than having it adapted value by value."""
    if kind == "text":
        return "{" + ",".join(map(quoted, values)) + "}"
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"


@lru_cache(maxsize=1000)
def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _with_text_days(row: Sequence[Any], days: list[int]) -> list[Any]:
    values = list(row)
    for index in days:
        values[index] = values[index].isoformat()
    return values


def write_facts(facts: Iterable[Fact]) -> None:
    rows = [(f.entry, f.case, f.day, f.measure, f.value, *f.place) for f in facts]
    insert("measures_casefact", FACT_COLUMNS, rows)


def add_to_rollups(facts: Iterable[Fact]) -> None:
    """Add facts to the sums of every dimension that is rolled up; in the order of the key, so that writers never cross."""
    sums = roll_up(facts)
    insert(
        "measures_dailyrollup",
        ROLLUP_COLUMNS,
        [(*key, int(sums[key][0]), sums[key][1]) for key in sorted(sums)],
        ADD,
    )


def roll_up(facts: Iterable[Fact]) -> Rollup:
    """(dimension, member, measure, kind, day) -> [count, total]."""
    sums: Rollup = {}
    for fact in facts:
        for dimension, member in members_of(fact.place):
            pair = sums.setdefault((dimension, member, fact.measure, fact.place.kind, fact.day), [0, 0.0])
            pair[0] += 1
            pair[1] += fact.value
    return sums


def add_to_sums(
    table: str, columns: dict[str, str], key: Sequence[str], sums: Mapping[Any, Sequence[float]]
) -> None:
    """Add changes to rows of sums, in the order of their keys."""
    grown = [name for name in columns if name not in key]
    changes = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in grown)
    rows = [(*each, *map(int, sums[each])) for each in sorted(sums) if any(sums[each])]
    insert(table, columns, rows, f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}")


def members_of(place: Place) -> list[tuple[str, int]]:
    """The members a fact is rolled up for."""
    found = [("all", 0)]
    found += [("area", area) for area in (place.county, place.town, place.community) if area]
    if place.unit:
        found.append(("unit", place.unit))
    if place.category:
        found.append(("category", place.category))
    return found


def newest_counted(cases: Iterable[int]) -> dict[int, int]:
    """The newest entry of each case that gave a fact. Entries after it gave none, and would give none again."""
    counted = CaseFact.objects.filter(case__in=list(cases))
    return dict(counted.values_list("case").annotate(Max("entry")))


def stories_of(cases: Iterable[int], measures: Sequence[str]) -> dict[int, Story]:
    """What has been counted of these cases so far."""
    rows = CaseFact.objects.filter(case__in=list(cases), measure__in=measures).order_by("entry", "id")
    stories: dict[int, Story] = {}
    columns = ("entry", "case", "day", "measure", "value", *Place._fields)
    for entry, case, day, measure, value, *place in rows.values_list(*columns):
        stories.setdefault(case, Story()).remember(Fact(entry, case, day, measure, value, Place(*place)))
    return stories
