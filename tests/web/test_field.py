"""The field app as a phone meets it: what it keeps, what it sends, and that nothing happens twice."""

import json
import uuid
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case, Exhibit
from gridloop.core.evidence.models import File
from gridloop.core.journal.models import Entry
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return world.a_town()


@pytest.fixture
def worker(town, client):
    person = world.a_grid_worker(town.grids[0])
    client.force_login(person)
    return person


def a_jpeg() -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (60, 40), "green").save(file, "JPEG")
    file.seek(0)
    file.name = "photo.jpg"
    return file


def an_envelope(**more):
    now = timezone.now().isoformat()
    return {"key": str(uuid.uuid4()), "kind": "move", "made_at": now, "sent_at": now, "facts": {}, **more}


def send(client, *envelopes, **photos):
    files = {name.replace("__", ":"): photo for name, photo in photos.items()}
    answer = client.post("/field/sync/", {"items": json.dumps(envelopes), **files})
    assert answer.status_code == 200, answer.text
    return answer.json()["answers"]


def seen(case):
    return Entry.objects.filter(subject_kind="case", subject=case.pk).order_by("-id").first().pk


def a_move(case, move, **more):
    return an_envelope(case=case.number, move=move, seen=seen(case), **more)


def data_of(client):
    return client.get("/field/data.json").json()


# --- what the phone keeps


def test_the_phone_keeps_todays_cases_with_their_forms_and_nobodys_name(client, town, worker):
    case = world.a_report(town, reporter=world.a_resident("欧阳居民"))
    world.a_report(town, grid=1, title="别的网格")
    answer = client.get("/field/data.json")
    data = answer.json()
    assert [row["number"] for row in data["cases"]] == [case.number]
    moves = {data["moves"][key]["name"] for key in data["cases"][0]["moves"]}
    assert {"accept", "decline", "ask"} <= moves and "join" not in moves
    after = {data["moves"][key]["name"]: data["moves"][key] for key in data["cases"][0]["after"]["accept"]}
    assert [need["name"] for need in after["fix"]["needs"]] == [
        "photos_before",
        "photos_after",
        "answer",
        "position",
    ]
    assert "欧阳" not in answer.text and "138" not in answer.text.replace(case.number, "")


def test_the_phone_keeps_the_wordings_that_fit_each_case(client, town, worker):
    world.a_report(town, title="路灯不亮")
    world.a_wording("当场解决", "“{title}”已当场处理。", occasion="fix")
    world.a_wording("办结", "已办结。", occasion="complete")
    (row,) = data_of(client)["cases"]
    assert row["wordings"] == {"fix": [["当场解决", "“路灯不亮”已当场处理。"]]}


def test_data_that_did_not_change_costs_nothing_to_fetch(client, town, worker):
    world.a_report(town)
    tag = client.get("/field/data.json")["ETag"]
    assert client.get("/field/data.json", headers={"If-None-Match": tag}).status_code == 304
    world.a_report(town)
    assert client.get("/field/data.json", headers={"If-None-Match": tag}).status_code == 200


def test_the_phones_words_come_in_the_workers_language(client, town, worker):
    english = client.get("/field/data.json", headers={"Accept-Language": "en"}).json()
    chinese = client.get("/field/data.json", headers={"Accept-Language": "zh-hans"}).json()
    assert english["words"].keys() == chinese["words"].keys()
    same = [key for key, words in chinese["words"].items() if words == english["words"][key]]
    assert not same, f"not translated: {same}"


@pytest.mark.parametrize("how_many", [1, 4])
def test_todays_data_cost_the_same_however_many_cases_there_are(client, town, worker, how_many):
    for _one in range(how_many):
        world.a_report(town)
    client.get("/field/data.json")
    with CaptureQueriesContext(connection) as asked:
        client.get("/field/data.json")
    assert len(asked) <= 18, "\n".join(query["sql"] for query in asked.captured_queries)


def test_only_what_waits_for_the_worker_is_on_the_list(client, town, worker):
    case, unit = world.a_report(town), world.a_unit()
    room = world.a_town_room(town.town)
    move_case(case, "dispatch", by=world.acting(room), facts={"lead_unit": unit.pk})
    assert data_of(client)["cases"] == []
    handler = world.a_handler(unit)
    move_case(case, "take", by=world.acting(handler))
    move_case(case, "complete", by=world.acting(handler), facts={"account": "清运", "answer": "已清运"})
    (row,) = data_of(client)["cases"]
    assert data_of(client)["moves"][row["moves"][0]]["name"] == "verify"


def test_a_unit_outside_sees_what_it_was_given(client, town):
    case, unit = world.a_report(town), world.a_unit()
    move_case(case, "dispatch", by=world.acting(world.a_town_room(town.town)), facts={"lead_unit": unit.pk})
    client.force_login(world.a_handler(unit))
    data = data_of(client)
    assert data["moves"][data["cases"][0]["moves"][0]]["name"] == "take"
    assert "complete" in {data["moves"][key]["name"] for key in data["cases"][0]["after"]["take"]}


# --- pages


@pytest.mark.parametrize(
    "page", ["", "snap/", "map/", "patrol/", "waiting/", "case/", "?shell", "case/?shell"]
)
def test_every_page_opens(client, town, worker, page):
    assert client.get(f"/field/{page}").status_code == 200


def test_a_phone_without_scripts_still_reads_its_list(client, town, worker):
    case = world.a_report(town)
    assert case.title in client.get("/field/").text
    assert case.title in client.get(f"/field/case/{case.number}/").text


def test_the_frames_a_phone_keeps_hold_no_case(client, town, worker):
    case = world.a_report(town)
    assert case.title not in client.get("/field/?shell").text
    assert case.title not in client.get(f"/field/case/{case.number}/?shell").text


def test_it_can_be_installed(client):
    manifest = client.get("/field/manifest.webmanifest").json()
    assert (manifest["scope"], manifest["display"]) == ("/field/", "standalone")
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}


def test_strangers_and_residents_stay_out(client, town):
    assert client.get("/field/").status_code == 302
    assert client.get("/field/data.json").status_code == 401
    client.force_login(world.a_resident())
    assert client.get("/field/").status_code == 403
    assert client.get("/field/data.json", headers={"Accept": "application/json"}).status_code == 403


def test_map_layers_hold_the_workers_own_grid_and_cases(client, town, worker):
    case = world.a_report(town)
    cases = client.get("/field/cases.geojson").json()["features"]
    assert [feature["properties"]["name"] for feature in cases] == [case.title]
    assert len(client.get("/field/grids.geojson").json()["features"]) == 1


# --- sending


def test_a_move_made_offline_arrives_once_and_says_when_it_was_made(client, town, worker):
    case = world.a_report(town)
    made = timezone.now() - timedelta(minutes=30)
    envelope = a_move(case, "accept", made_at=made.isoformat(), skew=120)
    for _time in range(3):
        (answer,) = send(client, envelope)
        assert answer["state"] == "done" and answer["key"] == envelope["key"]
    entry = Entry.objects.get(event="case_accepted")
    assert entry.facts["clock_skew"] == 120
    assert entry.facts["made_at"] == (made + timedelta(seconds=120)).isoformat()


def test_a_chain_made_offline_goes_through_in_order_with_its_photos(client, town, worker):
    case = world.a_report(town)
    accept, fix = a_move(case, "accept"), a_move(case, "fix", facts={"answer": "已经清走了"})
    photos = {f"{fix['key']}__photos_before": a_jpeg(), f"{fix['key']}__photos_after": a_jpeg()}
    assert [answer["state"] for answer in send(client, accept, fix, **photos)] == ["done", "done"]
    case.refresh_from_db()
    assert case.step == "done" and case.worker == worker
    assert sorted(Exhibit.objects.values_list("purpose", flat=True)) == ["after", "before"]
    again = send(client, accept, fix, **{name: a_jpeg() for name in photos})
    assert [answer["state"] for answer in again] == ["done", "done"] and File.objects.count() == 2


def test_a_phone_without_an_estimate_is_judged_by_its_clock_at_sending(client, town, worker):
    case = world.a_report(town)
    wrong = timezone.now() + timedelta(hours=5)
    envelope = a_move(
        case, "accept", made_at=(wrong - timedelta(minutes=1)).isoformat(), sent_at=wrong.isoformat()
    )
    send(client, envelope)
    facts = Entry.objects.get(event="case_accepted").facts
    assert abs(facts["clock_skew"] + 5 * 3600) < 5
    assert facts["made_at"] < timezone.now().isoformat()


def test_of_two_phones_the_slower_reads_what_happened(client, client_elsewhere, town, worker):
    case, colleague = world.a_report(town), world.a_grid_worker(town.grids[0])
    client_elsewhere.force_login(colleague)
    mine, theirs = a_move(case, "accept"), a_move(case, "accept")
    assert send(client_elsewhere, theirs)[0]["state"] == "done"
    (answer,) = send(client, mine)
    assert answer["state"] == "conflict" and answer["possible"] is False
    assert "张网格" in answer["happened"][0]["who"] and answer["words"]
    assert Entry.objects.filter(event="case_accepted").count() == 1


def test_a_move_still_possible_is_made_again_only_when_the_worker_says_so(client, town, worker):
    case, room = world.a_report(town), world.a_town_room(town.town)
    move_case(case, "accept", by=world.acting(worker))
    envelope = a_move(case, "hand_up", facts={"reason_code": "beyond_grid"})
    move_case(case, "hand_up", by=world.acting(room), facts={"reason_code": "needs_power"})
    move_case(case, "hand_down", by=world.acting(room), facts={"reason": "网格能办"})
    (answer,) = send(client, envelope)
    assert answer["state"] == "conflict" and answer["possible"] is True and len(answer["happened"]) == 2
    assert send(client, {**envelope, "seen": answer["seen"]})[0]["state"] == "done"


def test_what_others_did_beside_it_is_no_conflict(client, town, worker):
    case = world.a_report(town)
    envelope = a_move(case, "accept")
    move_case(case, "join", by=world.acting(world.a_resident()))
    assert send(client, envelope)[0]["state"] == "done"


def test_what_is_missing_is_said_and_leaves_no_photo_behind(client, town, worker):
    case = world.a_report(town)
    move_case(case, "accept", by=world.acting(worker))
    fix = a_move(case, "fix")
    (answer,) = send(client, fix, **{f"{fix['key']}__photos_after": a_jpeg()})
    assert (answer["state"], answer["field"]) == ("refused", "answer")
    assert not File.objects.exists()


def test_somebody_elses_case_is_no_case(client, town, worker):
    other = world.a_report(town, grid=1)
    assert send(client, a_move(other, "accept"))[0]["state"] == "refused"
    other.refresh_from_db()
    assert other.step == "reported"


def test_a_snap_is_one_report_with_its_photo_and_no_reporter(client, town, worker):
    longitude, latitude = town.point()
    snap = an_envelope(
        kind="snap",
        facts={"words": "路面塌陷。有危险", "position": {"longitude": longitude, "latitude": latitude}},
    )
    for _time in range(2):
        (answer,) = send(client, snap, **{f"{snap['key']}__photos": a_jpeg()})
    case = Case.objects.get()
    assert (case.number, case.source, case.reporter, case.title) == (
        answer["number"],
        "field",
        None,
        "路面塌陷",
    )
    assert case.facts["made_at"] and case.exhibits.count() == 1 and File.objects.count() == 1


def test_a_courier_may_snap_and_a_snap_without_position_is_not_lost(client, town):
    courier = world.with_post("courier", area=town.grids[1])
    client.force_login(courier)
    (answer,) = send(client, an_envelope(kind="snap", facts={"words": "井盖不见了"}))
    assert answer["state"] == "done" and Case.objects.get().grid == town.grids[1]


def test_a_snap_outside_the_county_says_so(client, town, worker):
    snap = an_envelope(
        kind="snap", facts={"words": "远处", "position": {"longitude": 100.0, "latitude": 20.0}}
    )
    (answer,) = send(client, snap)
    assert answer["state"] == "refused" and not Case.objects.exists()


def test_a_patrol_is_one_entry_without_its_track(client, town, worker):
    longitude, latitude = town.point()
    patrol = an_envelope(
        kind="patrol",
        facts={"metres": 1234.6, "minutes": 30, "cells": [[longitude, latitude], ["x"]], "cases": ["?"]},
    )
    for _time in range(2):
        assert send(client, patrol)[0]["state"] == "done"
    facts = Entry.objects.get(event="patrol_done").facts
    assert (facts["metres"], facts["areas"], facts["cases"]) == (1234, [town.grids[0].pk], [])
    assert "cells" not in facts


@pytest.mark.parametrize(
    "broken",
    ["", "{}", "[]", "[3]", '[{"key": "x"}]', '[{"key": "x", "kind": "move", "made_at": "2026-01-01T00:00:00Z"}]',
     '[{"key": null, "kind": "bad", "made_at": 5}]', "[" + ",".join(["{}"] * 21) + "]"],
)  # fmt: skip
def test_nonsense_is_refused_in_words(client, town, worker, broken):
    answer = client.post("/field/sync/", {"items": broken}, headers={"Accept": "application/json"})
    assert answer.status_code in (200, 422)
    told = answer.json()
    assert told.get("words") or all(one["state"] == "refused" for one in told["answers"])


def test_the_signed_out_are_asked_to_sign_in(client, town):
    answer = client.post("/field/sync/", {"items": "[]"})
    assert answer.status_code == 401 and answer.json()["code"] == "signed_out"
    assert client.get("/field/pass.json").status_code == 401


def test_sending_needs_the_token_of_the_pass(town):
    from django.test import Client

    strict, person, case = (
        Client(enforce_csrf_checks=True),
        world.a_grid_worker(town.grids[0]),
        world.a_report(town),
    )
    strict.force_login(person)
    items = {"items": json.dumps([a_move(case, "accept")])}
    assert strict.post("/field/sync/", items).status_code == 403
    token = strict.get("/field/pass.json").json()["token"]
    answer = strict.post("/field/sync/", items, headers={"X-CSRFToken": token})
    assert answer.json()["answers"][0]["state"] == "done"
