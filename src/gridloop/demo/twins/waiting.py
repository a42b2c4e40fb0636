"""What stops the clocks, and what waits for a second person."""

from datetime import timedelta
from typing import TYPE_CHECKING

from gridloop.core.cases import deadlines as clocks
from gridloop.core.cases import effects
from gridloop.core.cases.effects.approving import ask_approval
from gridloop.core.cases.models import Question, Request
from gridloop.core.cases.moving import Moving
from gridloop.core.cases.requests import EXTENSION
from gridloop.core.clocks.timers import NewTimer
from gridloop.demo.twins.registry import twin_of

if TYPE_CHECKING:
    from gridloop.demo.playing import Played


@twin_of(effects.ask_for_extension)
def ask_for_extension(played: "Played", moving: Moving) -> None:
    played.requests.append(
        Request(case=played.case, move=EXTENSION, facts={"days": moving.facts["days"]}, words=moving.facts["reason"],
                asked_by_id=moving.by.person, asked_at=moving.now)
    )  # fmt: skip


def decide(played: "Played", moving: Moving, *, extension: bool, granted: bool) -> Request:
    waiting = played.waiting(extension=extension)
    if waiting is None:
        raise ValueError(f"{played.case.number}: nothing waits to be decided")
    waiting.decided_by_id, waiting.decided_at, waiting.granted = moving.by.person, moving.now, granted
    waiting.decision = moving.facts.get("words") or moving.facts.get("reason", "")
    return waiting


@twin_of(effects.decide_extension)
def decide_extension(played: "Played", moving: Moving) -> None:
    granted = moving.move.name == "grant_extension"
    waiting = decide(played, moving, extension=True, granted=granted)
    if granted:
        due = lengthen(played, waiting.facts["days"], moving)
        moving.told |= {"days": waiting.facts["days"], "due_at": due}


def lengthen(played: "Played", days: int, moving: Moving) -> str | None:
    own = [clock for clock in played.unmet() if clock.name == "completion" and clock.task_id is None]
    if not own:
        return None
    clocks.lengthen(own[-1], moving.now, days)
    return own[-1].due_at.isoformat() if own[-1].due_at else None


@twin_of(ask_approval)
def ask_for_approval(played: "Played", moving: Moving) -> None:
    played.requests.append(
        Request(case=played.case, move=moving.move.name, facts=moving.facts, asked_by_id=moving.by.person, asked_at=moving.now)
    )  # fmt: skip


def decide_approval(played: "Played", moving: Moving, *, granted: bool) -> Request:
    waiting = decide(played, moving, extension=False, granted=granted)
    moving.told |= {"asked_move": waiting.move, "asked_by": waiting.asked_by_id}
    return waiting


@twin_of(effects.approve)
def approve(played: "Played", moving: Moving) -> None:
    moving.approved = decide_approval(played, moving, granted=True)


@twin_of(effects.refuse_approval)
def refuse_approval(played: "Played", moving: Moving) -> None:
    decide_approval(played, moving, granted=False)


@twin_of(effects.suspend)
def suspend(played: "Played", moving: Moving) -> None:
    played.case.suspended_at = moving.now
    key, due = f"resume:{played.case.pk}", moving.now + timedelta(days=moving.facts["days"])
    played.timers[key] = NewTimer(key, "case_resume", due, {"case": played.case.pk})


@twin_of(effects.resume)
def resume(played: "Played", moving: Moving) -> None:
    played.case.suspended_at = None
    played.timers.pop(f"resume:{played.case.pk}", None)
    played.stop_asking(moving.now)


@twin_of(effects.ask_reporter)
def ask_reporter(played: "Played", moving: Moving) -> None:
    due = moving.now + timedelta(days=moving.facts.get("days", 3))
    question = Question(pk=played.stage.ids.take("question"), case=played.case, words=moving.facts["words"], asked_at=moving.now,
                        due_at=due)  # fmt: skip
    played.questions.append(question)
    played.case.suspended_at = moving.now
    key = f"question:{question.pk}"
    played.timers[key] = NewTimer(
        key, "case_question", due, {"case": played.case.pk, "question": question.pk}
    )
    moving.told |= {"question": question.pk, "due_at": due.isoformat()}


@twin_of(effects.take_answer)
def take_answer(played: "Played", moving: Moving) -> None:
    question = next(question for question in reversed(played.questions) if question.answered_at is None)
    question.answer, question.answered_at = moving.facts.get("words", ""), moving.now
    played.case.suspended_at = None
    played.timers.pop(f"question:{question.pk}", None)
    played.stop_asking(moving.now)
