"""What is left of a claim after the time already claimed is cut out: pure arithmetic over minutes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple


class Taken(NamedTuple):
    """A stretch of time another entry holds already."""

    since: datetime
    until: datetime
    entry: int


@dataclass(frozen=True, slots=True)
class Cut:
    """How many minutes of a claim may count, and why the others may not."""

    minutes: int
    explanation: list[dict[str, Any]]


def whole_minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


def cut_overlaps(since: datetime, until: datetime, taken: Iterable[Taken]) -> Cut:
    """Minutes of [since, until) that no other entry holds; each cut names the entry. Nothing is cut twice."""
    free, explanation = timedelta(), []
    reached = since
    for other in sorted(taken):
        start, end = max(other.since, reached), min(other.until, until)
        if end <= start:
            continue
        free += start - reached
        explanation.append({"why": "overlap", "minutes": whole_minutes(end - start), "entry": other.entry})
        reached = end
    free += max(until - reached, timedelta())
    return Cut(whole_minutes(free), explanation)


def cut_to_cap(cut: Cut, *, left: int) -> Cut:
    """No more than what the day still has room for."""
    over = cut.minutes - max(left, 0)
    if over <= 0:
        return cut
    return Cut(cut.minutes - over, [*cut.explanation, {"why": "cap", "minutes": over}])
