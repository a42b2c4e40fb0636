"""Reading requests: whose they are, what a volunteer may see of them, and how they were dispatched."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.cases.models import Case, Party
from gridloop.core.cases.queries import cases_within_reach
from gridloop.core.journal.errors import NotAllowed, NotFound, TooLate
from gridloop.core.people.models import Person
from gridloop.scenes.volunteers.requests.models import (
    KEPT,
    LIVE,
    Assignment,
    Consideration,
    Mandate,
    MandateState,
    MatchingMode,
    MatchRun,
    Mode,
    Need,
    Offer,
    OfferState,
)
from gridloop.scenes.volunteers.roster.models import Skill

KIND = "request"


def offer_standing(case: Case, person: int | None, now: datetime) -> Offer:
    """The open offer of this person; where there is none, a sentence that says what became of it."""
    mine = Offer.objects.filter(case=case, volunteer__person=person) if person else Offer.objects.none()
    offer = mine.select_related("volunteer__person").order_by("-round").first()
    if offer is None:
        raise NotAllowed(_("You have not been asked for this. Look at your offers."))
    if offer.is_open(now):
        return offer
    if offer.state == OfferState.ACCEPTED:
        raise TooLate(_("You have accepted this already. It stands under “My tasks”."))
    if offer.state == OfferState.WITHDRAWN:
        raise TooLate(
            _("Somebody else was faster, or help is no longer needed. Thank you for being ready to come.")
        )
    if offer.state in (OfferState.SENT, OfferState.EXPIRED):
        ended = timezone.localtime(offer.expires_at)
        raise TooLate(
            _(
                "This offer ended at %(at)s, and others are being asked now. If you can still come, call your community."
            )
            % {"at": f"{ended:%H:%M}"}
        )
    raise TooLate(_("You have answered this offer already."))


def needs_of(cases: QuerySet[Case]) -> QuerySet[Need]:
    return Need.objects.filter(case__in=cases).select_related("skill", "case")


def own_requests(person: Person) -> QuerySet[Case]:
    """What the person asked for, for themselves or for somebody else, newest first."""
    behind = Party.objects.behind().filter(case=OuterRef("pk"), person=person)
    return Case.objects.filter(Exists(behind), kind=KIND).order_by("-id")


def own_request(person: Person | None, number: str) -> Case:
    found = own_requests(person).filter(number=number).first() if person else None
    if found is None:
        raise NotFound(_("There is no such request, or it is not yours to see."))
    return found


def request_within_reach(person: Person, number: str) -> Case:
    """A request the staff of its area may see."""
    found = cases_within_reach(person).filter(number=number, kind=KIND).select_related("community").first()
    if found is None:
        raise NotFound(_("There is no such request, or it is not yours to see."))
    return found


def open_offers(person: Person, now: datetime) -> QuerySet[Offer]:
    """What a volunteer is being asked now, the most pressing first."""
    return (
        Offer.objects.filter(
            volunteer__person=person, state=OfferState.SENT, expires_at__gt=now, case__open=True
        )
        .select_related("case__need__skill", "case__community", "volunteer")
        .order_by("case__urgency", "expires_at")
    )


def own_tasks(person: Person) -> QuerySet[Assignment]:
    """What a volunteer has promised and not finished, the next one first."""
    return (
        Assignment.objects.filter(volunteer__person=person, state__in=LIVE)
        .select_related("case__need__skill", "case__community")
        .order_by("case__need__since")
    )


def past_tasks(person: Person) -> QuerySet[Assignment]:
    """What a volunteer has finished or handed back, the last one first."""
    return (
        Assignment.objects.filter(volunteer__person=person)
        .exclude(state__in=LIVE)
        .select_related("case__need__skill")
        .prefetch_related("feedback")
        .order_by("-id")
    )


def own_task(person: Person | None, pk: int) -> Assignment:
    """A task of this volunteer; anybody else's is not there."""
    found = (
        Assignment.objects.filter(pk=pk, volunteer__person=person)
        .select_related("case__need__skill", "case__community", "case__category", "volunteer__person")
        .first()
        if person
        else None
    )
    if found is None:
        raise NotFound(_("There is no such task, or it is not yours."))
    return found


def kept_assignments(case: Case) -> QuerySet[Assignment]:
    """Who comes, is there, or was."""
    return case.assignments.filter(state__in=KEPT).select_related("volunteer__person").order_by("id")


def mode_of(community: int | None) -> str:
    """What matching may do there."""
    found = MatchingMode.objects.filter(community=community).values_list("mode", flat=True).first()
    return found or Mode.OFF


def requests_seeking(now: datetime) -> QuerySet[Case]:
    """Requests with places that nobody has promised to take and that are not over yet."""
    return Case.objects.filter(kind=KIND, step="seeking", open=True, need__until__gt=now)


def latest_run(case: Case) -> MatchRun | None:
    """The last time volunteers were considered for this request."""
    return MatchRun.objects.filter(considerations__case=case).order_by("-id").first()


def considered(case: Case, run: MatchRun) -> QuerySet[Consideration]:
    """The dispatch record: who came into question, cheapest first."""
    return (
        Consideration.objects.filter(case=case, run=run)
        .select_related("volunteer__person")
        .order_by("total", "id")
    )


def mandates_in_force(agent: Person) -> QuerySet[Mandate]:
    """For whom this person may ask today."""
    today = timezone.localdate()
    lasting = Q(valid_until=None) | Q(valid_until__gte=today)
    return (
        Mandate.objects.filter(lasting, agent=agent, state=MandateState.IN_FORCE, principal__is_active=True)
        .select_related("principal")
        .prefetch_related("skills")
        .order_by("id")
    )


def mandate_for(agent: Person, principal: int, skill: Skill) -> Mandate:
    """The mandate that covers this kind of help; says what to do where there is none."""
    for mandate in mandates_in_force(agent).filter(principal=principal):
        scope = {one.pk for one in mandate.skills.all()}
        if not scope or skill.pk in scope:
            return mandate
        raise NotAllowed(
            _(
                "Your mandate does not cover this kind of help. Ask the person, or your community, to extend it."
            ),
            code="beyond_mandate",
        )
    raise NotAllowed(
        _(
            "You have no mandate to ask for this person. Ask for one, or let the community write the request down."
        ),
        code="no_mandate",
    )
