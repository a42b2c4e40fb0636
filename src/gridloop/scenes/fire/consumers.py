"""Readers of the journal in this scene, gathered from its parts."""

from gridloop.scenes.fire.alarms import consumers as alarms
from gridloop.scenes.fire.hazards import consumers as hazards
from gridloop.scenes.fire.index import consumers as index

__all__ = ["alarms", "hazards", "index"]
