"""From counted facts to arrays and back: what was known before a fact fell silent travels along."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridloop.core.territory.tree import Tree
from gridloop.scenes.fire.index.gathering import Gathered
from gridloop.scenes.fire.risk import Counts, Floats, Method, means_by_parent

Values = dict[str, list[Any]]


def values_of(
    gathered: Gathered, previous: Mapping[int, Mapping[str, Sequence[Any]]], method: Method
) -> list[Values]:
    """The facts of each grid in order, as they are stored."""
    minimum = {each.name: each.minimum for each in method.yardsticks}
    day = gathered.at.date().isoformat()
    found: list[Values] = [{} for _grid in gathered.grids]
    for name, counted in gathered.values.items():
        least = minimum.get(name, 1)
        for values, grid in zip(found, gathered.grids, strict=True):
            kept = carried(counted.get(grid, (0, 0)), previous.get(grid, {}).get(name), least, day)
            if kept is not None:
                values[name] = kept
    return found


def carried(
    now: tuple[float, float], before: Sequence[Any] | None, minimum: float, day: str
) -> list[Any] | None:
    """What is kept of one fact: what is known now, or what was known last and since when it is silent."""
    if now[1] >= minimum or before is None:
        return [*now] if now[1] else None
    if len(before) == 5:
        return [*now, *before[2:]]
    return [*now, before[0], before[1], day] if before[1] >= minimum else ([*now] if now[1] else None)


def counts_of(rows: Sequence[Mapping[str, Sequence[Any]]], method: Method) -> Counts:
    """Stored facts as arrays, grids by the method's indicators."""
    table = np.zeros((4, len(rows), len(method.yardsticks)))
    for column, name in enumerate(method.names):
        for at, values in enumerate(rows):
            kept = values.get(name)
            if kept is not None:
                table[: min(len(kept), 4), at, column] = kept[:4]
    return Counts(table[0], table[1], table[2], table[3])


def parents_of(tree: Tree, grids: Sequence[int], level: str = "town") -> tuple[list[int], NDArray[np.int64]]:
    """The parents of grids at a level, and for each grid which one it lies in."""
    around = [getattr(tree.chain(grid), level) or 0 for grid in grids]
    parents = sorted(set(around))
    place = {parent: at for at, parent in enumerate(parents)}
    return parents, np.array([place[each] for each in around], dtype=np.int64)


def means_of_villages(
    counts: Counts, tree: Tree, grids: Sequence[int], method: Method
) -> tuple[list[int], NDArray[np.int64], Floats]:
    """The villages, which one each grid lies in, and their means, drawn to those of their towns; the last row is all's."""
    towns, town = parents_of(tree, grids, "town")
    villages, village = parents_of(tree, grids, "community")
    of_towns = means_by_parent(counts, town, len(towns), method)
    town_of_village = np.zeros(len(villages), dtype=np.int64)
    town_of_village[village] = town
    return (
        villages,
        village,
        means_by_parent(counts, village, len(villages), method, of_towns[town_of_village]),
    )


def plain_means(means: Floats, names: Sequence[str], villages: Sequence[int]) -> dict[str, Any]:
    """Means as a day's baseline stores them; what nobody knows is null."""
    rows = [[None if np.isnan(each) else round(float(each), 6) for each in row] for row in means]
    found = {str(village): row for village, row in zip(villages, rows, strict=False)}
    return {"names": list(names), "all": rows[-1], "villages": found}


def means_of_grids(kept: Mapping[str, Any], names: Sequence[str], tree: Tree, grids: Sequence[int]) -> Floats:
    """For each grid the means of its village, in the order of the method's indicators."""
    place = {name: at for at, name in enumerate(kept["names"])}
    order = [place[name] for name in names]
    everywhere = [kept["all"][at] for at in order]
    rows = {village: [row[at] for at in order] for village, row in kept["villages"].items()}
    found = [rows.get(str(tree.chain(grid).community or 0), everywhere) for grid in grids]
    return np.array(found, dtype=float).reshape(len(grids), len(order))
