"""The two statements the alarms stand on: insert, or join the one that is open already; the database decides which.

Written by hand because the constraint is a partial one, which Django's bulk upsert cannot name. Both PostgreSQL and
SQLite take them as they are. Of two processes with the same alarm one inserts and the other joins (`mark` tells which).
"""

from collections.abc import Iterable
from datetime import datetime
from secrets import randbits
from typing import Any, NamedTuple

from gridloop.core.journal.rows import pour


class EpisodeRow(NamedTuple):
    """An episode to be begun, or joined where one is open."""

    premises: int
    floor: str
    grade: str
    at: datetime


class AlarmRow(NamedTuple):
    """An alarm to be raised, or repeated where it is open. `repeats`: further signals of it in the same batch."""

    device: int
    premises: int | None
    episode: int | None
    kind: str
    floor: str
    first_at: datetime
    last_at: datetime
    received: datetime
    repeats: int
    rule: str
    facts: dict[str, Any]
    inhibited: str
    window: int | None


class Stored(NamedTuple):
    """What became of a row: its id, and whether this call inserted it."""

    id: int
    is_new: bool


def store_episodes(rows: Iterable[EpisodeRow]) -> dict[tuple[int, str, str], Stored]:
    """Begin or join; sorted, so that two processes take the rows in one order and never wait for each other in a ring."""
    wanted = sorted({(row.premises, row.floor, row.grade): row for row in rows}.items())
    mark = randbits(62)
    values = [
        (premises, floor, grade, mark, row.at, row.at, 0, "") for (premises, floor, grade), row in wanted
    ]
    columns = ("premises_id", "floor", "grade", "mark", "started_at", "last_at", "escalated", "verdict")
    tail = (
        "ON CONFLICT (premises_id, floor, grade) WHERE ended_at IS NULL"
        " DO UPDATE SET last_at = excluded.last_at RETURNING id, premises_id, floor, grade, mark"
    )
    found = pour("fire_episode", columns, values, tail)
    return {
        (premises, floor, grade): Stored(pk, theirs == mark) for pk, premises, floor, grade, theirs in found
    }


def store_alarms(rows: Iterable[AlarmRow]) -> dict[tuple[int, str], Stored]:
    """Raise or repeat. What alarmed once is not muted or inhibited by a repetition; what was muted can be released.

    Only what is newer by the device's clock counts, and brings back what was cleared: so a signal sent again is nothing.
    """
    wanted = sorted({(row.device, row.kind): row for row in rows}.items())
    mark = randbits(62)
    values = [
        (
            row.device, row.premises, row.episode, row.kind, "raised", row.floor, mark, row.first_at,
            row.last_at, row.received, row.repeats, row.rule,
            row.facts, row.inhibited, row.window, "",
        )
        for _key, row in wanted
    ]  # fmt: skip
    columns = (
        "device_id", "premises_id", "episode_id", "kind", "state", "floor", "mark", "first_at", "last_at", "received_at",
        "repeats", "rule", "facts", "inhibited", "window_id", "verdict",
    )  # fmt: skip
    old, new = "fire_alarm", "excluded"
    tail = f"""ON CONFLICT (device_id, kind) WHERE ended_at IS NULL DO UPDATE SET
        repeats = {old}.repeats + CASE WHEN {new}.last_at <= {old}.last_at THEN 0
            WHEN {new}.first_at <= {old}.last_at THEN {new}.repeats ELSE {new}.repeats + 1 END,
        last_at = CASE WHEN {new}.last_at > {old}.last_at THEN {new}.last_at ELSE {old}.last_at END,
        cleared_at = CASE WHEN {old}.cleared_at IS NOT NULL AND {new}.last_at <= {old}.cleared_at
            THEN {old}.cleared_at ELSE NULL END,
        episode_id = COALESCE({old}.episode_id, {new}.episode_id),
        inhibited = CASE WHEN {new}.inhibited = '' THEN '' ELSE {old}.inhibited END,
        window_id = CASE WHEN {new}.window_id IS NULL THEN NULL ELSE {old}.window_id END
        RETURNING id, device_id, kind, mark"""
    found = pour("fire_alarm", columns, values, tail)
    return {(device, kind): Stored(pk, theirs == mark) for pk, device, kind, theirs in found}
