"""What time brings to hours: at the end of their publicity they count."""

from gridloop.core.clocks.models import Timer
from gridloop.core.clocks.timers import on
from gridloop.core.journal.actor import SYSTEM
from gridloop.scenes.volunteers.hours.actions import count_hours
from gridloop.scenes.volunteers.hours.models import HoursEntry


@on("hours_publicity_over")
def count_after_publicity(timer: Timer) -> None:
    """An entry objected to meanwhile is left alone; the decision sets the timer anew."""
    entry = HoursEntry.objects.select_related("volunteer").filter(pk=timer.facts["entry"]).first()
    if entry is not None:
        count_hours(entry, by=SYSTEM)
