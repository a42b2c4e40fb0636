"""What time brings, part by part: importing the parts' timers registers their handlers."""

from gridloop.scenes.volunteers.activities import timers as activities_timers
from gridloop.scenes.volunteers.hours import timers as hours_timers
from gridloop.scenes.volunteers.pairs import timers as pairs_timers
from gridloop.scenes.volunteers.requests import timers as requests_timers
from gridloop.scenes.volunteers.roster import timers as roster_timers
from gridloop.scenes.volunteers.roster import works as roster_works

__all__ = [
    "activities_timers",
    "hours_timers",
    "pairs_timers",
    "requests_timers",
    "roster_timers",
    "roster_works",
]
