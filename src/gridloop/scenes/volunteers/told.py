"""The words of notices this scene ships, gathered from its parts: audience -> event -> language -> (subject, words)."""

from gridloop.core.notices.shipped import Shipped
from gridloop.scenes.volunteers.hours import telling as hours_telling

PARTS: tuple[Shipped, ...] = (hours_telling.TOLD,)

SHIPPED: Shipped = {}
for part in PARTS:
    for audience, events in part.items():
        SHIPPED.setdefault(audience, {}).update(events)
