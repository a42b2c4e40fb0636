"""Every point lies where the polygons say, alone and in bulk; a new border holds at once."""

import json

import numpy as np
import pytest
import shapely

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.territory import locating
from gridloop.core.territory.actions import redraw_area
from gridloop.core.territory.drawing import FRAME
from gridloop.core.territory.locating import locate, locate_many
from gridloop.core.territory.models import Area

from .ground import area, square


def test_a_point_lies_in_its_grid(small):
    found = locate(121.23, 28.11)
    assert (found.area, found.how, found.metres) == (small.grids[1].pk, "point", 0.0)


def test_a_shared_border_belongs_to_one_grid_only(small):
    assert locate(121.22, 28.11).area == small.grids[0].pk
    assert locate_many([121.22], [28.11]).tolist() == [small.grids[0].pk]


def test_outside_goes_to_the_nearest_and_says_so(small):
    found = locate(121.21, 28.098)
    assert (found.area, found.how) == (small.grids[0].pk, "nearest")
    assert found.metres == pytest.approx(222, abs=2)
    assert locate(121.21, 28.09) is None
    assert locate(121.21, 28.09, within_metres=2000).area == small.grids[0].pk
    assert locate(121.2005, 28.0999, within_metres=0) is None


def test_the_deepest_area_wins_and_what_lies_between_is_the_towns(small):
    small.west.shape = square(121.1, 28.0, 121.24, 28.2)
    small.west.save()
    building = area("building", "3号楼", "b3", small.grids[0], shape=square(121.205, 28.105, 121.206, 28.106))
    assert locate(121.2055, 28.1055).area == building.pk
    assert locate(121.15, 28.05).area == small.west.pk
    # Grid 1 has a drawn building inside, so it is no leaf; it still is the deepest area around this point.
    assert locate(121.201, 28.101).area == small.grids[0].pk
    assert locate_many([121.2055, 121.15, 121.201], [28.1055, 28.05, 28.101]).tolist() == [
        building.pk,
        small.west.pk,
        small.grids[0].pk,
    ]


@pytest.mark.parametrize("point", [(float("nan"), 28.1), (200, 28.1), (121.2, -91), (float("inf"), 0)])
def test_nonsense_lies_nowhere(small, point):
    assert locate(*point) is None
    assert locate_many([point[0]], [point[1]]).tolist() == [0]


def test_without_any_shape_nothing_is_found(db):
    assert locate(121.2, 28.1) is None
    assert locate_many([121.2], [28.1]).tolist() == [0]


def test_a_changed_border_is_seen_at_once(small):
    assert locate(121.235, 28.11).area == small.grids[1].pk
    redraw_area(small.grids[1], square(121.22, 28.1, 121.23, 28.12), by=SYSTEM)
    assert locate(121.235, 28.11, within_metres=1000).how == "nearest"
    redraw_area(small.grids[2], square(121.23, 28.1, 121.26, 28.12), by=SYSTEM)
    assert locate(121.235, 28.11).area == small.grids[2].pk


def test_bulk_single_and_polygons_agree_all_over_the_county(demo_county):
    random = np.random.default_rng(8)
    longitudes = random.uniform(FRAME[0] - 0.02, FRAME[2] + 0.02, 60_000)
    latitudes = random.uniform(FRAME[1] - 0.02, FRAME[3] + 0.02, 60_000)
    found = locate_many(longitudes, latitudes, within_metres=0)
    grids = dict(Area.objects.filter(level="grid").values_list("id", "shape"))
    shapes = shapely.from_geojson([json.dumps(shape) for shape in grids.values()])
    point, shape = shapely.STRtree(shapes).query(
        shapely.points(longitudes, latitudes), predicate="intersects"
    )
    expected = np.zeros(60_000, np.int64)
    expected[point] = np.array(list(grids))[shape]
    assert (found == expected).all()
    nearest = locate_many(longitudes, latitudes)
    assert (nearest[expected > 0] == expected[expected > 0]).all()
    assert (nearest > 0).sum() > (expected > 0).sum()
    for index in range(300):
        one = locate(longitudes[index], latitudes[index])
        assert (one.area if one else 0) == nearest[index]


def test_the_quick_check_for_the_open_sea_never_hides_a_near_grid(demo_county):
    random = np.random.default_rng(9)
    longitudes = random.uniform(FRAME[0] - 0.05, FRAME[2] + 0.05, 4000)
    latitudes = random.uniform(FRAME[1] - 0.05, FRAME[3] + 0.05, 4000)
    raster = locating._locator()._raster
    layer = locating._locator()._layers[0]
    points = shapely.points(locating._mercator(np.column_stack([longitudes, latitudes])))
    for metres in (50, 500, 3000):
        _at, far = layer.mercator.query_nearest(points, return_distance=True, all_matches=False)
        near = far * np.cos(np.radians(latitudes)) <= metres
        assert raster.may_be_within(metres, longitudes, latitudes)[near].all()
