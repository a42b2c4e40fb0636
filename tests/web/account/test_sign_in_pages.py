"""The pages of signing in, as a browser walks through them."""

import datetime
import re

import pyotp
import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.people import actions, phone_codes
from gridloop.core.people.models import Person, SessionRecord
from gridloop.core.people.session_store import key_digest
from gridloop.web.account.passage import home_of
from tests import world
from tests.core.people.town import PASSWORD, a_colleague, fresh, holding
from tests.world import a_town

pytestmark = pytest.mark.django_db
SIGN_IN = "/account/sign-in/"


@pytest.fixture
def staff(settings) -> Person:
    settings.SECOND_FACTOR = False
    return holding("grid_worker", area=a_town().grids[0])


def enter(client: Client, person: Person, password: str = PASSWORD, **more: str):
    return client.post(
        SIGN_IN, {"handle": person.handle, "password": password, **more}, HTTP_USER_AGENT="Firefox Windows"
    )


def signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_password_leads_to_the_page_of_ones_work_or_onward(client: Client, staff: Person) -> None:
    assert client.get(SIGN_IN).status_code == 200
    assert enter(client, staff)["Location"] == "/field/"
    assert signed_in(client)
    client.post("/account/sign-out/")
    assert not signed_in(client)
    assert enter(client, staff, next="/account/")["Location"] == "/account/"


@pytest.mark.parametrize(
    "evil", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_onward_never_leads_away(client: Client, staff: Person, evil: str) -> None:
    assert enter(client, staff, next=evil)["Location"] == "/field/"


def test_a_wrong_password_keeps_the_name_and_says_what_to_do(client: Client, staff: Person) -> None:
    page = enter(client, staff, "wrong")
    assert page.status_code == 403
    assert staff.handle in page.content.decode() and "wrong" not in re.findall(
        r'value="([^"]*)"', page.content.decode()
    )
    for _try in range(5):
        page = enter(client, staff, "wrong")
    assert page.status_code == 429
    assert client.post(SIGN_IN, {}).status_code == 422


def test_signing_in_changes_the_session_key_and_the_table_holds_no_cookie(
    client: Client, staff: Person
) -> None:
    client.get("/account/sign-in/phone/")
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["session"] = planted

    enter(client, staff)

    cookie = client.cookies["session"].value
    assert cookie != planted and not SessionRecord.objects.filter(pk=key_digest(planted)).exists()
    row = SessionRecord.objects.get(person=staff)
    assert row.pk == key_digest(cookie) and cookie not in row.session_data
    assert row.device == "Firefox · Windows"
    assert client.cookies["session"]["httponly"] and client.cookies["session"]["samesite"] == "Lax"


def test_first_sign_in_enrols_an_authenticator_and_the_next_asks_for_it(client: Client, settings) -> None:
    settings.SECOND_FACTOR = True
    person = a_colleague()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        answer = enter(client, person)
        assert answer["Location"] == "/account/sign-in/authenticator/"
        assert not signed_in(client)
        page = client.get(answer["Location"]).content.decode()
        assert "data:image/svg+xml" in page
        secret = "".join(re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].split())
        assert client.post(answer["Location"], {"code": "000000"}).status_code == 422
        assert secret not in SessionRecord.objects.get().get_decoded()["passage"]["secret"]
        done = client.post(answer["Location"], {"code": pyotp.TOTP(secret).at(timezone.now())})
        assert done.status_code == 200 and len(re.findall(r"<code>", done.content.decode())) == 10
        assert signed_in(client)

        clock.shift(60)
        other = Client()
        answer = enter(other, person)
        assert answer["Location"] == "/account/sign-in/code/"
        assert not signed_in(other)
        assert other.get(answer["Location"]).status_code == 200
        assert other.post(answer["Location"], {"code": "000000"}).status_code == 422
        assert (
            other.post(answer["Location"], {"code": pyotp.TOTP(secret).at(timezone.now())}).status_code == 302
        )
        assert signed_in(other)


def test_an_issued_password_is_replaced_on_the_way(client: Client, staff: Person) -> None:
    issued = actions.issue_password(staff, by=SYSTEM)
    answer = enter(client, staff, issued)
    assert answer["Location"] == "/account/sign-in/new-password/"
    assert not signed_in(client)
    assert client.get(answer["Location"]).status_code == 200
    assert client.post(answer["Location"], {"new": "short", "again": "short"}).status_code == 422
    assert client.post(answer["Location"], {"new": "walking-by-the-sea", "again": "x"}).status_code == 422
    both = {"new": "walking-by-the-sea", "again": "walking-by-the-sea"}
    assert client.post(answer["Location"], both).status_code == 302
    assert signed_in(client)
    assert fresh(staff).check_password("walking-by-the-sea")


def test_steps_out_of_turn_lead_back_to_the_beginning(client: Client, staff: Person) -> None:
    for step in ("code", "authenticator", "new-password"):
        assert client.get(f"{SIGN_IN}{step}/").status_code == 403
        assert client.post(f"{SIGN_IN}{step}/", {"code": "1", "new": "x"}).status_code == 403
    issued = actions.issue_password(staff, by=SYSTEM)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        enter(client, staff, issued)
        clock.shift(datetime.timedelta(minutes=11))
        assert client.get(f"{SIGN_IN}new-password/").status_code == 403


def test_the_second_factor_cannot_be_walked_around(client: Client, staff: Person) -> None:
    """With an issued password and an authenticator, no page opens before the authenticator was right."""
    secret = pyotp.random_base32()
    issued = actions.issue_password(staff, by=SYSTEM)
    Person.objects.filter(pk=staff.pk).update(one_time_secret=secret)
    both = {"new": "walking-by-the-sea", "again": "walking-by-the-sea"}

    assert enter(client, staff, issued)["Location"] == f"{SIGN_IN}code/"
    assert client.post(f"{SIGN_IN}new-password/", both)["Location"] == f"{SIGN_IN}code/"
    assert client.get(f"{SIGN_IN}authenticator/")["Location"] == f"{SIGN_IN}code/"
    assert fresh(staff).check_password(issued)
    answer = client.post(f"{SIGN_IN}code/", {"code": pyotp.TOTP(secret).at(timezone.now())})
    assert answer["Location"] == f"{SIGN_IN}new-password/"
    assert client.post(f"{SIGN_IN}new-password/", both)["Location"] == "/field/"


def test_a_resident_signs_in_by_phone(client: Client, monkeypatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(phone_codes, "code_senders", [lambda phone, code: sent.append(code)])
    assert client.get(f"{SIGN_IN}phone/code/").status_code == 302
    assert client.post(f"{SIGN_IN}phone/", {"phone": "123"}).status_code == 422
    answer = client.post(f"{SIGN_IN}phone/", {"phone": "13800138000", "next": "/account/"})
    assert answer["Location"] == f"{SIGN_IN}phone/code/"
    page = client.get(answer["Location"]).content.decode()
    assert "138****8000" in page and sent[0] not in page
    assert client.post(answer["Location"], {"code": "x"}).status_code == 422
    assert client.post(answer["Location"], {"code": sent[0]})["Location"] == "/account/"
    assert signed_in(client)


def test_the_demo_shows_the_code_and_has_one_press_doors(client: Client, staff: Person, settings) -> None:
    assert client.post(f"{SIGN_IN}demo/", {"role": "grid_worker"}).status_code == 404
    assert f"{SIGN_IN}demo/" not in client.get(SIGN_IN).content.decode()
    settings.DEMO = True
    settings.SECOND_FACTOR = True
    assert f"{SIGN_IN}demo/" in client.get(SIGN_IN).content.decode()
    assert client.post(f"{SIGN_IN}demo/", {"role": "grid_worker"})["Location"] == "/field/"
    assert signed_in(client)
    other = Client()
    other.post(f"{SIGN_IN}phone/", {"phone": "13800138000"})
    assert re.search(r"\b\d{6}\b", other.get(f"{SIGN_IN}phone/code/").content.decode())
    assert client.post(f"{SIGN_IN}demo/", {"role": "nobody"}).status_code == 404


def test_sessions_sleep_when_idle_and_stay_awake_with_use(client: Client, staff: Person, settings) -> None:
    settings.IDLE_MINUTES = 30
    with time_machine.travel(timezone.now(), tick=False) as clock:
        enter(client, staff)
        for _visit in range(4):
            clock.shift(datetime.timedelta(minutes=20))
            assert signed_in(client)
        clock.shift(datetime.timedelta(minutes=31))
        assert not signed_in(client)
        enter(client, staff)
        for _visit in range(23):
            clock.shift(datetime.timedelta(minutes=20))
            assert signed_in(client)
        clock.shift(datetime.timedelta(minutes=21))
        assert not signed_in(client)  # eight hours are over, however busy


def test_a_signed_in_request_costs_two_queries(
    client: Client, staff: Person, django_assert_num_queries
) -> None:
    enter(client, staff)
    with django_assert_num_queries(2):  # the session and the person
        client.get(SIGN_IN, {"next": "/account/"})


def test_forms_need_the_csrf_token(staff: Person) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert enter(strict, staff).status_code == 403


def test_language_and_size_follow_the_person(client: Client, staff: Person) -> None:
    Person.objects.filter(pk=staff.pk).update(language="en", large_text=True)
    answer = enter(client, staff)
    assert answer.cookies["language"].value == "en" and answer.cookies["size"].value == "elder"


@pytest.mark.parametrize(
    ("role", "home"),
    [
        ("fire_duty", "/desk/fire/"),
        ("station_crew", "/field/fire/"),
        ("team_leader", "/desk/volunteers/teams/"),
    ],
)
def test_who_holds_a_scenes_post_begins_at_its_work(role, home):
    town = world.a_town()
    assert home_of(world.with_post(role, area=town.town, organisation=world.a_unit())) == home
