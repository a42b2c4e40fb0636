"""The demo county drawn once, and a small tree for the rest."""

import pytest


@pytest.fixture(scope="session")
def drawn():
    from gridloop.core.territory import drawing

    return drawing.draw_county()


@pytest.fixture(autouse=True)
def fresh_tree():
    from gridloop.core.territory import tree

    tree.forget()


@pytest.fixture
def demo_county(db, drawn, monkeypatch):
    from gridloop.core.journal.actor import SYSTEM
    from gridloop.core.territory import drawing
    from gridloop.core.territory.models import Area

    monkeypatch.setattr(drawing, "draw_county", lambda seed: drawn)  # two seconds saved for every test
    drawing.load_demo_territory(by=SYSTEM)
    return Area.objects.get(level="county")


@pytest.fixture
def small(db):
    from .ground import Small

    return Small()
