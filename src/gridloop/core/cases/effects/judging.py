"""The verdict and what follows from it: reviews, rework, rectification, reopening, supervision."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from gridloop.core.cases import deadlines
from gridloop.core.cases.errors import CaseError
from gridloop.core.cases.models import Review
from gridloop.core.cases.moving import Moving
from gridloop.core.cases.needs import whole
from gridloop.core.clocks import ladder, timers

BAD_RATING = 2  # five levels, the lowest two are bad (notes 2.4)


def is_bad_rating(facts: Mapping[str, Any]) -> bool:
    stars = whole(facts.get("rating"))
    return stars is not None and stars <= BAD_RATING


def judge(moving: Moving) -> None:
    """The verdict of the one who asked; then one after a rectification, and one each time the case was reopened."""
    case = moving.case
    round_ = case.reviews.count() + 1
    Review.objects.create(
        case=case,
        person_id=moving.by.person,
        round=round_,
        rating=moving.facts["rating"],
        words=moving.facts.get("words", ""),
        at=moving.now,
    )
    case.rating = moving.facts["rating"]
    moving.told |= {"rating": case.rating, "round": round_}


def await_review(moving: Moving) -> None:
    """If nobody judges in time, the case closes by itself."""
    timers.set_timer(
        f"review:{moving.case.pk}",
        "case_review_over",
        moving.now + timedelta(days=moving.kind.review_days),
        {"case": moving.case.pk},
    )


def stop_awaiting_review(moving: Moving) -> None:
    timers.cancel_timer(f"review:{moving.case.pk}")


def count_rework(moving: Moving) -> None:
    moving.case.reworks += 1
    moving.case.completed_at = None
    deadlines.restart_deadlines(moving.case, ["completion"], moving.now)


def rectify(moving: Moving) -> None:
    moving.case.completed_at = None
    moving.case.reworks += 1
    deadlines.restart_deadlines(moving.case, ["rectification"], moving.now)


def count_reopening(moving: Moving) -> None:
    """A reopening reaches the handler and counts against the unit that closed."""
    case = moving.case
    if case.closed_at and moving.now - case.closed_at > timedelta(days=moving.kind.reopen_days):
        raise CaseError(
            _(
                "It was closed more than %(days)d days ago. Please make a new report; it will be linked to this one."
            )
            % {"days": moving.kind.reopen_days}
        )
    moving.told["unit"] = case.lead_unit_id
    case.reopenings += 1
    case.open, case.outcome, case.closed_at, case.completed_at, case.duplicate_of = True, "", None, None, None
    deadlines.restart_deadlines(case, ["completion"], moving.now)


def supervise(moving: Moving) -> None:
    moving.case.supervised = min(3, max(moving.case.supervised + 1, int(moving.facts.get("supervision", 0))))
    moving.told["level"] = moving.case.supervised


def acknowledge(moving: Moving) -> None:
    """Somebody has taken an escalation on: the next level is not rung for it; later ones still are."""
    standing = moving.standing
    level = 3 if standing.covers("leader") else 2 if standing.covers("county_room") else 1
    ladder.acknowledge(f"case:{moving.case.pk}", level)
    moving.told["acknowledged_level"] = level
