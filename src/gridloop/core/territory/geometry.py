"""Shapes as GeoJSON polygons in WGS84: read, checked, rounded, measured and cut."""

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _
from shapely.geometry.base import BaseGeometry
from shapely.ops import split as split_by_line

from gridloop.core.journal.errors import Refusal

from .coordinates import to_wgs84

DIGITS = 6  # about 0.1 m
STEP = 10.0**-DIGITS
METRES = 111_320.0  # one degree of latitude

GeoJSON = dict[str, Any]


class BadShape(Refusal):
    """The drawn shape cannot be an area."""

    code = "bad_shape"


def read_shape(shape: GeoJSON, system: str = "wgs84") -> BaseGeometry:
    """A valid polygon (or several) in WGS84 from GeoJSON; refuses anything else with words a person
    understands.
    """
    if not isinstance(shape, dict) or shape.get("type") not in {"Polygon", "MultiPolygon"}:
        raise BadShape(_("The shape must be a polygon; draw a closed line around the area."), field="shape")
    try:
        drawn = shapely.from_geojson(json.dumps(shape))
    except (shapely.errors.GEOSException, TypeError, ValueError):
        raise BadShape(_("The shape cannot be read; draw it again."), field="shape") from None
    if drawn is None or drawn.is_empty or not np.isfinite(drawn.bounds).all():
        raise BadShape(_("The shape is empty; draw a closed line around the area."), field="shape")
    west, south, east, north = drawn.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise BadShape(
            _("The shape lies outside the world; coordinates are longitude, then latitude."), field="shape"
        )
    drawn = shapely.force_2d(drawn)
    if system not in ("wgs84", "cgcs2000"):
        drawn = shapely.transform(
            drawn, lambda points: np.column_stack(to_wgs84(points[:, 0], points[:, 1], system))
        )
    if not drawn.is_valid:
        raise BadShape(_("The line of the shape crosses itself; draw it without crossings."), field="shape")
    rounded = shapely.set_precision(drawn, STEP)
    if rounded.geom_type not in {"Polygon", "MultiPolygon"} or rounded.is_empty:
        raise BadShape(_("The shape is too small to be an area."), field="shape")
    return rounded


def write_shape(geometry: BaseGeometry, digits: int = DIGITS) -> GeoJSON:
    """GeoJSON with coordinates of six digits, nothing longer."""
    parts = [
        [np.round(shapely.get_coordinates(ring), digits).tolist() for ring in shapely.get_rings(part)]
        for part in shapely.get_parts(geometry)
    ]
    if geometry.geom_type == "Polygon":
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def label_point(geometry: BaseGeometry) -> tuple[float, float]:
    """A point well inside (of several parts, the largest), for a name on the map."""
    largest = max(getattr(geometry, "geoms", [geometry]), key=lambda part: part.area)
    centre = largest.centroid
    point = centre if largest.contains(centre) else largest.representative_point()
    return round(point.x, DIGITS), round(point.y, DIGITS)


def square_metres(geometry: BaseGeometry) -> float:
    """The area on the ground, good to a percent within a county."""
    latitude = geometry.centroid.y if not geometry.is_empty else 0.0
    return float(geometry.area * METRES * METRES * math.cos(math.radians(latitude)))


def cut(shape: GeoJSON, line: Sequence[Sequence[float]]) -> list[GeoJSON]:
    """The parts into which a drawn line cuts a shape, the largest first."""
    area = read_shape(shape)
    if len(line) < 2:
        raise BadShape(_("Draw a line across the area."), field="line")
    parts = [part for part in split_by_line(area, shapely.LineString(line)).geoms if part.area > 0]
    if len(parts) < 2:
        raise BadShape(_("The line must cross the area from border to border."), field="line")
    parts = [shapely.set_precision(part, STEP) for part in parts]
    return [write_shape(part) for part in sorted(parts, key=lambda part: -part.area)]
