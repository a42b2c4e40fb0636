"""The demo county: true names, invented ground, no gaps, no slivers, the same from the same seed."""

import json
from collections import Counter, defaultdict

import numpy as np
import pytest
import shapely

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.territory import drawing, tree
from gridloop.core.territory.models import Area, Place
from gridloop.core.territory.shapes import layer_etag, map_layer


@pytest.fixture(scope="module")
def grids(drawn):
    return [each for each in drawn if each.level == "grid"]


@pytest.fixture(scope="module")
def shapes(grids):
    return shapely.from_geojson([json.dumps(grid.shape) for grid in grids])


def test_it_has_the_true_number_of_everything(drawn):
    assert Counter(each.level for each in drawn) == {"county": 1, "town": 12, "community": 222, "grid": 1336}
    assert len({each.code for each in drawn}) == len(drawn)


def test_the_same_seed_draws_the_same_county(drawn):
    assert drawing.draw_county() == drawn


def test_grids_fill_the_ground_and_share_their_borders(grids, shapes):
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    whole = shapely.coverage_union_all(shapes)
    assert shapes.dtype == object
    assert np.isclose(shapely.area(shapes).sum(), whole.area)
    assert whole.bounds == pytest.approx(drawing.FRAME, abs=1e-6)


def test_no_slivers(shapes):
    area, length = shapely.area(shapes), shapely.length(shapes)
    assert (4 * np.pi * area / length**2).min() > 0.35
    assert area.min() > np.median(area) / 12


def test_every_larger_area_is_the_sum_of_its_grids(drawn, grids):
    inside = defaultdict(float)
    for grid in grids:
        inside[grid.parent_code] += shapely.from_geojson(json.dumps(grid.shape)).area
    for community in (each for each in drawn if each.level == "community"):
        assert shapely.from_geojson(json.dumps(community.shape)).area == pytest.approx(
            inside[community.code], rel=1e-6
        )


def test_grids_are_numbered_and_named_by_their_community(drawn, grids):
    communities = {each.code: each.name for each in drawn if each.level == "community"}
    numbers = defaultdict(list)
    for grid in grids:
        numbers[grid.parent_code].append(int(grid.code[12:]))
        assert len(grid.code) == 15
        assert grid.name[:2] == communities[grid.parent_code][:2]
        assert ("专属网格" in grid.name) == (grid.purpose == "dedicated")
        if grid.purpose == "general":
            assert 300 <= grid.households <= 500
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
    assert len({grid.name for grid in grids}) == len({(g.name, g.parent_code) for g in grids})


def test_it_lands_in_few_statements_and_once(db, drawn, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(drawing, "draw_county", lambda seed: drawn)
    with django_assert_max_num_queries(20):
        assert drawing.load_demo_territory(by=SYSTEM) == 1571
    assert drawing.load_demo_territory(by=SYSTEM) == 0
    assert Area.objects.filter(path="").count() == 0
    assert len(tree.within(Area.objects.get(level="county").pk)) == 1571


def test_places_lie_in_their_grids(demo_county):
    places = list(Place.objects.select_related("area"))
    assert 600 < len(places) < 700
    assert len({place.name for place in places}) > 600
    for place in places:
        shape = shapely.from_geojson(json.dumps(place.area.shape))
        assert shape.distance(shapely.Point(place.longitude, place.latitude)) < 1e-5


def test_map_layers_are_small_and_tagged_by_edition(demo_county, django_assert_num_queries):
    full, simple = map_layer("grid"), map_layer("grid", metres=20)
    assert len(simple.body) < len(full.body) < 600_000
    assert len(json.loads(full.body)["features"]) == 1336
    assert layer_etag("grid") == full.etag
    with django_assert_num_queries(1):
        map_layer("grid")
    town = Area.objects.get(code="331083201000")
    assert len(json.loads(map_layer("community", town.pk).body)["features"]) == 6
    town.name = "鸡山"
    town.save()
    assert layer_etag("grid") != full.etag
