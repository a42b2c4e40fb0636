"""The class list as data: shipped as the county's first edition, exchanged or extended by spreadsheet."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.db import transaction

from gridloop.core.cases.models import Category
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor

SHIPPED = Path(__file__).parent / "data" / "categories.csv"


def shipped_classes() -> list[dict[str, str]]:
    """The rows gridloop ships (event classes after CJ/T 214, and what hotlines add); edition "county-1"."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@transaction.atomic
def load_classes(rows: Iterable[Mapping[str, str]], *, by: Actor) -> int:
    """Put classes in, parents before children; known ones take the new names. Returns how many are new."""
    known = {(category.edition, category.code): category for category in Category.objects.all()}
    new = 0
    for row in sorted(rows, key=lambda row: len(row["code"])):
        key = (row["edition"], row["code"])
        category = known.get(key) or Category(edition=row["edition"], code=row["code"])
        new += category.pk is None
        category.name, category.english = row["name"], row.get("english", "")
        category.parent = known.get((row["edition"], row.get("parent", "")))
        category.save()
        known[key] = category

    record("classes_loaded", by=by, facts={"new": new})

    return new
