"""The pages of alarms and hazards: seen by whom they are for, refused to others, one next action, constant queries."""

import pytest
from django.test import Client
from django.urls import reverse

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case
from gridloop.scenes.fire.alarms.actions import take_signals
from gridloop.scenes.fire.alarms.opening import open_episode
from gridloop.scenes.fire.hazards.checklists import checklist_for
from gridloop.scenes.fire.hazards.finding import find_hazard
from gridloop.scenes.fire.models import Alert, Camera, Episode, Hazard, Inspection, Window
from tests import world
from tests.scenes.fire.ground import a_device, a_ground, rings, some_premises

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground():
    return a_ground()


def browser(person) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(person)
    return client


def an_episode(ground, premises=None) -> Episode:
    take_signals([rings(a_device(premises or ground.premises))])
    episode = Episode.objects.order_by("-pk").first()
    open_episode(episode.pk)
    return Episode.objects.get(pk=episode.pk)


def page(person, name, *given, **query) -> str:
    answer = browser(person).get(reverse(f"fire:{name}", args=given), query)
    assert answer.status_code == 200, (name, answer.status_code, answer.headers.get("Location"))
    return answer.content.decode()


def test_the_board_shows_the_unacknowledged_first_and_takes_one_touch(ground):
    episode = an_episode(ground)
    other = an_episode(ground, some_premises(ground.town, name="后到的商铺"))
    assert "Nobody has acknowledged" in page(ground.duty, "board")
    browser(ground.duty).post(reverse("fire:acknowledge", args=[other.pk]))
    rows = page(ground.duty, "board_rows")
    assert rows.index(ground.premises.name) < rows.index("后到的商铺")
    assert Episode.objects.get(pk=other.pk).acknowledged_at
    assert browser(ground.duty).get(reverse("fire:alarm", args=[episode.pk])).status_code == 302


def test_the_board_costs_the_same_with_one_and_three_alarms(ground, django_assert_num_queries):
    an_episode(ground)
    client = browser(ground.duty)
    address = reverse("fire:board_rows")
    client.get(address)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(address)
    for _ in range(2):
        an_episode(ground, some_premises(ground.town))
    with CaptureQueriesContext(connection) as three:
        client.get(address)
    assert len(three) == len(one) <= 14


def test_the_card_offers_each_person_their_one_next_action(ground):
    Camera.objects.create(
        code="C1",
        name="市场北门",
        premises=ground.premises,
        longitude=121.21,
        latitude=28.11,
        address="https://video.example/C1",
    )
    episode = an_episode(ground)
    crew = page(ground.crews[0], "field_alarm", episode.pk)
    assert 'value="go"' in crew and "市场北门" in crew and "https://video.example/C1" in crew
    owner = page(ground.owner, "owner_alarm", episode.pk)
    assert 'value="acknowledge"' in owner and "call 119" in owner
    assert 'value="verdict"' not in owner
    address = reverse("fire:field_alarm", args=[episode.pk])
    assert browser(ground.crews[0]).post(address, {"move": "go"}).status_code == 302
    assert 'value="arrive"' in page(ground.crews[0], "field_alarm", episode.pk)
    assert browser(ground.crews[0]).post(address, {"move": "arrive"}).status_code == 422
    place = {
        "move": "arrive",
        "arrive-position_longitude": ground.premises.longitude,
        "arrive-position_latitude": ground.premises.latitude,
    }
    assert browser(ground.crews[0]).post(address, place).status_code == 302
    assert 'value="verdict"' in page(ground.grid_worker, "field_alarm", episode.pk)
    done = browser(ground.grid_worker).post(address, {"move": "verdict", "verdict-verdict": "false"})
    assert done.status_code == 302
    assert not Case.objects.get(kind="fire_alarm").open
    assert "1 of 1 false" in page(ground.grid_worker, "field_alarm", episode.pk)


def test_the_owner_says_what_they_see(ground):
    episode = an_episode(ground)
    answer = browser(ground.owner).post(
        reverse("fire:owner_alarm", args=[episode.pk]), {"move": "confirm", "confirm-said": "cooking"}
    )
    assert answer.status_code == 302
    assert "smoke from cooking" in page(ground.grid_worker, "field_alarm", episode.pk)
    assert ground.premises.name in page(ground.owner, "mine")


def test_the_case_page_has_the_alarm_s_own_part(ground):
    episode = an_episode(ground)
    shown = browser(ground.duty).get(f"/desk/case/{episode.case.number}/").content.decode()
    assert "What rings" in shown and "Stations called" in shown


def test_pages_are_refused_to_those_who_have_nothing_to_do_with_it(ground):
    episode = an_episode(ground)
    stranger = world.a_grid_worker(ground.town.other_grid)
    resident = world.a_resident()
    for person in (stranger, resident):
        assert browser(person).get(reverse("fire:owner_alarm", args=[episode.pk])).status_code == 404
        assert browser(person).get(reverse("fire:case", args=[episode.case.number])).status_code == 404
        assert browser(person).get(reverse("fire:alarm_points", args=[episode.pk])).status_code == 404
        assert browser(person).get(reverse("fire:board")).status_code == 403
    other_room = world.a_town_room(ground.town.other_town)
    assert ground.premises.name not in page(other_room, "board")
    assert browser(other_room).post(reverse("fire:acknowledge", args=[episode.pk])).status_code == 404
    assert Client().get(reverse("fire:mine")).status_code == 302
    assert browser(ground.duty).post(reverse("fire:storm")).status_code == 404


def test_a_window_is_asked_for_and_approved_by_another(ground):
    form = {
        "premises_code": ground.premises.code,
        "reason": "年度检测",
        "from_at": "2030-01-01T08:00",
        "until_at": "2030-01-01T12:00",
        "mutes_fire": "on",
    }
    assert browser(ground.duty).post(reverse("fire:windows"), form).status_code == 302
    window = Window.objects.get()
    browser(ground.duty).post(reverse("fire:window_step", args=[window.pk, "approve"]))
    window.refresh_from_db()
    assert window.approved_at is None
    browser(ground.room).post(reverse("fire:window_step", args=[window.pk, "approve"]))
    window.refresh_from_db()
    assert window.approved_by == ground.room
    assert "年度检测" in page(ground.room, "windows")
    assert (
        browser(ground.duty).post(reverse("fire:windows"), {**form, "premises_code": "nothing"}).status_code
        == 422
    )


def test_an_alert_is_previewed_handed_out_and_public_only_when_it_is_for_everybody(ground):
    form = {
        "drill": "1",
        "area": ground.town.town.pk,
        "colour": "red",
        "event": "火灾",
        "headline": "演练",
        "description": "全镇演练",
        "hours": "2",
        "scope": "Public",
    }
    shown = browser(ground.duty).post(reverse("fire:new_alert"), form)
    assert b"Exercise" in shown.content and not Alert.objects.exists()
    identifier = shown.context["identifier"]
    for _ in range(2):
        browser(ground.duty).post(
            reverse("fire:new_alert"), {**form, "identifier": identifier, "hand_out": "1"}
        )
    alert = Alert.objects.get()
    assert alert.identifier == identifier
    assert Client().get(reverse("fire:public_alert", args=[identifier])).status_code == 200
    browser(ground.duty).post(
        reverse("fire:new_alert"),
        {**form, "scope": "Restricted", "restriction": "值班人员", "identifier": "g.2", "hand_out": "1"},
    )
    assert Client().get(reverse("fire:public_alert", args=["g.2"])).status_code == 404
    assert "演练" in page(ground.duty, "alerts")
    assert browser(ground.grid_worker).get(reverse("fire:new_alert")).status_code == 403
    follow = browser(ground.duty).get(reverse("fire:new_alert"), {"follows": identifier, "message": "Cancel"})
    assert follow.status_code == 200


def test_an_inspection_on_the_phone(ground):
    assert ground.premises.name in page(ground.grid_worker, "inspect_where", q="菜市场")
    checklist = checklist_for(ground.premises)
    form = {f"item_{item['code']}": "good" for item in checklist.items} | {"item_wiring": "bad"}
    address = reverse("fire:inspect", args=[ground.premises.pk])
    assert browser(ground.grid_worker).post(address, {"item_wiring": "bad"}).status_code == 422
    assert browser(ground.grid_worker).post(address, form).status_code == 302
    assert Inspection.objects.get().found == 1 and Hazard.objects.get().kind == "electrical"
    assert ground.premises.name in page(ground.room, "inspections")
    stranger = world.a_grid_worker(ground.town.other_grid)
    assert browser(stranger).get(address).status_code == 404


def test_a_snap_and_the_lists_behind_the_numbers(ground):
    resident = world.a_resident()
    longitude, latitude = ground.town.point()
    form = {
        "kind": "lane",
        "words": "消防通道停满车",
        "place_longitude": longitude,
        "place_latitude": latitude,
    }
    answer = browser(resident).post(reverse("fire:report"), form)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    hazard = Hazard.objects.get()
    assert hazard.found_by == "resident"
    assert hazard.case.title in page(resident, "case", hazard.case.number)
    find_hazard(
        "exit",
        premises=ground.premises,
        found_by="worker",
        by=world.acting(ground.grid_worker),
        grade="major",
    )
    assert "玉城街道" in page(ground.county, "difficulties")
    for choice in ("open", "major", "overdue", "found", "closed", "again", "repeated"):
        page(ground.county, "hazard_list", choice=choice, town=str(ground.town.town.pk))
    assert browser(resident).get(reverse("fire:difficulties")).status_code == 403
    assert browser(resident).post(reverse("fire:report"), {"kind": "lane", "words": "x"}).status_code == 422


def test_the_owner_rectifies_on_the_phone(ground):
    hazard = find_hazard(
        "exit", premises=ground.premises, found_by="worker", by=world.acting(ground.grid_worker)
    )
    case = move_case(hazard.case, "order", by=world.acting(ground.grid_worker), facts={"grade": "general"})
    shown = page(ground.owner, "case", case.number)
    assert 'value="rectify"' in shown and 'value="reinspect"' not in shown
    assert browser(ground.duty).get(f"/desk/case/{case.number}/").status_code == 200
