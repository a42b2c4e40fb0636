"""The words of notices this scene ships, gathered from its parts: audience -> event -> language -> (subject, words)."""

from gridloop.core.notices.shipped import Shipped
from gridloop.scenes.fire.alarms.told import TOLD as ALARMS
from gridloop.scenes.fire.hazards.told import TOLD as HAZARDS
from gridloop.scenes.fire.index.told import TOLD as INDEX

SHIPPED: Shipped = {}
for part in (ALARMS, HAZARDS, INDEX):
    for audience, events in part.items():
        SHIPPED.setdefault(audience, {}).update(events)
