"""What waits for a second person: more time, or the approval of a move."""

from gridloop.core.cases.models import Case, Request

EXTENSION = "extend"  # has moves of its own: it must be asked for in time, and reporters hear of it


def awaits_decision(case: Case) -> bool:
    return any(one.move == EXTENSION and one.decided_at is None for one in case.requests.all())


def awaited_approval(case: Case) -> Request | None:
    return next(
        (one for one in case.requests.all() if one.move != EXTENSION and one.decided_at is None), None
    )


def awaits_approval(case: Case) -> bool:
    return awaited_approval(case) is not None
