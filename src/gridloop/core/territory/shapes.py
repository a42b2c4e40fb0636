"""Areas of one level as GeoJSON for maps: simplified together so that borders go on coinciding, kept per
edition.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

import shapely

from . import tree
from .geometry import DIGITS, METRES, write_shape
from .models import Area


@dataclass(frozen=True, slots=True)
class MapLayer:
    """A FeatureCollection as bytes, with the ETag under which a browser may keep it."""

    body: bytes
    etag: str


def layer_etag(level: str, within: int | None = None, metres: float = 0.0) -> str:
    """The ETag of a layer, without building it: enough to answer "not modified"."""
    return f'"{tree.current().number:x}-{level}-{within or 0}-{metres:g}"'


def map_layer(level: str, within: int | None = None, metres: float = 0.0) -> MapLayer:
    """All shapes of one level inside an area; corners closer than `metres` to a straight line are left
    out.
    """
    return _layers()(level, within, metres)


@tree.per_edition
def _layers(areas: tree.Tree) -> Callable[[str, int | None, float], MapLayer]:
    return lru_cache(maxsize=32)(partial(_build, areas))


def _build(areas: tree.Tree, level: str, within: int | None, metres: float) -> MapLayer:
    rows = Area.objects.filter(level=level, retired_at=None, shape__isnull=False).order_by("code")
    if within is not None:
        rows = rows.filter(path__startswith="".join(f"{each}/" for each in reversed(areas.around(within))))
    found = list(
        rows.values_list("id", "code", "name", "purpose", "parent_id", "longitude", "latitude", "shape")
    )
    shapes = [row[7] for row in found]
    if metres > 0 and shapes:
        drawn = shapely.from_geojson([json.dumps(shape) for shape in shapes])
        # The tolerance is the side of the triangle that may be cut off a border, in square degrees' root.
        simpler = shapely.coverage_simplify(drawn, metres / METRES)
        shapes = [
            write_shape(shape, DIGITS - 1) if not shape.is_empty else shapes[at]
            for at, shape in enumerate(simpler)
        ]
    features = [
        {"type": "Feature", "id": row[0], "properties": _facts(level, *row[1:7]), "geometry": shape}
        for row, shape in zip(found, shapes, strict=True)
    ]
    body = json.dumps(
        {"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":")
    )
    return MapLayer(body.encode(), f'"{areas.number:x}-{level}-{within or 0}-{metres:g}"')


def _facts(
    level: str,
    code: str,
    name: str,
    purpose: str,
    parent: int,
    longitude: float | None,
    latitude: float | None,
) -> dict[str, object]:
    """What a map needs of an area; 1,336 grids should stay a small file, so nothing is said twice."""
    facts: dict[str, object] = {"code": code, "name": name, "parent": parent}
    if purpose != "general":
        facts["purpose"] = purpose
    if level != "grid" and longitude is not None and latitude is not None:
        facts["label"] = [round(longitude, DIGITS - 1), round(latitude, DIGITS - 1)]
    return facts
