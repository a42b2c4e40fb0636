"""Readers of the journal in this scene, gathered from its parts."""

from gridloop.scenes.fire.alarms import consumers as alarms
from gridloop.scenes.fire.hazards import consumers as hazards

__all__ = ["alarms", "hazards"]
