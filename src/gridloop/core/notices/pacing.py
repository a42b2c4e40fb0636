"""How fast a channel may send: an exact sliding window kept in the database, shared by every process."""

import time
from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from gridloop.core.notices.adapters.contract import Limit
from gridloop.core.notices.models import Channel, Pace

TRIES = 5


def reserve(channel: Channel, wanted: int, limits: Sequence[Limit]) -> int:
    """How many of `wanted` messages may leave this channel now; those are counted as sent."""
    if not wanted:
        return 0
    pace, _made = Pace.objects.get_or_create(channel=channel)
    for _try in range(TRIES):
        if pace.closed_until is not None and pace.closed_until > timezone.now():
            return 0
        if not limits:
            return wanted
        now = time.time()
        granted = room(pace.sent, limits, wanted, now)
        if not granted:
            return 0
        kept = (pace.sent + [now] * granted)[-max(limit.count for limit in limits) :]
        if Pace.objects.filter(pk=pace.pk, turn=pace.turn).update(sent=kept, turn=pace.turn + 1) == 1:
            return granted
        pace.refresh_from_db()
    return 0


def room(sent: Sequence[float], limits: Sequence[Limit], wanted: int, now: float) -> int:
    """How many more fit, so that no window of any limit ever holds more than it allows."""
    return max(
        0,
        min(
            [
                wanted,
                *(limit.count - sum(moment > now - limit.seconds for moment in sent) for limit in limits),
            ]
        ),
    )


def close(channel: Channel, seconds: float) -> None:
    """Keep a channel silent for a while, because its gateway asked for it."""
    until = timezone.now() + timedelta(seconds=seconds)
    Pace.objects.update_or_create(channel=channel, defaults={"closed_until": until})
