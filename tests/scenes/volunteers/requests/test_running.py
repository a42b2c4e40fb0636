"""Matching with the database: who is considered and why, what is written down, who is asked, and what goes on by itself."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.models import Entry
from gridloop.core.scenes.consumers import feed_scenes
from gridloop.scenes.volunteers.requests import actions
from gridloop.scenes.volunteers.requests.fairness import behind, fairness_of
from gridloop.scenes.volunteers.requests.models import Assignment, Consideration, MatchRun, Need, Offer
from gridloop.scenes.volunteers.requests.reactions import REACTIONS
from gridloop.scenes.volunteers.requests.running import look_for_volunteers, match_waiting
from gridloop.scenes.volunteers.requests.timers import match_in_batches
from gridloop.scenes.volunteers.roster.actions import dissolve_team, leave
from gridloop.scenes.volunteers.roster.models import (
    Availability,
    AvailabilityException,
    Credential,
    Membership,
    Team,
)
from tests import world
from tests.scenes.volunteers.requests import helping

pytestmark = pytest.mark.django_db


def asked(case) -> list[int]:
    return list(
        Offer.objects.filter(case=case, state="sent").order_by("pk").values_list("volunteer", flat=True)
    )


def react(since: int = 0) -> None:
    """What the worker does with the journal, until nothing new comes of it."""
    while entries := list(Entry.objects.filter(pk__gt=since).order_by("pk")):
        since = entries[-1].pk
        feed_scenes(entries)


def last_entry() -> int:
    return Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def test_in_batches_the_nearest_with_time_is_asked(place):
    helping.switch(place, "on")
    far = helping.a_volunteer(place, metres=900)
    near = helping.a_volunteer(place, metres=200)
    busy = helping.a_volunteer(place, metres=50, always=False)
    Availability.objects.create(volunteer=busy, weekday=0, since=480, until=700)
    case = helping.seeking(place)
    match_in_batches()
    assert asked(case) == [near.pk]
    assert set(Consideration.objects.values_list("volunteer", flat=True)) == {near.pk, far.pk}
    match_in_batches()
    assert asked(case) == [near.pk] and MatchRun.objects.count() == 1


def test_the_record_says_who_was_considered_what_each_costs_and_who_was_asked(place):
    helping.switch(place, "on")
    near = helping.a_volunteer(place, metres=200)
    lately = helping.a_volunteer(
        place, metres=150, asked_at=timezone.now() - timedelta(days=1), asked=4, accepted=0
    )
    case = helping.seeking(place)
    match_in_batches()
    rows = {row.volunteer_id: row for row in Consideration.objects.filter(case=case)}
    assert rows[near.pk].chosen and not rows[lately.pk].chosen
    assert 190 < rows[near.pk].metres < 210 and rows[near.pk].fairness == 0
    assert rows[lately.pk].fairness > 250 and rows[lately.pk].acceptance > rows[near.pk].acceptance
    assert Offer.objects.get(case=case).run == MatchRun.objects.get()
    assert Offer.objects.get(case=case).sent_by is None


def test_a_dry_run_asks_nobody(place):
    helping.switch(place, "dry")
    near = helping.a_volunteer(place)
    case = helping.seeking(place)
    match_in_batches()
    assert asked(case) == []
    assert list(Consideration.objects.filter(chosen=True).values_list("volunteer", flat=True)) == [near.pk]


def test_off_nothing_happens(place):
    helping.a_volunteer(place)
    helping.seeking(place)
    match_in_batches()
    assert not MatchRun.objects.exists()


def test_declined_the_next_batch_asks_somebody_else(place):
    helping.switch(place, "on")
    first, second = helping.a_volunteer(place, metres=100), helping.a_volunteer(place, metres=500)
    case = helping.seeking(place)
    match_in_batches()
    actions.decline_offer(Offer.objects.get(case=case), reason="no_time", by=world.acting(first.person))
    match_in_batches()
    assert asked(case) == [second.pk]


def test_an_urgent_request_is_accepted_and_matched_at_once_and_asks_three(place):
    helping.switch(place, "on")
    volunteers = [helping.a_volunteer(place, metres=metres) for metres in (100, 200, 300, 400)]
    case = helping.a_request(place, urgency=2)
    react()
    assert Case.objects.get(pk=case.pk).step == "seeking"
    assert asked(case) == [one.pk for one in volunteers[:3]]
    actions.accept_offer(
        Offer.objects.get(case=case, volunteer=volunteers[1]), by=world.acting(volunteers[1].person)
    )
    assert asked(case) == []


def test_an_urgent_offer_declined_asks_the_next_at_once(place):
    helping.switch(place, "on")
    volunteers = [helping.a_volunteer(place, metres=metres) for metres in (100, 200, 300, 400)]
    case = helping.a_request(place, urgency=2)
    react()
    offer = Offer.objects.get(case=case, volunteer=volunteers[0])
    position = last_entry()
    actions.decline_offer(offer, reason="too_far", by=world.acting(volunteers[0].person))
    react(position)
    assert asked(case) == [one.pk for one in volunteers[1:]]


def test_reactions_twice_ask_nobody_twice(place):
    helping.switch(place, "on")
    helping.a_volunteer(place)
    case = helping.a_request(place, urgency=2)
    react()
    react()
    assert len(asked(case)) == 1


def test_nobody_is_asked_to_help_themselves(place):
    volunteer = helping.a_volunteer(place, metres=10)
    case = helping.seeking(place, by=volunteer.person, person=volunteer.person)
    run = look_for_volunteers(case, by=world.acting(place.clerk))
    assert run is not None and run.candidates == 0


def test_a_certified_skill_needs_its_paper(place):
    place.shopping.certified = True
    place.shopping.save()
    without = helping.a_volunteer(place, metres=100)
    expired = helping.a_volunteer(place, metres=150)
    good = helping.a_volunteer(place, metres=800)
    now = timezone.now()
    Credential.objects.create(
        volunteer=expired, skill=place.shopping, confirmed_at=now, valid_until=date(2026, 11, 1)
    )
    Credential.objects.create(
        volunteer=good, skill=place.shopping, confirmed_at=now, valid_until=date(2027, 11, 1)
    )
    run = look_for_volunteers(helping.seeking(place), by=world.acting(place.clerk))
    assert list(run.considerations.values_list("volunteer", flat=True)) == [good.pk]
    assert without.pk != good.pk


def test_days_away_pauses_and_promises_count(place):
    away, paused, engaged, also = (helping.a_volunteer(place, metres=metres) for metres in (10, 20, 30, 900))
    AvailabilityException.objects.create(volunteer=away, day=date(2026, 11, 23))
    paused.paused_until = date(2026, 11, 24)
    paused.save()
    other = helping.seeking(
        place, since=helping.AFTERNOON + timedelta(minutes=30), until=helping.AFTERNOON + timedelta(hours=2)
    )
    [offer] = helping.offers_to(place, other, engaged)
    actions.accept_offer(offer, by=world.acting(engaged.person))
    run = look_for_volunteers(helping.seeking(place), by=world.acting(place.clerk))
    assert list(run.considerations.values_list("volunteer", flat=True)) == [also.pk]


def test_whoever_helped_this_person_before_comes_first(place):
    known, nearer = helping.a_volunteer(place, metres=400), helping.a_volunteer(place, metres=100)
    before = helping.seeking(place)
    [offer] = helping.offers_to(place, before, known)
    task = actions.accept_offer(offer, by=world.acting(known.person))
    Assignment.objects.filter(pk=task.pk).update(state="done")
    Need.objects.filter(case=before).update(
        since=helping.NOON - timedelta(days=9), until=helping.NOON - timedelta(days=9, hours=-1)
    )
    known.asked_at = None
    known.save()
    run = look_for_volunteers(helping.seeking(place), by=world.acting(place.clerk))
    chosen = run.considerations.get(chosen=True)
    assert (chosen.volunteer_id, chosen.continuity) == (known.pk, -400) and nearer.pk != known.pk


def test_by_phone_distance_does_not_matter(place):
    listening = helping.a_skill("电话陪聊", remote=True)
    far = helping.a_volunteer(place, metres=20_000, remote_only=True)
    far.skills.add(listening)
    run = look_for_volunteers(helping.seeking(place, skill=listening), by=world.acting(place.clerk))
    assert run.considerations.get().volunteer_id == far.pk


def test_a_volunteer_who_leaves_is_let_go_and_somebody_else_is_asked(place):
    helping.switch(place, "on")
    leaving, staying = helping.a_volunteer(place, metres=100), helping.a_volunteer(place, metres=500)
    promised = helping.seeking(place)
    [offer] = helping.offers_to(place, promised, leaving)
    task = actions.accept_offer(offer, by=world.acting(leaving.person))
    tomorrow = {
        "since": helping.AFTERNOON + timedelta(days=1),
        "until": helping.AFTERNOON + timedelta(days=1, hours=1),
    }
    offered = helping.seeking(place, **tomorrow)
    [waiting] = helping.offers_to(place, offered, leaving)
    position = last_entry()
    leave(leaving, by=world.acting(leaving.person))
    react(position)
    task.refresh_from_db()
    waiting.refresh_from_db()
    assert (task.state, waiting.state) == ("handed_back", "withdrawn")
    match_in_batches()
    assert asked(promised) == [staying.pk] and asked(offered) == [staying.pk]


def test_a_team_dissolved_with_open_offers(place):
    team = Team.objects.create(
        organisation=world.Organisation.objects.create(name="邻里队", kind="team", code="team-1")
    )
    other = Team.objects.create(
        organisation=world.Organisation.objects.create(name="夕阳队", kind="team", code="team-2")
    )
    member, twice = helping.a_volunteer(place, metres=100), helping.a_volunteer(place, metres=200)
    for volunteer, joined in ((member, team), (twice, team), (twice, other)):
        Membership.objects.create(team=joined, volunteer=volunteer, state="member")
    case = helping.seeking(place)
    offers = helping.offers_to(place, case, member, twice)
    position = last_entry()
    dissolve_team(team, by=SYSTEM)
    react(position)
    for offer in offers:
        offer.refresh_from_db()
    assert [offer.state for offer in offers] == ["withdrawn", "sent"]


def test_a_request_that_moved_on_is_left_alone(place):
    """Between matching and asking the request was withdrawn: the run is written down, nobody is asked."""
    helping.switch(place, "on")
    helping.a_volunteer(place)
    case = helping.seeking(place)
    move_case(case, "withdraw", by=world.acting(place.resident), facts={"reason_code": "other"})
    assert match_waiting("on", reason="batch") is None
    assert asked(case) == []


def test_a_constant_number_of_queries_whatever_the_crowd(place, django_assert_max_num_queries):
    for metres in range(100, 1300, 100):
        helping.a_volunteer(place, metres=metres)
    cases = [
        helping.seeking(
            place,
            since=helping.AFTERNOON + timedelta(hours=n),
            until=helping.AFTERNOON + timedelta(hours=n + 1),
        )
        for n in range(4)
    ]
    helping.switch(place, "dry")
    with django_assert_max_num_queries(24):
        run = match_waiting("dry", reason="batch")
    assert run.needs == len(cases)


def test_fairness_counts_who_was_asked(place):
    helping.switch(place, "on")
    volunteers = [helping.a_volunteer(place, metres=metres) for metres in (100, 200, 300)]
    helping.offers_to(place, helping.seeking(place), *volunteers[:2])
    case = helping.seeking(place)
    [offer] = helping.offers_to(place, case, volunteers[0])
    actions.accept_offer(offer, by=world.acting(volunteers[0].person))
    report = fairness_of(place.clerk)
    assert (report.volunteers, report.offers, report.answered, report.accepted) == (3, 3, 1, 1)
    assert [band.count for band in report.bands] == [1, 1, 1, 0, 0, 0]
    assert report.gini == pytest.approx(0.444, abs=0.001)
    assert behind(place.clerk)[0] == volunteers[2]
    stranger = world.with_post("community_clerk", area=place.town.other_community)
    assert fairness_of(stranger).volunteers == 0


def test_the_scene_reacts_to_what_the_part_asks_for():
    from gridloop.scenes.volunteers.reactions import REACTIONS as gathered

    assert set(REACTIONS) <= set(gathered)
