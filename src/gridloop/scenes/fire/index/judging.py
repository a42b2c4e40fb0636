"""How good a ranking of grids is at finding fires: recall at capacity, precision, area under the curve, agreement in time.

Pure functions over arrays: one window is a ranking made on a day and the fires of the weeks after it.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from gridloop.scenes.fire.risk import COLOURS, Floats, Ints

CAPACITIES = (0.05, 0.10, 0.20)


@dataclass(frozen=True, slots=True)
class Window:
    """What was known on a day, and the fires of the `days` after it, all by grid in one order."""

    score: Floats
    colour: Ints
    past: Floats  # fires in the year before
    fires: Floats
    addresses: Floats
    days: int = 28


def caught(score: Floats, fires: Floats, share: float) -> float:
    """How many fires lie in the `share` of grids ranked first; grids that tie at the border are taken in part."""
    places = share * len(score)
    order = np.argsort(-score, kind="stable")
    ranked = score[order]
    border = ranked[min(int(np.ceil(places)) - 1, len(ranked) - 1)]
    above, tied = score > border, score == border
    part = (places - above.sum()) / tied.sum()
    return float(fires[above].sum() + part * fires[tied].sum())


def recall(rankings: Sequence[Floats], windows: Sequence[Window], share: float) -> float:
    """The share of all fires that inspecting the first `share` of grids would have met."""
    fires = sum(float(window.fires.sum()) for window in windows)
    found = sum(caught(score, window.fires, share) for score, window in zip(rankings, windows, strict=True))
    return found / fires if fires else 0.0


def precision(rankings: Sequence[Floats], windows: Sequence[Window], share: float) -> float:
    """The share of grids ranked first that had a fire in the weeks after."""
    places = sum(share * len(score) for score in rankings)
    found = sum(
        caught(score, (window.fires > 0).astype(float), share)
        for score, window in zip(rankings, windows, strict=True)
    )
    return found / places if places else 0.0


def area_under_curve(rankings: Sequence[Floats], windows: Sequence[Window]) -> float | None:
    """The chance that a grid with a fire stands before one without; the mean over windows that had both."""
    found = []
    for score, window in zip(rankings, windows, strict=True):
        burnt = window.fires > 0
        if burnt.any() and not burnt.all():
            found.append(float(roc_auc_score(burnt, score)))
    return float(np.mean(found)) if found else None


def judge(rankings: Sequence[Floats], windows: Sequence[Window]) -> dict[str, Any]:
    """The figures of one ranking."""
    return {
        "recall": {f"{share:.0%}": round(recall(rankings, windows, share), 4) for share in CAPACITIES},
        "precision": {f"{share:.0%}": round(precision(rankings, windows, share), 4) for share in CAPACITIES},
        "auc": None if (auc := area_under_curve(rankings, windows)) is None else round(auc, 4),
    }


def calibration(windows: Sequence[Window]) -> list[dict[str, Any]]:
    """Fires by colour, calm to grave: per 1,000 addresses and year, and per 100 grids and year."""
    rows = []
    for rank, name in enumerate(COLOURS):
        inside = [(window, window.colour == rank) for window in windows]
        years = [window.days / 365 for window in windows]
        fires = sum(float(window.fires[mask].sum()) for window, mask in inside)
        grid_years = sum(mask.sum() * year for (_w, mask), year in zip(inside, years, strict=True))
        address_years = sum(
            window.addresses[mask].sum() * year for (window, mask), year in zip(inside, years, strict=True)
        )
        rows.append(
            {
                "colour": name,
                "fires": int(fires),
                "grid_years": round(float(grid_years), 2),
                "per_100_grids": round(100 * fires / grid_years, 2) if grid_years else 0.0,
                "per_1000_addresses": round(1000 * fires / address_years, 2) if address_years else 0.0,
            }
        )
    return rows


def rises(rows: Sequence[dict[str, Any]], figure: str = "per_100_grids") -> bool:
    """Whether fires grow denser from blue to red, over the colours that occur."""
    seen = [row[figure] for row in rows if row["grid_years"]]
    return all(low <= high for low, high in itertools.pairwise(seen))


def stability(colours: NDArray[np.int64], days: Sequence[int]) -> float:
    """The share of grids that change their colour in a week; rows are days in order, columns grids."""
    if len(colours) < 2:
        return 0.0
    weeks = (days[-1] - days[0]) / 7
    return float((colours[1:] != colours[:-1]).sum() / colours.shape[1] / weeks) if weeks else 0.0


def by_parent(
    score: Floats, parent: Ints, parents: int, fires: Floats, share: float = 0.10
) -> list[dict[str, float]]:
    """Who is inspected: each town's share of the inspections, of the grids and of the fires."""
    first = np.argsort(-score, kind="stable")[: max(1, round(share * len(score)))]
    chosen = np.bincount(parent[first], minlength=parents) / len(first)
    grids = np.bincount(parent, minlength=parents) / len(parent)
    burnt = np.bincount(parent, fires, parents) / max(1.0, fires.sum())
    return [
        {"inspections": round(float(a), 4), "grids": round(float(b), 4), "fires": round(float(c), 4)}
        for a, b, c in zip(chosen, grids, burnt, strict=True)
    ]
