"""The pages of volunteers and of the desk, walked through as people do."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from gridloop.core.journal.models import Entry
from gridloop.scenes.volunteers.roster import actions, queries
from gridloop.scenes.volunteers.roster.availability import Hours
from gridloop.scenes.volunteers.roster.models import Membership, Skill, Volunteer
from gridloop.scenes.volunteers.roster.weekly_grid import cells_of, hours_of, words_of
from gridloop.web.models import Errand
from tests import world
from tests.core.evidence.pictures import jpeg, scene
from tests.scenes.volunteers.roster.neighbourhood import a_clerk, a_skill, a_team, a_volunteer

pytestmark = pytest.mark.django_db


def as_(client, person):
    client.force_login(person)
    return client


def test_a_resident_joins_in_three_steps_and_finds_their_week(client, town):
    person, skill = world.a_resident(), a_skill()
    assert client.get("/volunteer/").status_code == 200
    assert client.get("/volunteer/join/").url.startswith("/account/sign-in/")
    as_(client, person)
    assert client.get("/volunteer/join/3/").url == "/volunteer/join/"
    assert client.post("/volunteer/join/1/", {"radius": 1500}).status_code == 422

    longitude, latitude = town.point()
    client.post(
        "/volunteer/join/1/", {"place_longitude": longitude, "place_latitude": latitude, "radius": 3000}
    )
    assert client.post("/volunteer/join/2/", {"in_service": "on"}).status_code == 422
    client.post("/volunteer/join/2/", {"skills": [skill.pk]})
    assert client.post("/volunteer/join/3/", {"exact": "有空就来"}).status_code == 422
    client.post("/volunteer/join/3/", {"cells": ["5-morning", "5-afternoon"], "exact": "周日 09:30-11:00"})

    volunteer = queries.volunteer_of(person)
    assert (volunteer.community, volunteer.radius, list(volunteer.skills.all())) == (
        town.community,
        3000,
        [skill],
    )
    assert sorted(volunteer.availability.values_list("weekday", "since", "until")) == [
        (5, 480, 1080),
        (6, 570, 660),
    ]
    page = client.get("/volunteer/times/").text
    assert 'value="5-morning" checked' in page and "周日 09:30-11:00" in page
    assert client.get("/volunteer/join/").url == "/volunteer/"


def test_the_grid_and_exact_times_hold_the_same_hours():
    stored = [Hours(0, 480, 720), Hours(2, 480, 1320), Hours(5, 570, 660), Hours(6, 0, 1440)]

    ticked, exact = cells_of(stored)

    assert ticked == {"0-morning", "2-morning", "2-afternoon", "2-evening"}
    assert words_of(exact) == "周六 09:30-11:00；周日 00:00-24:00"
    assert hours_of(ticked, exact) == stored


def test_profile_pause_days_and_leaving(client, town):
    volunteer = a_volunteer(town)
    as_(client, volunteer.person)
    client.post("/volunteer/profile/", {"radius": 500, "daily_tasks": 3, "remote_only": "on"})
    volunteer.refresh_from_db()
    assert (volunteer.radius, volunteer.daily_tasks, volunteer.remote_only) == (500, 3, True)

    client.post("/volunteer/pause/", {"until": "2099-01-01"})
    assert "2099-01-01" in client.get("/volunteer/").text
    client.post("/volunteer/pause/", {"resume": "1"})
    client.post("/volunteer/times/day/", {"day": "2099-05-01", "available": "no"})
    exception = volunteer.exceptions.get()
    assert "2099-05-01" in client.get("/volunteer/times/").text
    assert client.post("/volunteer/times/day/", {"day": "2001-05-01", "available": "no"}).status_code == 422
    other = as_(client, a_volunteer(town).person)
    assert other.post(f"/volunteer/times/day/{exception.pk}/remove/").status_code == 404

    as_(client, volunteer.person).post("/volunteer/leave/")
    assert queries.volunteer_of(volunteer.person) is None
    assert client.get("/volunteer/times/").url == "/volunteer/"


def test_a_paper_is_handed_in_seen_and_confirmed_by_the_office_alone(client, town):
    volunteer, clerk = a_volunteer(town), a_clerk(town)
    skill = a_skill("急救", certified=True)
    photo = SimpleUploadedFile("paper.jpg", jpeg(scene()), "image/jpeg")
    as_(client, volunteer.person).post(
        "/volunteer/credentials/", {"skill": skill.pk, "number": "JJ-1", "photo": photo}
    )
    paper = volunteer.credentials.get()
    assert paper.file is not None

    assert client.get(f"/desk/volunteers/credentials/{paper.pk}/file/").status_code == 403
    assert (
        as_(client, world.a_town_room(town.other_town))
        .get(f"/desk/volunteers/credentials/{paper.pk}/file/")
        .status_code
        == 404
    )
    shown = as_(client, clerk).get(f"/desk/volunteers/credentials/{paper.pk}/file/")
    assert b"".join(shown.streaming_content) and Entry.objects.filter(event="credential_viewed").count() == 1
    assert "JJ-1" in client.get("/desk/volunteers/credentials/").text
    client.post(f"/desk/volunteers/credentials/{paper.pk}/", {"decision": "confirm"})
    paper.refresh_from_db()
    assert paper.confirmed_by == clerk


def test_teams_from_asking_to_dissolving(client, town):
    leader, asker = a_volunteer(town), a_volunteer(town)
    team = a_team(town, leader=leader)
    as_(client, asker.person)
    assert team.organisation.name in client.get("/volunteer/teams/all/").text
    client.post(f"/volunteer/teams/{team.pk}/join/")
    row = Membership.objects.get(volunteer=asker)

    desk = as_(client, leader.person).get(f"/desk/volunteers/teams/{team.pk}/")
    assert asker.person.name in desk.text and asker.person.phone not in desk.text
    client.post(f"/desk/volunteers/teams/{team.pk}/members/{row.pk}/", {"decision": "accept"})
    row.refresh_from_db()
    assert row.state == "member"
    client.post(f"/desk/volunteers/teams/{team.pk}/change/", {"join_mode": "open", "words": "每周巡河"})
    assert "每周巡河" in client.get(f"/volunteer/teams/{team.pk}/").text
    stranger = a_volunteer(town, person=world.a_resident())
    as_(client, stranger.person)
    assert client.post(f"/desk/volunteers/teams/{team.pk}/dissolve/").status_code == 403

    as_(client, leader.person).post(f"/desk/volunteers/teams/{team.pk}/dissolve/")
    team.refresh_from_db()
    assert team.dissolved_at and client.get(f"/volunteer/teams/{team.pk}/").status_code == 404


def test_another_teams_leader_sees_nothing_of_it(client, town):
    leader = a_volunteer(town)
    a_team(town, name="一队", leader=leader)
    other = a_team(town, name="二队")

    assert as_(client, leader.person).get(f"/desk/volunteers/teams/{other.pk}/").status_code == 404


def test_the_desk_lists_narrows_and_shows_a_number_only_for_a_reason(client, town):
    skill, far = a_skill("急救"), a_volunteer(town, community=town.other_community)
    able, other = a_volunteer(town, skills=[skill]), a_volunteer(town)
    room = as_(client, world.a_town_room(town.town))

    page = room.get("/desk/volunteers/").text
    assert able.number in page and other.number in page and far.number not in page
    assert able.person.phone not in page
    narrowed = room.get(f"/desk/volunteers/?skill={skill.pk}").text
    assert able.number in narrowed and other.number not in narrowed
    assert able.number in room.get(f"/desk/volunteers/?q={able.person.phone}").text
    assert room.get(f"/desk/volunteers/{far.pk}/").status_code == 404
    assert able.person.phone not in room.get(f"/desk/volunteers/{able.pk}/").text
    shown = room.post(f"/desk/volunteers/{able.pk}/phone/", {"reason": "紧急联系志愿者"})
    assert able.person.phone in shown.text and Entry.objects.filter(event="data_unmasked").count() == 1
    assert room.post(f"/desk/volunteers/{able.pk}/phone/", {"reason": ""}).status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        "/desk/volunteers/",
        "/desk/volunteers/teams/",
        "/desk/volunteers/credentials/",
        "/volunteer/teams/all/",
    ],
)
def test_lists_take_the_same_queries_for_one_or_three(client, town, address):
    clerk = as_(client, a_clerk(town))

    def fill(name):
        volunteer = a_volunteer(town, skills=[a_skill(certified=True)])
        actions.add_credential(volunteer, volunteer.skills.get(), by=world.acting(volunteer.person))
        a_team(town, name=name)

    fill("一队")
    clerk.get(address)
    with CaptureQueriesContext(connection) as one:
        clerk.get(address)
    fill("二队"), fill("三队")
    with CaptureQueriesContext(connection) as three:
        clerk.get(address)
    assert len(one) == len(three)


def test_a_clerk_enrols_somebody_at_the_counter(client, town):
    fields = {"name": "陈阿姨", "phone": "13900000001", "community": town.community.pk, "radius": 1500}
    as_(client, a_clerk(town)).post("/desk/volunteers/enrol/", fields)

    volunteer = Volunteer.objects.get()
    assert volunteer.person.name == "陈阿姨" and volunteer.community == town.community
    assert (
        client.post("/desk/volunteers/enrol/", {**fields, "community": town.other_community.pk}).status_code
        == 422
    )


def test_a_file_is_looked_at_first_then_brought_in(client, town, tmp_path, settings):
    settings.DATA = tmp_path
    file = SimpleUploadedFile(
        "volunteers.csv", "姓名,手机号,村（社区）\n王小明,13800000001,城中社区\n李四,1,城中社区\n".encode()
    )
    as_(client, a_clerk(town))
    looked = client.post("/desk/volunteers/import/", {"file": file}, follow=True)
    assert not Volunteer.objects.exists() and "李四" not in looked.text
    dry = Errand.objects.get(dry=True)
    errors = b"".join(client.get(f"/desk/volunteers/import/{dry.key}/errors.xlsx").streaming_content)
    assert load_workbook(io.BytesIO(errors)).worksheets[0].max_row == 2

    client.post(f"/desk/volunteers/import/{dry.key}/land/", follow=True)
    assert Volunteer.objects.get().person.name == "王小明"
    assert as_(client, a_clerk(town)).get(f"/desk/volunteers/import/{dry.key}/").status_code == 404


def test_the_export_runs_no_formula_and_is_journalled(client, town):
    volunteer = a_volunteer(town, person=world.a_resident('=HYPERLINK("x")'))
    room = as_(client, world.a_town_room(town.town))

    file = b"".join(room.get("/desk/volunteers/export.xlsx").streaming_content)

    rows = list(load_workbook(io.BytesIO(file)).worksheets[0].values)
    assert rows[1][0] == volunteer.number and rows[1][1].startswith("'=")
    assert volunteer.person.phone not in str(rows)
    assert Entry.objects.filter(event="volunteers_exported").count() == 1
    assert as_(client, a_clerk(town)).get("/desk/volunteers/export.xlsx").status_code == 403


def test_skills_are_kept_by_administrators(client, town):
    as_(client, world.with_post("administrator"))
    client.post(
        "/settings/volunteers/skills/new/", {"code": "haircut", "name": "理发", "english": "Haircuts"}
    )
    skill = Skill.objects.get()
    client.post(
        f"/settings/volunteers/skills/{skill.pk}/", {"code": "haircut", "name": "上门理发", "certified": "on"}
    )
    client.post(f"/settings/volunteers/skills/{skill.pk}/retire/")
    skill.refresh_from_db()

    assert skill.name == "上门理发" and skill.certified and skill.retired_at
    assert as_(client, a_clerk(town)).get("/settings/volunteers/skills/").status_code == 403
