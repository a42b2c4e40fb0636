"""Writing to the journal: one row in the transaction of the change it tells of, and the erasing of words."""

import hashlib
import os
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from gridloop.core.journal import live
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.models import Entry

COLUMNS = [field.attname for field in Entry._meta.local_concrete_fields if not field.primary_key]
AT, FACTS = COLUMNS.index("at"), COLUMNS.index("facts")
INSERT = "INSERT INTO journal_entry ({}) VALUES ({})".format(  # noqa: S608 our own column names
    ", ".join(COLUMNS), ", ".join(["%s"] * len(COLUMNS))
)
COPY = f"COPY journal_entry ({', '.join(COLUMNS)}) FROM STDIN"


def record(
    event: str,
    *,
    by: Actor,
    subject_kind: str = "",
    subject: int | None = None,
    area: int | None = None,
    before: str = "",
    after: str = "",
    words: str = "",
    facts: dict[str, Any] | None = None,
) -> Entry:
    """Write one entry, with exactly one statement, inside the transaction of the change.

    Every request that changes something comes through here, so the row is written without Django's model
    machinery, which would cost more than all the rest.
    """
    refuse_outside_a_transaction(event)

    entry = new_entry(
        event,
        by=by,
        subject_kind=subject_kind,
        subject=subject,
        area=area,
        before=before,
        after=after,
        words=words,
        facts=facts,
    )
    insert(entry)

    if live.tail.is_running():
        transaction.on_commit(live.tail.nudge)
    return entry


def record_all(entries: Iterable[Entry]) -> int:
    """Write many entries made by `new_entry`, inside the transaction of the changes; how many they were.

    For histories and imports: the database takes them in one stream, and their ids are not learned.
    """
    rows = [values_of(entry) for entry in entries]
    refuse_outside_a_transaction(f"{len(rows)} entries")

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(COPY) as stream:
                for row in rows:
                    stream.write_row(row)
        else:
            cursor.executemany(INSERT, rows)

    if live.tail.is_running():
        transaction.on_commit(live.tail.nudge)
    return len(rows)


def erase_words(entry: Entry, *, by: Actor, reason: str = "") -> Entry:
    """Erase what people said in an entry, for good; that it was erased, by whom and why is written down
    instead.

    The digest of the words stays, so the seal and every receipt still hold. An entry without words is left as
    it is.
    """
    with transaction.atomic():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:  # otherwise the words would linger in free pages of the file
                cursor.execute("PRAGMA secure_delete = ON")
        if Entry.objects.filter(pk=entry.pk).without_words():
            record(
                "words_erased", by=by, subject_kind="entry", subject=entry.pk, area=entry.area, words=reason
            )

    entry.words, entry.salt = "", b""
    return entry


def new_entry(
    event: str,
    *,
    by: Actor,
    at: datetime | None = None,
    subject_kind: str = "",
    subject: int | None = None,
    area: int | None = None,
    before: str = "",
    after: str = "",
    words: str = "",
    facts: dict[str, Any] | None = None,
) -> Entry:
    """An entry not yet written. `at` other than now is for histories brought in from elsewhere."""
    if by.on_behalf_of is not None:
        facts = {**(facts or {}), "on_behalf_of": by.on_behalf_of}
    salt = os.urandom(16) if words else b""
    return Entry(
        at=at or timezone.now(),
        event=event,
        subject_kind=subject_kind,
        subject=subject,
        actor_kind=by.kind,
        person=by.person,
        post=by.post,
        actor_name=by.name,
        area=area,
        before=before,
        after=after,
        words=words,
        salt=salt,
        words_digest=hashlib.sha256(salt + words.encode()).digest() if words else b"",
        facts=facts or {},
    )


def insert(entry: Entry) -> None:
    """Put one new entry into the table."""
    with connection.cursor() as cursor:
        cursor.execute(f"{INSERT} RETURNING id", values_of(entry))
        entry.pk = cursor.fetchone()[0]
    entry._state.adding = False
    entry._state.db = connection.alias


def values_of(entry: Entry) -> list[Any]:
    """The values of an entry in the order of COLUMNS, as the database takes them."""
    values: list[Any] = [getattr(entry, column) for column in COLUMNS]
    values[AT] = connection.ops.adapt_datetimefield_value(entry.at)
    values[FACTS] = connection.ops.adapt_json_value(entry.facts, Entry._meta.get_field("facts").encoder)
    return values


def refuse_outside_a_transaction(event: str) -> None:
    """An entry that could be kept while its change is lost, or the other way round, would be worth
    nothing."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"journal: '{event}' must be recorded in the transaction of its change")
