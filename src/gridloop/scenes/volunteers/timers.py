"""What time brings, part by part: importing the parts' timers registers their handlers."""

from gridloop.scenes.volunteers.hours import timers as hours_timers

__all__ = ["hours_timers"]
