"""Shifts at risk: noticed two days and one day before, told to the leader and to the least recently asked who fit."""

from django.db import transaction
from django.utils import timezone

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import SYSTEM, Actor
from gridloop.scenes.volunteers.activities import queries
from gridloop.scenes.volunteers.activities.models import Shift
from gridloop.scenes.volunteers.activities.telling import ask_volunteers, tell_leaders
from gridloop.scenes.volunteers.roster.models import Volunteer

ASKED_FOR_EACH = 3  # for one missing person three are asked: about one in three comes


@transaction.atomic
def look_at_shift(shift: Shift, *, hours: int, by: Actor = SYSTEM) -> int:
    """How many people are missing; if any, the leader hears of it and others are asked."""
    missing = max(shift.least - shift.taken, 0)
    if not missing or shift.cancelled_at is not None or shift.since <= timezone.now():
        return 0
    asked = queries.who_could_fill(shift, missing * ASKED_FOR_EACH)

    Volunteer.objects.filter(pk__in=[one.pk for one in asked]).update(asked_at=timezone.now())

    record(
        "shift_at_risk", by=by, subject_kind="shift", subject=shift.pk, area=shift.activity.area_id,
        facts={"missing": missing, "hours": hours, "asked": [one.pk for one in asked]},
    )  # fmt: skip

    ask_volunteers(shift, asked, missing=missing, hours=hours)
    leaders = queries.leaders_of(shift.activity)
    tell_leaders(
        "shift_at_risk",
        shift,
        leaders,
        key=f"shift_at_risk:{shift.pk}:{hours}",
        missing=missing,
        asked=len(asked),
    )
    return missing
