"""Coordinates between WGS84, CGCS2000, GCJ-02 (phones, most maps) and BD-09 (Baidu), for one point or arrays.

GCJ-02 shifts a point by up to 700 m with fixed trigonometric sums over the Krasovsky 1940 ellipsoid;
BD-09 shifts
it once more. Both are undone by iteration, to below a millimetre. CGCS2000 equals WGS84 to centimetres.
Outside China's frame nothing is shifted.
"""

import math
from types import ModuleType
from typing import Any, Literal, cast

import numpy as np
from django.utils.translation import gettext_lazy as _

from gridloop.core.journal.errors import Refusal

System = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
SYSTEMS: tuple[System, ...] = ("wgs84", "cgcs2000", "gcj02", "bd09")

_RADIUS = 6378245.0  # Krasovsky 1940, metres
_ECCENTRICITY = 0.00669342162296594323
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_ROUNDS = 12
_BAIDU = math.pi * 3000.0 / 180.0

Number = Any  # a float, or a numpy array of floats
Pair = tuple[Number, Number]


def to_wgs84(longitude: Number, latitude: Number, system: str = "gcj02") -> Pair:
    """The same point in WGS84."""
    if system in ("wgs84", "cgcs2000"):
        return longitude, latitude
    if system == "gcj02":
        return _undo(_wgs84_to_gcj02, longitude, latitude)
    if system == "bd09":
        return _undo(_wgs84_to_bd09, longitude, latitude)
    raise Refusal(
        _("This coordinate system is not known; use wgs84, cgcs2000, gcj02 or bd09."), code="unknown_system"
    )


def from_wgs84(longitude: Number, latitude: Number, system: str = "gcj02") -> Pair:
    """A WGS84 point in another system."""
    if system in ("wgs84", "cgcs2000"):
        return longitude, latitude
    if system == "gcj02":
        return _wgs84_to_gcj02(longitude, latitude)
    if system == "bd09":
        return _wgs84_to_bd09(longitude, latitude)
    raise Refusal(
        _("This coordinate system is not known; use wgs84, cgcs2000, gcj02 or bd09."), code="unknown_system"
    )


def is_in_china(longitude: Number, latitude: Number) -> Any:
    """Whether the point lies in the frame in which the shift is defined."""
    return (longitude >= _WEST) & (longitude <= _EAST) & (latitude >= _SOUTH) & (latitude <= _NORTH)


def metres_between(
    longitude: Number, latitude: Number, other_longitude: Number, other_latitude: Number
) -> Number:
    """The distance over a sphere (haversine); good to 0.5 %."""
    maths = _maths(longitude)
    rad = math.pi / 180
    across = maths.sin((other_latitude - latitude) * rad / 2) ** 2
    along = maths.sin((other_longitude - longitude) * rad / 2) ** 2
    inner = across + maths.cos(latitude * rad) * maths.cos(other_latitude * rad) * along
    return 2 * 6371008.8 * maths.asin(maths.sqrt(inner))


def _maths(value: Number) -> ModuleType:
    """`numpy` for arrays and `math` for plain numbers: the same names, twenty times faster for one point."""
    return np if isinstance(value, np.ndarray) else math


def _wgs84_to_gcj02(longitude: Number, latitude: Number) -> Pair:
    inside = is_in_china(longitude, latitude)
    if inside is False or inside is np.False_:
        return longitude, latitude
    maths = _maths(longitude)
    sin, sqrt, pi = maths.sin, maths.sqrt, math.pi
    x, y = longitude - 105.0, latitude - 35.0
    ripple = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + ripple
    north = north + (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north = north + (160 * sin(y / 12 * pi) + 320 * sin(y / 30 * pi)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + ripple
    east = east + (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east = east + (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    slope = sin(latitude / 180 * pi)
    curve = 1 - _ECCENTRICITY * slope * slope
    north = north * 180 / (_RADIUS * (1 - _ECCENTRICITY) / (curve * sqrt(curve)) * pi)
    east = east * 180 / (_RADIUS / sqrt(curve) * maths.cos(latitude / 180 * pi) * pi)
    # `inside` is 1 or 0 here, so points outside stay where they are in an array too.
    return longitude + east * inside, latitude + north * inside


def _wgs84_to_bd09(longitude: Number, latitude: Number) -> Pair:
    inside = is_in_china(longitude, latitude)
    x, y = _wgs84_to_gcj02(longitude, latitude)
    maths = _maths(longitude)
    far = maths.sqrt(x * x + y * y) + 0.00002 * maths.sin(y * _BAIDU)
    turn = maths.atan2(y, x) + 0.000003 * maths.cos(x * _BAIDU)
    there = far * maths.cos(turn) + 0.0065, far * maths.sin(turn) + 0.006
    return x + (there[0] - x) * inside, y + (there[1] - y) * inside


def _undo(shift: Any, longitude: Number, latitude: Number) -> Pair:
    """The point that `shift` carries to the given one: walk back by what is still wrong until nothing is.

    The shift changes slowly (its slope is far below one), so each round gains about three digits.
    """
    guess_longitude, guess_latitude = longitude, latitude
    inside = is_in_china(longitude, latitude)
    for _round in range(_ROUNDS):
        there_longitude, there_latitude = shift(guess_longitude, guess_latitude)
        wrong_longitude, wrong_latitude = (
            (longitude - there_longitude) * inside,
            (latitude - there_latitude) * inside,
        )
        guess_longitude, guess_latitude = guess_longitude + wrong_longitude, guess_latitude + wrong_latitude
        if cast(float, np.max(abs(wrong_longitude) + abs(wrong_latitude), initial=0.0)) < 1e-11:
            break
    return guess_longitude, guess_latitude
