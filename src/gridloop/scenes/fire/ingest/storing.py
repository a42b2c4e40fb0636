"""Writing what was found, once and for all: in one transaction a batch, however often it is handed over."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.db import connection, transaction

from gridloop.scenes.fire.ingest.models import Receipt, RuleMemory
from gridloop.scenes.fire.ingest.rules import Held
from gridloop.scenes.fire.ingest.signals import ALARM_KINDS, LIFE_KINDS, Raised

AT_ONCE = 500  # values in one statement: any database takes so many
OUT_OF_ORDER = 60.0  # seconds by which two messages may overtake each other on their way
COLUMNS = 'key, device, kind, "on", at, received, rule, facts'
INSERT = {
    "postgresql": f"""INSERT INTO fire_receipt ({COLUMNS})
        SELECT row->>0, (row->>1)::bigint, row->>2, (row->>3)::boolean, (row->>4)::timestamptz, (row->>5)::timestamptz,
            row->>6, row->7
        FROM jsonb_array_elements(%s::jsonb) AS rows(row) ON CONFLICT (key) DO NOTHING RETURNING key""",  # noqa: S608
    "sqlite": f"""INSERT INTO fire_receipt ({COLUMNS})
        SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->7
        FROM json_each(%s) WHERE true ON CONFLICT (key) DO NOTHING RETURNING key""",  # noqa: S608
}  # only names of ours stand in them
HANDED_OVER = ALARM_KINDS | {"reading"}


class Finding(msgspec.Struct, frozen=True):
    """A Raised in the form in which it waits in a file."""

    key: str
    device: int
    kind: str
    on: bool
    at: float
    received: float
    rule: str
    facts: dict[str, Any]


class Memory(msgspec.Struct, frozen=True):
    """What a rule remembers of a device from now on; `held` None: nothing any more."""

    device: int
    rule: str
    held: tuple[float, float, int, bool] | None


class Unit(msgspec.Struct, frozen=True):
    """What must be written together: findings, and what the rules remember after them."""

    findings: list[Finding] = []
    memories: list[Memory] = []


def key_of(device: int | str, words: str) -> str:
    """The digest under which a message of a device is received once."""
    return hashlib.blake2b(f"{device}|{words}".encode(), digest_size=20).hexdigest()


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def as_raised(finding: Finding) -> Raised:
    return Raised(
        finding.device,
        finding.kind,
        finding.on,
        moment(finding.at),
        moment(finding.received),
        finding.rule,
        finding.facts,
        finding.key,
    )


def write(units: Sequence[Unit]) -> int:
    """Write units in their order; how many findings were new."""
    with transaction.atomic():
        fresh = receive([finding for unit in units for finding in unit.findings])
        remember([memory for unit in units for memory in unit.memories])
        raised = [as_raised(finding) for finding in fresh if finding.kind in HANDED_OVER]
        if raised:
            hand_over(raised)
    return len(fresh)


def receive(findings: Sequence[Finding]) -> list[Finding]:
    """Note what was never received before, and answer what of it counts."""
    by_key = {finding.key: finding for finding in reversed(findings)}
    fresh = insert_receipts(list(by_key.values())) if by_key else set()
    ordered = [by_key[key] for key in dict.fromkeys(one.key for one in findings) if key in fresh]
    judged = [judge_late(one) if one.facts.get("late") else one for one in ordered]
    return [one for one in judged if one is not None]


def insert_receipts(findings: Sequence[Finding]) -> set[str]:
    """The keys that were new. All rows travel as one JSON value: a storm's thousands of values would cost more to
    prepare than to store."""
    rows = [
        [one.key, one.device, one.kind, one.on, written(one.at), written(one.received), one.rule, one.facts]
        for one in findings
    ]
    with connection.cursor() as cursor:
        cursor.execute(INSERT[connection.vendor], [msgspec.json.encode(rows).decode()])
        return {key for (key,) in cursor.fetchall()}


def written(seconds: float) -> str:
    """A moment as both databases read it."""
    zone = "+00" if connection.vendor == "postgresql" else ""
    return f"{moment(seconds):%Y-%m-%d %H:%M:%S.%f}{zone}"


def judge_late(finding: Finding) -> Finding | None:
    """A finding older than another of the same device: None when newer news of its own kind stands against it.

    A fire that comes well after the all-clear it seems to precede is believed: its device's clock went back.
    """
    others = Receipt.objects.filter(device=finding.device, kind=finding.kind).exclude(key=finding.key)
    newest = others.order_by("-at", "-received").first()
    if newest is None or newest.at.timestamp() <= finding.at:
        return finding
    waited = finding.received - newest.received.timestamp()
    if finding.on and not newest.on and finding.kind in LIFE_KINDS and waited > OUT_OF_ORDER:
        facts = {**finding.facts, "clock_off": round(finding.at - finding.received)}
        return msgspec.structs.replace(finding, at=finding.received, facts=facts)
    return None


def remember(memories: Sequence[Memory]) -> None:
    """The last word about each device and rule is kept."""
    last = {(memory.device, memory.rule): memory.held for memory in memories}
    kept = [
        RuleMemory(device=device, rule=rule, since=held[0], last=held[1], times=held[2], on=held[3])
        for (device, rule), held in last.items()
        if held is not None
    ]
    RuleMemory.objects.bulk_create(
        kept,
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["device", "rule"],
        update_fields=["since", "last", "times", "on"],
    )
    gone: dict[str, list[int]] = {}
    for (device, rule), held in last.items():
        if held is None:
            gone.setdefault(rule, []).append(device)
    for rule, devices in gone.items():
        for start in range(0, len(devices), AT_ONCE):
            RuleMemory.objects.filter(rule=rule, device__in=devices[start : start + AT_ONCE]).delete()


def recall() -> dict[tuple[int, str], Held]:
    """Everything the rules remember, as it was last written."""
    rows = RuleMemory.objects.values_list("device", "rule", "since", "last", "times", "on")
    return {(device, rule): Held(since, last, times, on) for device, rule, since, last, times, on in rows}


def hand_over(raised: Sequence[Raised]) -> None:
    """To the alarms, inside the same transaction."""
    from gridloop.scenes.fire.alarms.actions import take_signals

    take_signals(raised)


def let_go() -> None:
    """After a failure the connection is opened anew."""
    connection.close()


def findings_of(units: Iterable[Unit]) -> int:
    return sum(len(unit.findings) for unit in units)
