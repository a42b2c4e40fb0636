"""All the tables of the scene, gathered for Django from its parts."""

from gridloop.scenes.fire.alarms.models import Alarm, Alert, Call, Episode, Window
from gridloop.scenes.fire.hazards.models import Checklist, Hazard, Inspection
from gridloop.scenes.fire.registry.models import (
    Camera,
    Device,
    DeviceKind,
    Premises,
    PremisesKind,
    Station,
    Stranger,
    Vendor,
)

__all__ = [
    "Alarm",
    "Alert",
    "Call",
    "Camera",
    "Checklist",
    "Device",
    "DeviceKind",
    "Episode",
    "Hazard",
    "Inspection",
    "Premises",
    "PremisesKind",
    "Station",
    "Stranger",
    "Vendor",
    "Window",
]
