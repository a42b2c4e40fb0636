"""Every change to requests that people make: asking, answering offers, coming, finishing, rating, dispatching by hand."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.errors import MoveNotPossible
from gridloop.core.cases.models import Case, Party, Urgency
from gridloop.core.cases.opening import open_case
from gridloop.core.cases.spots import Spot
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.people.models import Person
from gridloop.core.people.queries import may, require
from gridloop.core.people.throttling import Gate, count_try, forgive
from gridloop.core.territory import tree
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.requests.models import (
    LIVE,
    Assignment,
    AssignmentState,
    Feedback,
    Mandate,
    MatchingMode,
    Mode,
    Need,
    Offer,
    Side,
)
from gridloop.scenes.volunteers.requests.queries import KIND, mandate_for, mode_of, offer_standing
from gridloop.scenes.volunteers.roster.models import Skill, Volunteer

TRIES = 6
LONGEST_HELP = timedelta(hours=12)
MOST_PEOPLE = 10
FARTHEST_AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call and where to go, in plain; stored encrypted, shown to whoever has promised to come."""

    name: str = ""
    phone: str = ""
    address: str = ""


@transaction.atomic
def ask_for_help(
    skill: Skill,
    *,
    words: str,
    spot: Spot,
    since: datetime,
    until: datetime,
    person: Person | None,
    contact: Contact,
    by: Actor,
    people: int = 1,
    urgency: int = Urgency.NORMAL,
    source: str = "web",
    key: uuid.UUID | None = None,
    at: datetime | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Case:
    """A request for help of a person: their own, one made by whoever holds their mandate, or written down by staff.

    The case knows the place to about 100 m; the exact one is encrypted beside it. `facts`: what else it should keep,
    such as the station and the line of its menu.
    """
    if key is not None and (known := Case.objects.filter(key=key, kind=KIND).first()):
        return known
    guard_times(since, until, at or timezone.now())
    guard_words(skill, words, people)
    mandate = guard_asking(person, skill, spot.area, by)

    coarse = Spot(spot.area, rounded(spot.longitude), rounded(spot.latitude), "", spot.placed_by)
    case = open_case(
        KIND,
        title=f"{skill.name} · {tree.name(tree.chain(spot.area).community or spot.area)}",
        words=words,
        spot=coarse,
        by=by,
        urgency=urgency,
        reporter=person,
        source=source,
        key=key,
        at=at,
        facts={"skill": skill.code, **(facts or {})},
    )
    Need.objects.create(
        case=case,
        skill=skill,
        since=since,
        until=until,
        people=people,
        remote=skill.remote,
        person=person,
        asked_by_id=by.person,
        mandate=mandate,
        address=contact.address.strip()[:200],
        point="" if spot.longitude is None else f"{spot.longitude:.6f} {spot.latitude:.6f}",
        contact_name=contact.name.strip()[:40],
        contact_phone=contact.phone.strip()[:20],
    )
    if mandate is not None:
        Party.objects.get_or_create(
            case=case, person_id=mandate.agent_id, defaults={"role": "proxy", "at": case.reported_at}
        )
        record(
            "help_asked_for_another", by=by, subject_kind="person", subject=mandate.principal_id, area=case.area_id,
            facts={"case": case.pk, "mandate": mandate.pk},
        )  # fmt: skip
    return case


def rounded(degrees: float | None) -> float | None:
    return None if degrees is None else round(degrees, 3)


def guard_times(since: datetime, until: datetime, now: datetime) -> None:
    if until <= since:
        raise Refusal(_("The end lies before the beginning. Check both."), field="until")
    if until <= now:
        raise Refusal(_("This time is past. Choose another."), field="since")
    if until - since > LONGEST_HELP:
        raise Refusal(_("Ask for at most 12 hours at once; for longer help ask day by day."), field="until")
    if since > now + FARTHEST_AHEAD:
        raise Refusal(_("Ask at most 60 days ahead."), field="since")


def guard_words(skill: Skill, words: str, people: int) -> None:
    if skill.retired_at is not None:
        raise Refusal(_("This kind of help is no longer offered. Choose another."), field="skill")
    if not words.strip():
        raise Refusal(_("Say in a few words what help you need."), field="words")
    if not 1 <= people <= MOST_PEOPLE:
        raise Refusal(_("Choose from one to ten people."), field="people")


def guard_asking(person: Person | None, skill: Skill, area: int, by: Actor) -> Mandate | None:
    """For oneself; for another with a mandate, or by post as the community that writes a call down."""
    if by.person is None and by.kind == "person":
        raise NotAllowed(_("Sign in with your phone number first, so that a volunteer can reach you."))
    if by.person is None or (person is not None and by.person == person.pk):
        return None
    try:
        require(by, "enter_for_others", area)
        return None
    except NotAllowed:
        if person is None:
            raise
    agent = Person.objects.get(pk=by.person)
    return mandate_for(agent, person.pk, skill)


def move_in_turn(case: Case, move: str, **more: Any) -> Case:
    """A move of one of several people who act on a request at the same moment: whoever is overtaken tries again."""
    for left in range(TRIES - 1, -1, -1):
        try:
            return move_case(case, move, **more)
        except MoveNotPossible as trouble:
            if trouble.code != "overtaken" or not left:
                raise
    raise AssertionError("unreachable")


def accept_offer(offer: Offer, *, by: Actor, key: uuid.UUID | None = None) -> Assignment:
    """The volunteer will come. Of two who say so for the last place, one wins and the other reads that it is taken."""
    answer_offer(offer, "say_yes", by=by, key=key)
    return Assignment.objects.select_related("case", "volunteer").get(offer=offer)


def decline_offer(
    offer: Offer, *, reason: str, words: str = "", by: Actor, key: uuid.UUID | None = None
) -> Case:
    """The volunteer cannot come, and says why."""
    return answer_offer(offer, "say_no", by=by, facts={"reason_code": reason, "words": words}, key=key)


def answer_offer(
    offer: Offer,
    move: str,
    *,
    by: Actor,
    facts: Mapping[str, Any] | None = None,
    key: uuid.UUID | None = None,
) -> Case:
    if by.person is None or Volunteer.objects.filter(pk=offer.volunteer_id, person=by.person).count() != 1:
        raise NotAllowed(_("You have not been asked for this. Look at your offers."))
    try:
        return move_in_turn(offer.case, move, by=by, facts=facts, key=key)
    except Refusal as refusal:
        if refusal.field:
            raise
        # Says what became of the offer, where it is not open.
        offer_standing(offer.case, by.person, timezone.now())
        raise


def hand_back(assignment: Assignment, *, reason: str, words: str = "", by: Actor) -> Case:
    """The volunteer cannot come after all; somebody else is looked for."""
    guard_own(assignment, by)
    facts = {"reason_code": reason, "words": words}
    return move_in_turn(assignment.case, "hand_back", by=by, facts=facts)


def arrive(assignment: Assignment, *, by: Actor, **proof: Any) -> Assignment:
    """There: proved by `code` or `position`; `device_at` is the phone's time, kept beside the server's."""
    return proved_move(assignment, "arrive", by=by, facts=proof)


def complete(assignment: Assignment, *, words: str = "", by: Actor, **proof: Any) -> Assignment:
    """Done: proved like the arrival; the hours are claimed."""
    return proved_move(assignment, "complete", by=by, facts={**proof, "words": words})


def proved_move(assignment: Assignment, move: str, *, by: Actor, facts: Mapping[str, Any]) -> Assignment:
    """A move with a proof; guessing codes is slowed down, outside the transaction that a wrong one undoes."""
    guard_own(assignment, by)
    gate = Gate("assignment", f"{assignment.pk}", free=5)
    if facts.get("code"):
        count_try(gate)
    move_in_turn(assignment.case, move, by=by, facts=facts)
    if facts.get("code"):
        forgive(gate)
    assignment.refresh_from_db()
    return assignment


def guard_own(assignment: Assignment, by: Actor) -> None:
    if by.person is None or by.person != assignment.volunteer.person_id:
        raise NotAllowed(_("This task is somebody else's."))


@transaction.atomic
def read_contact(case: Case, *, by: Actor) -> Contact:
    """Address and contact in plain, for whoever has promised to come and has not finished; each reading is journalled."""
    need = Need.objects.get(case=case)
    coming = Assignment.objects.filter(case=case, volunteer__person=by.person, state__in=LIVE)
    if by.person is None or not coming.exists():
        raise NotAllowed(
            _("The address is shown only to a volunteer who has promised to come. Accept an offer first."),
            code="not_promised",
        )
    return _read(case, need, by, "")


@transaction.atomic
def unmask_contact(case: Case, *, reason: str, by: Actor) -> Contact:
    """The same for staff, for a reason that is written down and that the person helped can read."""
    need = Need.objects.get(case=case)
    require(by, "enter_for_others", case.area_id)
    if len(reason.strip()) < 4:
        raise Refusal(
            _("Say in a few words why you need to see this. The person concerned can read it."),
            field="reason",
        )
    return _read(case, need, by, reason.strip())


def _read(case: Case, need: Need, by: Actor, reason: str) -> Contact:
    whose = need.person_id or case.reporter_id
    record(
        "data_unmasked", by=by, subject_kind="person", subject=whose, area=case.area_id,
        words=reason or _("Promised to come (%(number)s)") % {"number": case.number},
        facts={"field": "address", "case": case.pk},
    )  # fmt: skip
    return Contact(need.contact_name, need.contact_phone, need.address)


@transaction.atomic
def rate_task(assignment: Assignment, *, rating: int, words: str = "", by: Actor) -> Feedback:
    """The volunteer's side: how the task was. The person helped rates through the case's review."""
    guard_own(assignment, by)
    if assignment.state != AssignmentState.DONE:
        raise Refusal(_("Finish the task first, then say how it was."))
    if not 1 <= rating <= 5:
        raise Refusal(_("Choose one of the five levels."), field="rating")
    feedback, fresh = Feedback.objects.get_or_create(
        assignment=assignment,
        side=Side.VOLUNTEER,
        defaults={"rating": rating, "words": words.strip()[:500], "person_id": by.person},
    )
    if not fresh:
        raise TooLate(_("You have said how it was already. Thank you."))

    record(
        "task_rated", by=by, subject_kind="assignment", subject=assignment.pk, area=assignment.case.area_id,
        facts={"rating": rating, "case": assignment.case_id},
    )  # fmt: skip
    return feedback


def ask_volunteers(case: Case, volunteers: Sequence[str], *, by: Actor, run: int | None = None) -> Case:
    """Dispatch by hand: these volunteers (by number) are asked."""
    facts = {"volunteers": " ".join(volunteers)}
    return move_in_turn(case, "offer", by=by, facts=facts, told={"run": run} if run else None)


@transaction.atomic
def set_mode(community: Area, mode: str, *, by: Actor) -> MatchingMode:
    """Off, dry run or on, for one community; open offers stay as they are."""
    switcher = Person.objects.filter(pk=by.person).first() if by.person else None
    if switcher is None or not may(switcher, "administer"):
        require(by, "dispatch", community.pk)
    if mode not in Mode.values:
        raise Refusal(_("Choose off, dry run or on."), field="mode")
    if community.level != "community":
        raise Refusal(_("Matching is switched for a village or community."), field="community")
    before = mode_of(community.pk)
    kept, _made = MatchingMode.objects.update_or_create(
        community=community, defaults={"mode": mode, "since": timezone.now(), "by_id": by.person}
    )

    record(
        "matching_switched", by=by, subject_kind="area", subject=community.pk, area=community.pk,
        before=before, after=mode,
    )  # fmt: skip
    return kept
