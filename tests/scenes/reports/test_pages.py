"""The resident's pages, walked through as a resident does."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case, Exhibit
from gridloop.core.cases.opening import open_case
from gridloop.core.cases.spots import spot_at
from gridloop.core.cases.tokens import question_token
from gridloop.core.evidence.actions import keep_photo
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.models import Entry
from gridloop.core.journal.sealing import seal_new_entries
from gridloop.core.people.throttling import Gate
from tests import world
from tests.core.evidence.pictures import jpeg, scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return world.a_town()


def send(client, town, **given):
    longitude, latitude = town.point()
    fields = {
        "words": "小区门口路灯不亮，晚上看不清台阶。",
        "place_longitude": longitude,
        "place_latitude": latitude,
    }
    return client.post("/report/", {**fields, "reach": "anonymous", "public": "on", **given})


def test_an_anonymous_report_is_followed_with_its_code_from_another_phone(client, town, client_elsewhere):
    page = client.get("/report/")
    assert page.status_code == 200
    answer = send(client, town)
    case = Case.objects.get()
    assert answer.url == f"/receipt/{case.number}/"
    receipt = client.get(answer.url)
    code = client.session[f"code:{case.pk}"]
    assert case.number in receipt.text and code in receipt.text
    assert case.grid == town.grids[0] and case.reporter is None

    assert case.words not in client_elsewhere.get(f"/c/{case.number}/").text
    found = client_elsewhere.post("/track/", {"number": case.number, "code": code.lower()}, follow=True)
    assert case.words in found.text
    assert client_elsewhere.post("/track/", {"number": case.number, "code": "AAAAA-AAAAA"}).status_code == 422


def test_with_a_phone_number_the_report_waits_under_my_reports(client, town):
    send(client, town, reach="phone", phone="13800138000")
    case = Case.objects.get()
    assert case.reporter.phone == "13800138000"
    client.force_login(case.reporter)
    assert case.number in client.get("/my/").text


def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays(client, town):
    page = send(client, town, place_longitude="10", place_latitude="10", words="路灯不亮了")
    assert page.status_code == 422
    assert page.context["form"].errors["place"] and "路灯不亮了" in page.text
    assert not Case.objects.exists()


def test_the_same_form_sent_twice_is_one_report(client, town):
    key = "0c4f5b1e-7a38-4f8e-9d2c-6b1f3a2e4d5c"
    send(client, town, key=key)
    send(client, town, key=key)
    assert Case.objects.count() == 1


def test_a_page_that_was_kept_and_filled_in_anew_is_another_report(client, town):
    key = "4f5f33c5-4e04-4f0e-8f0a-0f8b2d9f7c11"
    for words in ("路灯不亮", "下水道堵了", "路灯不亮"):
        assert send(client, town, key=key, words=words).status_code == 302
    send(client, town, key=key, words="路灯不亮", place_longitude=town.point(1)[0])
    assert sorted(Case.objects.values_list("words", flat=True)) == ["下水道堵了", "路灯不亮", "路灯不亮"]


def test_a_double_tap_on_a_slow_phone_leaves_the_code_that_opens_the_report(client, client_elsewhere, town):
    """The second answer is the one that is shown, and it came without the session of the first."""
    key = "0c4f5b1e-7a38-4f8e-9d2c-6b1f3a2e4d5c"
    send(client, town, key=key)
    send(client_elsewhere, town, key=key)
    case = Case.objects.get()
    code = client_elsewhere.session[f"code:{case.pk}"]
    assert client.post("/track/", {"number": case.number, "code": code}).status_code == 302


def test_photos_come_along_and_are_shown_to_their_reporter_only_until_public(client, town, client_elsewhere):
    send(client, town, photos=[SimpleUploadedFile("p.jpg", jpeg(scene()))], public="")
    exhibit = Case.objects.get().exhibits.get()
    address = f"/files/{exhibit.file.key}/"
    shown = client.get(address)
    assert shown.status_code == 200 and b"".join(shown)[:2] == b"\xff\xd8"
    assert client_elsewhere.get(address).status_code == 404


def test_internal_evidence_is_not_for_the_reporter(client, town):
    resident, worker = world.a_resident(), world.a_grid_worker(town.grids[0])
    case = world.a_report(town, reporter=resident)
    photo = keep_photo(SimpleUploadedFile("e.jpg", jpeg(scene())), by=world.acting(worker))
    Exhibit.objects.create(case=case, file=photo, purpose="evidence")
    client.force_login(resident)
    assert client.get(f"/files/{photo.key}/").status_code == 404
    client.force_login(world.a_town_room(town.town))
    shown = client.get(f"/files/{photo.key}/")
    assert shown.status_code == 200 and b"".join(shown)


def test_is_it_one_of_these_shows_public_reports_near_by(client, town):
    world.a_report(town, title="小区门口路灯不亮", words="晚上看不清", public=True)
    world.a_report(town, title="小区门口路灯坏了不亮", words="不公开的", public=False)
    longitude, latitude = town.point()
    page = client.get(
        "/report/similar/",
        {"words": "门口的路灯不亮", "place_longitude": longitude, "place_latitude": latitude},
    )
    assert page.text.count("<li>") == 1
    assert town.community.name in page.text and town.grids[0].name not in page.text  # no nearer than that
    assert "小区门口路灯" not in page.text


def test_how_far_a_neighbours_report_is_tells_nobody_the_exact_home(client, town):
    """Asked from many places, the page answers as if the report lay on its rounded point."""
    longitude, latitude = town.point()
    case = world.a_report(town, title="小区门口路灯不亮", words="晚上看不清", public=True)

    def seen_from(shift):
        page = client.get(
            "/report/similar/",
            {"words": "门口的路灯不亮", "place_longitude": longitude + shift, "place_latitude": latitude},
        )
        return page.text

    before = [seen_from(step * 0.00371) for step in range(8)]
    Case.objects.filter(pk=case.pk).update(longitude=longitude + 0.00049, latitude=latitude - 0.00049)
    assert [seen_from(step * 0.00371) for step in range(8)] == before
    assert "about 100 m" in before[0] or "约100米" in before[0]


def test_neighbours_read_that_something_happened_but_not_the_words(client, town):
    """Strangers and those who joined: no title, no words, no address, nothing of what was asked and answered."""
    longitude, latitude = town.point()
    spot = spot_at(longitude, latitude, "城中社区3幢502室")
    resident, worker = world.a_resident(), world.a_grid_worker(town.grids[0])
    case = open_case("report", title="502室老王家漏水", words="请打电话", spot=spot, by=world.acting(resident),
                     reporter=resident, public=True)  # fmt: skip
    move_case(case, "ask", by=world.acting(worker), facts={"words": "几点在家？"})
    move_case(case, "answer", by=world.acting(resident), facts={"words": "晚上七点后在家"})
    secret = ("502室", "老王", "请打电话", "几点在家", "晚上七点")

    stranger = client.get(f"/c/{case.number}/").text
    lists = client.get("/").text + client.get("/near/").text + client.get("/near/reports.geojson").text
    neighbour = world.a_resident("邻居")
    client.force_login(neighbour)
    assert client.post(f"/c/{case.number}/join/").status_code == 302
    joined = client.get(f"/c/{case.number}/").text + client.get("/my/").text

    assert [word for word in secret if word in stranger + lists + joined] == []
    client.force_login(resident)
    own = client.get(f"/c/{case.number}/").text
    assert [word for word in secret if word not in own] == []


def test_a_reporter_takes_home_proofs_of_what_is_told_to_them_only(client, town):
    resident = world.a_resident()
    case = world.a_report(town, reporter=resident)
    move_case(case, "note", by=world.acting(world.a_town_room(town.town)), facts={"words": "内部"})
    seal_new_entries()
    reported, noted = Entry.objects.filter(subject_kind="case", subject=case.pk).order_by("pk")
    client.force_login(resident)
    assert client.get(f"/c/{case.number}/proof/{reported.pk}/").status_code == 200
    assert client.get(f"/c/{case.number}/proof/{noted.pk}/").status_code == 404


def test_a_question_is_answered_through_its_link_without_signing_in(client, town):
    case = world.a_report(town)
    worker = world.a_grid_worker(town.grids[0])
    case = move_case(case, "ask", by=world.acting(worker), facts={"words": "哪一栋？"})
    address = f"/q/{question_token(case.questions.get().pk)}/"
    assert "哪一栋？" in client.get(address).text
    client.post(address, {"words": "三号楼"})
    assert case.questions.get().answer == "三号楼"
    case = move_case(case, "ask", by=world.acting(worker), facts={"words": "几单元？"})
    move_case(case, "resume", by=world.acting(world.a_town_room(town.town)))
    late = f"/q/{question_token(case.questions.last().pk)}/"
    assert "<form" not in client.get(late).text.split("</header>")[-1]
    assert client.get("/q/1.forged/").status_code == 404


def test_the_verdict_is_given_on_the_page(client, town):
    resident = world.a_resident()
    case = world.a_report(town, reporter=resident)
    Case.objects.filter(pk=case.pk).update(step="verified")
    client.force_login(resident)
    page = client.get(f"/c/{case.number}/")
    assert "review-rating" in page.text
    client.post(f"/c/{case.number}/review/", {"review-rating": "5"})
    case.refresh_from_db()
    assert (case.step, case.rating) == ("closed", 5)


@pytest.mark.parametrize("step", ["verified", "rectified"])
def test_a_verdict_that_is_due_waits_for_its_reporter(client, town, step):
    resident = world.a_resident()
    case = world.a_report(town, reporter=resident)
    client.force_login(resident)
    assert "等您" not in client.get("/").text
    Case.objects.filter(pk=case.pk).update(step=step)
    assert "有1件事等您" in client.get("/").text
    assert case.number in client.get("/my/?show=yours").text


def test_a_question_waits_for_who_wrote_not_for_who_joined(client, town):
    writer, neighbour = world.a_resident(), world.a_resident("邻居")
    case = world.a_report(town, reporter=writer, public=True)
    case = move_case(case, "join", by=world.acting(neighbour))
    move_case(case, "ask", by=world.acting(world.a_grid_worker(town.grids[0])), facts={"words": "哪一栋？"})
    seen = []
    for person in (writer, neighbour):
        client.force_login(person)
        seen.append("有1件事等您" in client.get("/").text)
    assert seen == [True, False]
    Case.objects.filter(pk=case.pk).update(step="verified", suspended_at=None)
    assert "有1件事等您" in client.get("/").text  # the verdict is also the neighbour's


def test_a_strangers_private_report_is_not_there(client, town):
    case = world.a_report(town, public=False)
    assert client.get(f"/c/{case.number}/").status_code == 404
    client.force_login(world.a_resident("别人"))
    assert client.get(f"/c/{case.number}/").status_code == 404
    assert client.get(f"/c/{case.number}/proof/1/").status_code == 404


def test_the_neighbourhood_map_shows_no_exact_place(client, town):
    world.a_report(town, public=True)
    feature = client.get("/near/reports.geojson").json()["features"][0]
    assert all(len(str(part).split(".")[1]) <= 3 for part in feature["geometry"]["coordinates"])


def test_a_report_costs_few_statements(client, town, django_assert_max_num_queries):
    send(client, town)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        send(client, town)
    statements = [query["sql"] for query in seen.captured_queries]
    assert Case.objects.count() == 2
    assert len(statements) <= 30, "\n".join(statements)


def test_a_script_that_floods_is_slowed_down(client, town, monkeypatch):
    monkeypatch.setattr(
        "gridloop.scenes.reports.views.report_gate", lambda address: Gate("report", address, free=1)
    )
    assert [send(client, town).status_code for _time in range(3)] == [302, 302, 429]


def test_nobody_is_an_actor_without_an_id(client):
    assert Actor(kind="person").person is None


def test_a_reporter_adds_words_and_photos_and_a_neighbour_who_joined_does_so_for_staff_alone(
    client, town, client_elsewhere
):
    send(client, town)
    case = Case.objects.get()
    assert "/add/" in client.get(f"/c/{case.number}/").text
    added = {"add-words": "晚上七点以后最暗。", "add-photos": SimpleUploadedFile("a.jpg", jpeg(scene()))}
    assert client.post(f"/c/{case.number}/add/", added).status_code == 302
    page = client.get(f"/c/{case.number}/").text
    photo = Exhibit.objects.get(case=case).file
    assert "晚上七点以后最暗" in page and str(photo.key) in page
    neighbour = world.a_resident()
    client_elsewhere.force_login(neighbour)
    assert "/add/" not in client_elsewhere.get(f"/c/{case.number}/").text
    move_case(case, "join", by=world.acting(neighbour))
    more = {"add-words": "我家5号门口也是。", "add-photos": SimpleUploadedFile("b.jpg", jpeg(scene()))}
    client_elsewhere.post(f"/c/{case.number}/add/", more)
    assert Exhibit.objects.filter(case=case).values_list("purpose", flat=True).order_by("id")[1] == "evidence"
    for visitor in (client, client_elsewhere):
        assert "我家5号" not in visitor.get(f"/c/{case.number}/").text
    assert "晚上七点以后最暗" not in client_elsewhere.get(f"/c/{case.number}/").text
    client_elsewhere.force_login(world.a_town_room(town.town))
    assert "我家5号门口也是" in client_elsewhere.get(f"/desk/case/{case.number}/").text


def test_nothing_added_is_asked_again(client, town):
    send(client, town)
    case = Case.objects.get()
    page = client.post(f"/c/{case.number}/add/", {"add-words": " "})
    assert page.status_code == 422 and not Entry.objects.filter(event="case_added_to").exists()


def test_a_question_asking_for_a_photo_is_answered_with_one(client, town):
    send(client, town)
    case = Case.objects.get()
    room = world.acting(world.a_town_room(town.town))
    move_case(case, "ask", by=room, facts={"words": "请拍一张路灯编号。"})
    link = f"/q/{question_token(case.questions.get().pk)}/"
    refused = client.post(link, {"words": "编号如图", "photos": SimpleUploadedFile("a.jpg", b"no picture")})
    assert refused.status_code == 422 and case.questions.get().answered_at is None
    client.post(link, {"words": "编号如图", "photos": SimpleUploadedFile("a.jpg", jpeg(scene()))})
    assert case.questions.get().answer == "编号如图" and Exhibit.objects.get(case=case).purpose == "report"
