"""Shifts: who gets the last place, who moves up, what clashes, who is at risk, and what a dissolved team leaves behind."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from gridloop.core.clocks import timers
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.consumers import drain
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.journal.models import Entry
from gridloop.core.notices.models import Notice
from gridloop.scenes.volunteers.activities import actions, queries
from gridloop.scenes.volunteers.activities.models import Shift, Signup
from gridloop.scenes.volunteers.activities.signing_up import (
    Clash,
    LongWork,
    VisitBefore,
    Warned,
    cancel_signup,
    sign_up,
)
from gridloop.scenes.volunteers.pairs.models import Companion, Pairing, Visit, Vulnerable
from gridloop.scenes.volunteers.requests.actions import accept_offer
from gridloop.scenes.volunteers.roster.models import Skill
from gridloop.scenes.volunteers.roster.teams import dissolve_team
from tests import world
from tests.scenes.volunteers.activities.conftest import START
from tests.scenes.volunteers.conftest import NOW
from tests.scenes.volunteers.neighbours import a_clerk, a_leader, a_team, a_volunteer
from tests.scenes.volunteers.requests import helping


def an_activity(town, by, **more):
    longitude, latitude = town.point()
    given = {
        "title": "河道清洁",
        "place": "河边步道",
        "longitude": longitude,
        "latitude": latitude,
        "area": town.community,
    }
    return actions.create_activity(**{**given, **more}, by=by)


def a_shift(activity, by, since=START, hours=2, **more):
    given = {"since": since, "until": since + timedelta(hours=hours), "places": 2, "least": 1}
    return actions.add_shifts(activity, **{**given, **more}, by=by)[0]


def signed(shift, volunteer, **more):
    return sign_up(shift, volunteer, by=world.acting(volunteer.person), **more)


def state(signup):
    return Signup.objects.get(pk=signup.pk).state


def told(person):
    return list(Notice.objects.filter(person=person).values_list("event", flat=True))


def test_places_are_taken_then_the_waiting_list_moves_up_by_itself(town, clerk):
    shift = a_shift(an_activity(town, clerk), clerk)
    people = [a_volunteer(town.community) for _each in range(4)]
    signups = [signed(shift, one) for one in people]
    assert [state(one) for one in signups] == ["signed_up", "signed_up", "waiting", "waiting"]
    assert signed(shift, people[0]) == signups[0]

    cancel_signup(signups[0], by=world.acting(people[0].person))
    assert [state(one) for one in signups] == ["cancelled", "signed_up", "signed_up", "waiting"]
    assert told(people[2].person) == ["signup_moved_up"] and told(people[3].person) == []
    assert Shift.objects.get().taken == 2
    actions.change_places(shift, places=3, least=1, by=clerk)
    assert state(signups[3]) == "signed_up"
    with pytest.raises(TooLate):
        actions.change_places(shift, places=2, least=1, by=clerk)


def test_who_cancelled_can_sign_up_again_at_the_end_of_the_line(town, clerk, morning):
    shift = a_shift(an_activity(town, clerk), clerk, places=1)
    first, second, third = (a_volunteer(town.community) for _each in range(3))
    signup = signed(shift, first)
    waiting = signed(shift, second)
    cancel_signup(signup, by=world.acting(first.person))
    assert state(waiting) == "signed_up"
    signed(shift, third)
    morning.shift(60)
    again = signed(shift, first)
    assert again.pk == signup.pk and state(again) == "waiting"
    cancel_signup(waiting, by=world.acting(second.person))
    assert state(again) == "waiting" and Signup.objects.get(volunteer=third).state == "signed_up"
    with pytest.raises(TooLate):
        cancel_signup(waiting, by=world.acting(second.person))


def test_nobody_signs_up_for_somebody_else(town, clerk):
    shift = a_shift(an_activity(town, clerk), clerk)
    with pytest.raises(NotAllowed):
        sign_up(shift, a_volunteer(town.community), by=clerk)


def test_own_shifts_do_not_overlap_and_the_waiting_list_passes_over_who_is_busy(town, clerk):
    activity, other = an_activity(town, clerk), an_activity(town, clerk, title="敬老院探访")
    shift, clashing = a_shift(activity, clerk, places=1), a_shift(other, clerk, START + timedelta(hours=1))
    first, second, third = (a_volunteer(town.community) for _each in range(3))
    signed(shift, first)
    with pytest.raises(Clash, match="河道清洁"):
        signed(clashing, first)
    waits = signed(shift, second)
    later = signed(shift, third)
    signed(clashing, second)  # waiting gives no time away
    cancel_signup(Signup.objects.get(volunteer=first), by=world.acting(first.person))
    assert state(waits) == "waiting" and state(later) == "signed_up"


def a_visit(town, volunteer, due_at, window_from=9 * 60):
    """The volunteer's next visit to their pair, to be made by then."""
    elder = Vulnerable.objects.create(
        person=world.a_resident("陈奶奶"), community=town.community, address="幸福里 3 幢", consented_at=NOW
    )
    pairing = Pairing.objects.create(vulnerable=elder, window_from=window_from)
    companion = Companion.objects.create(
        pairing=pairing, volunteer=volunteer, role="primary", state="accepted"
    )
    return Visit.objects.create(pairing=pairing, companion=companion, due_at=due_at)


def test_a_visit_that_can_be_made_before_is_a_warning(town, clerk, client):
    evening = a_shift(an_activity(town, clerk), clerk, START + timedelta(hours=6))  # 15 to 17
    volunteer = a_volunteer(town.community)
    a_visit(town, volunteer, START + timedelta(hours=8))
    client.force_login(volunteer.person)
    address = f"/activities/shift/{evening.pk}/sign-up/"
    page = client.post(address, HTTP_ACCEPT_LANGUAGE="en")
    assert page.status_code == 422 and not Signup.objects.exists()
    assert "You have a visit that day" in page.text and "between 09:00 and 17:00" in page.text
    client.post(address, {"aware": "yes"})
    assert Signup.objects.get().state == "signed_up"


def test_a_shift_that_leaves_no_time_for_a_visit_is_refused_and_passed_over(town, clerk):
    evening = a_shift(an_activity(town, clerk), clerk, START + timedelta(hours=6), places=1)
    volunteer, other, third = (a_volunteer(town.community) for _each in range(3))
    visit = a_visit(town, volunteer, START + timedelta(hours=8), window_from=15 * 60)
    with pytest.raises(Clash, match="15:00"):
        signed(evening, volunteer, aware=True)

    place = signed(evening, other)
    Visit.objects.filter(pk=visit.pk).update(state="done")
    waits, later = signed(evening, volunteer), signed(evening, third)
    Visit.objects.filter(pk=visit.pk).update(state="due")
    cancel_signup(place, by=world.acting(other.person))
    assert state(waits) == "waiting" and state(later) == "signed_up"


def test_a_visit_on_another_day_or_somebody_elses_turn_is_in_nobodys_way(town, clerk):
    evening = a_shift(an_activity(town, clerk), clerk, START + timedelta(hours=6))
    volunteer = a_volunteer(town.community)
    a_visit(town, volunteer, START + timedelta(days=1, hours=8))
    a_visit(town, a_volunteer(town.community), START + timedelta(hours=8), window_from=15 * 60)
    assert signed(evening, volunteer).state == "signed_up"


def test_two_warnings_are_read_at_once(town, clerk):
    activity = an_activity(town, clerk)
    volunteer = a_volunteer(town.community)
    signed(a_shift(activity, clerk, START + timedelta(hours=3), hours=3), volunteer)
    a_visit(town, volunteer, START + timedelta(hours=8))
    with pytest.raises(VisitBefore):
        signed(a_shift(activity, clerk, START + timedelta(hours=7), hours=1), volunteer)
    with pytest.raises(Warned, match=r"17:00.*5小时") as refusal:
        signed(a_shift(activity, clerk, START + timedelta(hours=6), hours=2), volunteer)
    assert refusal.value.code == "warned"


def test_who_could_fill_a_shift_is_not_promised_elsewhere(town, clerk):
    shift = a_shift(an_activity(town, clerk), clerk, START + timedelta(hours=7), hours=1)
    free, visiting = a_volunteer(town.community), a_volunteer(town.community)
    a_visit(town, visiting, START + timedelta(hours=8))
    assert queries.who_could_fill(shift, 5) == [free]


def test_a_day_has_a_cap_and_long_work_asks_twice(town, clerk):
    activity = an_activity(town, clerk)
    volunteer = a_volunteer(town.community, daily_minutes=480)
    morning_shift = a_shift(activity, clerk, hours=4)
    next_one = a_shift(activity, clerk, START + timedelta(hours=4), hours=2)
    evening = a_shift(activity, clerk, START + timedelta(hours=8), hours=3)
    signed(morning_shift, volunteer)
    with pytest.raises(LongWork, match="6"):
        signed(next_one, volunteer)
    signed(next_one, volunteer, aware=True)
    with pytest.raises(Refusal) as refusal:
        signed(evening, volunteer, aware=True)
    assert refusal.value.code == "daily_cap"


def test_a_skill_is_needed_where_one_is_asked_for(town, clerk):
    skill = Skill.objects.create(code="hair", name="理发")
    shift = a_shift(an_activity(town, clerk, skill=skill), clerk)
    able, other = a_volunteer(town.community), a_volunteer(town.community)
    able.skills.add(skill)
    signed(shift, able)
    with pytest.raises(Refusal, match="理发"):
        signed(shift, other)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"since": NOW - timedelta(hours=1), "until": NOW + timedelta(hours=1)}, "since"),
        ({"since": START, "until": START}, "until"),
        ({"since": START, "until": START + timedelta(hours=13)}, "until"),
        ({"places": 1, "least": 2}, "places"),
        ({"radius": 10}, "radius"),
        ({"weeks": 99}, "weeks"),
    ],
)
def test_shifts_that_make_no_sense_are_refused_with_the_field(town, clerk, given, field):
    activity = an_activity(town, clerk)
    shift = {"since": START, "until": START + timedelta(hours=2), "places": 3, "least": 1, **given}
    with pytest.raises(Refusal) as refusal:
        actions.add_shifts(activity, **shift, by=clerk)
    assert refusal.value.field == field and not Shift.objects.exists()


def test_every_week_makes_as_many_shifts_and_none_twice(town, clerk):
    activity = an_activity(town, clerk)
    given = {"since": START, "until": START + timedelta(hours=2), "places": 3, "by": clerk}
    made = actions.add_shifts(activity, **given, weeks=4)
    assert [one.since - START for one in made] == [timedelta(weeks=week) for week in range(4)]
    with pytest.raises(Refusal):
        actions.add_shifts(activity, **given, weeks=2)
    assert Shift.objects.count() == 4


def test_only_leaders_of_the_team_or_clerks_of_the_place_plan(town, clerk):
    team = a_team(town.community)
    leader = world.acting(a_leader(team))
    activity = an_activity(town, leader, team=team)
    a_shift(activity, clerk)
    outsider = a_leader(a_team(town.community, name="另一支队"))
    elsewhere = a_clerk(town.other_community)
    for person in (outsider, elsewhere, world.a_resident()):
        with pytest.raises(NotAllowed):
            a_shift(activity, world.acting(person), START + timedelta(days=1))
        assert not queries.led_by(person).exists()
    assert queries.led_by(a_leader(team)).get() == activity


def test_shifts_at_risk_are_told_to_leader_and_to_the_least_recently_asked(town, clerk, morning):
    team_members = [a_volunteer(town.community) for _each in range(5)]
    team_members[0].asked_at = NOW - timedelta(days=1)
    team_members[0].save()
    team = a_team(town.community, *team_members)
    leader = a_leader(team)
    shift = a_shift(an_activity(town, clerk, team=team), clerk, places=3, least=2)
    signed(shift, team_members[1])
    morning.shift(timedelta(days=2, minutes=1))
    timers.handle_due("test")
    asked = set(Notice.objects.filter(event="shift_needs_people").values_list("person", flat=True))
    # One missing: three asked, the one asked yesterday last.
    assert asked == {one.person_id for one in team_members[2:]}
    assert told(leader) == ["shift_at_risk"]
    assert list(queries.at_risk(timezone.now())) == [shift]
    morning.shift(timedelta(days=1))
    signed(shift, team_members[2])
    timers.handle_due("test")
    assert told(leader) == ["shift_at_risk"]


def test_cancelled_shifts_tell_everybody_and_take_no_more_sign_ups(town, clerk):
    shift = a_shift(an_activity(town, clerk), clerk, places=1)
    people = [a_volunteer(town.community) for _each in range(2)]
    for one in people:
        signed(shift, one)
    with pytest.raises(Refusal):
        actions.cancel_shift(shift, reason=" ", by=clerk)
    actions.cancel_shift(shift, reason="台风", by=clerk)
    assert [told(one.person) for one in people] == [["shift_cancelled"], ["shift_cancelled"]]
    with pytest.raises(TooLate):
        signed(shift, a_volunteer(town.community))
    with pytest.raises(TooLate):
        actions.cancel_shift(shift, reason="再次", by=clerk)


def test_a_dissolved_team_leaves_no_open_shifts_behind(town, clerk):
    volunteer = a_volunteer(town.community)
    team = a_team(town.community, volunteer)
    activity = an_activity(town, clerk, team=team)
    shift = a_shift(activity, clerk)
    signup = signed(shift, volunteer)
    dissolve_team(team, by=clerk)
    drain("scenes")
    drain("scenes")
    shift.refresh_from_db()
    assert shift.cancelled_at is not None and state(signup) == "cancelled"
    assert "shift_cancelled" in told(volunteer.person)
    assert Entry.objects.filter(event="activity_cancelled").count() == 1
    with pytest.raises(Refusal):
        an_activity(town, clerk, team=type(team).objects.get(pk=team.pk))


def test_a_volunteer_who_leaves_gives_places_back(town, clerk):
    from gridloop.scenes.volunteers.roster.actions import leave

    shift = a_shift(an_activity(town, clerk), clerk, places=1)
    first, second = a_volunteer(town.community), a_volunteer(town.community)
    signed(shift, first)
    waiting = signed(shift, second)
    leave(first, by=world.acting(first.person))
    drain("scenes")
    assert state(waiting) == "signed_up"


@pytest.mark.django_db(transaction=True)
def test_two_people_reaching_for_the_last_place_at_once_get_one_place_and_one_wait():
    town = world.a_town()
    by = world.acting(a_clerk(town.community))
    shift = a_shift(an_activity(town, by), by, places=1)
    people = [a_volunteer(town.community) for _each in range(4)]
    found, start = [], threading.Barrier(len(people))

    def reach(volunteer):
        start.wait()
        try:
            found.append(signed(shift, volunteer).state)
        finally:
            connection.close()

    threads = [threading.Thread(target=reach, args=[one]) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["signed_up", "waiting", "waiting", "waiting"]
    shift.refresh_from_db()
    assert shift.taken == 1


def test_gridloop_itself_may_call_off(town, clerk):
    activity = an_activity(town, clerk)
    actions.cancel_activity(activity, reason="停电", by=SYSTEM)
    with pytest.raises(TooLate):
        a_shift(activity, clerk)


def test_promised_help_is_time_given_away_too(db):
    place = helping.a_neighbourhood()
    volunteer, by = helping.a_volunteer(place), world.acting(place.clerk)
    case = helping.seeking(place, since=START, until=START + timedelta(hours=1))
    accept_offer(helping.offers_to(place, case, volunteer)[0], by=world.acting(volunteer.person))
    activity = an_activity(place.town, by)
    with pytest.raises(Clash):
        signed(a_shift(activity, by, START + timedelta(minutes=30)), volunteer)
    signed(a_shift(activity, by, START + timedelta(hours=2)), volunteer)
