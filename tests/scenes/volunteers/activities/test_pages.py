"""The pages of activities: found, signed up for, attended with the code on the tablet, kept in calendars."""

from datetime import timedelta

import icalendar
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gridloop.scenes.volunteers.activities import actions, feeds
from gridloop.scenes.volunteers.activities.models import Activity, CheckIn, Shift, Signup
from gridloop.scenes.volunteers.hours.models import HoursEntry
from tests import world
from tests.scenes.volunteers.activities.conftest import START
from tests.scenes.volunteers.activities.test_shifts import a_shift, an_activity, signed
from tests.scenes.volunteers.neighbours import a_clerk, a_leader, a_team, a_volunteer


@pytest.fixture
def volunteer(town):
    return a_volunteer(town.community)


def test_everybody_finds_activities_and_volunteers_sign_up(client, town, clerk, volunteer):
    activity = an_activity(town, clerk)
    shift = a_shift(activity, clerk)
    assert "河道清洁" in client.get("/activities/").text
    assert "河道清洁" not in client.get("/activities/", {"community": town.other_community.pk}).text
    assert "河道清洁" not in client.get("/activities/", {"day": "2026-11-23"}).text
    assert "河道清洁" in client.get("/activities/", {"day": "2026-11-24"}).text
    assert client.get(f"/activities/{activity.key}/").status_code == 200
    address = f"/activities/shift/{shift.pk}/sign-up/"
    assert client.post(address).status_code == 302 and not Signup.objects.exists()
    client.force_login(world.a_resident())
    assert client.post(address).status_code == 403
    client.force_login(volunteer.person)
    assert client.post(address).url == "/volunteer/activities/"
    assert "河道清洁" in client.get("/volunteer/activities/").text
    client.post(f"/volunteer/activities/{Signup.objects.get().pk}/cancel/")
    assert Signup.objects.get().state == "cancelled"


def test_long_work_is_asked_about_before_it_is_booked(client, town, clerk, volunteer):
    activity = an_activity(town, clerk)
    signed(a_shift(activity, clerk, hours=4), volunteer)
    shift = a_shift(activity, clerk, START + timedelta(hours=4))
    client.force_login(volunteer.person)
    address = f"/activities/shift/{shift.pk}/sign-up/"
    assert client.post(address).status_code == 422
    assert client.post(address, {"aware": "yes"}).status_code == 302 and shift.signups.count() == 1


def test_the_tablet_shows_a_code_that_checks_in_and_the_leader_confirms(
    client, town, clerk, volunteer, morning
):
    shift = a_shift(an_activity(town, clerk), clerk)
    signup = signed(shift, volunteer)
    morning.move_to(START)
    client.force_login(world.Person.objects.get(pk=clerk.person))
    page = client.get(f"/desk/activities/shift/{shift.pk}/code/")
    assert page["Cache-Control"] == "no-store"
    code = page.context["code"]
    client.force_login(volunteer.person)
    scanned = client.get(f"/volunteer/activities/shift/{shift.pk}/", {"code": code})
    assert scanned.url.startswith(f"/volunteer/activities/{signup.pk}/")
    address = f"/volunteer/activities/{signup.pk}/"
    assert client.post(address, {"code": "123"}).status_code == 422
    assert client.post(address, {"code": code, "device_at": "2020-01-01T00:00:00Z"}).status_code == 302
    assert "手机" in client.get("/volunteer/activities/").text or CheckIn.objects.get().device_at.year == 2020
    morning.shift(timedelta(minutes=50))
    longitude, latitude = town.point()
    assert (
        client.post(
            address, {"position_longitude": longitude, "position_latitude": latitude, "device_at": "gestern"}
        ).status_code
        == 302
    )

    client.force_login(world.Person.objects.get(pk=clerk.person))
    row = CheckIn.objects.get()
    client.post(f"/desk/activities/shift/{shift.pk}/confirm/", {"act": "confirm", "selected": [row.pk]})
    assert HoursEntry.objects.get().minutes == 50
    assert client.get(f"/desk/activities/shift/{shift.pk}/").status_code == 200


def test_a_leader_plans_at_the_desk_and_others_find_nothing_there(client, town):
    team = a_team(town.community)
    leader = a_leader(team)
    client.force_login(leader)
    longitude, latitude = town.point()
    form = {"title": "义务理发", "team": team.pk, "place": "文化广场"}
    assert client.post("/desk/activities/new/", form).status_code == 422
    made = client.post(
        "/desk/activities/new/", {**form, "place_longitude": longitude, "place_latitude": latitude}
    )
    activity = Activity.objects.get()
    assert made.url == f"/desk/activities/{activity.key}/" and activity.area == town.community
    shift = {
        "since": "2026-11-28T09:00",
        "until": "2026-11-28T11:00",
        "places": 5,
        "least": 2,
        "radius": 300,
        "weeks": 3,
    }
    assert client.post(made.url, {**shift, "since": "2026-11-01T09:00"}).status_code == 422
    client.post(made.url, shift)
    assert Shift.objects.count() == 3 and "义务理发" in client.get("/desk/activities/").text
    assert client.get(f"/desk/activities/calendar/{team.pk}/").status_code == 200
    for person in (a_clerk(town.other_community), a_leader(a_team(town.community, name="别队"))):
        client.force_login(person)
        assert client.get(made.url).status_code == 404
        assert client.get(f"/desk/activities/shift/{Shift.objects.first().pk}/").status_code == 404
        assert "义务理发" not in client.get("/desk/activities/").text
    client.force_login(world.a_resident())
    assert client.get("/desk/activities/").status_code == 403


def test_calendars_show_what_stands_and_what_fell_until_the_address_is_renewed(
    client, town, clerk, volunteer
):
    shift = a_shift(an_activity(town, clerk), clerk)
    gone = a_shift(Activity.objects.get(), clerk, START + timedelta(days=1))
    for one in (shift, gone):
        signed(one, volunteer)
    actions.cancel_shift(gone, reason="台风", by=clerk)
    feed = feeds.feed_of_person(volunteer.person)
    answer = client.get(f"/calendar/{feed.token}.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    events = {str(one["uid"]): one for one in icalendar.Calendar.from_ical(answer.content).walk("VEVENT")}
    stands, fell = events[f"shift-{shift.pk}@gridloop"], events[f"shift-{gone.pk}@gridloop"]
    assert (stands["status"], fell["status"]) == ("CONFIRMED", "CANCELLED")
    assert stands.decoded("dtstart") == START and stands.walk("VALARM") and not fell.walk("VALARM")
    assert int(fell["sequence"]) > int(stands["sequence"])
    client.force_login(volunteer.person)
    client.post("/volunteer/activities/calendar/")
    assert client.get(f"/calendar/{feed.token}.ics").status_code == 404
    assert client.get("/calendar/guess.ics").status_code == 404


def test_a_teams_calendar_names_nobody(client, town, volunteer):
    team = a_team(town.community, volunteer)
    by = world.acting(a_leader(team))
    signed(a_shift(an_activity(town, by, team=team), by), volunteer)
    body = client.get(f"/calendar/{feeds.feed_of_team(team).token}.ics").content.decode()
    assert "河道清洁" in body and volunteer.person.name not in body


@pytest.mark.parametrize("address", ["/activities/", "/volunteer/activities/", "/desk/activities/"])
def test_lists_cost_the_same_for_one_and_three(client, town, clerk, volunteer, address):
    person = world.Person.objects.get(pk=clerk.person) if "desk" in address else volunteer.person
    client.force_login(person)
    signed(a_shift(an_activity(town, clerk), clerk), volunteer)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for day in (1, 2):
        signed(
            a_shift(an_activity(town, clerk, title=f"第{day}次"), clerk, START + timedelta(days=day)),
            volunteer,
        )
    with CaptureQueriesContext(connection) as three:
        client.get(address)
    assert len(three) == len(one)
