"""What stands in MQTT messages: the documented contract as types; docs/devices.md tells it to vendors."""

import hashlib
import math
from typing import Any

import msgspec

from gridloop.scenes.fire.ingest.signals import ALARM_KINDS, KINDS, TURNING_KINDS, Signal

NONE = math.nan
PREFIX = b"gridloop/"
ENDING = 6  # the length of "/alarm" and of "/state"
CODE_LENGTH = 64


class State(msgspec.Struct):
    """gridloop/<vendor>/<device>/state: what the device measures; an empty object is a heartbeat."""

    at: float = NONE
    temperature: float = NONE
    smoke: float = NONE
    gas: float = NONE
    pressure: float = NONE
    level: float = NONE
    current: float = NONE
    leakage: float = NONE
    voltage: float = NONE
    battery: float = NONE
    value: float = NONE


class Alarm(msgspec.Struct):
    """gridloop/<vendor>/<device>/alarm: something happened or is over."""

    kind: str
    on: bool = True
    at: float = NONE
    key: str = ""
    facts: dict[str, Any] = {}


class Row(msgspec.Struct, array_like=True):
    """One reading in a batch: [device, at, quantity, value]."""

    device: str
    at: float
    quantity: str
    value: float


class Many(msgspec.Struct):
    """gridloop/<vendor>/batch: readings of many devices of one vendor."""

    rows: list[Row]


decode_state = msgspec.json.Decoder(State).decode
decode_alarm = msgspec.json.Decoder(Alarm).decode
decode_many = msgspec.json.Decoder(Many).decode


class NotUnderstood(Exception):
    """A message that does not keep the contract; it is counted and forgotten, sending it again would not help."""


def names_in(topic: bytes) -> tuple[str, str]:
    """(vendor, device) of a topic of one device."""
    try:
        vendor, _slash, device = topic[len(PREFIX) : -ENDING].decode().partition("/")
    except UnicodeDecodeError as error:
        raise NotUnderstood("a topic that is not UTF-8") from error
    if not device or len(device) > CODE_LENGTH:
        raise NotUnderstood("a topic without a usable device code")
    return vendor, device


def alarm_signal(topic: bytes, payload: bytes, received: float) -> Signal:
    """The signal in an alarm message."""
    try:
        said = decode_alarm(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotUnderstood(str(error)) from error
    vendor, device = names_in(topic)
    if said.kind not in KINDS or said.kind not in ALARM_KINDS | TURNING_KINDS | {"heartbeat", "reading"}:
        raise NotUnderstood(f"unknown kind {said.kind[:20]!r}")
    at = said.at if math.isfinite(said.at) else received
    key = said.key[:200] or keyless(payload, said.at, received)
    return Signal(
        vendor=vendor, device=device, kind=said.kind, on=said.on, at=at, received=received, key=key,
        facts=said.facts,
    )  # fmt: skip


def keyless(payload: bytes, at: float, received: float) -> str:
    """A name for a message without one: its content, within a minute where it does not even say when."""
    when = "" if math.isfinite(at) else f"{received // 60:.0f}"
    return hashlib.blake2b(payload + when.encode(), digest_size=12).hexdigest()
