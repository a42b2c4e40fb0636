"""One row of an HTTP batch: is it what the contract says, and which signal is it."""

import hashlib
import math
import time
from dataclasses import dataclass
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from gridloop.scenes.fire.ingest.signals import ALARM_KINDS, KINDS, TURNING_KINDS, Signal

LONGEST_DEVICE, LONGEST_KEY, LARGEST_FACTS = 64, 200, 2048
FIELDS = frozenset({"device", "kind", "on", "at", "key", "facts"})
EARLIEST = 946_684_800  # the year 2000: what is earlier is no clock


class NotUnderstood(ValueError):
    """A row that does not keep the contract, in words for whoever sends it."""


@dataclass(frozen=True, slots=True)
class Read:
    """A row that does: its signal, and whether the sender named it."""

    signal: Signal
    named: bool

    @property
    def lasting(self) -> bool:
        return self.signal.kind in ALARM_KINDS | TURNING_KINDS


def read_row(row: Any, *, vendor: str, received: float) -> Read:
    """The signal of a row, or `NotUnderstood` with the first thing that is wrong."""
    if not isinstance(row, dict):
        raise NotUnderstood(_("A row is an object with the fields device, kind, at and so on."))
    strange = sorted(set(row) - FIELDS)
    if strange:
        raise NotUnderstood(_("There is no field “%(name)s”.") % {"name": strange[0][:40]})
    device = text_in(row, "device", LONGEST_DEVICE)
    if not device:
        raise NotUnderstood(_("“device” is missing: the code under which the device is registered."))
    kind = row.get("kind", "reading")
    if kind not in KINDS:
        raise NotUnderstood(_("There is no kind “%(kind)s”.") % {"kind": str(kind)[:40]})
    if not isinstance(row.get("on", True), bool):
        raise NotUnderstood(_("“on” is true or false."))
    facts = facts_in(row)
    if kind == "reading" and not facts:
        raise NotUnderstood(
            _('A reading needs its quantities in “facts”, for example {"temperature": 21.5}.')
        )
    at, key = moment_in(row, received), text_in(row, "key", LONGEST_KEY)
    signal = Signal(
        vendor=vendor,
        device=device,
        kind=kind,
        on=row.get("on", True),
        at=at,
        received=received,
        key=key or keyless(row, received),
        facts=facts,
    )
    return Read(signal, bool(key))


def text_in(row: dict[str, Any], field: str, longest: int) -> str:
    words = row.get(field, "")
    if not isinstance(words, str) or len(words) > longest or "\0" in words:
        raise NotUnderstood(
            _("“%(field)s” is a text of at most %(longest)d characters.")
            % {"field": field, "longest": longest}
        )
    return words.strip()


def facts_in(row: dict[str, Any]) -> dict[str, Any]:
    facts = row.get("facts", {})
    if not isinstance(facts, dict):
        raise NotUnderstood(_("“facts” is an object."))
    raw = msgspec.json.encode(facts)
    if len(raw) > LARGEST_FACTS:
        raise NotUnderstood(_("“facts” is larger than %(most)d bytes.") % {"most": LARGEST_FACTS})
    if b"\\u0000" in raw:
        raise NotUnderstood(_("“facts” holds a character no text may have (U+0000)."))
    return facts


def moment_in(row: dict[str, Any], received: float) -> float:
    at = row.get("at")
    if at is None:
        return received
    if isinstance(at, bool) or not isinstance(at, int | float) or not math.isfinite(at) or at < EARLIEST:
        raise NotUnderstood(
            _("“at” is a time in seconds since 1970 (UTC), for example %(now)d.") % {"now": time.time()}
        )
    return float(at)


def keyless(row: dict[str, Any], received: float) -> str:
    """A name for a row without one: its content, and the minute where it does not even say when."""
    when = b"" if row.get("at") is not None else str(int(received // 60)).encode()
    return hashlib.blake2b(msgspec.json.encode(row) + when, digest_size=12).hexdigest()
