"""One score out of several indicators, with its arithmetic: what rankings of towns, units and grids go by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gridloop.core.measures.indicators import INDICATORS, Figure, Sums, figure

# indicator -> points out of 100; an indicator where less is better counts what is left to 100.
WEIGHTS: Mapping[str, int] = {
    "on_time_closure_rate": 40,
    "closure_rate": 30,
    "satisfaction": 20,
    "rework_rate": 10,
}


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a score: the figure, what it counts as (0 to 100), its weight and the points it gives."""

    figure: Figure
    worth: float
    weight: float
    points: float


@dataclass(frozen=True, slots=True)
class Score:
    """What a member reached, and how it is made up; equal scores share a place."""

    member: int
    points: float
    parts: tuple[Part, ...]
    place: int = 0


def measures_needed() -> tuple[str, ...]:
    needed = {m for name in WEIGHTS for m in INDICATORS[name].numerator + INDICATORS[name].denominator}
    return tuple(sorted(needed))


def score(member: int, sums: Sums) -> Score | None:
    """None without any case due. What has no ground (nobody reviewed) is left out and its weight shared by the rest."""
    found = {name: figure(INDICATORS[name], sums, {}) for name in WEIGHTS}
    grounded = {name: each for name, each in found.items() if each.value is not None}
    if "closure_rate" not in grounded:
        return None
    whole = sum(WEIGHTS[name] for name in grounded)
    parts = []
    for name, each in grounded.items():
        value = each.value or 0.0
        worth = round(100 - value if INDICATORS[name].direction < 0 else value, 2)
        weight = WEIGHTS[name] / whole
        parts.append(Part(each, worth, weight, round(worth * weight, 2)))
    return Score(member, round(sum(part.points for part in parts), 2), tuple(parts))


def in_order(sums: Mapping[int, Sums]) -> list[Score]:
    """Members from best to worst; those without a case due are left out."""
    scores = [found for member, each in sums.items() if (found := score(member, each))]
    return with_places(sorted(scores, key=lambda found: (-found.points, found.member)))


def with_places(scores: Iterable[Score]) -> list[Score]:
    placed: list[Score] = []
    for index, each in enumerate(scores, start=1):
        same = placed and placed[-1].points == each.points
        placed.append(Score(each.member, each.points, each.parts, placed[-1].place if same else index))
    return placed
