"""All the tables of the scene, gathered for Django from its parts."""

from gridloop.scenes.fire.adapters.models import HeardKey
from gridloop.scenes.fire.alarms.models import Alarm, Alert, Call, Episode, Window
from gridloop.scenes.fire.hazards.models import Checklist, Hazard, Inspection
from gridloop.scenes.fire.index.models import (
    Baseline,
    DayScore,
    Evaluation,
    Factor,
    Fire,
    GridFacts,
    IndexEdition,
    Score,
    Standing,
)
from gridloop.scenes.fire.ingest.models import AlarmRule, Posted, Receipt, RuleMemory
from gridloop.scenes.fire.registry.models import (
    Camera,
    Device,
    DeviceKind,
    DutyCheck,
    Premises,
    PremisesKind,
    Station,
    Stranger,
    Vendor,
)

__all__ = [
    "Alarm",
    "AlarmRule",
    "Alert",
    "Baseline",
    "Call",
    "Camera",
    "Checklist",
    "DayScore",
    "Device",
    "DeviceKind",
    "DutyCheck",
    "Episode",
    "Evaluation",
    "Factor",
    "Fire",
    "GridFacts",
    "Hazard",
    "HeardKey",
    "IndexEdition",
    "Inspection",
    "Posted",
    "Premises",
    "PremisesKind",
    "Receipt",
    "RuleMemory",
    "Score",
    "Standing",
    "Station",
    "Stranger",
    "Vendor",
    "Window",
]
