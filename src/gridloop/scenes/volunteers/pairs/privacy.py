"""What the register holds of a vulnerable person: handed out with the rest, erased with it, words of visits by age."""

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.journal.actions import erase_words_of, leave_no_traces
from gridloop.core.journal.models import Entry
from gridloop.core.people import privacy
from gridloop.core.people.models import Person
from gridloop.core.people.retention import BATCH, Retention, add
from gridloop.scenes.volunteers.pairs.models import Pairing, Visit, VisitState, Vulnerable
from gridloop.scenes.volunteers.pairs.queries import OPEN

# How somebody was at a visit helps whoever comes next, for some months; after two years it is only intimate.
VISIT_DAYS, SHORTEST_DAYS = 2 * 365, 30


def erase_words_of_visits(limit: datetime.datetime) -> int:
    """That somebody came, when and how it was proved stays countable."""
    leave_no_traces()
    old = Visit.objects.filter(due_at__lt=limit).exclude(words="", cannot="").exclude(state__in=OPEN)
    visits = list(old.order_by("due_at").values_list("pk", flat=True)[:BATCH])
    erase_words_of(Entry.objects.filter(subject_kind="visit", subject__in=visits))
    return Visit.objects.filter(pk__in=visits).update(words="", cannot="")


def held_of(person: Person) -> dict[str, Any]:
    """Everything the register knows of somebody, ready for JSON; visits with what was written of them."""
    found = Vulnerable.objects.filter(person=person).select_related("community", "pairing").first()
    if found is None:
        return {}
    visits = Visit.objects.filter(pairing__vulnerable=found, state="done").order_by("done_at")
    return {
        "reasons": found.reasons,
        "community": found.community.name,
        "address": found.address,
        "remarks": found.remarks,
        "consented_at": found.consented_at.isoformat(),
        "every_days": found.pairing.every_days,
        "visits": [
            {"at": one.done_at.isoformat() if one.done_at else "", "words": one.words} for one in visits
        ],
    }


def erase_of(person: Person) -> int:
    """Reasons, home, remarks and words of visits go; that there were visits stays countable."""
    now = timezone.now()
    found = Vulnerable.objects.filter(person=person)
    visits = Visit.objects.filter(pairing__vulnerable__in=found)
    gone = visits.exclude(words="", cannot="").update(words="", cannot="")
    gone += erase_words_of(Entry.objects.filter(subject_kind="visit", subject__in=visits.values("pk")))
    Visit.objects.filter(pairing__vulnerable__in=found, state__in=OPEN).update(state=VisitState.CANCELLED)
    Pairing.objects.filter(vulnerable__in=found, ended_at=None).update(ended_at=now)
    blank: dict[str, Any] = {"reasons": [], "address": "", "remarks": "", "longitude": None, "latitude": None}
    return gone + found.update(**blank, left_at=now)


privacy.holdings["register of vulnerable people"] = held_of
privacy.erasers["register of vulnerable people"] = erase_of
add(
    Retention(
        "visit_words",
        _("What was written of visits to people on the register"),
        VISIT_DAYS,
        erase_words_of_visits,
        shortest=SHORTEST_DAYS,
    )
)
