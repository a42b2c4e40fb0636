"""The words gridloop ships, by audience; a county's own reviewed words (Template) take their place one by one."""

from gridloop.core.notices.shipped.reporter import REPORTER
from gridloop.core.notices.shipped.room import ROOM
from gridloop.core.notices.shipped.unit import UNIT
from gridloop.core.notices.shipped.worker import WORKER

# audience -> event -> language -> (subject, words)
SHIPPED: dict[str, dict[str, dict[str, tuple[str, str]]]] = {
    "reporter": REPORTER,
    "unit": UNIT,
    "worker": WORKER,
    "room": ROOM,
}
