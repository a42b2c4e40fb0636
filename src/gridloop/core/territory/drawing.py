"""The demo county: true names and codes of 12 towns and 222 villages, with 1,336 grids drawn on invented
ground.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass
from hashlib import blake2b
from importlib.resources import files

import numpy as np
import shapely
from django.db import transaction
from shapely.geometry.base import BaseGeometry

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor

from . import edition
from .geometry import DIGITS, GeoJSON, label_point, write_shape
from .landing import AreaRow, insert_areas
from .models import Area, Place
from .names import bare_name, spoken_name
from .numbering import reserve_area_ids
from .tessellating import (
    Floats,
    Random,
    coast,
    relax,
    scatter,
    share_out,
    spread_seeds,
    tessellate,
)

SEED = 331083
GRIDS = 1336
FRAME = (121.104, 28.015, 121.530, 28.323)
POINTS_PER_GRID = 14

# Where things lie on the invented ground, in kilometres from its south-west corner. Corners were made up.
_MAINLAND = (
    (9, 33), (14, 34), (19, 32.6), (23, 34), (28.5, 33), (31, 30), (29.4, 27.5), (32.5, 25), (30.6, 22),
    (27.5, 20.8),
    (25.4, 22.2), (23.6, 19.6), (22.6, 17.4), (24.6, 14.4), (27.4, 12.6), (26.6, 10), (29.6, 7.8), (27.2, 5),
    (24.4, 3.8), (22.6, 1), (18.4, 0.6), (15.6, 2.4), (12.2, 1.4), (10, 4.2), (7.6, 6), (9.2, 9), (7.8, 11.6),
    (10.6, 14.2), (14.2, 14.3), (17, 16), (17.6, 17.6), (15, 18.6), (12.2, 18.2), (10, 21), (7.2, 22), 
    (8.6, 25),
    (5.8, 27.4), (7.6, 30),
)  # fmt: skip
_ISLANDS: dict[str, tuple[tuple[float, float, float], ...]] = {  # x, y, radius
    "331083201000": (
        (36.2, 11.4, 1.55),
        (38.4, 13.6, 1.0),
        (34.6, 14.2, 0.8),
        (40.9, 16.2, 0.9),
        (37.6, 9.0, 0.62),
    ),
    "331083202000": ((3.0, 17.6, 2.1), (2.2, 13.9, 1.0), (5.9, 15.1, 0.7)),
}
_TOWN_SEEDS: dict[str, tuple[float, float]] = {
    "331083001000": (18.5, 9.5), "331083002000": (25, 7), "331083003000": (12, 7), "331083101000": (10.5, 26),
    "331083102000": (17, 24), "331083103000": (28.5, 25), "331083105000": (26, 30.5),
    "331083106000": (13.5, 20.5),
    "331083107000": (20, 29), "331083400000": (20.2, 17.6),
}  # fmt: skip
_CORES = np.array([  # where people live close together: x, y, strength, reach
    (18.6, 9.4, 2.4, 1.9), (24.6, 6.6, 1.6, 1.5), (12.2, 7.6, 1.3, 1.5), (17.2, 23.4, 1.6, 1.6),
    (11.4, 26, 0.9, 1.5),
    (26, 30, 0.7, 1.4), (28.4, 24.6, 0.5, 1.2), (20.4, 28.6, 0.6, 1.3), (13.6, 20.6, 0.5, 1.0),
])  # fmt: skip

_DEDICATED = (
    "工业园区",
    "农贸市场",
    "中心学校",
    "卫生院",
    "商贸街区",
    "物流园",
    "渔港码头",
    "建材市场",
    "科创园",
    "在建工地",
)
_ESTATE_FIRST = (
    "锦绣",
    "翠湖",
    "金色",
    "阳光",
    "滨海",
    "怡和",
    "丽景",
    "香樟",
    "海悦",
    "书香",
    "云锦",
    "银杏",
    "江南",
    "东方",
)
_ESTATE_LAST = ("花园", "家园", "公寓", "苑", "新村", "名邸", "华庭", "小区")
_GATES = ("东门", "南门", "西门", "北门")


@dataclass(frozen=True, slots=True)
class DrawnArea:
    """One area of the demo county, ready to be written."""

    level: str
    code: str
    name: str
    parent_code: str
    shape: GeoJSON
    longitude: float
    latitude: float
    purpose: str = "general"
    households: int = 0
    residents: int = 0


@dataclass(frozen=True, slots=True)
class DrawnPlace:
    """A spot with a QR code."""

    code: str
    name: str
    grid_code: str
    longitude: float
    latitude: float
    address: str


@dataclass(frozen=True, slots=True)
class _Village:
    code: str
    name: str
    town: str
    grids: int


def draw_county(seed: int = SEED) -> list[DrawnArea]:
    """The whole county, larger areas before smaller ones; the same seed draws the same county."""
    random = np.random.default_rng(seed)
    names = _true_names()
    villages = _count_grids([row for row in names if row["level"] == "community"], random)
    mainland = coast(_MAINLAND, random)
    cells: dict[str, list[BaseGeometry]] = _cells(
        mainland, [v for v in villages if v.town in _TOWN_SEEDS], dict(_TOWN_SEEDS), random
    )
    for town, spots in _ISLANDS.items():
        own = [v for v in villages if v.town == town]
        shores = shapely.union_all([_island(x, y, radius, random) for x, y, radius in spots])
        cells |= _cells(shores, own, {town: (0.0, 0.0)}, random)
    return _areas(names, _in_degrees(cells), random)


def _true_names() -> list[dict[str, str]]:
    text = files(__package__).joinpath("data/yuhuan_331083.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _count_grids(rows: list[dict[str, str]], random: Random) -> list[_Village]:
    """How many of the 1,336 grids each village has: more in town communities, few on islands, at least
    one each.
    """
    weights = []
    for row in rows:
        town = row["parent"]
        size = 8.5 if "社区" in row["name"] else 5.6
        size *= 1.25 if town == "331083001000" else 0.5 if town in _ISLANDS else 1.0
        weights.append(4.0 if town == "331083400000" else size * random.lognormal(0, 0.28))
    share = np.array(weights) / sum(weights) * (GRIDS - len(rows))
    counts = np.floor(share).astype(int)
    for index in np.argsort(counts - share, kind="stable")[: GRIDS - len(rows) - counts.sum()]:
        counts[index] += 1
    return [
        _Village(row["code"], row["name"], row["parent"], int(count) + 1)
        for row, count in zip(rows, counts, strict=True)
    ]


def _island(x: float, y: float, radius: float, random: Random) -> BaseGeometry:
    angles = np.linspace(0, 2 * np.pi, 9, endpoint=False) + random.uniform(0, 1)
    far = radius * random.uniform(0.65, 1.3, 9)
    return coast(list(zip(x + far * np.cos(angles), y + far * np.sin(angles), strict=True)), random, rounds=3)


def _cells(
    ground: BaseGeometry, villages: list[_Village], towns: dict[str, tuple[float, float]], random: Random
) -> dict[str, list[BaseGeometry]]:
    """The ground shared out among towns, theirs among villages, theirs among grids, then drawn as one net."""
    total = sum(village.grids for village in villages)
    points = scatter(ground, total * POINTS_PER_GRID, _CORES, random)
    sites, labels = [], []
    of_town = defaultdict(list)
    for village in villages:
        of_town[village.town].append(village)
    sizes = np.array([sum(v.grids for v in of_town[town]) for town in towns])
    town_of, _seeds = share_out(points, np.array(list(towns.values())), sizes, rounds=4)
    for number, town in enumerate(towns):
        inside = points[town_of == number]
        own = of_town[town]
        grids = np.array([v.grids for v in own])
        village_of, _seeds = share_out(inside, spread_seeds(inside, len(own), random), grids, rounds=6)
        for place, village in enumerate(own):
            there = inside[village_of == place]
            seeds = spread_seeds(there, village.grids, random)
            _mine, seeds = share_out(there, seeds, np.ones(village.grids, np.int64), rounds=5)
            sites += list(seeds)
            labels += [village.code] * village.grids
    settled = relax(np.array(sites), points, ground, rounds=2)
    drawn = tessellate(ground, settled, random, step=0.001)
    cells: dict[str, list[BaseGeometry]] = defaultdict(list)
    for label, cell in zip(labels, drawn, strict=True):
        cells[label].append(cell)
    return cells


def _in_degrees(cells: dict[str, list[BaseGeometry]]) -> dict[str, list[BaseGeometry]]:
    """Kilometres stretched onto the frame; every shared corner is rounded alike, so borders go on
    coinciding.
    """
    west, south, east, north = shapely.total_bounds([cell for drawn in cells.values() for cell in drawn])
    scale = np.array([(FRAME[2] - FRAME[0]) / (east - west), (FRAME[3] - FRAME[1]) / (north - south)])

    def onto(points: Floats) -> Floats:
        return np.round((points - (west, south)) * scale + FRAME[:2], DIGITS)

    return {code: [shapely.transform(cell, onto) for cell in drawn] for code, drawn in cells.items()}


def _areas(
    names: list[dict[str, str]], cells: dict[str, list[BaseGeometry]], random: Random
) -> list[DrawnArea]:
    """Every level's shape is the union of its grids; households and residents add up."""
    grids: list[DrawnArea] = []
    shapes: dict[str, list[BaseGeometry]] = defaultdict(list)
    people: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    parents = {row["code"]: row["parent"] for row in names}
    for row in names:
        for grid, shape in _grids_of(row, cells.get(row["code"], []), random):
            grids.append(grid)
            above = row["code"]
            while above:
                shapes[above].append(shape)
                people[above][0] += grid.households
                people[above][1] += grid.residents
                above = parents.get(above, "")
    larger = []
    for row in names:
        whole = shapely.coverage_union_all(shapes[row["code"]])
        longitude, latitude = label_point(whole)
        households, residents = people[row["code"]]
        larger.append(
            DrawnArea(
                row["level"], row["code"], row["name"], row["parent"], write_shape(whole),
                longitude, latitude, households=households, residents=residents,
            )
        )  # fmt: skip
    return larger + grids


def _grids_of(
    village: dict[str, str], cells: list[BaseGeometry], random: Random
) -> list[tuple[DrawnArea, BaseGeometry]]:
    """A village's grids, numbered from west to east in rows from north to south, a few of them dedicated."""
    if not cells:
        return []
    middles = np.array([label_point(cell) for cell in cells])
    rows = max(1, round(len(cells) ** 0.5))
    high, low = middles[:, 1].max(), middles[:, 1].min()
    band = np.minimum(rows - 1, (high - middles[:, 1]) / max(high - low, 1e-9) * rows).astype(int)
    spoken = spoken_name("community", village["name"])
    dedicated = int(random.integers(len(cells))) if len(cells) > 3 and random.uniform() < 0.42 else -1
    found, number = [], 0
    for sequence, index in enumerate(np.lexsort((middles[:, 0], band)), start=1):
        special = index == dedicated
        number += not special
        what = _DEDICATED[int(random.integers(len(_DEDICATED)))] if special else ""
        households = int(random.integers(20, 90) if special else random.integers(300, 501))
        longitude, latitude = (float(value) for value in middles[index])
        grid = DrawnArea(
            level="grid",
            code=f"{village['code']}{sequence:03d}",
            name=f"{spoken}{what}专属网格" if special else f"{spoken}第{number}网格",
            parent_code=village["code"],
            shape=write_shape(cells[index]),
            longitude=longitude,
            latitude=latitude,
            purpose="dedicated" if special else "general",
            households=households,
            residents=round(households * random.uniform(2.3, 3.1)),
        )
        found.append((grid, cells[index]))
    return found


def draw_places(areas: list[DrawnArea], seed: int = SEED) -> list[DrawnPlace]:
    """About three spots with a QR code in every community: a service station, a bus stop or park, an
    estate's gate.
    """
    random = np.random.default_rng(seed + 1)
    by_code = {area.code: area for area in areas}
    grids = defaultdict(list)
    for area in areas:
        if area.level == "grid":
            grids[area.parent_code].append(area)
    places, estates = [], set[str]()
    for code, own in grids.items():
        village = by_code[code]
        spoken = spoken_name("community", village.name)
        bare = bare_name("community", village.name) or spoken
        names = [f"{spoken}党群服务驿站", f"{bare}公交站" if random.uniform() < 0.6 else f"{bare}口袋公园"]
        names.append(_estate(random, estates) if "社区" in spoken else f"{bare}文化礼堂")
        for number, name in enumerate(names):
            grid = own[int(random.integers(len(own)))]
            spot = _spot_in(grid, random)
            token = blake2b(f"{seed}/{code}/{number}".encode(), digest_size=5).hexdigest().upper()
            address = f"{by_code[village.parent_code].name}{spoken}{name.removeprefix(spoken)}"
            places.append(DrawnPlace(token, name, grid.code, *spot, address))
    return places


def _estate(random: Random, taken: set[str]) -> str:
    """An estate's gate whose name no other estate carries."""
    while True:
        first, last = random.choice(_ESTATE_FIRST), random.choice(_ESTATE_LAST)
        if f"{first}{last}" not in taken:
            taken.add(f"{first}{last}")
            return f"{first}{last}{random.choice(_GATES)}"


def _spot_in(grid: DrawnArea, random: Random) -> tuple[float, float]:
    """A point inside the grid: somewhere between its middle and one of its corners."""
    corners = grid.shape["coordinates"]
    while isinstance(corners[0][0], list):
        corners = corners[0]
    corner = corners[int(random.integers(len(corners)))]
    share = random.uniform(0.05, 0.35)
    return (
        round(grid.longitude + (corner[0] - grid.longitude) * share, DIGITS),
        round(grid.latitude + (corner[1] - grid.latitude) * share, DIGITS),
    )


@transaction.atomic
def load_demo_territory(*, by: Actor, seed: int = SEED) -> int:
    """Write the demo county in a few statements; where areas exist already, nothing is touched. Gives the
    new areas.
    """
    if Area.objects.exists():
        return 0
    drawn = draw_county(seed)
    ids = dict(zip((area.code for area in drawn), reserve_area_ids(len(drawn)), strict=True))
    paths: dict[str, str] = {"": ""}
    rows = []
    for area in drawn:
        paths[area.code] = f"{paths[area.parent_code]}{ids[area.code]}/"
        row = AreaRow(
            area.level, area.code, area.name, purpose=area.purpose, households=str(area.households),
            residents=str(area.residents), shape=area.shape, longitude=area.longitude, latitude=area.latitude,
        )  # fmt: skip
        rows.append((ids[area.code], ids.get(area.parent_code), paths[area.code], row))

    insert_areas(rows)
    Place.objects.bulk_create(
        Place(
            code=place.code, name=place.name, area_id=ids[place.grid_code], longitude=place.longitude,
            latitude=place.latitude, address=place.address,
        )
        for place in draw_places(drawn, seed)
    )  # fmt: skip

    record("areas_imported", by=by, facts={"created": len(drawn), "changed": 0, "wrong": 0})
    edition.grow()
    return len(drawn)
