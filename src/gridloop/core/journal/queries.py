"""Reading the journal: the history of one thing, and the stream of everything in order."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from gridloop.core.journal.models import Cursor, Entry
from gridloop.core.journal.ordering import settled_position


def entries_of(subject_kind: str, subject: int) -> QuerySet[Entry]:
    """The history of one thing, oldest first."""
    return Entry.objects.filter(subject_kind=subject_kind, subject=subject).order_by("id")


def entries_after(position: int, limit: int) -> list[Entry]:
    """The next entries in the order of their ids, never past a row that may still commit."""
    settled = settled_position()
    if settled <= position:
        return []
    return list(Entry.objects.filter(id__gt=position, id__lte=settled).order_by("id")[:limit])


@dataclass(frozen=True)
class Reading:
    """How one consumer is doing: for the doctor, the settings pages and the alarm."""

    consumer: str
    position: int
    behind: int  # ids, so an upper bound of entries
    moved_at: datetime
    trouble: str
    failing: int | None
    attempts: int
    halted: bool


def readings() -> list[Reading]:
    """How far every consumer has read, those in trouble first."""
    settled = settled_position(patience=0)
    return [
        Reading(
            consumer=cursor.consumer,
            position=cursor.position,
            behind=max(0, settled - cursor.position),
            moved_at=cursor.moved_at,
            trouble=cursor.trouble,
            failing=cursor.failing,
            attempts=cursor.attempts,
            halted=cursor.halted,
        )
        for cursor in Cursor.objects.order_by("-halted", "-attempts", "consumer")
    ]
