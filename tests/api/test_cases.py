"""The loop over the JSON API: reported, listed, moved, told; once only, and in words when it cannot be."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gridloop.core.cases.models import Case
from gridloop.core.evidence.models import File
from gridloop.core.journal.models import Entry
from gridloop.core.journal.sealing import seal_new_entries
from tests import world
from tests.api.stage import Asker, a_matter, a_token
from tests.core.evidence import pictures

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(town):
    return world.a_town_room(town.town)


@pytest.fixture
def asker(room):
    return Asker(a_token(room))


def test_a_report_becomes_a_case_with_a_place_a_class_and_a_deadline(asker, town):
    world.a_category("0102")
    answer = asker.post(
        "/cases", a_matter(town, **{"class": "0102", "reporter": {"phone": "13800138000", "name": "李四"}})
    )
    assert answer.status_code == 201, answer.content
    case = Case.objects.get(number=answer.json()["number"])
    assert answer["Location"].endswith(case.number)
    assert (case.grid, case.category.code, case.source) == (town.grids[0], "0102", "api")
    assert case.due_at and case.reporter.phone == "13800138000" and "13800138000" not in answer.text


def test_the_same_sending_is_taken_in_once_and_keys_of_two_tokens_never_meet(asker, town):
    key = str(uuid.uuid4())
    first = asker.post("/cases", a_matter(town), **{"Idempotency-Key": key})
    again = asker.post("/cases", a_matter(town), **{"Idempotency-Key": key})
    assert (first.status_code, again.status_code) == (201, 200) and first.json()["number"] == again.json()[
        "number"
    ]
    other = Asker(a_token(world.a_town_room(town.other_town)))
    theirs = other.post("/cases", a_matter(town), **{"Idempotency-Key": key})
    assert theirs.status_code == 201 and theirs.json()["number"] != first.json()["number"]


def test_photos_are_cleaned_and_only_ones_own_can_be_shown(asker, town):
    uploaded = asker.upload(pictures.telling_jpeg())
    assert uploaded.status_code == 201, uploaded.content
    key = uploaded.json()["key"]
    made = asker.post("/cases", a_matter(town, photos=[key]))
    shown = asker.get(f"/cases/{made.json()['number']}").json()
    assert [file["key"] for file in shown["files"]] == [key]
    for size in ({}, {"small": "true"}):
        file = asker.get(f"/files/{key}", **size)
        assert file.status_code == 200 and b"".join(file.streaming_content)[:2] == b"\xff\xd8"
    other = Asker(a_token(world.a_town_room(town.other_town)))
    assert other.get(f"/files/{key}").status_code == 404
    assert other.post("/cases", a_matter(town, photos=[key])).status_code == 422
    assert asker.upload(b"no picture").status_code == 422 and File.objects.count() == 1


def test_what_does_not_fit_is_told_with_its_field(asker, town):
    for body, field in (
        ({"words": "x"}, "place"),
        ({"words": "x", "place": {"longitude": 999, "latitude": 1}}, "place.longitude"),
        ({"words": "x", "place": {"longitude": 1, "latitude": 1}}, "place"),
        ({"words": " ", "place": {"longitude": 121.21, "latitude": 28.11}}, "words"),
        (a_matter(town, **{"class": "nothing"}), "class"),
        (a_matter(town, kind="nothing"), "kind"),
        (a_matter(town, kind="fire_alarm"), "kind"),  # its scene opens it, with facts a report does not bring
        (a_matter(town, reporter={"phone": "12"}), "phone"),
    ):
        answer = asker.post("/cases", body)
        assert answer.status_code == 422, (body, answer.content)
        told = answer.json()
        assert told["field"].endswith(field) and told["words"] and told["status"] == 422
    broken = asker.client.post("/api/v1/cases", "{", content_type="application/json", headers=asker.headers)
    assert broken.status_code == 400 and broken["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("how_many", [1, 3])
def test_a_list_costs_the_same_however_long_it_is(asker, town, how_many):
    for _one in range(how_many):
        world.a_report(town)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = asker.get("/cases")
    assert len(answer.json()["cases"]) == how_many
    assert len(asked) <= 7, [query["sql"][:90] for query in asked]


def test_pages_show_every_case_once(asker, town):
    numbers = {world.a_report(town).number for _one in range(5)}
    seen, page = [], ""
    while True:
        told = asker.get("/cases", size=2, page=page).json()
        seen += [case["number"] for case in told["cases"]]
        if not (page := told["older"] or ""):
            break
    assert len(seen) == 5 and set(seen) == numbers


def test_filters_narrow_the_list_like_the_worklist_does(asker, town):
    ours = world.a_report(town, title="路灯不亮了")
    world.a_report(town, title="井盖坏了")
    assert [one["number"] for one in asker.get("/cases", q=ours.number).json()["cases"]] == [ours.number]
    assert asker.get("/cases", state="closed").json()["cases"] == []
    assert len(asker.get("/cases", area=town.grids[0].pk).json()["cases"]) == 2
    assert asker.get("/cases", area=999999).status_code == 404
    assert asker.get("/cases", queue=f"area-{town.town.pk}").status_code == 200
    assert asker.get("/cases", queue="nobody").status_code == 404


def test_a_case_travels_by_moves_and_a_second_hand_is_told(asker, town, room):
    case, unit = world.a_report(town), world.a_unit()
    offered = {move["name"]: move for move in asker.get(f"/cases/{case.number}/moves").json()}
    assert offered["dispatch"]["needs"][0]["kind"] == "organisation"
    sent = {"move": "dispatch", "facts": {"lead_unit": unit.code}, "turn": case.turn}
    moved = asker.post(f"/cases/{case.number}/moves", sent, **{"Idempotency-Key": "a"})
    assert moved.status_code == 200 and moved.json()["step"] == "dispatched", moved.content
    assert asker.post(f"/cases/{case.number}/moves", sent, **{"Idempotency-Key": "a"}).status_code == 200
    late = asker.post(f"/cases/{case.number}/moves", sent)
    assert late.status_code == 409 and late.json()["code"] in ("overtaken", "move_not_possible")
    missing = asker.post(f"/cases/{world.a_report(town).number}/moves", {"move": "dispatch"})
    assert (missing.status_code, missing.json()["field"]) == (422, "lead_unit")
    assert Entry.objects.filter(event="case_dispatched").count() == 1
    story = asker.get(f"/cases/{case.number}/story").json()
    assert [one["event"] for one in story] == ["case_reported", "case_dispatched"]


def test_many_cases_move_at_once_and_each_says_what_became_of_it(asker, town):
    one = world.a_report(town)
    far = world.open_case(
        "report", title="远", spot=world.spot_at(121.41, 28.11), by=world.acting(world.a_resident())
    )
    told = asker.post("/cases/moves", {"numbers": [one.number, far.number], "move": "accept"}).json()
    assert [(line["number"], line["done"], line["code"]) for line in told] == [
        (one.number, True, ""), (far.number, False, "not_found")
    ]  # fmt: skip
    assert (
        asker.post("/cases/moves", {"numbers": [one.number], "move": "fix"}).json()["code"] == "not_in_bulk"
    )


def test_a_duplicate_cannot_be_folded_into_a_case_out_of_reach(asker, town):
    one = world.a_report(town)
    far = world.open_case(
        "report", title="远", spot=world.spot_at(121.41, 28.11), by=world.acting(world.a_resident())
    )
    answer = asker.post(
        f"/cases/{one.number}/moves", {"move": "link_duplicate", "facts": {"case": far.number}}
    )
    assert answer.status_code == 404


def test_the_reporter_is_masked_until_somebody_gives_a_reason(asker, town, room):
    case = world.a_report(town, reporter=world.a_person("李居民", phone="13900001111"))
    shown = asker.get(f"/cases/{case.number}")
    assert (
        shown.json()["reporter"] == {"name": "李**", "phone": "139****1111"}
        and "13900001111" not in shown.text
    )
    told = asker.post(f"/cases/{case.number}/unmask", {"field": "phone", "reason": "电话回访核实情况"})
    assert told.json() == {"field": "phone", "value": "13900001111"}
    assert Entry.objects.filter(event="data_unmasked", words="电话回访核实情况").exists()
    worker = Asker(a_token(world.a_grid_worker(town.grids[0])))
    assert (
        worker.post(
            f"/cases/{case.number}/unmask", {"field": "phone", "reason": "我想看看这个号码"}
        ).status_code
        == 403
    )


def test_those_behind_a_case_read_what_is_meant_for_them(asker, town):
    resident = world.a_resident()
    case = world.a_report(town, reporter=resident)
    asker.post(f"/cases/{case.number}/moves", {"move": "note", "facts": {"words": "内部备注"}})
    own = Asker(a_token(resident))
    assert own.get(f"/cases/{case.number}").json()["reporter"] is None
    story = own.get(f"/cases/{case.number}/story")
    assert "内部备注" not in story.text and "内部备注" in asker.get(f"/cases/{case.number}/story").text


def test_receipts_prove_and_roots_are_for_everybody(asker, town):
    case = world.a_report(town)
    entry = Entry.objects.get(subject_kind="case", subject=case.pk)
    assert asker.get(f"/cases/{case.number}/receipts/{entry.pk}").status_code == 409
    seal_new_entries()
    receipt = asker.get(f"/cases/{case.number}/receipts/{entry.pk}").json()
    roots = Asker("").get("/seals").json()
    assert receipt["root"] == roots[-1]["root"]
    assert asker.get(f"/cases/{case.number}/receipts/999999").status_code == 404


def test_territory_organisations_and_figures_are_read(asker, town, room):
    longitude, latitude = town.point()
    found = asker.get("/locate", longitude=longitude, latitude=latitude).json()
    assert found["area"]["id"] == town.grids[0].pk and found["around"][0]["id"] == town.county.pk
    assert asker.get("/locate", longitude=1, latitude=1).status_code == 404
    assert {area["level"] for area in asker.get("/areas", level="grid").json()["areas"]} == {"grid"}
    assert asker.get("/areas", q="城中").json()["areas"]
    assert asker.get(f"/areas/{town.town.pk}").json()["name"] == "玉城街道"
    assert asker.get("/addresses", q="城中社区第1网格").json()[0]["area"]["id"] == town.grids[0].pk
    unit = world.a_unit(area=town.town)
    assert unit.pk in {one["id"] for one in asker.get("/organisations").json()}
    world.a_category()
    assert asker.get("/classes").json()[0]["code"] == "0102"
    assert asker.get("/measures", dimension="area", member=town.town.pk).status_code == 200
    assert asker.get("/measures", dimension="area", member=town.other_town.pk).status_code == 404


def test_the_export_needs_a_post_that_may(asker, town):
    case = world.a_report(town, title="=cmd()")
    answer = asker.get("/cases/export.csv", state="all")
    table = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert case.number in table and ",=cmd" not in table
    assert Asker(a_token(world.a_grid_worker(town.grids[0]))).get("/cases/export.csv").status_code == 403


def test_the_way_in_is_short(asker, town):
    """No session, no cookie, and few statements: the whole report in at most twelve."""
    world.a_category("0102")
    asker.get("/areas")  # what processes keep is read once
    body = a_matter(town, **{"class": "0102"})
    asker.post("/cases", body)
    with CaptureQueriesContext(connection) as asked:
        answer = asker.post("/cases", body, **{"Idempotency-Key": "x"})
    assert answer.status_code == 201 and not answer.cookies
    # The class by its code is one more.
    assert len(asked) <= 13, "\n".join(query["sql"][:120] for query in asked)
