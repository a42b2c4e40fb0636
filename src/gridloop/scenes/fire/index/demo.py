"""The index's part of the demo county: three years of fires from a hidden process, a year of scores, and today's map.

The process that makes the fires is not the index: it knows the premises' facts only through noise, adds the luck of
towns and something of each grid's own that no register knows. So the index finds many of the fires and not all.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import repeat
from random import Random

import numpy as np
from django.db import connection
from django.utils import timezone

from gridloop.core.people.models import Person
from gridloop.core.scenes.stage import Act, Stage
from gridloop.core.territory import tree
from gridloop.core.territory.models import Area, Level
from gridloop.scenes.fire.index.actions import count_grids, mark_grid
from gridloop.scenes.fire.index.editions import edition_in_force
from gridloop.scenes.fire.index.facts import counts_of, means_of_villages
from gridloop.scenes.fire.index.gathering import Gathered, gather
from gridloop.scenes.fire.index.models import (
    DayScore,
    EditionState,
    Factor,
    FactorKind,
    Fire,
    GridFacts,
    IndexEdition,
)
from gridloop.scenes.fire.registry.models import Premises, PremisesKind
from gridloop.scenes.fire.risk import (
    NEVER,
    Counts,
    Floats,
    Method,
    colours_of,
    method_of,
    plain_of,
    score_grids,
)

YEARS = 3
SHARES = (62, 87, 97)  # blue up to the first, yellow up to the second ... of the grids
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
# Winter heating and the Spring Festival.
BY_MONTH = (1.5, 1.7, 1.2, 0.9, 0.8, 0.8, 0.9, 0.9, 0.8, 0.8, 1.0, 1.3)


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
    gathered = gather(stage.now)
    edition = calibrate(gathered)
    write_year(random, gathered, method_of(edition.method))
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


def calibrate(gathered: Gathered) -> IndexEdition:
    """The county's own edition: thresholds set on its present facts, approved by a second person; and a draft to try."""
    first = edition_in_force()
    method = method_of(first.method)
    scores = Year(gathered, method).scored_now()
    low, middle, high = (float(np.round(2 * each) / 2) for each in np.percentile(scores, SHARES))
    own = replace(method, thresholds=(low, max(middle, low + 1), max(high, middle + 2)), margin=1.0)
    people = {
        person.handle: person
        for person in Person.objects.filter(handle__in=("demo-administrator", "demo-leader"))
    }
    author, leader = people.get("demo-administrator"), people.get("demo-leader")
    day = timezone.localtime(gathered.at).date()
    since = day - timedelta(days=400)
    edition = IndexEdition.objects.create(
        number=2, title="本县校准版", words="按本县现状校准阈值：约百分之三为红、百分之十为橙、百分之二十五为黄。",
        method=plain_of(own), overrides=first.overrides, state=EditionState.APPROVED, drafted_by=author,
        approved_by=leader, approved_at=gathered.at - timedelta(days=401), since=since,
        drafted_at=gathered.at - timedelta(days=410),
    )  # fmt: skip
    rows = tuple(replace(row, weight=11) if row.name == "electric_bikes" else row for row in own.yardsticks)
    IndexEdition.objects.create(
        number=3, title="电动自行车专项", words="专项整治期间提高“室内充电”权重，请试算后审批。",
        method=plain_of(replace(own, yardsticks=rows)), overrides=first.overrides, drafted_by=author,
    )  # fmt: skip
    return edition


class Year:
    """The facts of today as arrays, and what a week of the past may have looked like."""

    def __init__(self, gathered: Gathered, method: Method) -> None:
        self.grids, self.method = list(gathered.grids), method
        values = [
            {name: list(each[grid]) for name, each in gathered.values.items() if grid in each}
            for grid in self.grids
        ]
        self.today = counts_of(values, method)
        villages = means_of_villages(self.today, tree.current(), self.grids, method)
        self.village, self.means = villages[1], villages[2]
        self.tremble = {name: np.zeros(len(self.grids)) for name in WOBBLING if name in method.names}

    def scored_now(self) -> Floats:
        return score_grids(self.today, self.means[self.village], np.ones(len(self.grids)), self.method).score

    def counts_then(self, random: np.random.Generator, burnt: Floats) -> Floats:
        """What trembles, around today's facts; and the fires as they were known then."""
        counts = self.today.count.copy()
        for name, before in self.tremble.items():
            column = self.method.names.index(name)
            self.tremble[name] = 0.8 * before + 0.6 * random.normal(0, WOBBLING[name], len(self.grids))
            wobbled = np.round(counts[:, column] * np.exp(self.tremble[name]))
            capped = np.minimum(wobbled, self.today.of[:, column])
            counts[:, column] = wobbled if name == "overdue_hazards" else capped
        counts[:, self.method.names.index("fires")] = burnt
        return counts


def write_year(random: np.random.Generator, gathered: Gathered, method: Method) -> None:
    """A score a week for the year behind us, drawn to today's means."""
    year, now = Year(gathered, method), gathered.at
    fires = fire_table(year.grids)
    held = np.full(len(year.grids), NEVER, dtype=np.int64)
    days: list[tuple[int, date, float, int]] = []
    for week in range(WEEKS, 0, -1):
        moment = now - timedelta(weeks=week)
        counts = year.counts_then(random, burnt_before(fires, moment, len(year.grids)))
        table = Counts.fresh(counts, year.today.of)
        factor = np.full(len(year.grids), factor_then(moment, method))
        scored = score_grids(table, year.means[year.village], factor, method)
        held = colours_of(scored.score, held, method)
        day = timezone.localtime(moment).date()
        days += zip(year.grids, repeat(day), scored.score.tolist(), held.tolist(), strict=False)
        if week % KEPT_EVERY == 0:
            pour_facts(year.grids, counts, year.today.of, method, moment)
    pour_days(days)


def pour_days(rows: list[tuple[int, date, float, int]]) -> None:
    """Seventy thousand plain rows: without Django's model machinery a tenth of the time."""
    statement = f"INSERT INTO {DayScore._meta.db_table} (grid_id, day, score, colour) VALUES (%s, %s, %s, %s)"  # noqa: S608
    adapt = connection.ops.adapt_datefield_value
    with connection.cursor() as cursor:
        cursor.executemany(
            statement, [(grid, adapt(day), score, colour) for grid, day, score, colour in rows]
        )


def pour_facts(grids: list[int], counts: Floats, of: Floats, method: Method, at: datetime) -> None:
    """The facts of a week as they would have been kept."""
    names, pairs = method.names, np.stack([counts, of], axis=2).tolist()
    moment = connection.ops.adapt_datetimefield_value(at)
    statement = f"INSERT INTO {GridFacts._meta.db_table} (grid_id, at, {quoted('values')}, overrides, addresses) VALUES (%s, %s, %s, %s, 0)"  # noqa: S608
    none = connection.ops.adapt_json_value([], None)
    rows = [
        (
            grid,
            moment,
            connection.ops.adapt_json_value(
                {name: pair for name, pair in zip(names, row, strict=True) if pair[1]}, None
            ),
            none,
        )
        for grid, row in zip(grids, pairs, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def quoted(column: str) -> str:
    return connection.ops.quote_name(column)


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


def factor_then(moment: datetime, method: Method) -> float:
    """The factors of a past day, county-wide in the demo."""
    day = timezone.localtime(moment).date()
    value = 1.0
    for factor in Factor.objects.filter(since__lte=day, until__gte=day, area=None):
        value *= factor.value
    return min(value, method.most_factor)


def count_somewhere(random: Random) -> None:
    """Somebody changed the register of a grid: its score is made anew."""
    grids = tree.current().at_level("grid")
    if grids:
        mark_grid(random.choice(grids))


ACTS = (Act("grid counted again", 0.3, count_somewhere),)
