"""What ends with a case: its clocks, its tasks, its questions, and whatever was waiting for its time."""

from datetime import datetime

from gridloop.core.cases import deadlines
from gridloop.core.cases.models import Case
from gridloop.core.clocks import timers


def end_case(case: Case, outcome: str, at: datetime) -> None:
    """Nobody owes anything to a case that has ended: no unit's list shows it, no timer wakes it."""
    case.open, case.closed_at, case.outcome = False, at, outcome
    case.tasks.filter(state__in=["sent", "taken"]).update(state="withdrawn", done_at=at)
    deadlines.end_deadlines(case, at)
    if case.suspended_at is not None:
        stop_waiting(case, at)


def stop_waiting(case: Case, at: datetime) -> None:
    """End a suspension and every open question, whichever made the case wait."""
    case.suspended_at = None
    timers.cancel_timer(f"resume:{case.pk}")
    for question in case.questions.filter(answered_at=None):
        question.answered_at = at
        question.save(update_fields=["answered_at"])
        timers.cancel_timer(f"question:{question.pk}")
