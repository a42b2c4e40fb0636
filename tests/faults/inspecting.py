"""Run inside an installation: everything that must be true after the storm, as numbers and lists of what is wrong."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from django.db.models import Max
from django.utils import timezone

from gridloop.core.cases.models import Case, Deadline
from gridloop.core.clocks.models import Timer
from gridloop.core.journal import consumers
from gridloop.core.journal.models import Cursor, Entry
from gridloop.core.measures.queries import figures
from gridloop.core.measures.recounting import as_of
from gridloop.core.notices.models import Delivery, Notice


def inspect() -> dict[str, Any]:
    entries = list(
        Entry.objects.filter(subject_kind="case")
        .values("id", "event", "subject", "before", "after", "facts")
        .order_by("id")
    )
    cases = list(Case.objects.values("id", "number", "turn", "step", "reporter", "words"))
    return {
        "cases": {case["number"]: case["words"] for case in cases},
        "reported_twice": twice(entry["subject"] for entry in entries if entry["event"] == "case_reported"),
        "reported": sum(entry["event"] == "case_reported" for entry in entries),
        "accepted": Counter(entry["facts"]["number"] for entry in entries if entry["event"] == "case_accepted"),
        "rung_twice": twice(
            (entry["event"], entry["facts"]["deadline"], entry["facts"]["level"])
            for entry in entries
            if entry["event"] in ("deadline_due_soon", "deadline_breached", "escalated")
        ),
        "broken_chains": broken_chains(cases, entries),
        "silent_clocks": silent_clocks(entries),
        "waiting": waiting(),
        "behind": behind(),
        "untold": untold(cases, entries),
        "unsent": list(Delivery.objects.exclude(state__in=["sent", "grouped"]).filter(due_at__lt=timezone.now()).values_list("state", "trouble")),
        "sent": Delivery.objects.filter(state__in=["sent", "grouped"]).count(),
        "miscounted": miscounted(),
    }  # fmt: skip


def twice(things: Any) -> list[Any]:
    return [thing for thing, times in Counter(things).items() if times > 1]


def broken_chains(cases: list[dict], entries: list[dict]) -> list[str]:
    """Cases whose entries do not lead from each step to the next, or whose turn is not the number of moves."""
    wrong = []
    by_case: dict[int, list[dict]] = {}
    for entry in entries:
        by_case.setdefault(entry["subject"], []).append(entry)
    for case in cases:
        step, moves = "", -1
        for entry in by_case.get(case["id"], []):
            if not entry["event"].startswith("case_"):
                continue
            if entry["before"] != step:
                wrong.append(f"{case['number']}: {entry['event']} begins at {entry['before']}, not {step}")
            step, moves = entry["after"], moves + 1
        if step != case["step"] or moves != case["turn"]:
            wrong.append(f"{case['number']}: at {case['step']}/{case['turn']}, told {step}/{moves}")
    return wrong


def silent_clocks(entries: list[dict]) -> list[int]:
    """Deadlines that were missed without anybody saying so."""
    told = {entry["facts"]["deadline"] for entry in entries if entry["event"] == "deadline_breached"}
    missed = Deadline.objects.filter(met_at=None, due_at__lt=timezone.now() - timedelta(seconds=5))
    return sorted(set(missed.values_list("id", flat=True)) - told)


def waiting() -> list[Any]:
    """Timers that should have been handled, and those that failed."""
    now = timezone.now()
    due = Timer.objects.filter(done_at=None, due_at__lt=now).exclude(topic__startswith="every:")
    failed = Timer.objects.exclude(trouble="")
    return [*due.values_list("key", "attempts", "trouble"), *failed.values_list("key", "attempts", "trouble")]


def behind() -> list[Any]:
    """Consumers that have not read everything, or are in trouble."""
    consumers.discover()
    newest = Entry.objects.aggregate(newest=Max("id"))["newest"] or 0
    places = dict(Cursor.objects.filter(trouble="").values_list("consumer", "position"))
    return [
        [name, places.get(name), newest] for name in consumers.registered if places.get(name, -1) < newest
    ]


def untold(cases: list[dict], entries: list[dict]) -> list[int]:
    """Reports whose reporter was never told that they arrived."""
    told = set(
        Notice.objects.filter(event="case_reported", audience="reporter").values_list("case", flat=True)
    )
    return [
        entry["subject"]
        for entry in entries
        if entry["event"] == "case_reported" and entry["subject"] not in told
    ]


def miscounted() -> list[str]:
    """Indicators whose kept figures differ from a recount of the journal."""
    today = timezone.localdate()
    kept, counted = figures("all", 0, today, today), as_of(today, since=today)
    return [
        f"{name}: {kept[name]} against {counted[name]}" for name in counted if kept[name] != counted[name]
    ]


if __name__ == "__main__":
    print(json.dumps(inspect(), default=str, ensure_ascii=False))
