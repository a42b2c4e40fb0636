"""What stops and moves the clocks: extensions, suspensions, questions to the reporter."""

from datetime import timedelta

from django.utils.translation import gettext as _

from gridloop.core.cases import deadlines
from gridloop.core.cases.ending import stop_waiting
from gridloop.core.cases.errors import CaseError
from gridloop.core.cases.models import Question, Request
from gridloop.core.cases.moving import Moving
from gridloop.core.cases.requests import EXTENSION, decide
from gridloop.core.clocks import timers


def ask_for_extension(moving: Moving) -> None:
    """An extension is asked before the limit, granted by another."""
    case = moving.case
    running = case.deadlines.filter(name="completion", met_at=None, task=None).order_by("-id").first()
    if running is None or running.due_at is None or running.due_at <= moving.now:
        raise CaseError(_("An extension must be asked for before the time is over."))
    if case.requests.filter(move=EXTENSION, decided_at=None).exists():
        raise CaseError(_("An extension has been asked for already and awaits its decision."))
    Request.objects.create(
        case=case,
        move=EXTENSION,
        facts={"days": moving.facts["days"]},
        words=moving.facts["reason"],
        asked_by_id=moving.by.person,
        asked_at=moving.now,
    )


def decide_extension(moving: Moving) -> None:
    granted = moving.move.name == "grant_extension"
    waiting = moving.case.requests.filter(move=EXTENSION, decided_at=None).order_by("-id").first()
    if waiting is None:
        raise CaseError(_("No extension awaits a decision."))
    if waiting.asked_by_id is not None and waiting.asked_by_id == moving.by.person:
        raise CaseError(_("Whoever asked for the extension cannot decide on it; another person must."))
    decide(waiting, granted=granted, by=moving.by, at=moving.now, words=moving.facts.get("words", ""))
    if granted:
        due = deadlines.lengthen_deadline(moving.case, "completion", waiting.facts["days"], moving.now)
        moving.told |= {"days": waiting.facts["days"], "due_at": due.isoformat() if due else None}


def suspend(moving: Moving) -> None:
    moving.case.suspended_at = moving.now
    timers.set_timer(
        f"resume:{moving.case.pk}",
        "case_resume",
        moving.now + timedelta(days=moving.facts["days"]),
        {"case": moving.case.pk},
    )


def resume(moving: Moving) -> None:
    """Nobody waits any longer, for an open question neither: its answer would come too late to stop a clock."""
    stop_waiting(moving.case, moving.now)


def ask_reporter(moving: Moving) -> None:
    """A question with a token link; the clock pauses until the answer, or until the question's time is over."""
    if moving.case.questions.filter(answered_at=None, due_at__gt=moving.now).exists():
        raise CaseError(_("A question is open already; wait for its answer."))
    due = moving.now + timedelta(days=moving.facts.get("days", 3))
    question = Question.objects.create(
        case=moving.case, words=moving.facts["words"], asked_at=moving.now, due_at=due
    )
    moving.case.suspended_at = moving.now
    timers.set_timer(
        f"question:{question.pk}", "case_question", due, {"case": moving.case.pk, "question": question.pk}
    )
    moving.told |= {"question": question.pk, "due_at": due.isoformat()}


def take_answer(moving: Moving) -> None:
    question = moving.case.questions.filter(answered_at=None).order_by("-id").first()
    if question is None:
        raise CaseError(_("This question has been answered already, or withdrawn."))
    question.answer, question.answered_at = moving.facts.get("words", ""), moving.now
    question.save(update_fields=["answer", "answered_at"])
    stop_waiting(moving.case, moving.now)
