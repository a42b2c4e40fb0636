"""What the moves of a request change besides the step: offers, promises, proofs, and who is told."""

from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext as _

from gridloop.core.cases import effects
from gridloop.core.cases.errors import CaseError, MoveNotAllowed, NeedNotMet
from gridloop.core.cases.models import Party
from gridloop.core.cases.moving import Moving
from gridloop.core.clocks import timers
from gridloop.core.journal.errors import TooLate
from gridloop.scenes.volunteers.requests import telling
from gridloop.scenes.volunteers.requests.keeping_hours import confirm_for_receiver, keep_hours
from gridloop.scenes.volunteers.requests.models import (
    LIVE,
    Assignment,
    AssignmentState,
    Feedback,
    Need,
    Offer,
    OfferState,
    Side,
)
from gridloop.scenes.volunteers.requests.offering import make_offers
from gridloop.scenes.volunteers.requests.proving import Proof, prove
from gridloop.scenes.volunteers.requests.queries import offer_standing
from gridloop.scenes.volunteers.roster.models import Volunteer


def need_of(moving: Moving) -> Need:
    return Need.objects.select_related("skill").get(case=moving.case)


def send_offers(moving: Moving) -> None:
    """The volunteers named by their numbers are asked; those who cannot be asked are left out."""
    numbers = moving.facts["volunteers"].replace(",", " ").replace("，", " ").split()
    offers = make_offers(
        moving.case, need_of(moving), numbers, now=moving.now, by=moving.by, run=moving.told.get("run")
    )
    if not offers:
        raise CaseError(
            _("None of these volunteers can be asked: they were asked already, have left, or pause."),
            field="volunteers",
        )
    moving.told["offers"] = [offer.pk for offer in offers]
    telling.tell_of_offers(moving.case, offers)


def take_place(moving: Moving) -> None:
    """A promise: one place is taken by a conditional update, so that of two at once one wins."""
    case, now = moving.case, moving.now
    offer = offer_standing(case, moving.by.person, now)
    if not Need.objects.filter(case=case, taken__lt=F("people")).update(taken=F("taken") + 1):
        raise TooLate(full())
    answer(offer, OfferState.ACCEPTED, now)
    assignment = Assignment.objects.create(case=case, volunteer=offer.volunteer, offer=offer, promised_at=now)
    Volunteer.objects.filter(pk=offer.volunteer_id).update(asked=F("asked") + 1, accepted=F("accepted") + 1)
    if case.worker_id is None:
        case.worker_id = offer.volunteer.person_id
    Party.objects.get_or_create(
        case=case, person_id=offer.volunteer.person_id, defaults={"role": "helper", "at": now}
    )
    moving.told |= {
        "offer": offer.pk,
        "assignment": assignment.pk,
        "people": telling.people_behind(case, offer.volunteer),
    }
    telling.tell_of_promise(case, offer)


def full() -> str:
    return _("Somebody else was faster: the place has just been taken. Thank you for being ready to come.")


def answer(offer: Offer, state: str, now: datetime, **more: Any) -> None:
    """From open to answered, once."""
    if not Offer.objects.filter(pk=offer.pk, state=OfferState.SENT).update(
        state=state, answered_at=now, **more
    ):
        raise TooLate(_("This offer has been answered already. Look at your tasks."))
    timers.cancel_timer(f"offer:{offer.pk}")


def refuse_place(moving: Moving) -> None:
    """A no with its reason: nobody is thought worse of, but who is asked next time knows."""
    offer = offer_standing(moving.case, moving.by.person, moving.now)
    words = moving.facts.get("words", "")[:200]
    answer(offer, OfferState.DECLINED, moving.now, reason=moving.facts["reason_code"], words=words)
    Volunteer.objects.filter(pk=offer.volunteer_id).update(asked=F("asked") + 1)
    moving.told |= {"offer": offer.pk}


def lapse_offer(moving: Moving) -> None:
    """Not answered in time, by the server's clock."""
    offer = Offer.objects.filter(
        pk=moving.facts["offer"], case=moving.case, expires_at__lte=moving.now
    ).first()
    if offer is None:
        raise TooLate(_("This offer is still open, or answered."))
    answer(offer, OfferState.EXPIRED, moving.now)
    Volunteer.objects.filter(pk=offer.volunteer_id).update(asked=F("asked") + 1)


def call_off_offer(moving: Moving) -> None:
    """One open offer is taken back."""
    offer = Offer.objects.filter(
        case=moving.case, volunteer__number=moving.facts["volunteer"], state=OfferState.SENT
    ).first()
    if offer is None:
        raise NeedNotMet(_("This volunteer has no open offer here."), field="volunteer")
    answer(offer, OfferState.WITHDRAWN, moving.now)
    telling.tell_of_withdrawal(moving.case, [offer])


def withdraw_offers(moving: Moving) -> None:
    """Everybody else who was asked need not answer any more."""
    open_offers = list(
        Offer.objects.filter(case=moving.case, state=OfferState.SENT).select_related("volunteer__person")
    )
    if not open_offers:
        return
    Offer.objects.filter(pk__in=[offer.pk for offer in open_offers], state=OfferState.SENT).update(
        state=OfferState.WITHDRAWN, answered_at=moving.now
    )
    timers.cancel_timers([f"offer:{offer.pk}" for offer in open_offers])
    moving.told["withdrawn"] = [offer.pk for offer in open_offers]
    telling.tell_of_withdrawal(moving.case, open_offers)


def close_places(moving: Moving) -> None:
    """Whoever has promised is enough."""
    Need.objects.filter(case=moving.case, taken__gt=0).update(people=F("taken"))


def hand_back(moving: Moving) -> None:
    """The volunteer cannot come after all; the place is open again."""
    assignment = live_assignment(moving)
    give_back(moving, assignment, moving.facts["reason_code"])


def release(moving: Moving) -> None:
    """The task is taken off a volunteer: they have left, or the community found somebody better placed."""
    number = moving.facts["volunteer"]
    assignment = Assignment.objects.filter(case=moving.case, volunteer__number=number, state__in=LIVE).first()
    if assignment is None:
        raise NeedNotMet(_("This volunteer has no task here."), field="volunteer")
    give_back(moving, assignment, "released")
    telling.tell_of_release(moving.case, assignment)


def give_back(moving: Moving, assignment: Assignment, reason: str) -> None:
    case, now = moving.case, moving.now
    released = Assignment.objects.filter(pk=assignment.pk, state__in=LIVE)
    if not released.update(state=AssignmentState.HANDED_BACK, ended_at=now, reason=reason[:16]):
        raise TooLate(_("This task has been handed back or finished already."))
    Offer.objects.filter(pk=assignment.offer_id).update(state=OfferState.HANDED_BACK, reason=reason[:16])
    Need.objects.filter(case=case, taken__gt=0).update(taken=F("taken") - 1)
    person = assignment.volunteer.person_id
    Party.objects.filter(case=case, person=person, role="helper").delete()
    if case.worker_id == person:
        others = Assignment.objects.filter(case=case, state__in=LIVE).order_by("pk")
        case.worker_id = others.values_list("volunteer__person", flat=True).first()
    moving.told |= {"assignment": assignment.pk, "people": telling.people_behind(case, assignment.volunteer)}
    telling.tell_of_handing_back(case, assignment)


def live_assignment(moving: Moving, *states: str) -> Assignment:
    """The task of whoever moves; says in words why there is none."""
    mine = Assignment.objects.filter(case=moving.case, volunteer__person=moving.by.person)
    assignment = mine.filter(state__in=states or LIVE).select_related("volunteer__person").first()
    if assignment is None and mine.filter(state__in=[AssignmentState.ARRIVED, AssignmentState.DONE]).exists():
        raise TooLate(_("This has been noted already."))
    if assignment is None:
        raise MoveNotAllowed(_("You have not promised to come to this. Accept an offer first."))
    return assignment


def arrive(moving: Moving) -> None:
    """There, and proved."""
    assignment = live_assignment(moving, AssignmentState.PROMISED)
    proof = prove(assignment, need_of(moving), moving.facts)
    note_arrival(assignment, proof, moving)
    telling.tell_of_arrival(moving.case, assignment)


def note_arrival(assignment: Assignment, proof: Proof, moving: Moving) -> None:
    waiting = Assignment.objects.filter(pk=assignment.pk, state=AssignmentState.PROMISED)
    if not waiting.update(
        state=AssignmentState.ARRIVED,
        arrived_at=moving.now,
        arrived_how=proof.how,
        arrived_metres=proof.metres,
        arrived_device_at=proof.device_at,
    ):
        raise TooLate(_("This has been noted already."))
    moving.told |= {"assignment": assignment.pk, "how": proof.how, "metres": proof.metres,
                    "people": telling.people_behind(moving.case, assignment.volunteer)}  # fmt: skip


def complete(moving: Moving) -> None:
    """Done, and proved; the hours are claimed."""
    assignment = live_assignment(moving, AssignmentState.ARRIVED)
    proof = prove(assignment, need_of(moving), moving.facts)
    note_completion(assignment, proof, moving)


def note_completion(assignment: Assignment, proof: Proof, moving: Moving) -> None:
    there = Assignment.objects.filter(pk=assignment.pk, state=AssignmentState.ARRIVED)
    if not there.update(
        state=AssignmentState.DONE,
        done_at=moving.now,
        done_how=proof.how,
        done_metres=proof.metres,
        done_device_at=proof.device_at,
        ended_at=moving.now,
    ):
        raise TooLate(_("This has been noted already."))
    Volunteer.objects.filter(pk=assignment.volunteer_id).update(done=F("done") + 1)
    moving.told |= {"assignment": assignment.pk, "how": proof.how,
                    "people": telling.people_behind(moving.case, assignment.volunteer)}  # fmt: skip
    keep_hours(assignment, proof, moving)


def finish(moving: Moving) -> None:
    """Help was given; whoever asked is asked how it was."""
    moving.case.completed_at = moving.now
    telling.tell_of_completion(moving.case)


def vouch(moving: Moving) -> None:
    """The community has heard that help was given: for those without a phone to show a code on."""
    need = need_of(moving)
    for assignment in Assignment.objects.filter(case=moving.case, state__in=LIVE).select_related(
        "volunteer__person"
    ):
        if assignment.state == AssignmentState.PROMISED:
            note_arrival(assignment, Proof("staff"), moving)
            Assignment.objects.filter(pk=assignment.pk).update(
                arrived_at=min(max(need.since, assignment.promised_at), moving.now)
            )
        note_completion(assignment, Proof("staff"), moving)


def rate_volunteers(moving: Moving) -> None:
    """The verdict of the person helped counts for each volunteer who came."""
    done = Assignment.objects.filter(case=moving.case, state=AssignmentState.DONE)
    rating, words = moving.facts["rating"], moving.facts.get("words", "")[:500]
    for assignment in done.exclude(feedback__side=Side.HELPED):
        Feedback.objects.create(
            assignment=assignment,
            side=Side.HELPED,
            rating=rating,
            words=words,
            person_id=moving.by.person,
            at=moving.now,
        )
        Volunteer.objects.filter(pk=assignment.volunteer_id).update(
            rating_sum=F("rating_sum") + rating, ratings=F("ratings") + 1
        )
        if not effects.is_bad_rating(moving.facts):
            confirm_for_receiver(assignment, by=moving.by)


def open_places(moving: Moving) -> None:
    """Somebody else is to put it right: the places are open again."""
    Need.objects.filter(case=moving.case).update(taken=0)
    moving.case.worker_id, moving.case.completed_at = None, None


def end_everything(moving: Moving) -> None:
    """No help is needed any more: offers are withdrawn, promises end."""
    withdraw_offers(moving)
    live = list(
        Assignment.objects.filter(case=moving.case, state__in=LIVE).select_related("volunteer__person")
    )
    Assignment.objects.filter(pk__in=[one.pk for one in live]).filter(Q(state__in=LIVE)).update(
        state=AssignmentState.ENDED, ended_at=moving.now
    )
    moving.told["people"] = [one.volunteer.person_id for one in live]
    telling.tell_of_end(moving.case, live)
