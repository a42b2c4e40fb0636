"""The journal's tests leave no consumer, no live thread and no knowledge of an earlier database behind."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def only_own_consumers(monkeypatch: pytest.MonkeyPatch) -> None:
    from gridloop.core.journal import consumers, ordering

    monkeypatch.setattr(consumers, "registered", {})
    monkeypatch.setattr(consumers, "discover", lambda: None)
    monkeypatch.setattr(ordering, "horizons", {})


@pytest.fixture(autouse=True)
def no_live_thread_left() -> Iterator[None]:
    from gridloop.core.journal import live

    yield
    live.tail.close()
