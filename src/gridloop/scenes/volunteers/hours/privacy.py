"""What the ledger of hours holds beside the hours: reasons, papers and doubts; handed out, erased with the person, by age."""

import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from gridloop.core.evidence.actions import erase_files
from gridloop.core.evidence.models import File
from gridloop.core.journal.actions import erase_words_of, leave_no_traces
from gridloop.core.journal.models import Entry
from gridloop.core.people import privacy
from gridloop.core.people.models import Person
from gridloop.core.people.retention import BATCH, Retention, add
from gridloop.scenes.volunteers.hours.models import HoursEntry, Objection

# Hours count for good; why they were claimed late, and the paper for it, serve while somebody may still object or ask
# for them back: three years, the general limitation (民法典 art. 188).
DAYS, SHORTEST_DAYS = 3 * 365, 190


def erase_old_reasons(limit: datetime.datetime) -> dict[str, int]:
    """Claims with a reason or a doubt; the hours themselves stay as they are."""
    leave_no_traces()
    claims = HoursEntry.objects.filter(made_at__lt=limit).exclude(reason="").order_by("made_at")
    told = list(claims.values_list("pk", flat=True)[:BATCH])
    doubts = Objection.objects.filter(decided_at__lt=limit).exclude(words="", answer="").order_by("pk")
    doubted = dict(doubts.values_list("pk", "entry")[:BATCH])
    erase_words_of(Entry.objects.filter(subject_kind="hours", subject__in=[*told, *doubted.values()]))
    return {
        "all": len(told) + len(doubted),
        "papers": erase_papers(HoursEntry.objects.filter(pk__in=told)),
        "reasons": HoursEntry.objects.filter(pk__in=told).without_reasons(),
        "objections": Objection.objects.filter(pk__in=doubted).update(words="", answer="", person=None),
    }


def erase_papers(claims: QuerySet[HoursEntry]) -> int:
    return erase_files(File.objects.filter(pk__in=claims.exclude(evidence=None).values("evidence")))


def held_of(person: Person) -> dict[str, Any]:
    """One's hours with the reasons one gave, and the doubts one had about others'."""
    hours = HoursEntry.objects.filter(volunteer__person=person).order_by("pk")
    doubts = Objection.objects.filter(person=person).order_by("pk")
    return {
        "hours": [
            {"day": one.day.isoformat(), "kind": one.kind, "minutes": one.minutes, "reason": one.reason}
            for one in hours
        ],
        "objections": [{"at": one.made_at.isoformat(), "words": one.words} for one in doubts],
    }


def erase_of(person: Person) -> int:
    mine = HoursEntry.objects.filter(volunteer__person=person)
    doubts = Objection.objects.filter(person=person).update(words="", person=None)
    return erase_papers(mine) + doubts + mine.without_reasons()


privacy.holdings["hours"], privacy.erasers["hours"] = held_of, erase_of
add(
    Retention(
        "hours_papers",
        _("Reasons and papers for volunteer hours claimed late"),
        DAYS,
        erase_old_reasons,
        shortest=SHORTEST_DAYS,
    )
)
