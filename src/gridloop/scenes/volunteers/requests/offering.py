"""Asking volunteers: one offer each and round, with a moment at which it lapses, and a timer for that moment."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Max, Q
from django.utils import timezone

from gridloop.core.cases.models import Case, Urgency
from gridloop.core.clocks.timers import NewTimer, set_timers
from gridloop.core.journal.actor import Actor
from gridloop.core.territory.coordinates import metres_between
from gridloop.scenes.volunteers.requests.models import Need, Offer, OfferState
from gridloop.scenes.volunteers.roster.models import Volunteer

URGENT_ASKED = 3  # volunteers asked at once for each place of an urgent request; the first to say yes comes
URGENT_TIME, USUAL_TIME, SHORTEST_TIME = timedelta(minutes=10), timedelta(hours=2), timedelta(minutes=10)


def expiry(case: Case, need: Need, now: datetime) -> datetime:
    """When an offer lapses: in time to ask somebody else before help is needed."""
    span = URGENT_TIME if case.urgency <= Urgency.URGENT else USUAL_TIME
    halfway = now + (need.since - now) / 2
    return max(min(now + span, halfway), now + SHORTEST_TIME)


def metres_to(volunteer: Volunteer, case: Case) -> float | None:
    """How far a volunteer sets out from the place, as far as both are known (to about 100 m)."""
    if None in (volunteer.longitude, volunteer.latitude, case.longitude, case.latitude):
        return None
    here = volunteer.longitude, volunteer.latitude, case.longitude, case.latitude
    return round(float(metres_between(*here)), 0)


def who_can_be_asked(case: Case, need: Need, numbers: Iterable[str]) -> list[Volunteer]:
    """Those of these volunteers who are there and not among the people of this request."""
    people = {case.reporter_id, need.person_id, need.asked_by_id}
    busy = case.offers.filter(state__in=[OfferState.SENT, OfferState.ACCEPTED]).values("volunteer")
    today = timezone.localdate()
    return list(
        Volunteer.objects.filter(
            Q(paused_until=None) | Q(paused_until__lt=today), number__in=set(numbers), left_at=None
        )
        .exclude(pk__in=busy)
        .exclude(person__in=[person for person in people if person])
        .select_related("person")
        .order_by("pk")
    )


def make_offers(
    case: Case, need: Need, numbers: Iterable[str], *, now: datetime, by: Actor, run: int | None = None
) -> list[Offer]:
    """One open offer for each of them; asked again, it is the next round."""
    volunteers = who_can_be_asked(case, need, numbers)
    rounds = dict(
        case.offers.filter(volunteer__in=volunteers).values_list("volunteer").annotate(Max("round"))
    )
    ends = expiry(case, need, now)
    offers = Offer.objects.bulk_create(
        Offer(
            case=case,
            volunteer=volunteer,
            round=rounds.get(volunteer.pk, 0) + 1,
            run_id=run,
            metres=None if need.remote else metres_to(volunteer, case),
            sent_at=now,
            sent_by_id=by.person,
            expires_at=ends,
        )
        for volunteer in volunteers
    )
    Volunteer.objects.filter(pk__in=[volunteer.pk for volunteer in volunteers]).update(asked_at=now)
    set_timers(NewTimer(f"offer:{offer.pk}", "offer_lapses", ends, {"offer": offer.pk}) for offer in offers)
    return offers
