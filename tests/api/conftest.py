"""A town for every test of the API, and full buckets."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def full_buckets() -> None:
    from gridloop.api.rates import BUCKETS

    BUCKETS.forget()


@pytest.fixture
def town(db: None) -> Any:
    from tests import world

    return world.a_town()
