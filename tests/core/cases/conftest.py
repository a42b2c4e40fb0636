"""One town, everybody a report meets on its way, and a report."""

import pytest


@pytest.fixture
def world():
    from tests import world  # not before Django is ready

    return world


@pytest.fixture
def town(world):
    return world.a_town()


@pytest.fixture
def cast(town, world):
    """Everybody a report meets on its way."""
    unit = world.a_unit(area=town.county)
    people = {
        "resident": world.a_resident(),
        "worker": world.a_grid_worker(town.grids[0]),
        "room": world.a_town_room(town.town),
        "county": world.a_county_room(town.county),
        "leader": world.a_leader(town.town),
        "handler": world.a_handler(unit),
    }
    return {"unit": unit, **people, **{f"by_{name}": world.acting(person) for name, person in people.items()}}


@pytest.fixture
def case(town, cast, world):
    return world.a_report(town, reporter=cast["resident"])
