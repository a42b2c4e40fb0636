"""What time brings, part by part: importing the parts' timers registers their handlers."""

from gridloop.scenes.volunteers.hours import timers as hours_timers
from gridloop.scenes.volunteers.roster import timers as roster_timers
from gridloop.scenes.volunteers.roster import works as roster_works

__all__ = ["hours_timers", "roster_timers", "roster_works"]
