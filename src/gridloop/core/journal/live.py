"""What is happening now, for live screens: one thread per process follows the journal and wakes those who
wait.

It looks every fifth of a second, at once when this process itself has committed an entry, and on PostgreSQL
when another process says so (LISTEN/NOTIFY, sent by the following thread and never by the one who writes).
Entries are handed out as soon as they are visible, each once; a screen that falls behind is told that it has
lost some and loads itself anew.
"""

import logging
import selectors
import socket
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from django.db import DatabaseError, InterfaceError, connection, connections

from gridloop.core.journal.models import Entry
from gridloop.core.journal.ordering import settled_position

log = logging.getLogger(__name__)

Wanted = Callable[[Entry], bool]
INTERVAL = 0.2
AT_ONCE = 4000
CHANNEL = "gridloop_journal"


class Subscription:
    """One who waits for entries: a bounded queue, no thread and no database connection of its own.

    `lost` counts entries that did not fit; `closed` says that nothing will come any more.
    """

    def __init__(self, tail: "Tail", wanted: Wanted | None, size: int) -> None:
        self.tail = tail
        self.wanted = wanted
        self.lost = 0
        self.closed = False
        self.queue: deque[Entry] = deque()
        self.size = size
        self.changed = threading.Condition()

    def offer(self, entries: list[Entry], skipped: int = 0) -> None:
        """Called by the following thread; never waits."""
        chosen = [entry for entry in entries if self.wanted is None or self.wanted(entry)]
        with self.changed:
            fitting = chosen[: self.size - len(self.queue)]
            self.queue.extend(fitting)
            self.lost += len(chosen) - len(fitting) + skipped
            if chosen:
                self.changed.notify_all()

    def wait(self, timeout: float = 15.0) -> list[Entry]:
        """The entries that have come, waiting for the first of them; empty after `timeout` or when closed."""
        release_connections()
        with self.changed:
            self.changed.wait_for(lambda: self.queue or self.closed, timeout)
            entries = list(self.queue)
            self.queue.clear()
        return entries

    def close(self) -> None:
        """Stop listening and let go whoever waits."""
        with self.changed:
            self.closed = True
            self.changed.notify_all()
        self.tail.leave(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Follower(threading.Thread):
    """The thread that reads the journal for one process, from where it stood when the first one
    subscribed."""

    def __init__(self, tail: "Tail") -> None:
        super().__init__(name="journal-live", daemon=True)
        self.tail = tail
        self.position = settled_position(patience=0)
        self.seen = set(ids_above(self.position))
        self.stopping = False
        self.awaken, self.waker = socket.socketpair()
        self.awaken.setblocking(False)
        self.waker.setblocking(False)

    def wake(self) -> None:
        """Make the thread look now. A full socket means that it will look anyway, a closed one that it has
        ended."""
        with suppress(OSError):
            self.waker.send(b".")

    def run(self) -> None:
        try:
            while not self.stopping:
                try:
                    self.follow()
                except (DatabaseError, InterfaceError):
                    log.warning("journal: the live view cannot read, trying again", exc_info=True)
                    connection.close()
                    threading.Event().wait(INTERVAL)
        finally:
            connection.close()
            self.awaken.close()
            self.waker.close()

    def follow(self) -> None:
        """Read and hand out until told to stop or until the database fails."""
        with selectors.DefaultSelector() as ready:
            ready.register(self.awaken, selectors.EVENT_READ)
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute(f"LISTEN {CHANNEL}")
                ready.register(connection.connection, selectors.EVENT_READ)
            while not self.stopping:
                entries, skipped = self.news()
                if entries:
                    self.tail.hand_out(entries, skipped)
                self.pause(ready)

    def pause(self, ready: selectors.BaseSelector) -> None:
        """Wait for a commit, here or elsewhere, or for the interval to pass; tell the others of commits
        made here."""
        ready.select(INTERVAL)
        ours = False
        with suppress(BlockingIOError):
            ours = bool(self.awaken.recv(65536))
        if connection.vendor == "postgresql":
            if ours and not self.stopping:
                with connection.cursor() as cursor:
                    cursor.execute(f"NOTIFY {CHANNEL}")
            for _ in connection.connection.notifies(timeout=0):
                pass

    def news(self) -> tuple[list[Entry], int]:
        """Entries not handed out yet, the newest of them if there are very many, and how many were left out.

        Those above the settled position are remembered one by one, for others may still appear between them.
        """
        settled = settled_position(patience=0)
        fresh = [entry for entry in ids_above(self.position) if entry not in self.seen]
        self.seen.update(fresh)
        self.position = max(self.position, settled)
        self.seen = {entry for entry in self.seen if entry > self.position}
        if not fresh:
            return [], 0
        return list(Entry.objects.filter(id__in=fresh[-AT_ONCE:]).order_by("id")), len(fresh[:-AT_ONCE])


class Tail:
    """The live end of the journal in this process; its thread runs only while somebody listens."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.subscriptions: set[Subscription] = set()
        self.follower: Follower | None = None

    def is_running(self) -> bool:
        return self.follower is not None and self.follower.is_alive()

    def subscribe(self, wanted: Wanted | None = None, *, size: int = 1000) -> Subscription:
        """Hear of every entry committed from now on for which `wanted` says yes; it must not touch the
        database."""
        subscription = Subscription(self, wanted, size)
        with self.lock:
            if not self.is_running():
                self.follower = Follower(self)
                self.follower.start()
            self.subscriptions.add(subscription)
        return subscription

    def leave(self, subscription: Subscription) -> None:
        """Forget a subscription; the thread ends with the last one."""
        with self.lock:
            self.subscriptions.discard(subscription)
            follower = None if self.subscriptions else self.follower
            if follower:
                self.follower = None
                follower.stopping = True
                follower.wake()
        if follower and follower is not threading.current_thread():
            follower.join(timeout=5)

    def nudge(self) -> None:
        """An entry was committed in this process: look at once."""
        follower = self.follower
        if follower:
            follower.wake()

    def hand_out(self, entries: list[Entry], skipped: int = 0) -> None:
        """Give entries to everyone who wants them; one whose wish raises is closed and need not hold up
        the others."""
        with self.lock:
            listening = list(self.subscriptions)
        for subscription in listening:
            try:
                subscription.offer(entries, skipped)
            except Exception:
                log.exception("journal: a live subscription failed and is closed")
                subscription.close()

    def close(self) -> None:
        """Close every subscription and end the thread."""
        for subscription in list(self.subscriptions):
            subscription.close()


tail = Tail()


def subscribe(wanted: Wanted | None = None, *, size: int = 1000) -> Subscription:
    """Hear of every entry committed from now on for which `wanted` says yes. Close it, or use it with
    `with`."""
    return tail.subscribe(wanted, size=size)


def ids_above(position: int) -> list[int]:
    """The ids to be seen above a position, in order."""
    return list(Entry.objects.filter(id__gt=position).order_by("id").values_list("id", flat=True))


def release_connections() -> None:
    """Give back the database connections of a thread that is about to wait for long."""
    for held in connections.all(initialized_only=True):
        if not held.in_atomic_block:
            held.close()
