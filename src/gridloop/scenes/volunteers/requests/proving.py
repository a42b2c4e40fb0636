"""Proof of having been there: the rotating code, or the phone's position close enough; time is the server's."""

import hmac
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _

from gridloop.core.cases.errors import NeedNotMet
from gridloop.core.territory.coordinates import metres_between
from gridloop.scenes.volunteers.hours.presence import rotating_code
from gridloop.scenes.volunteers.requests.models import Assignment, AssignmentState, Need

GRACE = 2  # minutes a code still counts after it was shown
NEAR = 300  # metres: a phone between high houses is often 100 m off


@dataclass(frozen=True, slots=True)
class Proof:
    """How somebody proved to be there. `device_at` is the phone's own idea of the time: kept, never used."""

    how: str
    metres: float | None = None
    device_at: datetime | None = None


def prove(assignment: Assignment, need: Need, brought: MutableMapping[str, Any]) -> Proof:
    """Takes code, position and the phone's time out of what a move brings: none of them goes into the journal."""
    code, position = brought.pop("code", ""), brought.pop("position", None)
    device_at = told_time(brought.pop("device_at", ""))
    if code:
        if not is_right(assignment, str(code)):
            raise NeedNotMet(
                _("This code is not right, or too old. Have the new one read out, then try again."),
                field="code",
            )
        return Proof("code", device_at=device_at)
    if position:
        metres = distance(need, position)
        if metres > NEAR:
            raise NeedNotMet(
                _(
                    "You are %(far)d m from the place; this needs you within %(near)d m. Go there, or type the code."
                )
                % {"far": metres, "near": NEAR},
                field="position",
            )
        return Proof("position", metres=round(metres, 1), device_at=device_at)
    if need.remote:
        return Proof("phone", device_at=device_at)
    raise NeedNotMet(
        _("Type the code that the person helped reads out, or share your position on the spot."), field="code"
    )


def subject_of(assignment: Assignment) -> str:
    """What the code shown now proves: to be there, and afterwards, with other codes, to have finished."""
    phase = "arrive" if assignment.state == AssignmentState.PROMISED else "complete"
    return f"assignment:{assignment.pk}:{phase}"


def shown_code(assignment: Assignment) -> str:
    """What the person helped reads out in this minute."""
    return rotating_code(subject_of(assignment))


def is_right(assignment: Assignment, code: str) -> bool:
    """Whether it is the code of this minute or of the two before: reading out and typing take time."""
    typed = "".join(sign for sign in code if sign.isdigit())
    right = [
        hmac.compare_digest(typed, rotating_code(subject_of(assignment), ago=ago)) for ago in range(GRACE + 1)
    ]
    return any(right)


def distance(need: Need, position: dict[str, float]) -> float:
    point = need.exact_point()
    if point is None:
        raise NeedNotMet(
            _("The place is known by its address only. Type the code that the person helped reads out."),
            field="code",
        )
    return float(metres_between(position["longitude"], position["latitude"], *point))


def told_time(words: str) -> datetime | None:
    """The phone's time, if it makes any sense."""
    try:
        moment = parse_datetime(str(words)) if words else None
    except ValueError:
        return None
    return moment if moment and is_aware(moment) else None
