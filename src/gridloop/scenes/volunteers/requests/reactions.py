"""What requests do when something is announced: accepted and matched by themselves, and carried on without who left."""

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case, Urgency
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.journal.models import Entry
from gridloop.scenes.volunteers.requests.models import LIVE, Assignment, Mode, Offer, OfferState
from gridloop.scenes.volunteers.requests.queries import KIND, mode_of
from gridloop.scenes.volunteers.requests.running import MATCHER, match_at_once
from gridloop.scenes.volunteers.roster.models import Membership, Team

LEAVING = Actor(kind="system", name="volunteer_left")


def request_of(entry: Entry) -> Case | None:
    if entry.subject_kind != "case" or entry.facts.get("kind") != KIND:
        return None
    return Case.objects.filter(pk=entry.subject or 0).first()


def accept_by_itself(entry: Entry) -> None:
    """Where matching is on, nobody need accept a request first."""
    case = request_of(entry)
    if case is not None and case.step == "asked" and mode_of(case.community_id) == Mode.ON:
        try:
            move_case(case, "accept", by=MATCHER)
        except Refusal:
            return  # a person was faster


def match_if_urgent(entry: Entry) -> None:
    """What presses does not wait for the next batch; matching twice asks nobody twice."""
    case = request_of(entry)
    if case is not None and case.step == "seeking" and case.urgency <= Urgency.URGENT:
        match_at_once(case)


def let_go(volunteers: list[int]) -> None:
    """Open offers are called off, promised tasks released; what is left open is matched again."""
    offers = Offer.objects.filter(volunteer__in=volunteers, state=OfferState.SENT)
    for offer in offers.select_related("case", "volunteer"):
        attempt(offer.case, "call_off", offer.volunteer.number)
    tasks = Assignment.objects.filter(volunteer__in=volunteers, state__in=LIVE)
    for task in tasks.select_related("case", "volunteer"):
        attempt(task.case, "release", task.volunteer.number)


def attempt(case: Case, move: str, number: str) -> None:
    try:
        move_case(case, move, by=LEAVING, facts={"volunteer": number})
    except Refusal:
        return  # it has moved on by itself


def volunteer_left(entry: Entry) -> None:
    """Nobody waits for somebody who volunteers no more."""
    if entry.subject is not None:
        let_go([entry.subject])


def team_dissolved(entry: Entry) -> None:
    """Its members are let go unless they stand in another team; asked anew they may come on their own account."""
    team = Team.objects.filter(pk=entry.subject or 0).first()
    if team is None or team.dissolved_at is None:
        return
    members = set(
        team.memberships.filter(state="left", ended_at=team.dissolved_at).values_list("volunteer", flat=True)
    )
    elsewhere = Membership.objects.filter(volunteer__in=members, state="member").values_list(
        "volunteer", flat=True
    )
    let_go(sorted(members - set(elsewhere)))


REACTIONS = {
    "case_reported": accept_by_itself,
    "case_accepted": match_if_urgent,
    "offer_declined": match_if_urgent,
    "offer_expired": match_if_urgent,
    "offer_withdrawn": match_if_urgent,
    "help_handed_back": match_if_urgent,
    "help_sought_again": match_if_urgent,
    "volunteer_left": volunteer_left,
    "team_dissolved": team_dissolved,
}
