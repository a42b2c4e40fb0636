"""One town for the tests of the scene, its clerk, and a morning on which the clock stands still for who asks."""

from datetime import UTC, datetime

import pytest
import time_machine

NOW = datetime(2026, 11, 20, 1, tzinfo=UTC)


@pytest.fixture
def morning():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def town(db):
    from tests import world  # not before Django is ready

    return world.a_town()


@pytest.fixture
def clerk(town):
    from tests import world
    from tests.scenes.volunteers.neighbours import a_clerk

    return world.acting(a_clerk(town.community))
