"""The words of notices this scene ships, gathered from its parts: audience -> event -> language -> (subject, words)."""

from gridloop.core.notices.shipped import Shipped
from gridloop.scenes.volunteers.activities import telling as activities_telling
from gridloop.scenes.volunteers.hours import telling as hours_telling
from gridloop.scenes.volunteers.listings.told import LISTER
from gridloop.scenes.volunteers.pairs import telling as pairs_telling
from gridloop.scenes.volunteers.requests import telling as requests_telling
from gridloop.scenes.volunteers.requests.told import STEPS
from gridloop.scenes.volunteers.roster.told import VOLUNTEER

PARTS: tuple[Shipped, ...] = (
    requests_telling.TOLD,
    STEPS,
    hours_telling.TOLD,
    activities_telling.TOLD,
    pairs_telling.TOLD,
    {"volunteer": VOLUNTEER},
    {"lister": LISTER},
)

SHIPPED: Shipped = {}
for part in PARTS:
    for audience, events in part.items():
        SHIPPED.setdefault(audience, {}).update(events)
