"""What waits for a second person: more time, or the approval of a move."""

from datetime import datetime

from gridloop.core.cases.models import Case, Request
from gridloop.core.journal.actor import Actor

EXTENSION = "extend"  # has moves of its own: it must be asked for in time, and reporters hear of it


def decide(waiting: Request, *, granted: bool, by: Actor, at: datetime, words: str) -> None:
    waiting.granted, waiting.decided_by_id, waiting.decided_at, waiting.decision = (
        granted,
        by.person,
        at,
        words,
    )
    waiting.save(update_fields=["granted", "decided_by", "decided_at", "decision"])


def awaits_decision(case: Case) -> bool:
    return any(one.move == EXTENSION and one.decided_at is None for one in case.requests.all())


def awaited_approval(case: Case) -> Request | None:
    return next(
        (one for one in case.requests.all() if one.move != EXTENSION and one.decided_at is None), None
    )


def awaits_approval(case: Case) -> bool:
    return awaited_approval(case) is not None
