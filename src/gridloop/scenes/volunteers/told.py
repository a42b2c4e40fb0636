"""The words of notices this scene ships, gathered from its parts: audience -> event -> language -> (subject, words)."""

from gridloop.core.notices.shipped import Shipped
from gridloop.scenes.volunteers.hours import telling as hours_telling
from gridloop.scenes.volunteers.listings.told import LISTER
from gridloop.scenes.volunteers.roster.told import VOLUNTEER

PARTS: tuple[Shipped, ...] = (hours_telling.TOLD, {"volunteer": VOLUNTEER}, {"lister": LISTER},)

SHIPPED: Shipped = {}
for part in PARTS:
    for audience, events in part.items():
        SHIPPED.setdefault(audience, {}).update(events)
