"""What the journal is told of a case with every entry: ids, codes and numbers, no personal data."""

from typing import Any

from gridloop.core.cases.models import Case


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
