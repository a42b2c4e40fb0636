"""What every protocol turns its messages into, and what the rules make of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import msgspec

ALARMS = (
    "fire",
    "gas",
    "fault",
    "main_power",
    "backup_power",
    "shielded",
    "supervision",
    "started",
    "feedback",
    "offline",
    "battery",
)
TURNINGS = ("test", "restored", "reset", "operation")
KINDS = (*ALARMS, "reading", "heartbeat", *TURNINGS)
# What is stored before it is acknowledged; everything else is telemetry.
ALARM_KINDS = frozenset(ALARMS)
# Signals about a device that change what is known of its alarms, so they take the same way.
TURNING_KINDS = frozenset(TURNINGS)
# Whoever raises one of these is never delayed and never dropped.
LIFE_KINDS = frozenset({"fire", "gas"})


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a device said. `at`: its own clock; `received`: ours (both seconds since 1970, UTC).

    `key` names the message within its device: a message sent again carries the same key. `facts` of a reading hold
    its quantities by name, `facts` of other signals whatever the protocol knows (loop, address, text).
    """

    vendor: str
    device: str
    kind: str
    on: bool = True
    at: float
    received: float
    key: str
    facts: dict[str, Any] = {}


class Sink(Protocol):
    """Takes signals and comes back only after all that must not be lost is durable: then acknowledge."""

    async def __call__(self, signals: Sequence[Signal]) -> None: ...


@dataclass(frozen=True, slots=True)
class Raised:
    """What a rule found: an alarm of this kind begins (`on`) or its cause is over. Handed over at least once.

    `kind` is one of ALARM_KINDS, or "reading" for a limit crossed that is nothing worse. `key` is unique for each
    finding, so the same finding handed over again is recognised. `at` is never in the future; facts hold
    "clock_off": seconds, where the device's clock was not believed, and "test": True where the device is being tested.
    """

    device: int
    kind: str
    on: bool
    at: datetime
    received: datetime
    rule: str
    facts: dict[str, Any] = field(default_factory=dict)
    key: str = ""
