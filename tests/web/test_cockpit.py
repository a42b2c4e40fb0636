"""The cockpit: what a leader sees and no more, numbers that open as many cases as they say, and a constant cost."""

import html
import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case
from gridloop.core.cases.spots import spot_at
from gridloop.core.clocks import timers
from gridloop.core.dispatch.models import HotIssue
from gridloop.core.journal import consumers
from gridloop.core.spreadsheets import read_rows
from tests import world

pytestmark = pytest.mark.django_db
PAGES = ("/cockpit/", "/cockpit/figures/", "/cockpit/side/", "/cockpit/map.json", "/cockpit/measures/",
         "/cockpit/measures/times/", "/cockpit/ranking/", "/cockpit/cases/")  # fmt: skip


@pytest.fixture
def town():
    return world.a_town()


@pytest.fixture
def leader(town, client):
    person = world.with_post("leader", area=town.county, name="钱县长")
    client.force_login(person)
    return person


@pytest.fixture
def town_leader(town, client):
    person = world.with_post("leader", area=town.town, name="孙镇长")
    client.force_login(person)
    return person


def count_the_journal() -> None:
    while any(consumers.drain_all().values()):
        pass


def elsewhere(town: world.Town, title: str = "别镇的垃圾") -> Case:
    return world.open_case(
        "report", title=title, spot=spot_at(121.41, 28.11), by=world.acting(world.a_resident())
    )


def dispatched(town: world.Town, **more) -> Case:
    case, unit = world.a_report(town, **more), world.a_unit()
    return move_case(
        case, "dispatch", by=world.acting(world.a_town_room(town.town)), facts={"lead_unit": unit.pk}
    )


@pytest.mark.parametrize("page", PAGES)
def test_the_cockpit_is_for_leaders_and_rooms(client, town, page):
    assert client.get(page).status_code == 302
    client.force_login(world.a_resident())
    assert client.get(page).status_code == 403
    client.force_login(world.a_handler(world.a_unit()))
    assert client.get(page).status_code == 403
    for role in ("leader", "town_room", "county_room", "auditor"):
        client.force_login(world.with_post(role, area=town.county))
        assert client.get(page).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_county_says_what_will_appear(client, leader, page):
    assert client.get(page).status_code == 200
    assert client.get(f"{page}?day=2020-01-01&days=7").status_code == 200


def test_a_town_leader_sees_the_town_only(client, town, town_leader):
    ours, theirs = world.a_report(town, title="我们的路灯", urgency=1), elsewhere(town)
    Case.objects.filter(pk=theirs.pk).update(urgency=1)
    count_the_journal()
    wall = client.get("/cockpit/").text
    assert ours.title in wall and theirs.title not in wall and town.other_town.name not in wall
    values = client.get("/cockpit/map.json").json()["values"]
    assert set(map(int, values)) == {grid.pk for grid in town.grids}
    for page in (*PAGES, f"/cockpit/area/{town.other_town.pk}/"):
        assert client.get(f"{page}?area={town.other_town.pk}").status_code == 404
        if not page.startswith("/cockpit/area"):
            assert client.get(f"{page}?area={town.county.pk}").status_code == 404
    assert theirs.title not in client.get("/cockpit/cases/?part=open").text


def test_every_number_opens_as_many_cases_as_it_says(client, town, leader):
    start = timezone.now().replace(microsecond=0) - timedelta(days=20)
    with time_machine.travel(start, tick=False) as clock:
        for grid in (0, 0, 1):
            dispatched(town, grid=grid)
        world.a_report(town, urgency=1)
        elsewhere(town)
        clock.shift(timedelta(days=15))
        while timers.handle_due("test"):
            pass
        count_the_journal()
    count_the_journal()
    for area in (town.county, town.town, town.grids[0]):
        page = client.get(f"/cockpit/?area={area.pk}")
        for one in page.context["figures"]:
            opened = client.get(one["href"]).context
            said = one["note"].split(" / ")[0] if one.get("unit") else one["value"]
            assert opened["total"] == len(opened["rows"])
            if str(said).isdigit():
                assert opened["total"] == int(said), one["label"]
        pressing = client.get(page.context["pressing_url"]).context
        assert pressing["total"] == page.context["pressing_count"] == len(pressing["rows"])
    assert client.get("/cockpit/cases/?part=overdue").context["total"] == 5
    sums = client.get("/cockpit/map.json").json()["values"].values()
    assert sum(row[0] for row in sums) == client.get("/cockpit/cases/?part=open").context["total"] == 5


def test_a_past_day_is_shown_as_it_stood(client, town, leader):
    now = timezone.now()
    with time_machine.travel(now - timedelta(days=5), tick=False):
        case = world.a_report(town)
        room = world.acting(world.a_town_room(town.town))
    with time_machine.travel(now - timedelta(days=2), tick=False):
        move_case(case, "decline", by=room, facts={"reason_code": "unclear", "answer": "请补充"})
    count_the_journal()
    for days_ago, expected in ((6, 0), (5, 1), (3, 1), (2, 0), (0, 0)):
        day = timezone.localdate(now) - timedelta(days=days_ago)
        page = client.get(f"/cockpit/?day={day}")
        assert page.context["figures"][0]["value"] == expected
        assert len(client.get(page.context["figures"][0]["href"]).context["rows"]) == expected


@pytest.mark.parametrize(("page", "most"), [("/cockpit/", 24), ("/cockpit/figures/", 12), ("/cockpit/side/", 16),
                                            ("/cockpit/map.json", 8), ("/cockpit/measures/", 20)])  # fmt: skip
@pytest.mark.parametrize("how_many", [1, 4])
def test_the_cost_does_not_grow_with_the_cases(client, town, leader, page, most, how_many):
    for _one in range(how_many):
        dispatched(town, urgency=1)
    count_the_journal()
    client.get(page)
    with CaptureQueriesContext(connection) as seen:
        client.get(page)
    assert len(seen) <= most, "\n".join(query["sql"][:160] for query in seen.captured_queries)
    tables = ('"cases_case"', "COUNT(")
    assert not [q["sql"] for q in seen.captured_queries if all(word in q["sql"] for word in tables)]


def test_the_map_is_fetched_again_only_when_it_changed(client, town, leader):
    world.a_report(town)
    count_the_journal()
    first = client.get("/cockpit/map.json")
    assert json.loads(first.content)["values"][str(town.grids[0].pk)] == [1, 0, town.town.pk]
    assert client.get("/cockpit/map.json", headers={"If-None-Match": first["ETag"]}).status_code == 304
    world.a_report(town)
    count_the_journal()
    assert client.get("/cockpit/map.json", headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_single_cases_are_shown_close_up_and_within_reach(client, town, town_leader):
    ours = world.a_report(town)
    elsewhere(town)
    found = client.get("/cockpit/points.json?box=121,28,122,29").json()["features"]
    assert [feature["properties"]["words"] for feature in found] == [ours.number]
    assert client.get("/cockpit/points.json?box=nonsense").json()["features"] == []


def test_a_ranking_shows_where_each_point_comes_from(client, town, leader):
    with time_machine.travel(timezone.now() - timedelta(days=20), tick=False) as clock:
        dispatched(town)
        clock.shift(timedelta(days=15))
        while timers.handle_due("test"):
            pass
    count_the_journal()
    page = client.get("/cockpit/ranking/?of=town")
    (row,) = page.context["ranking"]
    assert row["title"] == town.town.name and row["exact"] == round(
        sum(float(p["points"]) for p in row["parts"]), 2
    )
    for part in row["parts"]:
        assert client.get(part["denominator_url"]).context["total"] == int(part["denominator"])
    for of in ("community", "unit", "category"):
        assert client.get(f"/cockpit/ranking/?of={of}").status_code == 200
    assert client.get(f"/cockpit/ranking/?of=post&area={town.town.pk}").status_code == 200


@pytest.mark.parametrize("span", ["month", "quarter", "year"])
def test_measures_are_compared_and_open_their_cases(client, town, leader, span):
    case = dispatched(town)
    count_the_journal()
    page = client.get(f"/cockpit/measures/?span={span}")
    reported = page.context["rows"][0]
    assert (reported["value"].strip(), client.get(reported["numerator_url"]).context["total"]) == ("1", 1)
    by_unit = client.get(f"/cockpit/measures/?span={span}&whose=unit-{case.lead_unit_id}")
    assert by_unit.context["choice"].by == "unit"
    assert case.lead_unit.name in by_unit.text


@pytest.mark.parametrize("what", ["measures", "ranking", "areas"])
def test_what_is_shown_can_be_taken_as_a_spreadsheet(client, town, leader, what):
    dispatched(town)
    count_the_journal()
    answer = client.get(f"/cockpit/export.xlsx?what={what}")
    rows = list(read_rows(b"".join(answer.streaming_content)))
    assert answer.status_code == 200 and (rows or what == "ranking")


def test_a_hot_issue_opens_with_its_arithmetic(client, town, town_leader):
    ours, theirs = world.a_report(town), elsewhere(town)
    issue = HotIssue.objects.create(title="异味", heat=9, arithmetic={"messages": 9}, first_at=timezone.now(),
                                    last_at=timezone.now(), area=town.county)  # fmt: skip
    issue.cases.set([ours, theirs])
    page = client.get(f"/cockpit/hot/{issue.pk}/").text
    assert ours.title in page and theirs.title not in page
    issue.cases.set([theirs])
    assert client.get(f"/cockpit/hot/{issue.pk}/").status_code == 404


def test_many_cases_come_page_by_page(client, town, leader):
    for _one in range(52):
        world.a_report(town)
    count_the_journal()
    for part in ("open", "reported"):
        first = client.get(f"/cockpit/cases/?part={part}").context
        second = client.get("/cockpit/cases/" + first["older"]).context
        seen = [row.case.pk for row in [*first["rows"], *second["rows"]]]
        assert first["total"] == len(seen) == len(set(seen)) == 52 and not second["older"]


@pytest.mark.parametrize(
    "query", ["area=x&days=x&day=x", "day=2026-02-31", "part=open&after=x", "part=reported&after=x-y"]
)
def test_addresses_typed_wrong_show_something_useful(client, leader, query):
    assert client.get(f"/cockpit/cases/?{query}").status_code == 200
    assert client.get("/cockpit/cases/?part=nonsense").status_code == 404
    assert client.get("/cockpit/cases/?part=rating.denominator").status_code in (200, 404)


def test_scenes_count_for_themselves_and_each_number_opens_its_cases(client, town, town_leader):
    waiting, done = world.a_report(town, title="消防通道被占"), world.a_report(town, title="灭火器过期")
    far = elsewhere(town)
    Case.objects.filter(pk__in=[waiting.pk, far.pk]).update(kind="hazard", step="ordered")
    Case.objects.filter(pk=done.pk).update(kind="hazard", step="closed", open=False)

    page = client.get("/cockpit/figures/").content.decode()

    found = re.search(r'href="([^"]*step=ordered[^"]*)"[^>]*>.*?<b class="number">(\d+)</b>', page)
    assert found and found[2] == "1"
    listed = client.get(html.unescape(found[1])).content.decode()
    assert "消防通道被占" in listed and "灭火器过期" not in listed and "别镇的垃圾" not in listed
    assert 'class="urgent"' not in page.split("scene-figures")[1].split("</section>")[0]

    Case.objects.filter(pk=waiting.pk).update(kind="fire_alarm", step="raised")
    assert 'class="urgent"' in client.get("/cockpit/figures/").content.decode().split("scene-figures")[1]


def test_what_waits_for_the_viewers_decision_stands_on_the_wall_and_opens_its_queue(
    client, town, town_leader
):
    case, room = world.a_report(town), world.a_town_room(town.town)
    assert re.search(r'queue=decide">.*?<b class="number">0</b>', client.get("/cockpit/figures/").text)
    move_case(case, "accept", by=world.acting(room))
    facts = {"reason_code": "no_money", "answer": "已列入明年计划"}
    move_case(case, "close_unresolved", by=world.acting(room), facts=facts)

    found = re.search(
        r'href="([^"]*queue=decide)" class="urgent">.*?<b class="number">1</b>',
        client.get("/cockpit/figures/").text,
    )
    assert found and case.title in client.get(found[1]).text
