"""Nobody is asked for a time they have given away: shifts and visits count like other help, and the desk reads why."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gridloop.scenes.volunteers import engagements
from gridloop.scenes.volunteers.activities.actions import add_shifts, cancel_shift, create_activity
from gridloop.scenes.volunteers.activities.signing_up import cancel_signup, sign_up
from gridloop.scenes.volunteers.pairs import actions as pairs
from gridloop.scenes.volunteers.pairs.models import Visit
from gridloop.scenes.volunteers.requests import actions, reading
from gridloop.scenes.volunteers.requests.models import Offer
from gridloop.scenes.volunteers.requests.reading import horizon, read_engagements
from gridloop.scenes.volunteers.requests.running import look_for_volunteers, match_waiting
from gridloop.scenes.volunteers.roster.models import AvailabilityException
from tests import world
from tests.scenes.volunteers.requests import helping

pytestmark = pytest.mark.django_db
TWO = helping.AFTERNOON  # help is needed from two to three


def a_shift(place, since, until, **more):
    longitude, latitude = place.town.point()
    by = world.acting(place.clerk)
    activity = create_activity(
        title="河道清洁", place="河边步道", longitude=longitude, latitude=latitude, area=place.town.community, by=by
    )  # fmt: skip
    return add_shifts(activity, **{"since": since, "until": until, "places": 5, "least": 1, **more}, by=by)[0]


def placed(shift, volunteer):
    return sign_up(shift, volunteer, by=world.acting(volunteer.person), aware=True)


def visiting(place, volunteer, due_at):
    """A pair with its next visit due then."""
    longitude, latitude = place.town.point()
    by = world.acting(place.clerk)
    elder = pairs.register_person(
        name="陈奶奶", phone=world.a_resident().phone, reasons=["living_alone"], address="幸福里 3 幢 201",
        longitude=longitude, latitude=latitude, consented=True, every_days=3, by=by,
    )  # fmt: skip
    companion = pairs.propose_companion(elder.pairing, volunteer, role="primary", by=by)
    pairs.ask_companion(companion, by=by)
    pairs.answer_pair(companion, accept=True, by=world.acting(volunteer.person))
    Visit.objects.filter(companion=companion).update(due_at=due_at)
    return Visit.objects.get(companion=companion)


def considered(place, case=None):
    run = look_for_volunteers(case or helping.seeking(place), by=world.acting(place.clerk))
    return set(run.considerations.values_list("volunteer", flat=True)) if run else set()


def test_a_place_in_a_shift_takes_the_time_and_half_an_hour_for_the_way(place):
    inside, close, early, waiting = (helping.a_volunteer(place, metres=metres) for metres in (10, 20, 30, 40))
    placed(a_shift(place, TWO, TWO + timedelta(hours=2)), inside)
    placed(a_shift(place, TWO - timedelta(minutes=70), TWO - timedelta(minutes=10)), close)
    placed(a_shift(place, TWO - timedelta(minutes=90), TWO - timedelta(minutes=30)), early)
    full = a_shift(place, TWO, TWO + timedelta(hours=1), places=1)
    placed(full, helping.a_volunteer(place, metres=50))
    placed(full, waiting)

    assert considered(place) == {early.pk, waiting.pk}


def test_a_place_given_back_or_a_cancelled_shift_leaves_the_time_free(place):
    gave_back, called_off = helping.a_volunteer(place), helping.a_volunteer(place)
    shift = a_shift(place, TWO, TWO + timedelta(hours=1))
    cancel_signup(placed(shift, gave_back), by=world.acting(gave_back.person))
    cancelled = a_shift(place, TWO, TWO + timedelta(hours=1))
    placed(cancelled, called_off)
    cancel_shift(cancelled, by=world.acting(place.clerk), reason="下雨")

    assert considered(place) == {gave_back.pk, called_off.pk}


def test_the_last_chance_for_a_visit_is_kept(place):
    today, tomorrow = helping.a_volunteer(place, metres=10), helping.a_volunteer(place, metres=20)
    visiting(place, today, TWO + timedelta(hours=1))
    visiting(place, tomorrow, TWO + timedelta(days=1))

    assert considered(place) == {tomorrow.pk}


def test_matching_asks_the_next_when_the_nearest_has_a_shift(place):
    helping.switch(place, "on")
    near, next_one = helping.a_volunteer(place, metres=50), helping.a_volunteer(place, metres=700)
    placed(a_shift(place, TWO, TWO + timedelta(hours=1)), near)
    case = helping.seeking(place)
    match_waiting("on", reason="batch")

    assert list(Offer.objects.filter(case=case).values_list("volunteer", flat=True)) == [next_one.pk]


def test_shifts_and_visits_are_no_tasks_of_the_day(place):
    one = helping.a_volunteer(place, daily_tasks=1)
    placed(a_shift(place, TWO + timedelta(hours=4), TWO + timedelta(hours=5)), one)

    assert considered(place) == {one.pk}


def test_reading_what_takes_time_costs_the_same_for_one_and_for_many(place):
    people = [helping.a_volunteer(place) for _each in range(4)]
    shift = a_shift(place, TWO, TWO + timedelta(hours=1))
    placed(shift, people[0])
    ahead = horizon()
    with CaptureQueriesContext(connection) as one:
        assert len(read_engagements(people[:1], ahead)) == 1
    for each in people[1:]:
        placed(shift, each)
        visiting(place, each, TWO + timedelta(hours=1))
    with CaptureQueriesContext(connection) as many:
        assert len(read_engagements(people, ahead)) == 7
    assert len(many) == len(one) == 4


def test_a_whole_county_is_read_at_once_with_the_same_outcome(place, monkeypatch):
    busy, away, free = (helping.a_volunteer(place, metres=metres) for metres in (10, 20, 30))
    placed(a_shift(place, TWO, TWO + timedelta(hours=1)), busy)
    AvailabilityException.objects.create(volunteer=away, day=TWO.date())
    elsewhere = helping.a_volunteer(place, metres=90_000)
    placed(a_shift(place, TWO, TWO + timedelta(hours=2)), elsewhere)
    assert considered(place) == {free.pk}
    monkeypatch.setattr(reading, "MANY", 0)
    monkeypatch.setattr(engagements, "MANY", 0)
    assert considered(place) == {free.pk}


def desk(client, place, case):
    client.force_login(place.clerk)
    return client.get(reverse("desk:case", args=[case.number]), HTTP_ACCEPT_LANGUAGE="en").text


def test_the_record_says_who_is_busy_with_what(place, client):
    shifting, visitor, helper, free = (
        helping.a_volunteer(place, metres=metres) for metres in (10, 20, 30, 40)
    )
    placed(a_shift(place, TWO, TWO + timedelta(hours=1)), shifting)
    visiting(place, visitor, TWO + timedelta(hours=1))
    [offer] = helping.offers_to(place, helping.seeking(place), helper)
    actions.accept_offer(offer, by=world.acting(helper.person))
    case = helping.seeking(place)
    assert considered(place, case) == {free.pk}

    page = desk(client, place, case)
    assert "3 near and able, but busy then" in page
    for volunteer, why in (
        (shifting, "busy with a shift"),
        (visitor, "busy with a visit to their pair"),
        (helper, "busy with other help"),
    ):
        assert why in page and volunteer.number in page


def test_whoever_was_free_when_looked_for_and_signed_up_since_is_marked(place, client):
    volunteer = helping.a_volunteer(place)
    case = helping.seeking(place)
    assert considered(place, case) == {volunteer.pk}
    assert "busy with a shift" not in desk(client, place, case)
    placed(a_shift(place, TWO, TWO + timedelta(hours=1)), volunteer)

    page = desk(client, place, case)
    assert "busy with a shift" in page and "near and able" not in page


def test_where_everybody_is_busy_the_desk_reads_so_and_looks_no_further(place, client):
    volunteer = helping.a_volunteer(place)
    placed(a_shift(place, TWO, TWO + timedelta(hours=1)), volunteer)
    case = helping.seeking(place)
    assert considered(place, case) == set()

    page = desk(client, place, case)
    assert "1 near and able, but busy then" in page and volunteer.number in page


def test_being_asked_for_this_request_is_no_other_help(place, client):
    volunteer = helping.a_volunteer(place)
    case = helping.seeking(place)
    considered(place, case)
    helping.offers_to(place, case, volunteer)

    assert "busy with" not in desk(client, place, case)


def test_who_is_asked_reads_what_they_have_then(place, client):
    volunteer = helping.a_volunteer(place)
    later = helping.seeking(place, since=TWO + timedelta(hours=4), until=TWO + timedelta(hours=5))
    helping.offers_to(place, helping.seeking(place), volunteer)
    helping.offers_to(place, later, volunteer)
    placed(a_shift(place, TWO, TWO + timedelta(hours=1)), volunteer)
    client.force_login(volunteer.person)

    page = client.get(reverse("volunteers:tasks"), HTTP_ACCEPT_LANGUAGE="en").text
    assert page.count("At that time you are busy with a shift.") == 1
