"""One town, its clerk, and a morning four days before the first shift."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

NOW = datetime(2026, 11, 20, 1, tzinfo=UTC)
START = NOW + timedelta(days=4)


@pytest.fixture(autouse=True)
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
