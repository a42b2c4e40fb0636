"""Draws believable ground: coastlines, and regions of set sizes that fill it without gaps. Pure geometry
in kilometres.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Voronoi, cKDTree
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Random = np.random.Generator


def coast(corners: Sequence[tuple[float, float]], random: Random, rounds: int = 5) -> BaseGeometry:
    """An outline with coves and headlands: every side is broken again and again, each time a little less."""
    line = np.array(corners, float)
    for step in range(rounds):
        after = np.roll(line, -1, axis=0)
        across = np.column_stack([line[:, 1] - after[:, 1], after[:, 0] - line[:, 0]])
        share = random.uniform(0.42, 0.58, (len(line), 1))
        push = random.normal(0, 0.17 * 0.92**step, (len(line), 1))
        middle = line * (1 - share) + after * share + across * push
        line = np.stack([line, middle], axis=1).reshape(-1, 2)
    drawn = shapely.make_valid(shapely.Polygon(line))
    # Spits and inlets narrower than a road are smoothed away.
    drawn = drawn.buffer(-0.1).buffer(0.16).buffer(-0.06).simplify(0.04)
    largest = max(getattr(drawn, "geoms", [drawn]), key=lambda part: part.area)
    return shapely.Polygon(largest.exterior)


def scatter(ground: BaseGeometry, count: int, density: Floats, random: Random) -> Floats:
    """`count` points on the ground, thicker where the density says so; its rows are x, y, strength, reach."""
    west, south, east, north = ground.bounds
    shapely.prepare(ground)
    kept: list[Floats] = []
    while sum(map(len, kept)) < count:
        tried = random.uniform((west, south), (east, north), (count * 4, 2))
        far = ((tried[:, None] - density[None, :, :2]) ** 2).sum(axis=2)
        weight = 0.22 + (density[:, 2] * np.exp(-far / (2 * density[:, 3] ** 2))).sum(axis=1)
        tried = tried[random.uniform(0, 1 + density[:, 2].max(initial=0), len(tried)) < weight]
        kept.append(tried[shapely.contains_xy(ground, tried)])
    return np.concatenate(kept)[:count]


def share_out(points: Floats, seeds: Floats, sizes: Ints, rounds: int) -> tuple[Ints, Floats]:
    """Give every point to a seed so that each gets its size: nearest first, corrected by weights (a power
    diagram).

    After each round a seed moves to the middle of its points. Returns the seed of each point, and the seeds.
    """
    seeds, weight = seeds.copy(), np.zeros(len(seeds))
    wanted = sizes / sizes.sum() * len(points)
    mean = float(np.ptp(points, axis=0).prod()) / max(1, len(seeds))
    mine = np.zeros(len(points), np.int64)
    for turn in range(rounds):
        far = ((points[:, None] - seeds[None]) ** 2).sum(axis=2)
        for step in range(24):
            mine = np.argmin(far - weight, axis=1)
            got = np.bincount(mine, minlength=len(seeds))
            wrong = (wanted - got) / wanted
            if abs(wrong).max() < 0.04:
                break
            weight += np.clip(wrong, -1, 1) * mean * 0.12 / (1 + step / 8)
        if turn < rounds - 1:
            full = got > 0
            middle = np.column_stack([np.bincount(mine, points[:, axis], len(seeds)) for axis in (0, 1)])
            seeds[full] = middle[full] / got[full, None]
    return mine, seeds


def spread_seeds(points: Floats, count: int, random: Random) -> Floats:
    """`count` of the points, far from each other."""
    chosen = [points[random.integers(len(points))]]
    far = ((points - chosen[0]) ** 2).sum(axis=1)
    for _each in range(count - 1):
        chosen.append(points[int(np.argmax(far * random.uniform(0.6, 1, len(points))))])
        far = np.minimum(far, ((points - chosen[-1]) ** 2).sum(axis=1))
    return np.array(chosen)


def relax(sites: Floats, points: Floats, ground: BaseGeometry, rounds: int) -> Floats:
    """Lloyd's relaxation: each site moves to the middle of the points nearest to it, but never into the
    water.
    """
    sites = sites.copy()
    for _round in range(rounds):
        mine = cKDTree(sites).query(points)[1]
        got = np.bincount(mine, minlength=len(sites))
        for axis in (0, 1):
            middle = np.bincount(mine, points[:, axis], len(sites))
            sites[got > 0, axis] = middle[got > 0] / got[got > 0]
    wet = ~shapely.contains_xy(ground, sites)
    sites[wet] = points[cKDTree(points).query(sites[wet])[1]]
    return sites


def tessellate(ground: BaseGeometry, sites: Floats, random: Random, step: float) -> list[BaseGeometry]:
    """One region around each site; together they fill the ground, and neighbours share every point of
    their border.

    All lines are laid into one network on a raster of `step` before regions are read from it, which is
    why borders
    coincide exactly. Pieces cut off by water go to the neighbour with the longest common border.
    """
    lines = shapely.intersection(_borders(sites, ground, random), ground)
    network = shapely.union_all([*lines, *shapely.get_rings(shapely.get_parts(ground))], grid_size=step)
    faces = shapely.get_parts(shapely.polygonize([network]))
    inner = shapely.point_on_surface(faces)
    faces = faces[shapely.contains(ground, inner)]
    inner = shapely.get_coordinates(shapely.point_on_surface(faces))
    owner = cKDTree(sites).query(inner)[1].astype(np.int64)
    _adopt_pieces(faces, owner)
    return [
        shapely.set_precision(shapely.union_all(faces[owner == site]), step) for site in range(len(sites))
    ]


def _borders(sites: Floats, ground: BaseGeometry, random: Random) -> NDArray[np.object_]:
    """The lines half way between neighbours, each with a slight bend, as grown borders have."""
    west, south, east, north = ground.bounds
    wide = max(east - west, north - south) * 4
    middle = np.array([(west + east) / 2, (south + north) / 2])
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    frame = middle + wide * np.column_stack([np.cos(angles), np.sin(angles)])
    diagram = Voronoi(np.concatenate([sites, frame]))
    ends = np.array([pair for pair in diagram.ridge_vertices if -1 not in pair], np.int64)
    a, b = diagram.vertices[ends[:, 0]], diagram.vertices[ends[:, 1]]
    across = np.column_stack([a[:, 1] - b[:, 1], b[:, 0] - a[:, 0]])
    length = np.linalg.norm(across, axis=1, keepdims=True)
    bend = np.clip(random.normal(0, 0.07, (len(a), 1)), -0.12, 0.12) * np.minimum(
        1, 1.2 / np.maximum(length, 1e-9)
    )
    shift = random.uniform(0.35, 0.65, (len(a), 1))
    bent = a * (1 - shift) + b * shift + across * bend
    long = length[:, 0] > 0.22  # a short border needs no bend
    straight = shapely.linestrings(np.stack([a, b], axis=1)[~long])
    return np.concatenate([shapely.linestrings(np.stack([a, bent, b], axis=1)[long]), straight])


def _adopt_pieces(faces: NDArray[np.object_], owner: Ints) -> None:
    """Each site keeps its largest piece; small or cut-off pieces go to a neighbour, where one touches
    them.
    """
    size = shapely.area(faces)
    main = np.zeros(len(faces), bool)
    for site in np.unique(owner):
        own = np.flatnonzero(owner == site)
        main[own[np.argmax(size[own])]] = True
    index = shapely.STRtree(faces)
    for face in np.flatnonzero(~main)[np.argsort(-size[~main])]:
        near = index.query(faces[face], predicate="touches")
        near = near[main[near]]
        if near.size:
            common = shapely.length(
                shapely.intersection(shapely.boundary(faces[near]), shapely.boundary(faces[face]))
            )
            if common.max() > 0:
                owner[face] = owner[near[int(np.argmax(common))]]
