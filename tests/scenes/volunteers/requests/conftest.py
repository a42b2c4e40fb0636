"""The neighbourhood all tests of requests stand in, on a Monday at noon, in English."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.utils import translation


@pytest.fixture
def place(db: None) -> Iterator[Any]:
    from tests.scenes.volunteers.requests import (
        helping,  # needs Django, which stands up after this file is read
    )

    with time_machine.travel(helping.NOON, tick=False) as clock, translation.override("en"):
        made = helping.a_neighbourhood()
        made.clock = clock
        yield made
