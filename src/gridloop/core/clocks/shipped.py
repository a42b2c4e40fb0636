"""What gridloop ships for its clocks: the holidays of mainland China, and a first table of limits."""

import csv
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from gridloop.core.clocks.workdays import Special

DATA = Path(__file__).parent / "data"


def rows_of(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def special_days() -> dict[date, Special]:
    """Holidays and workdays in exchange, as the notices of the State Council's General Office name them."""
    return {
        date.fromisoformat(row["day"]): Special(row["works"] == "1", row["name"], row["source"])
        for row in rows_of("special_days.csv")
    }


@cache
def limit_rows() -> tuple[dict[str, str], ...]:
    return tuple(rows_of("limits.csv"))
