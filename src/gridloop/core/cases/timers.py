"""What cases do when time has passed: suspensions end, questions expire, unreviewed cases close."""

from collections.abc import Mapping, Sequence
from typing import Any

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.errors import MoveNotPossible
from gridloop.core.cases.facts import told_facts
from gridloop.core.cases.models import Case
from gridloop.core.clocks.ladder import Firing, facts_of
from gridloop.core.clocks.models import Timer
from gridloop.core.clocks.periodic import every
from gridloop.core.clocks.timers import on
from gridloop.core.evidence.actions import sweep_files
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


@facts_of("case")
def tell_of_cases(firings: Sequence[Firing]) -> Mapping[int, Mapping[str, Any]]:
    """What the journal is told of a case whose clock rang: the same facts as with every move."""
    cases = Case.objects.filter(pk__in={firing.subject for firing in firings})
    return {case.pk: {**told_facts(case), "area": case.area_id} for case in cases}


@every("sweep_files", 6 * 3600, at_most=900)
def sweep_left_behind() -> None:
    """Bytes of uploads that never became part of a case, and of erased files, go."""
    sweep_files()
