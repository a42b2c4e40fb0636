"""What stays behind in a browser: no page of a person, no cookie a script can read, and words where a form is stale."""

import pytest
from django.test import Client

from tests import world

pytestmark = pytest.mark.django_db


def test_pages_of_people_stay_in_no_cache(client):
    town = world.a_town()
    client.force_login(world.a_town_room(town.town))
    number = world.a_report(town).number
    for address in ("/desk/", f"/desk/case/{number}/", "/account/"):
        assert "no-store" in client.get(address)["Cache-Control"]
    assert "Cache-Control" not in Client().get("/")


def test_a_form_that_is_older_than_the_sign_in_is_refused_in_words():
    client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "zh-hans"})
    page = client.post("/account/sign-in/", {"handle": "x", "password": "y"})
    assert page.status_code == 403 and "刷新页面" in page.text
    told = client.post("/account/sign-in/", {"handle": "x"}, headers={"Accept": "application/json"})
    assert told.json()["code"] == "stale_page"


def test_a_body_in_another_encoding_is_refused_in_words(client):
    page = client.post(
        "/track/", b"number=%C2%B7", content_type="application/x-www-form-urlencoded; charset=gbk"
    )
    assert page.status_code == 400 and "Bad Request" not in page.text


def test_no_script_reads_a_cookie(client, settings):
    client.get("/account/sign-in/")
    assert client.cookies["csrftoken"]["httponly"] and settings.SESSION_COOKIE_HTTPONLY


def test_a_proxy_learns_whether_the_process_serves(client):
    answer = client.get("/health/")
    assert answer.status_code == 200 and answer.text == "ok\n" and not answer.cookies
    assert client.post("/health/").status_code == 405
