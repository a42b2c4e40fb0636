"""The journal's reader that keeps facts, daily sums and what is open."""

from collections.abc import Sequence

from django.utils import timezone

from gridloop.core.journal.consumers import consumer
from gridloop.core.journal.models import Entry
from gridloop.core.measures.counting import REMEMBERED, count_all, counts
from gridloop.core.measures.following import follow
from gridloop.core.measures.keeping import add_to_rollups, newest_counted, stories_of, write_facts
from gridloop.core.measures.models import CaseFact, DailyRollup, OpenChange, OpenCount, Spell


def forget() -> None:
    """Empty what is kept, before the journal is read from its beginning."""
    for kept in (DailyRollup, CaseFact, OpenChange, OpenCount, Spell):
        kept.objects.all().delete()


@consumer("measures", forget=forget)
def keep_measures(entries: Sequence[Entry]) -> None:
    """Count entries of cases; what lies at or before the newest entry counted for its case has been counted."""
    mine = [
        entry
        for entry in entries
        if entry.subject_kind == "case" and entry.subject is not None and counts(entry.event)
    ]
    if not mine:
        return
    zone = timezone.get_default_timezone()
    follow(mine, zone)

    newest = newest_counted({entry.subject for entry in mine if entry.subject is not None})
    fresh = [entry for entry in mine if entry.pk > newest.get(entry.subject or 0, 0)]
    stories = stories_of({entry.subject for entry in fresh if entry.subject is not None}, REMEMBERED)
    facts = count_all(fresh, stories, zone)

    write_facts(facts)
    add_to_rollups(facts)
