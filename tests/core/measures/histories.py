"""Case histories as the journal tells them, made up for the tests of the measures."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gridloop.core.journal.actions import new_entry
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.models import Entry

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
BY = Actor(kind="person", person=1, post=5)


class History:
    """One case; each method tells one entry at so many hours after its report."""

    def __init__(self, case: int, at: datetime = START, *, limit: float = 48, **facts: Any) -> None:
        self.case, self.at, self.due = case, at, at + timedelta(hours=limit)
        self.facts: dict[str, Any] = {
            "kind": "report", "category": 3, "county": 1, "town": 11, "community": 111, "grid": 1111, "unit": None,
            "source": "web", "outcome": "", "reported_at": at.isoformat(), "dispatched_at": None, "completed_at": None,
            **facts,
        }  # fmt: skip
        self.entries: list[Entry] = []
        self.tell("case_reported", 0)

    def tell(self, event: str, hours: float, **facts: Any) -> "History":
        lasting = {key: value for key, value in facts.items() if key in self.facts}
        self.facts |= lasting
        told = {**self.facts, "completion_due_at": self.due.isoformat(), **facts}
        at = self.at + timedelta(hours=hours)
        self.entries.append(
            new_entry(event, by=BY, at=at, subject_kind="case", subject=self.case, facts=told)
        )
        return self

    def dispatch(self, hours: float, unit: int = 7) -> "History":
        return self.tell("case_dispatched", hours, unit=unit, dispatched_at=self.when(hours))

    def complete(self, hours: float) -> "History":
        return self.tell("case_completed", hours, completed_at=self.when(hours))

    def breach(self) -> "History":
        hours = (self.due - self.at) / timedelta(hours=1)
        return self.tell("deadline_breached", hours, clock="completion", due_at=self.due.isoformat())

    def close(self, hours: float, outcome: str = "fixed") -> "History":
        return self.tell("case_closed", hours, outcome=outcome)

    def reopen(self, hours: float, limit: float = 48) -> "History":
        self.due = self.at + timedelta(hours=hours + limit)
        return self.tell("case_reopened", hours, outcome="", completed_at=None)

    def when(self, hours: float) -> str:
        return (self.at + timedelta(hours=hours)).isoformat()


def journalled(*histories: History) -> list[Entry]:
    """Write the entries of many cases in the order of their time."""
    entries = sorted(
        (entry for history in histories for entry in history.entries), key=lambda entry: entry.at
    )
    return Entry.objects.bulk_create(entries)
