"""Every test of activities begins on the morning four days before the first shift."""

from datetime import timedelta

import pytest

from tests.scenes.volunteers.conftest import NOW

START = NOW + timedelta(days=4)


@pytest.fixture(autouse=True)
def four_days_before(morning):
    return morning
