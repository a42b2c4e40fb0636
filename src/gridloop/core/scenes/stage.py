"""What a scene's `demo` module is given to fill its part of the demo county, and what it gives the simulator."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from gridloop.core.journal.actor import Actor


@dataclass(frozen=True, slots=True)
class Stage:
    """The demo county while it is made: people, areas and organisations stand already, found by queries.

    `cases` is how many cases a year the county has; a scene scales its own numbers by it.
    """

    random: Random
    now: datetime
    cases: int
    progress: Callable[[str], None]
    by: Actor


@dataclass(frozen=True, slots=True)
class Act:
    """One small thing that somebody does now and then, through the real actions; `weight` against the other acts."""

    name: str
    weight: float
    play: Callable[[Random], object]
