"""The words gridloop ships, by audience; a county's own reviewed words (Template) take their place one by one."""

from gridloop.core.notices.shipped.reporter import REPORTER
from gridloop.core.notices.shipped.room import ROOM
from gridloop.core.notices.shipped.unit import UNIT
from gridloop.core.notices.shipped.worker import WORKER

Shipped = dict[str, dict[str, dict[str, tuple[str, str]]]]

# audience -> event -> language -> (subject, words)
SHIPPED: Shipped = {
    "reporter": REPORTER,
    "unit": UNIT,
    "worker": WORKER,
    "room": ROOM,
}


def ship(words: Shipped) -> None:
    """Take in the words a scene brings, by audience and event."""
    for audience, events in words.items():
        SHIPPED[audience] = {**SHIPPED.get(audience, {}), **events}


def words_for(event: str, audience: str, kind: str) -> str:
    """Under which name the words for a case of this kind are kept: its own, `event-kind`, where its scene ships them."""
    own = f"{event}-{kind}"
    return own if own in SHIPPED.get(audience, {}) else event
