"""The verdict and what follows from it."""

from datetime import timedelta
from typing import TYPE_CHECKING

from gridloop.core.cases import effects
from gridloop.core.cases.models import Review
from gridloop.core.cases.moving import Moving
from gridloop.core.clocks.timers import NewTimer
from gridloop.demo.twins.registry import twin_of

if TYPE_CHECKING:
    from gridloop.demo.playing import Played


@twin_of(effects.judge)
def judge(played: "Played", moving: Moving) -> None:
    case, round_ = played.case, len(played.reviews) + 1
    played.reviews.append(
        Review(case=case, person_id=moving.by.person, round=round_, rating=moving.facts["rating"],
               words=moving.facts.get("words", ""), at=moving.now)
    )  # fmt: skip
    case.rating = moving.facts["rating"]
    moving.told |= {"rating": case.rating, "round": round_}


@twin_of(effects.await_review)
def await_review(played: "Played", moving: Moving) -> None:
    key, due = f"review:{played.case.pk}", moving.now + timedelta(days=moving.kind.review_days)
    played.timers[key] = NewTimer(key, "case_review_over", due, {"case": played.case.pk})


@twin_of(effects.stop_awaiting_review)
def stop_awaiting_review(played: "Played", moving: Moving) -> None:
    played.timers.pop(f"review:{played.case.pk}", None)


@twin_of(effects.count_rework)
def count_rework(played: "Played", moving: Moving) -> None:
    played.case.reworks += 1
    played.case.completed_at = None
    played.restart("completion", moving.now)


@twin_of(effects.rectify)
def rectify(played: "Played", moving: Moving) -> None:
    played.case.completed_at = None
    played.case.reworks += 1
    played.restart("rectification", moving.now)


@twin_of(effects.count_reopening)
def count_reopening(played: "Played", moving: Moving) -> None:
    case = played.case
    moving.told["unit"] = case.lead_unit_id
    case.reopenings += 1
    case.open, case.outcome, case.closed_at, case.completed_at, case.duplicate_of = True, "", None, None, None
    played.restart("completion", moving.now)


@twin_of(effects.supervise)
def supervise(played: "Played", moving: Moving) -> None:
    case = played.case
    case.supervised = min(3, max(case.supervised + 1, int(moving.facts.get("supervision", 0))))
    moving.told["level"] = case.supervised


@twin_of(effects.acknowledge)
def acknowledge(played: "Played", moving: Moving) -> None:
    level = played.stage.levels.get(moving.by.post or 0, 1)
    played.states = [{**state, "acknowledged": level} for state in played.states]
    moving.told["acknowledged_level"] = level
