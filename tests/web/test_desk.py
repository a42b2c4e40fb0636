"""The desk, walked through by a command room and a unit; and what it refuses."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case, Link
from gridloop.core.cases.opening import open_case, spot_at
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return world.a_town()


@pytest.fixture
def room(town, client):
    person = world.a_town_room(town.town)
    client.force_login(person)
    return person


def test_the_worklist_shows_what_is_in_reach_and_nothing_else(client, town, room):
    ours, theirs = (
        world.a_report(town, title="我们的路灯"),
        world.open_case(
            "report", title="别镇的垃圾", spot=world.spot_at(121.41, 28.11), by=world.acting(room)
        ),
    )
    page = client.get("/desk/?queue=all")
    assert ours.title in page.text and theirs.title not in page.text
    assert client.get(f"/desk/case/{theirs.number}/").status_code == 404


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_worklist_costs_the_same_however_long_it_is(client, town, room, how_many):
    for _one in range(how_many):
        world.a_report(town)
    client.get("/desk/")
    with CaptureQueriesContext(connection) as seen:
        client.get("/desk/")
    assert len(seen) <= 16, "\n".join(query["sql"] for query in seen.captured_queries)


def test_a_case_is_dispatched_on_its_page(client, town, room):
    case, unit = world.a_report(town), world.a_unit()
    page = client.get(f"/desk/case/{case.number}/")
    assert page.status_code == 200 and case.title in page.text
    answer = client.post(
        f"/desk/case/{case.number}/dispatch/", {"dispatch-lead_unit": unit.pk, "dispatch-turn": case.turn}
    )
    assert answer.status_code == 302
    case.refresh_from_db()
    assert (case.step, case.lead_unit) == ("dispatched", unit)


def test_what_was_typed_stays_when_something_is_missing(client, town, room):
    case = world.a_report(town)
    page = client.post(f"/desk/case/{case.number}/dispatch/", {"dispatch-words": "请尽快"})
    assert page.status_code == 422 and "请尽快" in page.text


def test_the_slower_of_two_reads_why(client, town, room):
    case, unit = world.a_report(town), world.a_unit()
    seen_turn = case.turn
    move_case(case, "accept", by=world.acting(room))
    page = client.post(
        f"/desk/case/{case.number}/dispatch/", {"dispatch-lead_unit": unit.pk, "dispatch-turn": seen_turn}
    )
    assert page.status_code == 409
    assert "Somebody else" in page.text or "有人" in page.text or "他人" in page.text


def test_bulk_dispatch_names_what_it_refused(client, town, room):
    cases, unit = [world.a_report(town) for _one in range(9)], world.a_unit()
    for declined in cases[:7]:
        given = {"reason_code": "unclear", "answer": "请补充"}
        move_case(declined, "decline", by=world.acting(room), facts=given)
    page = client.post(
        "/desk/bulk/",
        {
            "selected": [case.number for case in cases],
            "move": "dispatch",
            "dispatch-lead_unit": unit.pk,
            "back": "/desk/",
        },
        follow=True,
    )
    assert Case.objects.filter(step="dispatched").count() == 2
    assert [case.number for case in cases[:7] if case.number not in page.text] == []


def test_a_case_page_names_who_has_to_do_what_and_what_belongs_to_it_within_reach(client, town, room):
    lead, helper = world.a_unit("综合执法局"), world.a_unit("供电公司")
    case = world.a_report(town)
    elsewhere = open_case("report", title="别处的事", spot=spot_at(121.41, 28.11), by=world.acting(room))
    Link.objects.create(one=case, other=elsewhere, score=0.6)
    by = world.acting(room)
    move_case(case, "accept", by=by)
    move_case(case, "split", by=by, facts={"parts": "清运垃圾\n修好路灯"})
    move_case(case, "dispatch", by=by, facts={"lead_unit": lead.pk})
    move_case(case, "co_dispatch", by=by, facts={"assistants": [helper.pk], "words": "请断电半天"})
    page = client.get(f"/desk/case/{case.number}/").text
    assert "请断电半天" in page and "· 供电公司" in page and "清运垃圾" in page
    assert "别处的事" not in page
    part = Case.objects.get(title="修好路灯")
    assert case.number in client.get(f"/desk/case/{part.number}/").text


def test_a_unit_sees_its_cases_and_no_others(client, town):
    unit = world.a_unit()
    handler = world.a_handler(unit)
    mine, other = world.a_report(town, title="归我们"), world.a_report(town, title="不归我们")
    move_case(mine, "dispatch", by=world.acting(world.a_town_room(town.town)), facts={"lead_unit": unit.pk})
    client.force_login(handler)
    page = client.get("/desk/?queue=all")
    assert mine.title in page.text and other.title not in page.text
    assert client.get(f"/desk/case/{mine.number}/").status_code == 200


def test_a_reporter_is_masked_until_somebody_says_why(client, town, room):
    case = world.a_report(town, reporter=world.a_resident("欧阳居民"))
    page = client.get(f"/desk/case/{case.number}/")
    assert "欧阳居民" not in page.text
    shown = client.post(f"/desk/case/{case.number}/unmask/", {"reason": "电话核实地点"})
    assert "欧阳居民" in shown.text


@pytest.mark.parametrize("tab", ["story", "people", "reasons"])
def test_every_tab_of_a_case_opens(client, town, room, tab):
    case = world.a_report(town)
    assert client.get(f"/desk/case/{case.number}/?tab={tab}").status_code == 200


def test_the_export_is_a_spreadsheet_without_persons(client, town, room):
    world.a_report(town)
    answer = client.get("/desk/export.xlsx")
    assert b"".join(answer.streaming_content if answer.streaming else [answer.content])[:2] == b"PK"


def test_a_call_is_written_down(client, town, room):
    longitude, latitude = town.point()
    answer = client.post(
        "/desk/enter/",
        {"phone": "13800138000", "name": "来电人", "title": "水管爆了", "words": "路上都是水", "urgency": 2,
         "place_longitude": longitude, "place_latitude": latitude},
    )  # fmt: skip
    case = Case.objects.get()
    assert answer.url == f"/desk/case/{case.number}/" and case.source == "phone"


def test_the_desk_is_closed_to_residents(client, town):
    client.force_login(world.a_resident())
    assert client.get("/desk/").status_code == 403
    client.logout()
    assert client.get("/desk/").status_code == 302


def test_hot_issues_are_empty_at_first(client, room):
    assert client.get("/desk/hot/").status_code == 200
