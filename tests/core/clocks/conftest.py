"""Every test of the clocks starts from what gridloop ships."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def shipped_tables() -> Iterator[None]:
    from gridloop.core.clocks import editions

    editions.keep_shipped()
    yield
    editions.keep_shipped()


@pytest.fixture
def topics() -> Iterator[None]:
    """Topics registered in a test are gone with it."""
    from gridloop.core.clocks import timers

    timers.discover_handlers()
    before = dict(timers.HANDLERS)
    yield
    timers.HANDLERS.clear()
    timers.HANDLERS.update(before)
