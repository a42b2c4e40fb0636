"""A method tried on today's facts: which grids would change their colour, and how much each weight matters."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

from gridloop.core.territory import tree
from gridloop.core.territory.models import Level
from gridloop.scenes.fire.index.facts import counts_of, means_of_villages
from gridloop.scenes.fire.index.models import Standing
from gridloop.scenes.fire.risk import (
    RED,
    Counts,
    Floats,
    Ints,
    Method,
    colours_of,
    score_grids,
)

SWING = 0.2


@dataclass(frozen=True, slots=True)
class Ground:
    """Today's facts of every grid, as a dry run needs them."""

    grids: list[int]
    values: list[dict[str, list[float]]]
    red: NDArray[np.bool_]  # red at once, whatever the score
    factor: Floats
    score: Floats
    held: Ints
    colour: Ints


@dataclass(frozen=True, slots=True)
class Moved:
    """A grid that would change its colour."""

    grid: int
    before: int
    after: int
    score_before: float
    score_after: float


@dataclass(frozen=True, slots=True)
class Tried:
    """What a method would do: from each colour to each, the grids that move, and every grid's new rank and score."""

    matrix: list[list[int]]
    moved: list[Moved]
    ranks: dict[int, tuple[int, float]]
    tau: float  # agreement of the two orders, 1: the same


def ground(overrides: Sequence[str]) -> Ground:
    """What the grids stand on now; `overrides`: those the edition to be tried knows."""
    rows = list(
        Standing.objects.filter(level=Level.GRID, area__retired_at=None, latest__isnull=False)
        .order_by("area_id")
        .values_list(
            "area_id",
            "latest__facts__values",
            "latest__facts__overrides",
            "latest__factor",
            "score",
            "held",
            "colour",
        )
    )
    return Ground(
        [row[0] for row in rows],
        [row[1] for row in rows],
        np.array([any(each["kind"] in overrides for each in row[2]) for row in rows], dtype=bool),
        np.array([row[3] for row in rows], dtype=float),
        np.array([row[4] for row in rows], dtype=float),
        np.array([row[5] for row in rows], dtype=np.int64),
        np.array([row[6] for row in rows], dtype=np.int64),
    )


def scores_under(method: Method, here: Ground) -> Floats:
    """The scores of today's facts under another method, with means of its own."""
    counts, means = arrays(method, here)
    return score_grids(counts, means, here.factor, method).score


def arrays(method: Method, here: Ground) -> tuple[Counts, Floats]:
    counts = counts_of(here.values, method)
    _villages, village, means = means_of_villages(counts, tree.current(), here.grids, method)
    return counts, means[village]


def try_method(method: Method, overrides: Sequence[str]) -> Tried:
    """Score every grid by the method and lay the colours side by side."""
    here = ground(overrides)
    if not here.grids:
        return Tried([[0] * 4 for _rank in range(4)], [], {}, 1.0)
    scores = scores_under(method, here)
    after = np.where(here.red, RED, colours_of(scores, here.held, method))
    matrix = np.zeros((4, 4), dtype=int)
    np.add.at(matrix, (here.colour, after), 1)
    moved = [
        Moved(here.grids[at], int(here.colour[at]), int(after[at]), float(here.score[at]), float(scores[at]))
        for at in np.flatnonzero(after != here.colour)
    ]
    moved.sort(key=lambda each: (-abs(each.after - each.before), -each.score_after))
    ranks = {grid: (int(after[at]), float(scores[at])) for at, grid in enumerate(here.grids)}
    return Tried(matrix.tolist(), moved, ranks, agreement(here.score, scores))


def agreement(first: Floats, second: Floats) -> float:
    """Kendall's tau of two orders; 1 where there is nothing to order."""
    found = kendalltau(first, second).statistic
    return 1.0 if np.isnan(found) else float(found)


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How much one weight matters: the worse tau of raising and lowering it, and the share of grids that change colour."""

    name: str
    tau: float
    changed: float


def sensitivity(method: Method, here: Ground) -> list[Sensitivity]:
    """Every weight a fifth up and down; the order that suffers most comes first."""
    if not here.grids:
        return []
    plain = scores_under(method, here)
    never = np.full(len(here.grids), -1)
    colours = colours_of(plain, never, method)
    counts, means = arrays(method, here)
    found = []
    for at, yardstick in enumerate(method.yardsticks):
        taus, changed = [], []
        for swing in (1 - SWING, 1 + SWING):
            rows = list(method.yardsticks)
            rows[at] = replace(yardstick, weight=yardstick.weight * swing)
            other = replace(method, yardsticks=tuple(rows))
            scores = score_grids(counts, means, here.factor, other).score
            taus.append(agreement(plain, scores))
            changed.append(float(np.mean(colours_of(scores, never, other) != colours)))
        found.append(Sensitivity(yardstick.name, min(taus), max(changed)))
    return sorted(found, key=lambda each: each.tau)
