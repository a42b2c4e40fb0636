"""Brings the journal's readers up to date with a history that was written in bulk."""

import time
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from gridloop.core.cases.models import Case
from gridloop.core.dispatch import classifier
from gridloop.core.dispatch.heat import find_hot_issues
from gridloop.core.dispatch.models import Suggestion
from gridloop.core.journal import consumers
from gridloop.core.journal.models import Cursor, Entry

READ = ("measures",)  # the readers that really read a year; the others' work is done, or is not for the past
TOLD = timedelta(hours=20)  # what happened since then, people hear of
AT_ONCE = 60_000


def catch_up(progress: Callable[[str], None]) -> None:
    consumers.discover()
    newest = Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0
    fresh = (
        Entry.objects.filter(at__lt=timezone.now() - TOLD)
        .order_by("-id")
        .values_list("id", flat=True)
        .first()
        or 0
    )
    for name in consumers.registered:
        if name not in READ:
            position = fresh if name == "notices" else newest
            Cursor.objects.update_or_create(pk=name, defaults={"position": position})
    suggest()
    find_hot_issues()
    for name in READ:
        if name in consumers.registered:
            begun = time.monotonic()
            total = consumers.catch_up(name, limit=AT_ONCE)
            progress(f"Counted {total:,} entries in {time.monotonic() - begun:.0f} s")


def suggest(most: int = 2_000) -> None:
    """What the classifier thinks of the cases that are open, and of the newest others."""
    known = Suggestion.objects.values("case")
    cases = Case.objects.exclude(pk__in=known).order_by("-open", "-id")[:most]
    rows = []
    for case in cases:
        guess = classifier.guess(f"{case.title}\n{case.words}")
        if guess.candidates:
            rows.append(Suggestion(case=case, edition_id=guess.edition, candidates=guess.candidates))
    Suggestion.objects.bulk_create(rows, batch_size=500)
