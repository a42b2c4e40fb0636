"""Which area a point lies in: the deepest one around it, or the nearest within a set distance.

The ground is laid out as a raster of small cells. A cell through which no border runs lies wholly in one
area, so one
look answers; only points in border cells are tested exactly against the polygons.
"""

import json
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import shapely
from django.conf import settings
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from . import tree
from .models import Area

NEAREST_METRES = float(getattr(settings, "NEAREST_GRID_METRES", 500))
CELLS = 1600  # along the longer side of the territory: about 25 m in a county
BLOCK = 8  # cells to a side, for judging how far out at sea a point lies

_NOBODY = np.iinfo(np.int64).max
_ASK = -1
_EARTH = 6378137.0

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Located:
    """Where a point lies: in `area` ("point"), or `metres` outside it ("nearest")."""

    area: int
    how: Literal["point", "nearest"]
    metres: float = 0.0


class Locator:
    """An index over shapes. `leaves` have no drawn area inside them; `others` lie around leaves."""

    def __init__(self, leaves: dict[int, BaseGeometry], others: dict[int, BaseGeometry]) -> None:
        self._layers = [_Layer(shapes) for shapes in (leaves, others) if shapes]
        self._ids = np.array([*leaves, *others], np.int64)
        self._raster = _Raster(self._layers, self._ids) if leaves else None

    def one(self, longitude: float, latitude: float, metres: float) -> Located | None:
        """The quick way for a single point."""
        if self._raster is None or not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            return None
        area = self._raster.look(longitude, latitude)
        if area == _ASK:
            point = shapely.Point(longitude, latitude)
            for layer in self._layers:
                found = layer.index.query(point, predicate="intersects")
                if found.size:
                    area = layer.areas[int(found.min())]
                    break
        if area > 0:
            return Located(area, "point")
        (near,), (far,) = self._nearest(np.array([longitude]), np.array([latitude]), metres)
        return Located(int(near), "nearest", round(float(far), 1)) if near else None

    def many(self, longitudes: Floats, latitudes: Floats, metres: float) -> Ints:
        """The area of each point, 0 where there is none."""
        areas = np.zeros(longitudes.size, np.int64)
        with np.errstate(invalid="ignore"):
            real = (abs(longitudes) <= 180) & (abs(latitudes) <= 90)
        if self._raster is None or not real.any():
            return areas
        areas[real] = self._raster.look_many(longitudes[real], latitudes[real])
        ask = np.flatnonzero(areas == _ASK)
        areas[ask] = 0
        for layer in self._layers:
            found = layer.first_around(longitudes[ask], latitudes[ask])
            known = found != _NOBODY
            areas[ask[known]] = layer.ids[found[known]]
            ask = ask[~known]
        outside = np.flatnonzero((areas == 0) & real)
        if outside.size:
            areas[outside] = self._nearest(longitudes[outside], latitudes[outside], metres)[0]
        return areas

    def _nearest(self, longitudes: Floats, latitudes: Floats, metres: float) -> tuple[Ints, Floats]:
        """The nearest leaf within so many metres, found on a Mercator map, where distances keep their
        order.
        """
        leaves = self._layers[0]
        areas, far = np.zeros(longitudes.size, np.int64), np.zeros(longitudes.size)
        assert self._raster is not None
        ask = np.flatnonzero(self._raster.may_be_within(metres, longitudes, latitudes))
        if metres <= 0 or not ask.size:
            return areas, far
        shrink = np.cos(np.radians(np.clip(latitudes[ask], -85, 85)))
        points = shapely.points(_mercator(np.column_stack([longitudes[ask], latitudes[ask]])))
        (point, leaf), distance = leaves.mercator.query_nearest(
            points, max_distance=metres / float(shrink.min()), return_distance=True, all_matches=True
        )
        order = np.lexsort((leaf, point))[::-1]  # the smallest leaf is written last and stays
        point, leaf, distance = point[order], leaf[order], distance[order] * shrink[point[order]]
        near = distance <= metres
        areas[ask[point[near]]], far[ask[point[near]]] = leaves.ids[leaf[near]], distance[near]
        return areas, far


class _Layer:
    """Shapes of one depth with their tree; a point on a shared border belongs to the area with the
    smaller id.
    """

    def __init__(self, shapes: dict[int, BaseGeometry]) -> None:
        self.areas = list(shapes)
        self.ids = np.array(self.areas, np.int64)
        self.shapes = np.array(list(shapes.values()), object)
        self.index = shapely.STRtree(self.shapes)

    @cached_property
    def mercator(self) -> shapely.STRtree:
        return shapely.STRtree(shapely.transform(self.shapes, _mercator))

    def first_around(self, longitudes: Floats, latitudes: Floats) -> Ints:
        """The first shape around each point, `_NOBODY` where there is none."""
        found = np.full(longitudes.size, _NOBODY, np.int64)
        point, shape = self.index.query(shapely.points(longitudes, latitudes), predicate="intersects")
        np.minimum.at(found, point, shape)
        return found


class _Raster:
    """For every cell the one area that covers it wholly, 0 where there is none, or `_ASK` where a border
    runs.
    """

    def __init__(self, layers: list[_Layer], ids: Ints) -> None:
        shapes = np.concatenate([layer.shapes for layer in layers])
        west, south, east, north = shapely.total_bounds(shapes)
        side = max(east - west, north - south, 1e-6) / CELLS
        self.west, self.south, self.per_degree, self.side = west - side, south - side, 1 / side, side
        self.columns = int((east - west) / side) + 3
        self.rows = int((north - south) / side) + 3
        border = self._border_cells(shapes)
        from scipy import ndimage  # most of a second to load, wanted only when a boundary has changed

        rooms, count = ndimage.label(~border)
        rooms = rooms.ravel()
        witness = np.zeros(count + 1, np.int64)
        witness[rooms] = np.arange(rooms.size)  # any one cell of each room speaks for all of it
        row, column = np.divmod(witness, self.columns)
        owner = np.zeros(count + 1, np.int64)
        for layer in reversed(layers):  # leaves last: the deepest area is the answer
            found = layer.first_around(self.west + (column + 0.5) * side, self.south + (row + 0.5) * side)
            owner[found != _NOBODY] = layer.ids[found[found != _NOBODY]]
        owner[0] = _ASK  # room 0 is the border itself
        self.cells = (owner.astype(np.int32) if ids.max() < 2**31 else owner)[rooms]
        self._look = memoryview(self.cells)
        self._blocks_to_land = self._measure_sea()

    def look(self, longitude: float, latitude: float) -> int:
        column = math.floor((longitude - self.west) * self.per_degree)
        row = math.floor((latitude - self.south) * self.per_degree)
        if 0 <= column < self.columns and 0 <= row < self.rows:
            return int(self._look[row * self.columns + column])
        return 0

    def look_many(self, longitudes: Floats, latitudes: Floats) -> Ints:
        # The outermost cells are empty, so that whatever lies beyond may be drawn onto them.
        column = np.clip((longitudes - self.west) * self.per_degree, 0, self.columns - 1).astype(np.int64)
        row = np.clip((latitudes - self.south) * self.per_degree, 0, self.rows - 1).astype(np.int64)
        return self.cells[row * self.columns + column].astype(np.int64)

    def may_be_within(self, metres: float, longitudes: Floats, latitudes: Floats) -> NDArray[np.bool_]:
        """Rules out, without geometry, the points that surely lie farther from every area."""
        column = (longitudes - self.west) * self.per_degree / BLOCK
        row = (latitudes - self.south) * self.per_degree / BLOCK
        high, wide = self._blocks_to_land.shape
        on_column, on_row = (
            np.clip(column, 0, wide - 1).astype(np.int64),
            np.clip(row, 0, high - 1).astype(np.int64),
        )
        blocks = self._blocks_to_land[on_row, on_column]
        beyond = np.maximum(abs(column - np.clip(column, 0, wide)), abs(row - np.clip(row, 0, high)))
        block_metres = BLOCK * self.side * 111_000 * np.cos(np.radians(np.clip(abs(latitudes) + 0.1, 0, 89)))
        return np.maximum(blocks - 1.5, beyond) * block_metres <= metres

    def _measure_sea(self) -> Floats:
        """For each block of cells, how many blocks it is from one that holds any land."""
        land = (self.cells != 0).reshape(self.rows, self.columns)
        high, wide = -(-self.rows // BLOCK), -(-self.columns // BLOCK)
        padded = np.zeros((high * BLOCK, wide * BLOCK), bool)
        padded[: self.rows, : self.columns] = land
        from scipy import ndimage  # most of a second to load, wanted only when a boundary has changed

        return ndimage.distance_transform_edt(~padded.reshape(high, BLOCK, wide, BLOCK).any(axis=(1, 3)))

    def _border_cells(self, shapes: NDArray[Any]) -> NDArray[np.bool_]:
        """Every cell that a border touches: each edge marks, column by column, the rows it passes through."""
        ends, ring = shapely.get_coordinates(shapely.get_rings(shapes), return_index=True)
        x, y = (ends[:, 0] - self.west) * self.per_degree, (ends[:, 1] - self.south) * self.per_degree
        same = np.flatnonzero(ring[1:] == ring[:-1])
        x0, y0, x1, y1 = x[same], y[same], x[same + 1], y[same + 1]
        swap = x0 > x1
        x0[swap], x1[swap], y0[swap], y1[swap] = x1[swap], x0[swap], y1[swap], y0[swap]
        hair = 1e-6  # of a cell: rounding must never leave a touched cell unmarked
        first, last = np.floor(x0 - hair).astype(np.int64), np.floor(x1 + hair).astype(np.int64)
        edge, column = _spread(first, last)
        width = np.where(x1 > x0, x1 - x0, 1.0)[edge]
        enter = np.clip((column - x0[edge] - hair) / width, 0, 1)
        leave = np.clip((column + 1 - x0[edge] + hair) / width, 0, 1)
        upright = (x1 == x0)[edge]
        rise = (y1 - y0)[edge]
        one = y0[edge] + np.where(upright, 0.0, enter) * rise
        two = y0[edge] + np.where(upright, 1.0, leave) * rise
        low, high = np.minimum(one, two), np.maximum(one, two)
        piece, row = _spread(np.floor(low - hair).astype(np.int64), np.floor(high + hair).astype(np.int64))
        border = np.zeros((self.rows, self.columns), np.bool_)
        border[np.clip(row, 0, self.rows - 1), np.clip(column[piece], 0, self.columns - 1)] = True
        return border


def _spread(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Every whole number from first to last for each pair, with the number of the pair."""
    counts = last - first + 1
    pair = np.repeat(np.arange(counts.size), counts)
    start = np.repeat(np.cumsum(counts) - counts, counts)
    return pair, np.arange(pair.size) - start + first[pair]


def _mercator(points: Floats) -> Floats:
    """Longitude and latitude to the plane of the Mercator map, in metres at the equator."""
    x, y = np.radians(points[:, 0]), np.radians(np.clip(points[:, 1], -89, 89))
    return np.column_stack([_EARTH * x, _EARTH * np.log(np.tan(math.pi / 4 + y / 2))])


@tree.per_edition
def _locator(areas: tree.Tree) -> Locator:
    drawn = dict(
        Area.objects.filter(shape__isnull=False, retired_at=None)
        .order_by("id")
        .values_list("id", "shape")
        .iterator()
    )
    around = {outer for area in drawn for outer in areas.around(area)[1:]}
    shapes = dict(
        zip(drawn, shapely.from_geojson([json.dumps(shape) for shape in drawn.values()]), strict=True)
    )
    deepest_first = sorted(shapes, key=lambda area: (-areas.rank(area), area))
    leaves = {area: shapes[area] for area in deepest_first if area not in around}
    return Locator(leaves, {area: shapes[area] for area in deepest_first if area in around})


def locate(longitude: float, latitude: float, *, within_metres: float = NEAREST_METRES) -> Located | None:
    """The deepest area around a WGS84 point, else the nearest one within so many metres, else None."""
    return _locator().one(float(longitude), float(latitude), within_metres)


def locate_many(
    longitudes: ArrayLike, latitudes: ArrayLike, *, within_metres: float = NEAREST_METRES
) -> Ints:
    """The area id of each point as `locate` finds it; 0 where there is none."""
    return _locator().many(
        np.ascontiguousarray(longitudes, np.float64).ravel(),
        np.ascontiguousarray(latitudes, np.float64).ravel(),
        within_metres,
    )
