"""The fire risk index as plain arithmetic: a weighted sum of shares by published breakpoints, for all grids at once.

Rows are grids, columns are indicators. Every indicator is counted so that more is worse: `count` of `of` (offline
devices of devices, fires of premises), and says nothing while `of` is below its minimum. Rates of few are drawn towards
the parent's mean. What is unknown counts as the parent's mean, or as what was last known if that was worse: whoever
switches sensors off gains nothing. No database here; the method is described in the scene's README.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COLOURS = ("blue", "yellow", "orange", "red")  # by rank, calm to grave
BLUE, YELLOW, ORANGE, RED = range(4)
NEVER = -1  # the rank of a grid that has no colour yet


@dataclass(frozen=True, slots=True)
class Yardstick:
    """How one indicator is turned into a share of its weight.

    `points` are (value, share) in rising order, straight lines between them. The value is `scale` * count / of.
    `minimum`: the sample (`of`) below which it counts as unknown. `strength`: how many members of the parent's mean
    are mixed into the sample; 0 for what is no rate.
    """

    name: str
    weight: float
    points: tuple[tuple[float, float], ...]
    scale: float = 100
    minimum: float = 1
    strength: float = 0


@dataclass(frozen=True, slots=True)
class Method:
    """Everything the index is made by: the yardsticks, the thresholds of the colours, and what keeps them calm.

    `thresholds`: from which score a grid is yellow, orange, red. `margin`: how far below a threshold a score must fall
    before the colour goes down. `quantile`: of the risk of its grids, for a village or town. `most_factor`: how
    far weather and festivals may raise a score.
    """

    yardsticks: tuple[Yardstick, ...]
    thresholds: tuple[float, float, float] = (35, 47, 60)
    margin: float = 2
    quantile: float = 0.75
    most_factor: float = 1.3

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.yardsticks)


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted, grids by indicators; `last` is what was known before an indicator fell silent."""

    count: Floats
    of: Floats
    last_count: Floats
    last_of: Floats

    @classmethod
    def fresh(cls, count: Floats, of: Floats) -> "Counts":
        """Counts without a past."""
        return cls(count, of, np.zeros_like(count), np.zeros_like(of))

    def known(self, method: Method) -> "Counts":
        """The present where it is known, else the past: what the parents' means are made of."""
        present = self.of >= minima(method)
        return Counts.fresh(
            np.where(present, self.count, self.last_count), np.where(present, self.of, self.last_of)
        )


@dataclass(frozen=True, slots=True)
class Scored:
    """The arithmetic of every grid. `known` is 0 unknown, 1 last known, 2 known; products add up to `plain`."""

    value: Floats
    known: Ints
    share: Floats
    product: Floats
    plain: Floats
    score: Floats


def minima(method: Method) -> Floats:
    return np.array([each.minimum for each in method.yardsticks], dtype=float)


def strengths(method: Method) -> Floats:
    return np.array([each.strength for each in method.yardsticks], dtype=float)


def scales(method: Method) -> Floats:
    return np.array([each.scale for each in method.yardsticks], dtype=float)


def means_by_parent(
    counts: Counts, parent: Ints, parents: int, method: Method, above: Floats | None = None
) -> Floats:
    """The mean of every indicator in each parent, and in the last row that of all; NaN where nobody knows.

    A parent's mean is itself drawn to the one above (`above`, a row for each parent; else that of all), as strongly as
    a grid's to its own. What is no rate needs two grids that know; else the mean above counts.
    """
    known = counts.known(method)
    enough = known.of >= minima(method)
    count, of = np.where(enough, known.count, 0.0), np.where(enough, known.of, 0.0)
    totals, samples, members = (np.zeros((parents, count.shape[1])) for _ in range(3))
    for table, rows in ((totals, count), (samples, of), (members, enough.astype(float))):
        np.add.at(table, parent, rows)
    with np.errstate(divide="ignore", invalid="ignore"):
        overall = scales(method) * count.sum(axis=0) / of.sum(axis=0)
        base = np.broadcast_to(overall, totals.shape) if above is None else above
        pull = strengths(method)
        means = (scales(method) * totals + pull * base) / (samples + pull)
        means = np.where((pull == 0) & (members < 2), base, means)
    return np.vstack([means, overall])


def score_grids(counts: Counts, means: Floats, factor: Floats, method: Method) -> Scored:
    """Score every grid; `means` holds for each grid the row of its parent, `factor` its weather and festivals.

    An indicator of which nobody knows anything leaves the sum, and the others share its weight.
    """
    shape = counts.count.shape
    value, share, product = np.full(shape, np.nan), np.zeros(shape), np.zeros(shape)
    known = np.zeros(shape, dtype=np.int64)
    plain, weight = np.zeros(shape[0]), np.zeros(shape[0])
    for at, yardstick in enumerate(method.yardsticks):
        value[:, at], known[:, at] = values_of(counts, means[:, at], at, yardstick)
        weight += np.where(np.isnan(value[:, at]), 0.0, yardstick.weight)
    for at, yardstick in enumerate(method.yardsticks):
        measured = ~np.isnan(value[:, at])
        share[measured, at] = share_of(value[measured, at], yardstick.points)
        product[:, at] = 100 * yardstick.weight * share[:, at] / np.where(weight > 0, weight, 1.0)
        plain += product[:, at]  # column by column, so that one grid alone gives the same sum as all together
    raised: Floats = plain * np.clip(factor, 1.0, method.most_factor)
    score: Floats = np.minimum(100.0, raised)
    return Scored(value, known, share, product, np.round(plain, 2), np.round(score, 2))


def values_of(counts: Counts, mean: Floats, at: int, yardstick: Yardstick) -> tuple[Floats, Ints]:
    """One indicator of every grid, rates of few drawn towards the mean, and how it is known."""
    now = drawn_to_mean(counts.count[:, at], counts.of[:, at], mean, yardstick)
    past = drawn_to_mean(counts.last_count[:, at], counts.last_of[:, at], mean, yardstick)
    is_known = counts.of[:, at] >= yardstick.minimum
    was_known = counts.last_of[:, at] >= yardstick.minimum
    value = np.where(is_known, now, np.where(was_known, np.fmax(mean, past), mean))
    return value, np.where(is_known, 2, np.where(was_known, 1, 0))


def drawn_to_mean(count: Floats, of: Floats, mean: Floats, yardstick: Yardstick) -> Floats:
    """The rate with `strength` members of the parent's mean mixed in; 0 where nothing was counted."""
    pull = np.where(np.isnan(mean), 0.0, yardstick.strength)
    sample = of + pull
    mixed = yardstick.scale * count + pull * np.where(np.isnan(mean), 0.0, mean)
    return np.divide(mixed, sample, out=np.zeros_like(sample), where=sample > 0)


def share_of(value: Floats, points: Sequence[tuple[float, float]]) -> Floats:
    """Where a value lies between the breakpoints: 0 (no concern) to 1."""
    return np.interp(value, [at for at, _share in points], [share for _at, share in points])


def colours_of(score: Floats, before: Ints, method: Method) -> Ints:
    """The colour each score has earned: up at once, down only when `margin` below the threshold."""
    thresholds = np.asarray(method.thresholds, dtype=float)
    earned = (score[:, None] >= thresholds).sum(axis=1)
    kept = (score[:, None] >= thresholds - method.margin).sum(axis=1)
    return np.where(before > earned, np.minimum(before, kept), earned)


def upper_quantiles(score: Floats, risk: Floats, parent: Ints, parents: int, quantile: float) -> Floats:
    """The score that `quantile` of a parent's risk lies below; NaN for a parent without grids.

    `risk` weighs each grid by what there is to burn in it (its premises). Between two grids a straight line, so that in a village of
    three the worst grid does not decide alone, and in a county of a thousand one grid decides nothing.
    """
    found = np.full(parents, np.nan)
    order = np.lexsort((score, parent))
    score, risk, parent = score[order], np.maximum(risk[order], 1e-9), parent[order]
    starts = np.searchsorted(parent, np.arange(parents + 1))
    for at in range(parents):
        start, end = starts[at], starts[at + 1]
        if start < end:
            weights = risk[start:end]
            middles = (np.cumsum(weights) - weights / 2) / weights.sum()
            found[at] = np.interp(quantile, middles, score[start:end])
    return np.round(found, 2)


def troubles(method: Method) -> list[tuple[str, str]]:
    """What makes a method unusable: (indicator or part, code), for the page on which it is edited."""
    found = [(each.name, code) for each in method.yardsticks for code in troubles_of(each)]
    if sum(each.weight for each in method.yardsticks) <= 0:
        found.append(("weights", "no_weight"))
    if list(method.thresholds) != sorted(set(method.thresholds)) or not method.thresholds[0] > 0:
        found.append(("thresholds", "not_rising"))
    if method.thresholds[-1] > 100 or method.margin < 0 or not 0.5 <= method.quantile < 1:
        found.append(("thresholds", "out_of_range"))
    if not 1 <= method.most_factor <= 2:
        found.append(("most_factor", "out_of_range"))
    return found


def troubles_of(yardstick: Yardstick) -> Iterable[str]:
    values, shares = [at for at, _ in yardstick.points], [share for _, share in yardstick.points]
    if yardstick.weight < 0:
        yield "negative_weight"
    if len(values) < 2 or values != sorted(set(values)):
        yield "values_not_rising"
    if shares != sorted(shares):
        yield "shares_falling"  # more is worse: a share that falls would reward what endangers
    if shares and not 0 <= shares[0] <= shares[-1] <= 1:
        yield "shares_out_of_range"


def method_of(kept: Mapping[str, Any]) -> Method:
    """A method from plain data, as an edition stores it."""
    rows = tuple(
        Yardstick(
            row["name"],
            float(row["weight"]),
            tuple((float(value), float(share)) for value, share in row["points"]),
            float(row["scale"]),
            float(row["minimum"]),
            float(row["strength"]),
        )
        for row in kept["yardsticks"]
    )
    low, middle, high = (float(each) for each in kept["thresholds"])
    return Method(
        rows, (low, middle, high), float(kept["margin"]), float(kept["quantile"]), float(kept["most_factor"])
    )


def plain_of(method: Method) -> dict[str, Any]:
    """A method as plain data."""
    return {
        "yardsticks": [
            {
                "name": each.name,
                "weight": each.weight,
                "points": [list(point) for point in each.points],
                "scale": each.scale,
                "minimum": each.minimum,
                "strength": each.strength,
            }
            for each in method.yardsticks
        ],
        "thresholds": list(method.thresholds),
        "margin": method.margin,
        "quantile": method.quantile,
        "most_factor": method.most_factor,
    }
