"""Which micro stations are called: the nearest that are free, by distance, with those passed over and why. Pure."""

from collections.abc import Container, Sequence
from typing import NamedTuple

import numpy as np

CALLED_AT_FIRST = 3
METRES_PER_DEGREE = 111_320.0


class Post(NamedTuple):
    """A station as the choice sees it."""

    station: int
    organisation: int
    longitude: float
    latitude: float
    available: bool = True
    busy_with: int | None = None


class Chosen(NamedTuple):
    """One station with its distance in metres; `why` it was passed over, empty when it is called."""

    station: int
    organisation: int
    metres: int
    why: str = ""


def nearest(
    posts: Sequence[Post],
    longitude: float,
    latitude: float,
    *,
    wanted: int = CALLED_AT_FIRST,
    asked: Container[int] = (),
) -> tuple[list[Chosen], list[Chosen]]:
    """The stations to call, nearest first, and the nearer ones that were passed over. `asked`: called already."""
    if not posts:
        return [], []
    points = np.array([(post.longitude, post.latitude) for post in posts])
    east = (points[:, 0] - longitude) * METRES_PER_DEGREE * np.cos(np.radians(latitude))
    north = (points[:, 1] - latitude) * METRES_PER_DEGREE
    metres = np.hypot(east, north)
    called: list[Chosen] = []
    passed: list[Chosen] = []
    for at in np.argsort(metres, kind="stable"):
        if len(called) == wanted:
            break
        post, far = posts[at], round(float(metres[at]))
        why = (
            "asked"
            if post.station in asked
            else "off"
            if not post.available
            else "busy"
            if post.busy_with
            else ""
        )
        (passed if why else called).append(Chosen(post.station, post.organisation, far, why))
    return called, passed
