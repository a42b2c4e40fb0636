"""Readings beyond their limits become hazards; readings that are well again wait for somebody to look."""

from collections.abc import Sequence

from gridloop.core.journal.consumers import consumer
from gridloop.core.journal.models import Entry
from gridloop.scenes.fire.alarms.actions import DEVICES
from gridloop.scenes.fire.alarms.kinds import HAZARD_CLASS
from gridloop.scenes.fire.alarms.models import Alarm
from gridloop.scenes.fire.hazards.finding import find_by_device, recover
from gridloop.scenes.fire.hazards.telling import TO_OWNER, TO_WORKER, tell_of_hazards


@consumer("fire_hazards", events=("alarm_raised", "alarm_cleared"))
def find_hazards(entries: Sequence[Entry]) -> None:
    """What devices read is looked at once for the batch; the rest is one hazard at a time."""
    wanted = {entry.subject for entry in entries if {entry.before, entry.after} & HAZARD_CLASS}
    alarms = Alarm.objects.select_related("device", "premises").in_bulk([pk for pk in wanted if pk])
    for entry in entries:
        alarm = alarms.get(entry.subject or 0)
        if alarm is None:
            continue
        if entry.event == "alarm_raised":
            find_by_device(alarm, by=DEVICES)
        else:
            recover(alarm, by=DEVICES)


@consumer("fire_hazard_telling", events=(*TO_OWNER, *TO_WORKER), waited_for=True)
def tell(entries: Sequence[Entry]) -> None:
    """The owner and the grid worker hear of it."""
    tell_of_hazards(entries)
