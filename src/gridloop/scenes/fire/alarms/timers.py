"""What alarms do when time has passed: the ladder is climbed, cases follow a storm, windows end, faults settle."""

from collections.abc import Sequence

from gridloop.core.clocks.models import Timer
from gridloop.core.clocks.periodic import every
from gridloop.core.clocks.timers import on
from gridloop.scenes.fire.alarms import ladder, opening, windows


@on(ladder.TOPIC, batch=True)
def climb_ladders(timers: Sequence[Timer]) -> None:
    """Nobody has acknowledged in time: the next level hears of it."""
    opening.climb([(timer.facts["episode"], timer.facts["rung"]) for timer in timers])


@on(windows.TOPIC)
def end_window(timer: Timer) -> None:
    """Maintenance is over: what still rings rings again."""
    windows.end_in_time(timer.facts["window"])


@every("fire_settle_faults", 60, at_most=120)
def settle_faults() -> None:
    opening.settle_faults()


@every("fire_call_stations", 30, at_most=120)
def call_stations() -> None:
    opening.call_where_nobody_comes()


@every("fire_open_waiting", 1, at_most=30)
def open_waiting() -> None:
    """In the lane of jobs, so that neither telling nor the ladder waits behind cases."""
    opening.open_waiting()
