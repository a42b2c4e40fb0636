"""The scene's part of the demo county, gathered from its parts: the register first, what happens there after it."""

from gridloop.core.scenes.stage import Act, Stage
from gridloop.scenes.fire.alarms import demo as alarms
from gridloop.scenes.fire.hazards import demo as hazards
from gridloop.scenes.fire.index import demo as index
from gridloop.scenes.fire.registry import demo as registry

PARTS = (registry, alarms, hazards, index)  # the index last: it counts what the others made
ACTS: tuple[Act, ...] = tuple(act for part in PARTS for act in part.ACTS)


def make(stage: Stage) -> None:
    """Part by part, in the order in which they stand on each other."""
    for part in PARTS:
        part.make(stage)
