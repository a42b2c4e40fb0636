"""What cases do when time has passed: suspensions end, questions expire, unreviewed cases close."""

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.errors import MoveNotPossible
from gridloop.core.cases.models import Case
from gridloop.core.clocks.models import Timer
from gridloop.core.clocks.timers import on
from gridloop.core.journal.actor import SYSTEM

MOVES = {"case_resume": "resume", "case_question": "question_over", "case_review_over": "review_over"}


def _move_when_due(timer: Timer) -> None:
    case = Case.objects.filter(pk=timer.facts["case"]).first()
    if case is None:
        return
    try:
        move_case(case, MOVES[timer.topic], by=SYSTEM)
    except MoveNotPossible:
        return  # a person was faster: answered, resumed or reviewed in time


for topic in MOVES:
    on(topic)(_move_when_due)
