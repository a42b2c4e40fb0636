"""The kinds of cases of this scene: alarms, device faults, hazards."""

from gridloop.scenes.fire.alarms.flow import device_fault, fire_alarm
from gridloop.scenes.fire.hazards.flow import hazard

KINDS = (fire_alarm, device_fault, hazard)
