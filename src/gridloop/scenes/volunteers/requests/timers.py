"""What time brings: offers lapse, and requests that wait are matched in batches every few minutes."""

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.errors import MoveNotPossible
from gridloop.core.clocks.models import Timer
from gridloop.core.clocks.periodic import every
from gridloop.core.clocks.timers import on
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import TooLate
from gridloop.scenes.volunteers.requests.models import Mode, Offer, OfferState
from gridloop.scenes.volunteers.requests.running import match_waiting

BATCH_SECONDS = 180


@on("offer_lapses")
def lapse_offer(timer: Timer) -> None:
    """Not answered in time; the next batch asks somebody else, an urgent request does so at once."""
    offer = (
        Offer.objects.select_related("case").filter(pk=timer.facts["offer"], state=OfferState.SENT).first()
    )
    if offer is None:
        return
    try:
        move_case(offer.case, "lapse", by=SYSTEM, facts={"offer": str(offer.pk)})
    except MoveNotPossible as trouble:
        if trouble.code == "overtaken":
            raise  # the timer comes again in a moment
    except TooLate:
        return  # answered in the last second


@every("match_requests", BATCH_SECONDS, at_most=300)
def match_in_batches() -> None:
    """Those communities where matching is on, then those that watch what it would do."""
    match_waiting(Mode.ON, reason="batch")
    match_waiting(Mode.DRY, reason="batch")
