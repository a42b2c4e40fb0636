"""What volunteers have given their time to already: shifts, visits of their pairs, help promised or asked for.

Whoever is taken for a stretch of time is not asked for anything else in it. Shifts and visits keep a margin for the way;
of a visit, which may be made whenever it suits within its window, the last half hour of the window is kept.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from gridloop.scenes.volunteers.activities.models import Signup, SignupState
from gridloop.scenes.volunteers.pairs.models import CompanionState, Visit, VisitState
from gridloop.scenes.volunteers.requests.models import KEPT, LIVE, Assignment, Offer, OfferState

WAY = timedelta(minutes=30)  # there and back
VISIT = timedelta(minutes=30)  # what a visit usually takes
MANY = 2_000  # asked for more volunteers than this, reading everything and leaving out the others is faster


class What(models.TextChoices):
    """What takes a volunteer's time."""

    SHIFT = "shift", _("busy with a shift")
    VISIT = "visit", _("busy with a visit to their pair")
    HELP = "help", _("busy with other help")


class Engagement(NamedTuple):
    """One stretch of a volunteer's time that is given away."""

    volunteer: int
    since: datetime
    until: datetime
    what: What


def engagements(
    since: datetime,
    until: datetime,
    *,
    volunteers: Collection[int] | None = None,
    but_case: int | None = None,
) -> list[Engagement]:
    """Everything that takes time of this stretch, of these volunteers or of all; four queries, however many they are."""
    if volunteers is not None and len(volunteers) > MANY:
        known = set(volunteers)
        everything = engagements(since, until, but_case=but_case)
        return [one for one in everything if one.volunteer in known]
    return [
        *shifts(since, until, volunteers),
        *visits(since, until, volunteers),
        *help_promised(since, until, volunteers, but_case),
    ]


def shifts(since: datetime, until: datetime, volunteers: Collection[int] | None) -> list[Engagement]:
    """Places in shifts; who only waits for one has given no time away."""
    placed = Signup.objects.filter(
        state__in=[SignupState.SIGNED_UP, SignupState.ATTENDED],
        shift__cancelled_at=None,
        shift__since__lt=until + WAY,
        shift__until__gt=since - WAY,
    )
    rows = of(volunteers, placed, "volunteer").values_list("volunteer", "shift__since", "shift__until")
    return [Engagement(one, begin - WAY, end + WAY, What.SHIFT) for one, begin, end in rows]


def visits(since: datetime, until: datetime, volunteers: Collection[int] | None) -> list[Engagement]:
    """Visits that lie ahead, with whose turn it is."""
    ahead = Visit.objects.filter(
        state__in=[VisitState.DUE, VisitState.OFFERED],
        companion__state=CompanionState.ACCEPTED,
        due_at__lt=until + WAY + VISIT,
        due_at__gt=since - WAY,
    )
    rows = of(volunteers, ahead, "companion__volunteer").values_list("companion__volunteer", "due_at")
    return [Engagement(one, due - VISIT - WAY, due + WAY, What.VISIT) for one, due in rows]


def help_promised(
    since: datetime, until: datetime, volunteers: Collection[int] | None, but_case: int | None
) -> list[Engagement]:
    """Requests they have promised to come to, were at, or are being asked for."""
    tasks = Assignment.objects.filter(state__in=KEPT)
    offers = Offer.objects.filter(state=OfferState.SENT, case__open=True)
    spans = ("volunteer", "case__need__since", "case__need__until")
    found = []
    for each in (tasks, offers):
        touching = of(volunteers, each, "volunteer").filter(
            case__need__since__lt=until, case__need__until__gt=since
        )
        if but_case is not None:
            touching = touching.exclude(case=but_case)
        found += [Engagement(one, begin, end, What.HELP) for one, begin, end in touching.values_list(*spans)]
    return found


def work_beside(volunteer: int, spans: Collection[tuple[datetime, datetime]]) -> list[What | None]:
    """What a volunteer has promised in each of these stretches: what they should know before they promise more."""
    if not spans:
        return []
    since, until = min(span[0] for span in spans), max(span[1] for span in spans)
    tasks = Assignment.objects.filter(volunteer=volunteer, state__in=LIVE)
    live = tasks.values_list("volunteer", "case__need__since", "case__need__until")
    taken = [*shifts(since, until, [volunteer]), *visits(since, until, [volunteer])]
    taken += [Engagement(one, begin, end, What.HELP) for one, begin, end in live]
    return [
        next((one.what for one in taken if one.since < span[1] and one.until > span[0]), None)
        for span in spans
    ]


def of(volunteers: Collection[int] | None, found: QuerySet[Any], name: str) -> QuerySet[Any]:
    return found if volunteers is None else found.filter(**{f"{name}__in": volunteers})
