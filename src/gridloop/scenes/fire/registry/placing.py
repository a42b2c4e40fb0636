"""Where places lie: the grid around many points at once, and the areas around each grid."""

from collections.abc import Sequence
from typing import NamedTuple

from gridloop.core.territory import tree
from gridloop.core.territory.locating import locate_many


class Where(NamedTuple):
    """Ids of the areas around a point; None where the county has none."""

    grid: int | None
    community: int | None
    town: int | None
    county: int | None


NOWHERE = Where(None, None, None, None)


def where_is(area: int) -> Where:
    """The four levels around an area."""
    chain = tree.chain(area)
    return Where(chain.grid, chain.community, chain.town, chain.county)


def where_are(points: Sequence[tuple[float, float]]) -> list[Where]:
    """The areas around each point; NOWHERE outside the county."""
    if not points:
        return []
    longitudes, latitudes = zip(*points, strict=True)
    areas = locate_many(longitudes, latitudes).tolist()
    known = {area: where_is(area) for area in set(areas) if area}
    return [known.get(area, NOWHERE) for area in areas]
