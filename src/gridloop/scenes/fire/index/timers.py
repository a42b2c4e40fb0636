"""When grids are counted: at once where something happened, all of them every ten minutes, with new means every day."""

from collections.abc import Sequence

from gridloop.core.clocks import periodic, timers
from gridloop.core.clocks.models import Timer
from gridloop.scenes.fire.index.actions import TOPIC, count_grids

EVERY = 600.0  # a whole county costs about a second, most of it reading the registers


@timers.on(TOPIC, batch=True)
def count_marked(due: Sequence[Timer]) -> None:
    """A storm marks a grid many times and counts it once."""
    count_grids({int(timer.facts["grid"]) for timer in due})


@periodic.every("fire_index_all", EVERY)
def count_all() -> None:
    """What no event tells (devices bought, hazards growing older) is found here."""
    count_grids()
