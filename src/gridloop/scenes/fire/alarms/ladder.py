"""Who is told again, and when, while nobody acknowledges a fire alarm: rungs at absolute times from its beginning.

The times are limits data (kind "fire_alarm", names escalate_1 ... escalate_4, in minutes), so a county can set its own.
Maintenance windows are not looked at here at all: once an escalation has started no silence stops it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gridloop.core.clocks import limits
from gridloop.core.clocks.limits import Limit
from gridloop.core.clocks.timers import NewTimer

TOPIC = "fire_escalation"
Areas = tuple[int | None, ...]


class Rung(NamedTuple):
    """One level: its name, its title, and the minutes after which it is told that nobody has acknowledged."""

    name: str
    title: Promise
    minutes: float


RUNGS = (
    Rung("grid_worker", _("Grid worker"), 1),
    Rung("village", _("Village"), 2),
    Rung("town", _("Town command room"), 3),
    Rung("county", _("County command centre"), 5),
)
MINUTES = {"hours": 60}  # a county may write its own in hours
SOURCE = "火警无人确认时逐级提醒"
LIMITS = tuple(
    Limit("fire_alarm", f"escalate_{number}", rung.minutes, "minutes", edition="gridloop-1", source=SOURCE)
    for number, rung in enumerate(RUNGS, start=1)
)
limits.bring_limits(LIMITS)


def minutes_of(rung: int, areas: Iterable[int | None]) -> float:
    """After how many minutes the rung (1 to 4) is reached in these areas, from the smallest to the largest."""
    found = limits.limit_for("fire_alarm", "", areas, f"escalate_{rung}")
    return found.value * MINUTES.get(found.unit, 1) if found else RUNGS[rung - 1].minutes


def first_minutes(places: Iterable[Areas]) -> dict[Areas, float]:
    """The first rung's minutes for each place, asked once a place: a storm has many alarms and few places."""
    return {areas: minutes_of(1, areas) for areas in set(places)}


def timer_of(episode: int, rung: int, started: datetime, areas: Iterable[int | None]) -> NewTimer:
    """The durable timer of one rung. One timer an episode climbs them all."""
    return timer_in(episode, rung, started, minutes_of(rung, areas))


def timer_in(episode: int, rung: int, started: datetime, minutes: float) -> NewTimer:
    due = started + timedelta(minutes=minutes)
    return NewTimer(key_of(episode), TOPIC, due, {"episode": episode, "rung": rung})


def key_of(episode: int) -> str:
    return f"{TOPIC}:{episode}"
