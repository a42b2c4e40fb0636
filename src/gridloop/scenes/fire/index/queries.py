"""Reading the index: how areas in reach stand, the worst of them, one grid's arithmetic, its past."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from gridloop.core.people.models import Person
from gridloop.core.people.queries import areas_around_roots, may, reach_of
from gridloop.core.territory import tree
from gridloop.core.territory.models import Level
from gridloop.scenes.fire.index.colours import SHOWN, Colour
from gridloop.scenes.fire.index.models import DayScore, Score, Standing
from gridloop.scenes.fire.index.sheet import FAMILIES, INDICATORS, Indicator
from gridloop.scenes.fire.risk import ORANGE, Yardstick, method_of

LEVELS = (Level.GRID, Level.COMMUNITY, Level.TOWN)
SEES_ALL = ("administer",)
PUBLIC_LEVELS = (Level.COMMUNITY, Level.TOWN)  # residents see no grid: some have a dozen houses
WEEKS = 52
PAST = frozenset({"fires"})  # nobody can lower it by doing something


def standings_within_reach(person: Person, level: str = Level.GRID) -> QuerySet[Standing]:
    """How the areas of a level stand: those inside the person's posts, and the areas their grids lie in."""
    found = Standing.objects.filter(level=level, area__retired_at=None)
    if any(may(person, ability) for ability in SEES_ALL):
        return found
    reach = reach_of(person)
    around = {each for root in reach.roots if root in tree.current() for each in tree.current().around(root)}
    inside = Q(area__in=areas_around_roots(reach))
    return found.filter(inside if level == Level.GRID else inside | Q(area__in=around))


def public_standings(level: str) -> QuerySet[Standing]:
    """What everybody may see: nothing finer than a community."""
    return Standing.objects.filter(
        level=level if level in PUBLIC_LEVELS else Level.COMMUNITY, area__retired_at=None
    )


def worst_within_reach(person: Person, level: str = Level.GRID, *, least: int = ORANGE) -> QuerySet[Standing]:
    """Red and orange areas, the gravest first."""
    found = standings_within_reach(person, level).filter(colour__gte=least)
    return found.select_related("latest").order_by("-colour", "-score", "area_id")


def tally(rows: Iterable[int]) -> list[tuple[Colour, int]]:
    """How many areas of each colour, the gravest first."""
    counts = [0] * len(SHOWN)
    for rank in rows:
        counts[rank] += 1
    return [(colour, counts[colour.rank]) for colour in reversed(SHOWN)]


def grid_within_reach(person: Person, pk: int) -> Standing | None:
    """One grid, if it lies in reach."""
    return (
        standings_within_reach(person, Level.GRID)
        .select_related("latest__facts", "latest__edition", "latest__baseline", "area")
        .defer("area__shape")
        .filter(pk=pk)
        .first()
    )


def grids_of_worker(person: Person) -> QuerySet[Standing]:
    """The grids a person works in, the gravest first."""
    own = standings_within_reach(person, Level.GRID).select_related("latest", "area").defer("area__shape")
    return own.order_by("-colour", "-score", "area_id")


@dataclass(frozen=True, slots=True)
class Part:
    """One line of a grid's arithmetic."""

    indicator: Indicator
    yardstick: Yardstick
    value: float | None
    known: int  # 0 unknown, 1 last known, 2 known
    share: float
    product: float
    mean: float | None
    count: float
    of: float
    since: str  # the day it was last known, while it is silent

    @property
    def next_step(self) -> tuple[float, float] | None:
        """The next breakpoint down, and how many points of the score reaching it would take away."""
        if self.value is None:
            return None
        lower = [point for point in self.yardstick.points if point[0] < self.value and point[1] < self.share]
        if not lower:
            return None
        at, share = lower[-1]
        return at, self.product * (1 - share / self.share)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A grid's whole sum, by families, as it stands in its last score."""

    score: Score
    families: list[tuple[Any, list[Part], float]]
    parts: list[Part]
    factor_points: float

    def lowering(self, most: int = 4) -> list[tuple[Part, float, float]]:
        """What somebody could do to lower the score most: (part, the value to reach, the points it takes away)."""
        steps = [
            (part, *step)
            for part in self.parts
            if part.indicator.name not in PAST and (step := part.next_step)
        ]
        return sorted(steps, key=lambda step: -step[2])[:most]


def arithmetic_of(score: Score) -> Arithmetic:
    """The lines of a score, as they were when it was made."""
    method = method_of(score.edition.method)
    means = means_row(score)
    parts = []
    for yardstick in method.yardsticks:
        value, known, share, product = score.parts.get(yardstick.name, [None, 0, 0.0, 0.0])
        kept = score.facts.values.get(yardstick.name, [0, 0])
        used = kept[2:4] if known == 1 and len(kept) == 5 else kept[:2]
        since = str(kept[4]) if len(kept) == 5 else ""
        parts.append(
            Part(INDICATORS[yardstick.name], yardstick, value, known, share, product, means.get(yardstick.name),
                 used[0], used[1], since)
        )  # fmt: skip
    families = []
    for name, title in FAMILIES.items():
        inside = [part for part in parts if part.indicator.family == name]
        families.append((title, inside, sum(part.product for part in inside)))
    return Arithmetic(score, families, parts, score.score - score.plain)


def means_row(score: Score) -> dict[str, float | None]:
    """The village's means the score was drawn to."""
    kept = score.baseline.means
    village = tree.current().chain(score.grid_id).community
    return dict(zip(kept["names"], kept["villages"].get(str(village), kept["all"]), strict=True))


def year_of(grid: int) -> list[DayScore]:
    """The last year of a grid, at most one score a week, oldest first."""
    since = timezone.localdate() - timedelta(weeks=WEEKS)
    rows = list(DayScore.objects.filter(grid=grid, day__gte=since).order_by("day"))
    kept: dict[tuple[int, int], DayScore] = {row.day.isocalendar()[:2]: row for row in rows}
    return list(kept.values())


def latest_scores(grid: int, limit: int = 20) -> list[Score]:
    """The last scores of a grid, newest first."""
    return list(Score.objects.filter(grid=grid).order_by("-at", "-pk").select_related("edition")[:limit])


def reasons_of(standing: Standing) -> list[dict[str, Any]]:
    """Why an area has its colour: what made it red at once, else the three indicators that weigh most."""
    if standing.overrides:
        return [{"kind": each["kind"], "number": each["number"]} for each in standing.overrides[:3]]
    parts = standing.latest.parts if standing.latest else {}
    heavy = sorted(parts.items(), key=lambda item: -item[1][3])[:3]
    return [
        {"kind": "", "indicator": INDICATORS[name], "points": row[3]}
        for name, row in heavy
        if name in INDICATORS
    ]
