"""What the index does when something is announced: the grid is counted again, and a real fire is kept."""

from collections.abc import Callable

from gridloop.core.journal.models import Entry
from gridloop.core.territory import tree
from gridloop.core.territory.models import Level
from gridloop.scenes.fire.index.actions import mark_grid

HAZARD_KINDS = frozenset({"hazard"})


def grid_of(entry: Entry) -> int | None:
    """The grid an entry lies in, from its facts or its area."""
    if entry.facts.get("grid"):
        return int(entry.facts["grid"])
    if entry.area and entry.area in tree.current() and tree.level(entry.area) == Level.GRID:
        return entry.area
    return None


def count_again(entry: Entry) -> None:
    """Several entries of a moment count the grid once."""
    grid = grid_of(entry)
    if grid is not None:
        mark_grid(grid)


REACTIONS: dict[str, Callable[[Entry], None]] = {}
