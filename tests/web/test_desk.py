"""The desk, walked through by a command room and a unit; and what it refuses."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case, Category, Link
from gridloop.core.cases.opening import open_case
from gridloop.core.cases.spots import spot_at
from gridloop.core.dispatch.models import HotIssue
from gridloop.core.spreadsheets import read_rows
from gridloop.web.desk.case_story import story
from gridloop.web.models import SavedFilter
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


def test_a_case_is_found_by_its_whole_number_even_when_it_is_closed(client, town, room):
    case = world.a_report(town)
    facts = {"reason_code": "unclear", "answer": "请补充"}
    move_case(case, "decline", by=world.acting(room), facts=facts)
    for typed in (case.number, case.number.replace("-", ""), f" {case.number} "):
        assert client.get("/desk/", {"q": typed}).url == f"/desk/case/{case.number}/"
    assert client.get("/desk/", {"q": "20200101-000000"}).status_code == 200


def test_the_list_says_how_many_it_holds(client, town, room):
    for _one in range(3):
        world.a_report(town)
    assert client.get("/desk/count/", headers={"accept-language": "en"}).text == "3 cases"
    assert client.get("/desk/count/?state=closed", headers={"accept-language": "en"}).text == "0 cases"


def test_the_newest_come_first_for_whoever_asks(client, town, room):
    older, newer = world.a_report(town, title="先来的"), world.a_report(town, title="后来的")
    Case.objects.filter(pk=newer.pk).update(queue_at="2999-01-01T00:00Z")
    due_first, newest_first = client.get("/desk/").text, client.get("/desk/?sort=new").text
    assert due_first.index(older.title) < due_first.index(newer.title)
    assert newest_first.index(newer.title) < newest_first.index(older.title)


def test_only_the_chosen_rows_are_taken_away_and_only_within_reach(client, town, room):
    mine, other = world.a_report(town, title="要导出的"), world.a_report(town, title="不要的")
    theirs = world.open_case(
        "report", title="别镇的", spot=world.spot_at(121.41, 28.11), by=world.acting(room)
    )
    answer = client.get("/desk/export.xlsx", {"selected": [mine.number, theirs.number]})
    titles = [row["事项"] for row in read_rows(b"".join(answer.streaming_content))]
    assert titles == [mine.title] and other.title not in titles


def test_buttons_stand_there_only_for_who_may_press_them(client, town):
    client.force_login(world.with_post("leader", area=town.county, name="周书记"))
    page = client.get("/desk/")
    assert "/desk/enter/" not in page.text and "/desk/export.xlsx" in page.text
    client.force_login(world.a_handler(world.a_unit()))
    page = client.get("/desk/")
    assert "/desk/enter/" not in page.text and "/desk/export.xlsx" not in page.text


def test_who_dispatches_sees_which_unit_usually_leads_and_why(client, town, room):
    usual, category = (
        world.a_unit("路灯管理所"),
        Category.objects.create(code="0901", name="路灯", edition="t"),
    )
    for _one in range(5):
        past = world.a_report(town, category=category)
        move_case(past, "dispatch", by=world.acting(room), facts={"lead_unit": usual.pk})
    case = world.a_report(town, category=category)
    page = client.get(f"/desk/case/{case.number}/dispatch/")
    assert f'<option value="{usual.pk}" selected>' in page.text
    assert "最近5件同类案件中有5件" in page.text


def test_after_a_move_the_next_case_opens_for_whoever_wants_it(client, town, room):
    case, following = world.a_report(town), world.a_report(town)
    there = f"/desk/case/{following.number}/"
    answer = client.post(f"/desk/case/{case.number}/accept/", {"then": there})
    assert answer.url == there
    elsewhere = client.post(f"/desk/case/{following.number}/accept/", {"then": "//evil.example/"})
    assert elsewhere.url == there


def test_the_case_file_holds_the_whole_story_without_names(client, town, room):
    case = world.a_report(town, reporter=world.a_resident("欧阳居民"))
    move_case(case, "accept", by=world.acting(room))
    page = client.get(f"/desk/case/{case.number}/file/")
    assert case.number in page.text and "受理" in page.text
    assert "欧阳居民" not in page.text
    client.force_login(world.a_handler(world.a_unit()))
    assert client.get(f"/desk/case/{case.number}/file/").status_code == 404


def test_neighbours_with_the_same_matter_are_one_line_of_the_story(town, room):
    case = world.a_report(town)
    for _one in range(4):
        neighbour = world.a_resident()
        move_case(case, "join", by=world.acting(neighbour))
    titles = [str(line["title"]) for line in story(case)]
    assert len(titles) == 2 and "4" in titles[0]


def test_a_filter_in_use_is_taken_away_by_its_own_chip_and_a_kept_one_forgotten(client, town, room):
    page = client.get("/desk/?overdue=on")
    assert re.search(r'href="\?queue=area-\d+" aria-current="true"', page.text)
    client.post("/desk/filters/keep/", {"name": "我的", "query": "overdue=on&page=%3E3&filters=open"})
    kept = SavedFilter.objects.get()
    assert kept.query == "overdue=on"
    forget = f"/desk/filters/{kept.pk}/forget/"
    assert forget in client.get("/desk/?overdue=on").text
    client.post(forget)
    assert not SavedFilter.objects.exists()


def test_an_empty_result_says_that_filters_did_it(client, town, room):
    assert "没有符合条件的案件" in client.get("/desk/?urgency=1").text
    assert "没有符合条件的案件" not in client.get("/desk/").text


def test_a_place_is_corrected_by_words_or_by_a_touch_on_the_map(client, town, room):
    case = world.a_report(town)
    address = f"/desk/case/{case.number}/place/"
    assert "data-open-map" in client.get(address).text
    page = client.post(address, {"place-place": "火星基地", "place-turn": case.turn})
    assert page.status_code == 422 and "火星基地" in page.text
    longitude, latitude = town.point(1)
    touched = {"place-place": "河边", "place-place_longitude": longitude, "place-place_latitude": latitude}
    assert client.post(address, {**touched, "place-turn": case.turn}).status_code == 302
    case.refresh_from_db()
    assert (case.grid, case.address, case.placed_by) == (town.grids[1], "河边", "point")


def test_closing_unresolved_waits_on_the_page_for_a_second_person(client, town, room):
    case = move_case(world.a_report(town), "accept", by=world.acting(room))
    given = {"close_unresolved-reason_code": "no_money", "close_unresolved-answer": "已列入明年计划"}
    page = client.post(f"/desk/case/{case.number}/close_unresolved/", given, follow=True)
    assert "已列入明年计划" in page.text and page.context["waiting"][0]["who"] == room.name
    assert client.get(f"/desk/case/{case.number}/approve/").status_code == 409
    client.force_login(world.a_leader(town.town))
    assert "已列入明年计划" in client.get(f"/desk/case/{case.number}/approve/").text
    client.post(f"/desk/case/{case.number}/approve/", {"approve-words": "同意"})
    case.refresh_from_db()
    assert (case.step, case.outcome) == ("closed", "unresolved")


def asked_for(town, room):
    """A case the room's colleague wants to close unresolved."""
    case, colleague = world.a_report(town), world.a_town_room(town.town)
    move_case(case, "accept", by=world.acting(room))
    facts = {"reason_code": "no_money", "answer": "已列入明年计划"}
    return move_case(case, "close_unresolved", by=world.acting(colleague), facts=facts), colleague


def test_what_waits_for_my_decision_stands_in_a_queue_with_its_count_and_what_was_asked(client, town, room):
    case, _colleague = asked_for(town, room)
    page = client.get("/desk/?queue=decide").text
    assert re.search(r'queue=decide" aria-current="page">待我审批<span class="count">1</span>', page)
    row = page[page.index(case.title) :]
    assert "<b>无法解决结案</b>" in row and "待审批</span>" in row


def test_a_decision_is_made_beside_what_was_asked_and_is_the_only_next_action(client, town, room):
    case, _colleague = asked_for(town, room)
    page = client.get(f"/desk/case/{case.number}/").text
    notice = page[page.index('class="notice warning waiting"') :].split("</section>")[0]
    assert "已列入明年计划" in notice
    assert re.findall(r'class="button (\w+)" href="[^"]*/(\w+)/"', notice) == [
        ("primary", "approve"),
        ("secondary", "refuse_approval"),
    ]
    assert page.count('class="button primary" href') == 1


def test_whoever_asked_reads_that_somebody_else_decides(client, town, room):
    case, colleague = asked_for(town, room)
    client.force_login(colleague)
    notice = client.get(f"/desk/case/{case.number}/").text.split('class="notice warning waiting"')[1]
    assert "须由他人审批" in notice and "指挥室或领导" in notice
    assert "/approve/" not in notice
    assert case.title not in client.get("/desk/?queue=decide").text


def test_the_story_says_what_was_asked_for_and_what_was_decided(town, room):
    case, _colleague = asked_for(town, room)
    assert str(story(case)[0]["title"]) == "提请审批：无法解决结案"
    case = move_case(case, "refuse_approval", by=world.acting(room), facts={"reason": "先修再说"})
    assert str(story(case)[0]["title"]) == "不批准：无法解决结案"


def test_a_place_is_named_as_seen_from_where_one_sits(client, town, room):
    world.a_report(town)
    assert "玉城街道城中社区" not in client.get("/desk/").text
    assert "玉城街道城中社区" in client.get("/desk/?queue=all").text
    assert "玉环市玉城街道" not in client.get("/desk/?queue=all").text


def test_a_move_that_takes_an_approval_says_so_on_its_button_and_a_page_of_its_own_leads_back(
    client, town, room
):
    case = world.a_report(town)
    move_case(case, "accept", by=world.acting(room))
    address = f"/desk/case/{case.number}/close_unresolved/"
    page = client.get(address).text
    assert "<span>提请审批</span>" in page and f'href="/desk/case/{case.number}/">取消</a>' in page
    dialog = client.get(address, headers={"HX-Request": "true"}).text
    assert "<span>提请审批</span>" in dialog and "data-close>取消" in dialog


def test_staff_are_not_asked_at_the_desk_whether_they_have_the_same_matter(client, town, room):
    case = world.a_report(town)
    assert f"/desk/case/{case.number}/join/" not in client.get(f"/desk/case/{case.number}/").text


def test_a_hot_issue_shows_its_first_cases_and_leads_to_the_others(client, town, room):
    cases = [world.a_report(town, title="积水") for _one in range(9)]
    issue = HotIssue.objects.create(
        title="积水", area=town.community, heat=9, arithmetic={"messages": 9},
        first_at=cases[0].reported_at, last_at=cases[-1].reported_at,
    )  # fmt: skip
    issue.cases.add(*cases[:8])
    assert "查看此热点的全部案件" not in client.get("/desk/hot/").text
    issue.cases.add(cases[8])
    page = client.get("/desk/hot/").text
    assert "查看此热点的全部案件" in page and page.count('<span class="number quiet">') == 8
