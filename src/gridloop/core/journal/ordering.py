"""How far the journal may be read: no entry below this position can still appear.

Ids are handed out when a row is inserted, but rows become visible when their transaction commits, so on
PostgreSQL a reader that simply went on from the highest id it saw would skip the row of a slower writer.
Every transaction that has inserted an entry holds a row-exclusive lock on the table until it ends. So we note
the newest visible id together with the writers then at work; once each of those has ended, nothing at or
below that id can appear any more. This needs no column and no index, survives dump and restore, and is not
held up by transactions that never touched the journal.

SQLite lets one transaction write at a time: ids become visible in their order.
"""

import threading
import time
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Max

from gridloop.core.journal.models import Cursor, Entry

NEWEST_AND_WRITERS = """
    WITH writers AS MATERIALIZED (
        SELECT virtualtransaction, pid = pg_backend_pid() AS ours FROM pg_locks
        WHERE locktype = 'relation' AND relation = 'journal_entry'::regclass
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND mode = 'RowExclusiveLock' AND granted)
    SELECT coalesce((SELECT max(id) FROM journal_entry), 0),
           ARRAY(SELECT virtualtransaction FROM writers WHERE NOT coalesce(ours, false)),
           ARRAY(SELECT virtualtransaction FROM writers WHERE ours)
"""


@dataclass
class Horizon:
    """What one process knows about how far the journal is settled."""

    settled: int = 0
    pending: int = 0
    writers: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def look(self) -> tuple[int, int]:
        """One look at the database: the newest visible id, and up to where this connection may read.

        A transaction that looks at the journal after writing to it may read its own entries; the rest of the
        process may not yet, so its own writing counts in what is remembered.
        """
        with self.lock:
            newest, others, ours = newest_and_writers()
            if newest < self.settled:  # the table was emptied or an older backup put back
                self.settled = self.pending = 0
                self.writers = set()
            if not self.settled:
                self.settled = min(newest, furthest_read())
            at_work = others | ours
            self.writers &= at_work
            if not self.writers:
                self.settled = max(self.settled, self.pending)
                self.pending, self.writers = newest, at_work
            if not at_work:
                self.settled = max(self.settled, newest)
            return newest, self.settled if others else newest


horizons: dict[str, Horizon] = {}


def newest_and_writers() -> tuple[int, set[str], set[str]]:
    """The newest id to be seen, and the transactions (others, ours) that may still bring an older one."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST_AND_WRITERS)
        newest, others, ours = cursor.fetchone()
    return newest, set(others), set(ours)


def furthest_read() -> int:
    """Where the furthest consumer stands: settled for certain, which is all a process that has just
    started knows."""
    return Cursor.objects.aggregate(furthest=Max("position"))["furthest"] or 0


def settled_position(*, patience: float = 0.05) -> int:
    """Up to which id the journal may be read; waits at most `patience` seconds for writers just about to
    commit."""
    if connection.vendor != "postgresql":
        return Entry.objects.aggregate(newest=Max("id"))["newest"] or 0
    horizon = horizons.setdefault(connection.settings_dict["NAME"], Horizon())
    wanted, settled = horizon.look()
    give_up = time.monotonic() + patience
    while settled < wanted and time.monotonic() < give_up:
        time.sleep(0.002)
        settled = horizon.look()[1]
    return settled
