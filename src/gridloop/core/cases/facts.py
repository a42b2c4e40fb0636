"""What the journal is told of a case with every entry: ids, codes and numbers, no personal data."""

from collections.abc import Mapping
from typing import Any

from gridloop.core.cases.models import Case
from gridloop.core.cases.queries import coarse

WORDS_OF_PEOPLE = (
    "reason",
    "words",
    "account",
    "answer",
)  # told apart from the facts, so that they can be erased


def told_facts(case: Case) -> dict[str, Any]:
    """The keys consumers rely on: where, what class, whose, how long it took, and when it is due."""
    return {
        "number": case.number,
        "kind": case.kind,
        "category": case.category_id,
        "county": case.county_id,
        "town": case.town_id,
        "community": case.community_id,
        "grid": case.grid_id,
        "unit": case.lead_unit_id,
        "source": case.source,
        "level": case.level,
        "urgency": case.urgency,
        "due_at": case.due_at.isoformat() if case.due_at else None,
        "reported_at": case.reported_at.isoformat(),
        "dispatched_at": case.dispatched_at.isoformat() if case.dispatched_at else None,
        "completed_at": case.completed_at.isoformat() if case.completed_at else None,
        "overdue": case.overdue,
        "outcome": case.outcome,
        "turn": case.turn,
    }


def told_needs(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """What a move brought, but for people's words. Facts are for good, so a position is told as public maps show it."""
    return {
        name: coarse_position(value) if isinstance(value, Mapping) and "metres" in value else value
        for name, value in cleaned.items()
        if name not in WORDS_OF_PEOPLE
    }


def coarse_position(position: Mapping[str, float]) -> dict[str, float]:
    """The metres to the place stay exact: they are what proves that somebody was there."""
    longitude, latitude = coarse(position["longitude"], position["latitude"]) or (0.0, 0.0)
    return {"longitude": longitude, "latitude": latitude, "metres": position["metres"]}
