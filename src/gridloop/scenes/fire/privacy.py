"""What fire safety holds of people: owners of premises and what inspections wrote; with their case, person, or by age."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from gridloop.core.cases import forgetting
from gridloop.core.cases.models import Case, Exhibit
from gridloop.core.evidence.actions import erase_files
from gridloop.core.evidence.models import File
from gridloop.core.journal.actions import leave_no_traces
from gridloop.core.people import privacy
from gridloop.core.people.models import Person
from gridloop.core.people.retention import BATCH, Retention, add
from gridloop.scenes.fire.hazards.models import Hazard, Inspection
from gridloop.scenes.fire.registry.models import Premises

PERSONAL = ("owners", "rectified_by")  # the numbers of people in the facts of alarms and hazards
# As long as what was written of the hazards it found: until then a fire can still lead to court.
INSPECTION_DAYS, SHORTEST_DAYS = 5 * 365, 365


def let_owners_go(cases: Sequence[int]) -> int:
    """Whose premises it was and who put it right; the premises stay."""
    rectified = Hazard.objects.filter(case__in=cases).exclude(rectified_by=None).update(rectified_by=None)
    named = [
        case
        for case in Case.objects.filter(pk__in=cases).only("facts")
        if any(name in case.facts for name in PERSONAL)
    ]
    for case in named:
        case.facts = {name: value for name, value in case.facts.items() if name not in PERSONAL}
    Case.objects.bulk_update(named, ["facts"])
    return rectified + len(named)


def blank_inspections(limit: datetime.datetime) -> int:
    """What was answered and found stays; words and photos go, unless a case that is not yet emptied shows them."""
    leave_no_traces()
    shown = Exhibit.objects.filter(file=OuterRef("photos"), case__emptied_at=None)
    pictured = Q(photos__erased_at=None, photos__isnull=False) & ~Exists(shown)
    old = Inspection.objects.filter(~Q(words="") | pictured, at__lt=limit).order_by("at").distinct()
    inspections = list(old.values_list("pk", flat=True)[:BATCH])
    photos = File.objects.filter(
        pk__in=Inspection.photos.through._default_manager.filter(inspection__in=inspections).values("file")
    )
    erase_files(photos.exclude(Exists(Exhibit.objects.filter(file=OuterRef("pk"), case__emptied_at=None))))
    return Inspection.objects.filter(pk__in=inspections).update(words="")


def held_of(person: Person) -> list[dict[str, Any]]:
    """The premises one answers for."""
    rows = Premises.objects.filter(owner=person).order_by("pk")
    return [dict(row) for row in rows.values("code", "name", "kind", "address", "duty_phone")]


def erase_of(person: Person) -> int:
    """Somebody else has to answer for the premises; the number to call was theirs."""
    return Premises.objects.filter(owner=person).update(owner=None, duty_phone="")


privacy.holdings["premises"], privacy.erasers["premises"] = held_of, erase_of
forgetting.people_beside["fire"] = let_owners_go
add(
    Retention(
        "inspections",
        _("Words and photos of fire inspections"),
        INSPECTION_DAYS,
        blank_inspections,
        shortest=SHORTEST_DAYS,
    )
)
