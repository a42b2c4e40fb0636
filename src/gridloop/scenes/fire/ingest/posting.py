"""Signals that come over the web: kept in one row before they are answered, taken up by the listener in their order."""

from collections.abc import Sequence

import msgspec

from gridloop.scenes.fire.ingest.models import Posted
from gridloop.scenes.fire.ingest.signals import Signal

LOOK_EVERY = 0.2
AT_ONCE = 20


def post_signals(signals: Sequence[Signal]) -> None:
    """Durable when it comes back (or with the caller's transaction)."""
    Posted.objects.create(signals=msgspec.msgpack.encode(list(signals)))


def oldest() -> list[tuple[int, list[Signal]]]:
    rows = Posted.objects.order_by("id").values_list("id", "signals")[:AT_ONCE]
    return [(number, msgspec.msgpack.decode(bytes(raw), type=list[Signal])) for number, raw in rows]


def done_with(number: int) -> None:
    Posted.objects.filter(pk=number).delete()
