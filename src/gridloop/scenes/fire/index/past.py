"""The past as the judges need it: scores of days, fires before and after them, and the facts known then."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from gridloop.core.territory import tree
from gridloop.core.territory.models import Level
from gridloop.scenes.fire.index.facts import counts_of, means_of_villages
from gridloop.scenes.fire.index.judging import Window
from gridloop.scenes.fire.index.models import DayScore, Fire, GridFacts, Standing
from gridloop.scenes.fire.risk import Floats, Ints, Method, score_grids

DAYS = 28
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Past:
    """Kept scores as tables, days by grids; NaN and -1 where a grid had none."""

    grids: list[int]
    days: list[date]
    score: Floats
    colour: Ints
    fires: dict[str, int]  # by source
    fire_days: NDArray[np.int64]  # ordinal
    fire_grids: NDArray[np.int64]  # column
    addresses: Floats

    def window(self, at: int) -> Window:
        """What was known on a day, and the weeks after it."""
        day = self.days[at].toordinal()
        return Window(
            np.nan_to_num(self.score[at], nan=-1.0), self.colour[at], self.fires_between(day - YEAR.days, day),
            self.fires_between(day, day + DAYS), self.addresses, DAYS,
        )  # fmt: skip

    def fires_between(self, after: int, until: int) -> Floats:
        inside = (self.fire_days > after) & (self.fire_days <= until)
        return np.bincount(self.fire_grids[inside], minlength=len(self.grids)).astype(float)


def read_past(today: date | None = None) -> Past:
    """All kept day scores and fires of the grids there are now."""
    today = today or timezone.localdate()
    standings = Standing.objects.filter(level=Level.GRID, area__retired_at=None).order_by("area_id")
    known = list(standings.values_list("area_id", "addresses"))
    grids = [row[0] for row in known]
    column = {grid: at for at, grid in enumerate(grids)}
    rows = list(DayScore.objects.filter(day__lte=today).values_list("day", "grid_id", "score", "colour"))
    days = sorted({row[0] for row in rows})
    line = {day: at for at, day in enumerate(days)}
    score, colour = np.full((len(days), len(grids)), np.nan), np.full((len(days), len(grids)), -1)
    for day, grid, number, rank in rows:
        if grid in column:
            score[line[day], column[grid]], colour[line[day], column[grid]] = number, rank
    sources: dict[str, int] = {}
    fire_days, fire_grids = [], []
    for grid, at, source in Fire.objects.order_by("at").values_list("grid_id", "at", "source"):
        if grid in column:
            sources[source] = sources.get(source, 0) + 1
            fire_days.append(timezone.localtime(at).toordinal())
            fire_grids.append(column[grid])
    return Past(
        grids, days, score, colour, sources, np.array(fire_days, dtype=np.int64),
        np.array(fire_grids, dtype=np.int64), np.array([row[1] for row in known], dtype=float),
    )  # fmt: skip


def window_days(past: Past, today: date) -> list[int]:
    """Days four weeks apart whose four weeks are over, oldest first."""
    found: list[int] = []
    for at, day in enumerate(past.days):
        far = not found or (day - past.days[found[-1]]).days >= DAYS
        if far and day + timedelta(days=DAYS) <= today:
            found.append(at)
    return found


def values_at(past: Past, days: list[date], method: Method) -> list[Floats]:
    """The indicator values of every grid as they were known on each of these days."""
    place = {grid: at for at, grid in enumerate(past.grids)}
    rows: list[dict[str, list[float]]] = [{} for _grid in past.grids]
    facts = (
        GridFacts.objects.order_by("at", "pk")
        .values_list("at", "grid_id", "values")
        .iterator(chunk_size=5000)
    )
    found: list[Floats] = []
    waiting = next(facts, None)
    for day in days:
        end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
        while waiting is not None and waiting[0] < end:
            if waiting[1] in place:
                rows[place[waiting[1]]] = waiting[2]
            waiting = next(facts, None)
        counts = counts_of(rows, method)
        _villages, village, means = means_of_villages(counts, tree.current(), past.grids, method)
        found.append(score_grids(counts, means[village], np.ones(len(rows)), method).value)
    return found
