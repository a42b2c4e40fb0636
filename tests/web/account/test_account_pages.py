"""The account page: what people see and decide about themselves."""

import datetime
import json

import pyotp
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.people import actions, one_time, queries
from gridloop.core.people.models import Delegation, Person, SessionRecord
from gridloop.core.people.session_store import key_digest
from tests.core.people.town import PASSWORD, a_bureau, a_colleague, acting, fresh, holding, post_for
from tests.world import a_town

pytestmark = pytest.mark.django_db
BACKEND = "gridloop.core.people.signing_in.PeopleBackend"


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def a_resident() -> Person:
    return actions.person_by_phone("13800138000", name="张三丰", by=SYSTEM)


def test_strangers_are_led_to_the_door(client: Client) -> None:
    for page in ("", "password/", "erase/", "recovery-codes/"):
        assert client.get(f"/account/{page}")["Location"].startswith("/account/sign-in/")
    for page in ("export/", "preferences/", "leave/", "sessions/end/", "link/"):
        assert client.post(f"/account/{page}")["Location"].startswith("/account/sign-in/")


def test_data_are_masked_until_asked_for(client: Client) -> None:
    mine = browser(a_resident())
    masked = mine.get("/account/").content.decode()
    assert "138****8000" in masked and "13800138000" not in masked and "张三丰" not in masked
    shown = mine.post("/account/")
    assert "13800138000" in shown.content.decode() and "no-store" in shown["Cache-Control"]


def test_who_looked_and_why_is_told() -> None:
    town = a_town()
    worker = holding("grid_worker", area=town.grids[0])
    actions.update_person(worker, phone="13800138001", by=SYSTEM)
    room = holding("town_room", area=town.town)
    actions.unmask(worker, "phone", reason="台风值班联系", by=acting(room))
    page = browser(worker).get("/account/").content.decode()
    assert "台风值班联系" in page and room.name in page


def test_the_page_costs_the_same_with_more_of_everything() -> None:
    counts = []
    for size in (1, 3):
        worker = a_colleague()
        bureaus = [a_bureau() for _unit in range(size)]
        for bureau in bureaus:
            post_for(worker, "unit_handler", organisation=bureau)
            colleague = holding("unit_handler", organisation=bureau)
        administrator = holding("administrator")
        for post in worker.posts.all():
            now = timezone.now()
            actions.delegate(
                post, colleague, since=now, until=now + datetime.timedelta(days=1), by=acting(administrator)
            )
            actions.unmask(worker, "name", reason="核实身份信息", by=acting(administrator))
        for _browser in range(size):
            client = browser(worker)
        client.get("/account/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/account/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 16, counts


def test_language_and_large_text_are_kept() -> None:
    person = a_resident()
    answer = browser(person).post("/account/preferences/", {"language": "en", "large_text": "on"})
    assert answer.status_code == 302 and answer.cookies["language"].value == "en"
    assert (fresh(person).language, fresh(person).large_text) == ("en", True)
    assert browser(person).post("/account/preferences/", {"language": "tlh"}).status_code == 422


def test_leave_is_lent_to_a_colleague_and_taken_back() -> None:
    town = a_town()
    committee = a_bureau("居委会", area=town.community)
    worker, colleague = (
        holding("grid_worker", area=town.grids[0], organisation=committee),
        holding("grid_worker", area=town.grids[1], organisation=committee),
    )
    stranger = holding("grid_worker", area=town.other_grid)
    mine = browser(worker)
    today = timezone.localdate()
    form = {
        "post": worker.posts.get().pk,
        "stand_in": colleague.pk,
        "since": today.isoformat(),
        "until": today.isoformat(),
    }
    assert mine.post("/account/leave/", {**form, "stand_in": stranger.pk}).status_code == 422
    assert mine.post("/account/leave/", {**form, "post": colleague.posts.get().pk}).status_code == 422
    assert mine.post("/account/leave/", {**form, "until": "2001-01-01"}).status_code == 422
    assert mine.post("/account/leave/", form).status_code == 302
    assert len(queries.hats(fresh(colleague))) == 2
    assert colleague.name in mine.get("/account/").content.decode()

    delegation = Delegation.objects.get()
    assert browser(stranger).post(f"/account/leave/{delegation.pk}/end/").status_code == 404
    assert mine.post(f"/account/leave/{delegation.pk}/end/").status_code == 302
    assert len(queries.hats(fresh(colleague))) == 1


def test_sessions_are_listed_and_ended_one_by_one_and_together() -> None:
    person, other = a_colleague(), a_colleague()
    here, there, third, foreign = browser(person), browser(person), browser(person), browser(other)
    row = SessionRecord.objects.get(pk=key_of(there))

    foreign.post("/account/sessions/end/", {"session": row.pk})
    assert there.get("/account/").status_code == 200
    here.post("/account/sessions/end/", {"session": row.pk})
    assert there.get("/account/").status_code == 302
    here.post("/account/sessions/end/", {"everywhere": "1"})
    assert third.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200 and foreign.get("/account/").status_code == 200


def key_of(client: Client) -> str:
    return key_digest(client.cookies["session"].value)


def test_a_new_password_needs_the_old_one_and_ends_other_sessions() -> None:
    person = a_colleague()
    here, there = browser(person), browser(person)
    new = {"new": "walking-by-the-sea", "again": "walking-by-the-sea"}
    assert here.get("/account/password/").status_code == 200
    assert here.post("/account/password/", {"old": "wrong", **new}).status_code == 403
    assert here.post("/account/password/", {"old": PASSWORD, **new}).status_code == 302
    assert here.get("/account/").status_code == 200 and there.get("/account/").status_code == 302
    assert fresh(person).check_password("walking-by-the-sea")


def test_recovery_codes_are_renewed_for_a_code() -> None:
    person = a_colleague()
    assert browser(person).get("/account/recovery-codes/").status_code == 302
    secret = one_time.new_secret()
    codes = one_time.enrol(person, secret=secret, code=pyotp.TOTP(secret).now(), by=acting(person))
    mine = browser(person)
    assert mine.get("/account/recovery-codes/").status_code == 200
    assert mine.post("/account/recovery-codes/", {"code": "000000"}).status_code == 422
    page = mine.post("/account/recovery-codes/", {"code": codes[0]})
    assert page.status_code == 200 and codes[1] not in page.content.decode()


def test_my_data_as_a_file() -> None:
    answer = browser(a_resident()).post("/account/export/")
    assert json.loads(answer.content)["person"]["phone"] == "13800138000"
    assert "attachment" in answer["Content-Disposition"]


def test_erasing_asks_once_more_and_signs_out() -> None:
    person = a_resident()
    mine = browser(person)
    assert mine.get("/account/erase/").status_code == 200
    assert mine.post("/account/erase/", {}).status_code == 422
    assert mine.post("/account/erase/", {"sure": "on"}).status_code == 200
    assert fresh(person).erased_at and mine.get("/account/").status_code == 302
    worker = holding("grid_worker", area=a_town().grids[0])
    assert browser(worker).post("/account/erase/", {"sure": "on"}).status_code == 422
