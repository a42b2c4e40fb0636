"""The index's part of the demo county: three years of fires from a hidden process, a year of scores, and today's map.

The process that makes the fires is not the index: it knows the premises' facts only through noise, adds the luck of
towns and something of each grid's own that no register knows. So the index finds many of the fires and not all.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

import numpy as np
from django.utils import timezone

from gridloop.core.scenes.stage import Act, Stage
from gridloop.core.territory import tree
from gridloop.core.territory.models import Area, Level
from gridloop.scenes.fire.index.actions import count_grids, mark_grid
from gridloop.scenes.fire.index.editions import edition_in_force
from gridloop.scenes.fire.index.facts import counts_of, means_of_villages
from gridloop.scenes.fire.index.gathering import gather
from gridloop.scenes.fire.index.models import DayScore, Factor, FactorKind, Fire, GridFacts
from gridloop.scenes.fire.registry.models import Premises, PremisesKind
from gridloop.scenes.fire.risk import NEVER, Floats, Method, colours_of, method_of, score_grids

YEARS = 3
FIRES_A_YEAR = 0.9  # for 1,000 households, small ones too
WEEKS = 52
KEPT_EVERY = 4  # weeks whose facts are kept, for the learned ranking
WOBBLING = {
    "offline": 0.35,
    "low_battery": 0.25,
    "uncovered": 0.05,
    "open_hazards": 0.5,
    "overdue_hazards": 0.6,
}
DANGER = {
    PremisesKind.THREE_IN_ONE: 5.0,
    PremisesKind.RENTAL: 2.6,
    PremisesKind.NINE_SMALL: 1.9,
    PremisesKind.STORAGE: 2.2,
    PremisesKind.FACTORY: 2.0,
    PremisesKind.MARKET: 2.0,
}
BY_MONTH = (
    1.5,
    1.7,
    1.2,
    0.9,
    0.8,
    0.8,
    0.9,
    0.9,
    0.8,
    0.8,
    1.0,
    1.3,
)  # winter heating and the Spring Festival


def make(stage: Stage) -> None:
    """Fires first, then the year of scores they lead to, then the present."""
    premises = list(
        Premises.objects.filter(retired_at=None, grid__isnull=False)
        .order_by("pk")
        .values_list("pk", "grid_id", "kind", "built", "electric_bikes")
    )
    if not premises:
        return
    random = np.random.default_rng(stage.random.getrandbits(32))
    make_fires(premises, random, stage.now)
    write_factors(stage.now)
    write_year(random, stage.now)
    count_grids(at=stage.now, by=stage.by)
    stage.progress(f"  Fire risk: {Fire.objects.count()} fires, {DayScore.objects.count()} scores of days")


def danger_of(row: Sequence[object], luck: float) -> float:
    """How readily one place burns, with what no register knows."""
    _pk, _grid, kind, built, bikes = row
    danger = DANGER.get(kind, 0.7)  # type: ignore[call-overload]
    if isinstance(built, int) and built < 2000:
        danger *= 1.8
    return danger * (1.9 if bikes else 1.0) * luck


def make_fires(
    premises: list[tuple[int, int, str, int | None, bool | None]], random: np.random.Generator, now: datetime
) -> None:
    """Draw where and when it burns, also outside the register; the same place not twice in a month."""
    addresses = dict(Area.objects.filter(level=Level.GRID, retired_at=None).values_list("pk", "households"))
    villages = {grid: tree.current().chain(grid).community or 0 for grid in addresses}
    own = dict(zip(addresses, random.lognormal(0, 0.45, len(addresses)), strict=True))
    luck = random.lognormal(0, 0.6, len(premises))
    here: dict[int, list[tuple[float, int]]] = {grid: [] for grid in addresses}
    around: dict[int, list[float]] = {}
    for row, each in zip(premises, luck, strict=True):
        if row[1] in here:
            danger = danger_of(row, float(each))
            here[row[1]].append((danger, row[0]))
            around.setdefault(villages[row[1]], []).append(danger)
    grids = sorted(addresses)
    usual = {village: sum(each) / len(each) for village, each in around.items()}
    weight = np.array(
        [
            (addresses[grid] + 20) * own[grid] * mean_danger(here[grid], usual.get(villages[grid], 1.0))
            for grid in grids
        ]
    )
    number = int(YEARS * FIRES_A_YEAR * sum(addresses.values()) / 1000)
    begun = now - timedelta(days=365 * YEARS)
    rows: dict[str, Fire] = {}
    for at in random.choice(len(grids), size=number, p=weight / weight.sum()):
        moment = begun + timedelta(seconds=float(random.uniform(0, 365 * YEARS * 86400)))
        if random.random() > BY_MONTH[moment.month - 1] / max(BY_MONTH):
            moment = winter_of(moment, random, begun, now)
        burning = max(here[grids[at]], default=(0.0, 0))[1] if random.random() < 0.3 else None
        key = f"demo:{grids[at]}:{burning or moment.toordinal()}:{moment:%Y-%m}"
        rows[key] = Fire(key=key, at=moment, grid_id=grids[at], premises_id=burning or None, source="demo")
    Fire.objects.bulk_create(rows.values(), ignore_conflicts=True)


def mean_danger(here: list[tuple[float, int]], usual: float) -> float:
    """How readily a grid burns: its own places, with some of its village's where the register holds few."""
    return (sum(danger for danger, _pk in here) + 4 * usual) / (len(here) + 4)


def winter_of(moment: datetime, random: np.random.Generator, begun: datetime, now: datetime) -> datetime:
    """Some summer fires happen in the winter beside them."""
    moved = moment + timedelta(days=float(random.choice([-150, -120, 120, 150])))
    return moved if begun < moved < now else moment


def write_factors(now: datetime) -> None:
    """A festival that is over and a dry wind of last winter: history that explains a bump in the line of the year."""
    day = timezone.localtime(now).date()
    past = [
        (FactorKind.FESTIVAL, "春节烟花爆竹", 270, 14, 1.1),
        (FactorKind.WEATHER, "大风干燥，火险橙色预警", 300, 6, 1.15),
        (FactorKind.FESTIVAL, "清明祭扫", 231, 5, 1.1),
    ]
    Factor.objects.bulk_create(
        Factor(
            kind=kind, reason=reason, value=value, since=day - timedelta(days=ago),
            until=day - timedelta(days=ago - length), made_at=now - timedelta(days=ago + 1),
        )
        for kind, reason, ago, length, value in past
    )  # fmt: skip


def write_year(random: np.random.Generator, now: datetime) -> None:
    """A score a week for the year behind us: fires as they were known then, the rest trembling around today's facts."""
    gathered = gather(now)
    grids, picture = list(gathered.grids), tree.current()
    method = method_of(edition_in_force().method)
    today = counts_of(
        [
            {name: list(each[grid]) for name, each in gathered.values.items() if grid in each}
            for grid in grids
        ],
        method,
    )
    tremble = {name: np.zeros(len(grids)) for name in WOBBLING}
    fires = fire_table(grids)
    held = np.full(len(grids), NEVER, dtype=np.int64)
    days, kept = [], []
    for week in range(WEEKS, 0, -1):
        moment = now - timedelta(weeks=week)
        counts = today.count.copy()
        for name, width in WOBBLING.items():
            if name in method.names:
                column = method.names.index(name)
                tremble[name] = 0.8 * tremble[name] + 0.6 * random.normal(0, width, len(grids))
                of = np.maximum(today.of[:, column], 0)
                wobbled = np.round(counts[:, column] * np.exp(tremble[name]))
                counts[:, column] = wobbled if name == "overdue_hazards" else np.minimum(wobbled, of)
        counts[:, method.names.index("fires")] = burnt_before(fires, moment, len(grids))
        table = type(today).fresh(counts, today.of)
        _villages, village, means = means_of_villages(table, picture, grids, method)
        scored = score_grids(table, means[village], factor_then(moment, len(grids), method), method)
        held = colours_of(scored.score, held, method)
        day = timezone.localtime(moment).date()
        days += [
            DayScore(grid_id=grid, day=day, score=float(scored.score[at]), colour=int(held[at]))
            for at, grid in enumerate(grids)
        ]
        if week % KEPT_EVERY == 0:
            kept += facts_rows(grids, counts, today.of, method, moment)
    DayScore.objects.bulk_create(days, ignore_conflicts=True, batch_size=5000)
    GridFacts.objects.bulk_create(kept, batch_size=2000)


def facts_rows(grids: list[int], counts: Floats, of: Floats, method: Method, at: datetime) -> list[GridFacts]:
    """The facts of a week as they would have been kept."""
    return [
        GridFacts(
            grid_id=grid, at=at,
            values={
                name: [float(counts[row, column]), float(of[row, column])]
                for column, name in enumerate(method.names)
                if of[row, column]
            },
        )
        for row, grid in enumerate(grids)
    ]  # fmt: skip


def fire_table(grids: list[int]) -> tuple[Floats, Floats]:
    """When and in which column every fire was, by seconds since 1970."""
    column = {grid: at for at, grid in enumerate(grids)}
    rows = [
        (at.timestamp(), column[grid])
        for at, grid in Fire.objects.values_list("at", "grid_id")
        if grid in column
    ]
    table = np.array(rows, dtype=float).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def burnt_before(fires: tuple[Floats, Floats], moment: datetime, size: int) -> Floats:
    """Fires of the two years before a moment, by grid."""
    at, column = fires
    inside = (at <= moment.timestamp()) & (at > (moment - timedelta(days=730)).timestamp())
    return np.bincount(column[inside].astype(int), minlength=size).astype(float)


def factor_then(moment: datetime, size: int, method: Method) -> Floats:
    """The factors of a past day, county-wide in the demo."""
    day = timezone.localtime(moment).date()
    value = 1.0
    for factor in Factor.objects.filter(since__lte=day, until__gte=day, area=None):
        value *= factor.value
    return np.full(size, min(value, method.most_factor))


def count_somewhere(random: Random) -> None:
    """Somebody changed the register of a grid: its score is made anew."""
    grids = tree.current().at_level("grid")
    if grids:
        mark_grid(random.choice(grids))


ACTS = (Act("grid counted again", 0.3, count_somewhere),)
