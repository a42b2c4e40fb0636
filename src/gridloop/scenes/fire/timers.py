"""The scene's timers and periodic jobs, gathered from its parts."""

from gridloop.scenes.fire.index import timers as index_timers

__all__ = ["index_timers"]
