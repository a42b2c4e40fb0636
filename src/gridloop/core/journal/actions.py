"""Writing to the journal: one row in the transaction of the change it tells of, and the erasing of words."""

import hashlib
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from gridloop.core.journal import live
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.models import Entry, KeptQuerySet
from gridloop.core.journal.rows import columns_of, insert_together, rows_of

ENTRIES = rows_of(Entry)


class Waiting:
    """An entry that is written at the end of `written_together`.

    It waits among what Django does after the commit, although it is long written then: that list forgets what was
    put there under a savepoint that is rolled back, and so must we.
    """

    def __init__(self, entry: Entry) -> None:
        self.entry = entry

    def __call__(self) -> None:
        """Nothing is left to do after the commit."""


_together = threading.local()


@contextmanager
def written_together() -> Iterator[None]:
    """Entries recorded inside are written at its end, in one stream and in their order; before that they have no ids
    and nobody finds them. For a worker that makes many small changes in one transaction."""
    _together.waiting = []
    try:
        yield
        waiting: list[Waiting] = _together.waiting
    finally:
        del _together.waiting

    standing = {id(told[1]) for told in connection.run_on_commit}
    if entries := [one.entry for one in waiting if id(one) in standing]:
        record_all(entries)


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
    beside: Sequence[models.Model] = (),
) -> Entry:
    """Write one entry, with one statement at most, inside the transaction of the change.

    `beside` are new rows of the change itself that go into the same statement; neither they nor the entry learn
    their ids then.
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
    if (waiting := getattr(_together, "waiting", None)) is not None:
        insert_together(*beside)
        waiting.append(Waiting(entry))
        transaction.on_commit(waiting[-1])
        return entry
    insert_together(*beside, entry)

    if live.tail.is_running():
        transaction.on_commit(live.tail.nudge)
    return entry


def record_all(entries: Iterable[Entry]) -> int:
    """Write many entries made by `new_entry`, inside the transaction of the changes; how many they were.

    For histories and imports: the database takes them in one stream, and their ids are not learned.
    """
    rows = [ENTRIES.values_of(entry) for entry in entries]
    refuse_outside_a_transaction(f"{len(rows)} entries")

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY journal_entry ({columns_of(ENTRIES.written)}) FROM STDIN") as stream:
                for row in rows:
                    stream.write_row(row)
        else:
            cursor.executemany(ENTRIES.inserting + ENTRIES.one, rows)

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
        leave_no_traces()
        if Entry.objects.filter(pk=entry.pk).without_words():
            record(
                "words_erased", by=by, subject_kind="entry", subject=entry.pk, area=entry.area, words=reason
            )

    entry.words, entry.salt = "", b""
    return entry


def erase_words_of(entries: KeptQuerySet) -> int:
    """The same for many entries with one statement; whoever calls writes one entry that says so for all of them."""
    leave_no_traces()
    return entries.without_words()


def leave_no_traces() -> None:
    """What is erased from here on is overwritten in SQLite's file too; else it would linger there in free pages."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


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


def refuse_outside_a_transaction(event: str) -> None:
    """An entry that could be kept while its change is lost, or the other way round, would be worth
    nothing."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"journal: '{event}' must be recorded in the transaction of its change")
