"""Villages, towns and the county: the upper quantile of their grids' risk, so that one red grid paints no county."""

from datetime import datetime

import numpy as np

from gridloop.core.territory import tree
from gridloop.core.territory.models import Level
from gridloop.scenes.fire.index.facts import parents_of
from gridloop.scenes.fire.index.models import Standing
from gridloop.scenes.fire.risk import COLOURS, NEVER, RED, Method, colours_of, upper_quantiles

ABOVE = (Level.COMMUNITY, Level.TOWN, Level.COUNTY)
COLUMNS = ("level", "score", "held", "colour", "overrides", "counts", "addresses", "at", "since")


def roll_up(method: Method, at: datetime) -> int:
    """Bring every area above the grids up to date; returns how many differ from before."""
    rows = list(
        Standing.objects.filter(level=Level.GRID, area__retired_at=None)
        .order_by("area_id")
        .values_list("area_id", "score", "colour", "addresses")
    )
    if not rows:
        return 0
    known = Standing.objects.exclude(level=Level.GRID).in_bulk()
    grids = [row[0] for row in rows]
    colour = np.array([row[2] for row in rows])
    addresses = np.array([row[3] for row in rows], dtype=float)
    # A grid that is red for a hazard or an alarm weighs at least as much as one that is red by its score.
    score = np.array([row[1] for row in rows])
    score = np.where(colour == RED, np.maximum(score, method.thresholds[-1]), score)
    changed: list[Standing] = []
    for level in ABOVE:
        parents, parent = parents_of(tree.current(), grids, level)
        scores = upper_quantiles(score, np.maximum(addresses, 1), parent, len(parents), method.quantile)
        before = np.array([known[each].held if each in known else NEVER for each in parents], dtype=np.int64)
        ranks = colours_of(scores, before, method)
        tally = np.zeros((len(parents), len(COLOURS)), dtype=int)
        np.add.at(tally, (parent, colour), 1)
        burning = np.bincount(parent, addresses, len(parents)).astype(int)
        for place, area in enumerate(parents):
            fresh = standing(
                area, level, scores[place], ranks[place], tally[place].tolist(), burning[place], at
            )
            if area and differs(known.get(area), fresh):
                changed.append(fresh)
    Standing.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["area"], update_fields=list(COLUMNS)
    )
    return len(changed)


def standing(
    area: int, level: str, score: float, rank: int, counts: list[int], addresses: int, at: datetime
) -> Standing:
    return Standing(
        area_id=area, level=level, score=float(score), held=int(rank), colour=int(rank), counts=counts,
        addresses=int(addresses), at=at, since=at,
    )  # fmt: skip


def differs(known: Standing | None, fresh: Standing) -> bool:
    """Whether it must be written; one that keeps its colour keeps since when."""
    if known is None:
        return True
    if known.colour == fresh.colour:
        fresh.since = known.since
    return (known.score, known.colour, known.counts, known.addresses) != (
        fresh.score, fresh.colour, fresh.counts, fresh.addresses,
    )  # fmt: skip
