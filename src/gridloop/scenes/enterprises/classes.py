"""The classes of enterprise matters as the scene ships them; an edition of its own beside the county's."""

import csv
from pathlib import Path

from gridloop.core.cases.classes import load_classes
from gridloop.core.journal.actor import Actor

SHIPPED = Path(__file__).parent / "data" / "classes.csv"


def shipped_classes() -> list[dict[str, str]]:
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_matter_classes(*, by: Actor) -> int:
    """Put the shipped classes in, or bring their names up to date; returns how many are new."""
    return load_classes(shipped_classes(), by=by)
