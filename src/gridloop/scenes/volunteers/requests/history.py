"""Past requests of the demo county, written in a few statements: cases, needs, offers, tasks, verdicts, journal."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from gridloop.core.cases.facts import told_facts
from gridloop.core.cases.models import Case, Party, Review
from gridloop.core.cases.opening import place_case
from gridloop.core.cases.spots import Spot
from gridloop.core.journal.actions import new_entry, record_all
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.models import Entry
from gridloop.core.people.models import Person
from gridloop.core.scenes.stage import Stage
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.requests.models import (
    Assignment,
    AssignmentState,
    Feedback,
    Need,
    Offer,
    OfferState,
    Side,
)
from gridloop.scenes.volunteers.requests.queries import KIND
from gridloop.scenes.volunteers.roster.models import Skill, Volunteer

PAST = 90
DAYS = 80


@dataclass
class Past:
    """One finished request while it is written."""

    case: Case
    need: Need
    offers: list[Offer]
    rating: int
    person: int
    promised: datetime
    closed: datetime


def write(stage: Stage, community: Area, volunteers: list[Volunteer], residents: list[Person]) -> None:
    """Ninety requests of the last weeks, spread unevenly over the volunteers as it really happens."""
    random = stage.random
    skills = list(Skill.objects.filter(retired_at=None, certified=False))
    rows = Area.objects.filter(parent=community, level="grid", retired_at=None)
    grids = [
        (pk, longitude, latitude)
        for pk, longitude, latitude in rows.values_list("pk", "longitude", "latitude")
        if longitude is not None and latitude is not None
    ]
    past = [
        one_request(random, number, stage.now, skills, grids, residents, volunteers) for number in range(PAST)
    ]
    Case.objects.bulk_create([one.case for one in past])
    Need.objects.bulk_create([one.need for one in past])
    Offer.objects.bulk_create([offer for one in past for offer in one.offers])
    tasks = Assignment.objects.bulk_create([task_of(one) for one in past])
    Feedback.objects.bulk_create(
        Feedback(assignment=task, side=Side.HELPED, rating=one.rating, at=one.closed)
        for one, task in zip(past, tasks, strict=True)
    )
    Review.objects.bulk_create(
        Review(case=one.case, person_id=one.person, rating=one.rating, at=one.closed) for one in past
    )
    Party.objects.bulk_create(
        Party(case=one.case, person_id=one.person, role="reporter", at=one.case.reported_at) for one in past
    )
    record_all(sorted((entry for one in past for entry in entries_of(one)), key=lambda entry: entry.at))


def one_request(
    random: Random, number: int, now: datetime, skills: list[Skill], grids: list[tuple[int, float, float]],
    residents: list[Person], volunteers: list[Volunteer],
) -> Past:  # fmt: skip
    skill, (grid, longitude, latitude) = random.choice(skills), random.choice(grids)
    asked = now - timedelta(days=random.uniform(2, DAYS))
    since = asked + timedelta(hours=random.uniform(4, 40))
    closed = min(since + timedelta(hours=random.uniform(2, 20)), now)
    person, rating = random.choice(residents[1:]), random.choice((5, 5, 5, 4, 4, 4, 3))
    case = Case(
        number=f"{asked:%Y%m%d}-H{number:05d}", kind=KIND, step="closed", open=False, outcome="fixed", turn=5,
        title=f"{skill.name}", words="", reporter=person, reported_at=asked, completed_at=since, closed_at=closed,
        rating=rating, facts={"skill": skill.code},
    )  # fmt: skip
    place_case(case, Spot(grid, round(longitude, 3), round(latitude, 3), "", "point"))
    need = Need(case=case, skill=skill, since=since, until=since + timedelta(hours=2), taken=1, remote=skill.remote,
                person=person, asked_by=person)  # fmt: skip
    # A few willing ones are asked again and again: what the fairness report is there to show.
    chosen = random.sample(
        volunteers[:12] if random.random() < 0.5 else volunteers, random.choice((1, 1, 2, 3))
    )
    states = [random.choice((OfferState.DECLINED, OfferState.EXPIRED)) for _other in chosen[1:]]
    offers = [
        Offer(
            case=case, volunteer=volunteer, state=state, metres=round(random.uniform(80, 1400)), sent_at=asked + timedelta(minutes=20),
            expires_at=asked + timedelta(hours=2), answered_at=asked + timedelta(minutes=random.randint(22, 110)),
            reason=random.choice(("no_time", "too_far")) if state == OfferState.DECLINED else "",
        )
        for volunteer, state in zip(chosen, [OfferState.ACCEPTED, *states], strict=True)
    ]  # fmt: skip
    return Past(case, need, offers, rating, person.pk, offers[0].answered_at or asked, closed)


def task_of(one: Past) -> Assignment:
    return Assignment(
        case=one.case, volunteer=one.offers[0].volunteer, offer=one.offers[0], state=AssignmentState.DONE,
        promised_at=one.promised, arrived_at=one.need.since, arrived_how="code",
        done_at=one.need.since + timedelta(minutes=50), done_how="code", ended_at=one.need.since + timedelta(minutes=50),
    )  # fmt: skip


def entries_of(one: Past) -> list[Entry]:
    """The journal of one past request: asked, accepted, promised, there, done, judged."""
    case, volunteer = one.case, one.offers[0].volunteer.person_id
    facts = {**told_facts(case), "outcome": ""}
    steps = [
        ("case_reported", "", "asked", case.reporter_id, case.reported_at, facts),
        ("case_accepted", "asked", "seeking", None, case.reported_at + timedelta(minutes=15), facts | {"move": "accept"}),
        ("offer_accepted", "seeking", "assigned", volunteer, one.offers[0].answered_at, facts | {"move": "say_yes"}),
        ("helper_arrived", "assigned", "underway", volunteer, one.need.since, facts | {"move": "arrive"}),
        ("help_given", "underway", "done", volunteer, one.need.since + timedelta(minutes=50), facts | {"move": "complete"}),
        ("case_reviewed", "done", "closed", case.reporter_id, case.closed_at,
         told_facts(case) | {"move": "review", "rating": one.rating, "round": 1}),
    ]  # fmt: skip
    return [
        new_entry(
            event, by=Actor("person", person=person) if person else Actor(name="matching"), at=at, subject_kind="case", subject=case.pk,
            area=case.area_id, before=before, after=after, facts=told,
        )
        for event, before, after, person, at, told in steps
    ]  # fmt: skip
