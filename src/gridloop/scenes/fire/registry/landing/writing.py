"""Rows that are right, written in a few statements: new ones, and those that differ."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from gridloop.core.spreadsheets import RowError

FOREIGN = frozenset(
    (
        "grid_id",
        "community_id",
        "town_id",
        "county_id",
        "owner_id",
        "organisation_id",
        "premises_id",
        "vendor_id",
    )
)


class Counts(Protocol):
    """Where the outcome of rows is counted."""

    made: int
    changed: int
    same: int
    errors: list[RowError]


@dataclass(slots=True)
class Judged:
    """One row that is right: what it is called, and what it says."""

    key: Any
    facts: dict[str, Any]
    more: dict[str, Any] = field(default_factory=dict)
    row: int = 0


def given(**facts: Any) -> dict[str, Any]:
    """Without what the file leaves empty: an empty cell changes nothing."""
    return {name: value for name, value in facts.items() if value not in (None, "")}


def write(
    model: type[Any],
    names: tuple[str, ...],
    rows: list[Judged],
    known: Mapping[Any, Any],
    counts: Counts,
    **always: Any,
) -> None:
    """New rows and those that differ, each in a few statements."""
    new, changed, fields = [], [], set[str]()
    for each in rows:
        one, facts = known.get(each.key), {**each.facts, **always}
        if one is None:
            key = each.key if isinstance(each.key, tuple) else (each.key,)
            new.append(model(**dict(zip(names, key, strict=True)), **facts))
            continue
        different = {name for name, value in facts.items() if getattr(one, name) != value}
        if not different:
            counts.same += 1
            continue
        for name in different:
            setattr(one, name, facts[name])
        fields |= different
        one.pk = None  # the code decides which row it is; a second conflict, on the id, would stop SQLite
        changed.append(one)
    model.objects.bulk_create(new, batch_size=1_000)
    if changed:
        # One INSERT that updates on conflict is far cheaper than Django's CASE for each column.
        plain = [name.removesuffix("_id") if name in FOREIGN else name for name in sorted(fields)]
        unique = [name.removesuffix("_id") if name in FOREIGN else name for name in names]
        model.objects.bulk_create(
            changed, batch_size=1_000, update_conflicts=True, unique_fields=unique, update_fields=plain
        )
    counts.made += len(new)
    counts.changed += len(changed)
