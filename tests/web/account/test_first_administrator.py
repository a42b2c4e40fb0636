"""An empty installation and the person who started it: one account, with the code of the machine, and once."""

import pytest
from django.test import Client

from gridloop.core.journal.models import Entry
from gridloop.core.people.first_administrator import first_code, kept_at
from gridloop.core.people.models import Person
from tests import world

pytestmark = pytest.mark.django_db
GIVEN = {"name": "王管理", "handle": "wang", "new": "a long sentence 1", "again": "a long sentence 1"}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA = tmp_path
    settings.SECOND_FACTOR = False


def test_the_code_of_the_machine_opens_one_account_that_administers(client: Client) -> None:
    code = first_code()
    assert kept_at().stat().st_mode & 0o777 == 0o600
    assert "/account/first/" in client.get("/account/sign-in/").text
    answer = client.post("/account/first/", {"code": code.lower(), **GIVEN})
    assert answer.status_code == 302
    page = client.get("/settings/")
    assert page.status_code == 200 and "开始设置" in page.text
    assert Entry.objects.filter(event="post_given", actor_name="setup").exists()


def test_a_wrong_code_opens_nothing_and_keeps_what_was_typed(client: Client) -> None:
    first_code()
    page = client.post("/account/first/", {"code": "AAAA-BBBB-CCCC-DDDD", **GIVEN})
    assert page.status_code == 422 and 'value="王管理"' in page.text
    assert not Person.objects.exists()


def test_guessing_is_slowed_down(client: Client) -> None:
    first_code()
    answers = [client.post("/account/first/", {"code": "GUESS", **GIVEN}).status_code for _one in range(10)]
    assert answers[-1] == 429


def test_a_weak_password_leaves_the_code_for_the_next_try(client: Client) -> None:
    code = first_code()
    page = client.post("/account/first/", {"code": code, **GIVEN, "new": "1234567890", "again": "1234567890"})
    assert page.status_code == 422 and not Person.objects.exists()
    assert client.post("/account/first/", {"code": code, **GIVEN}).status_code == 302


def test_the_page_is_gone_once_somebody_administers(client: Client) -> None:
    code = first_code()
    world.with_post("administrator")
    assert client.get("/account/first/").status_code == 404
    assert client.post("/account/first/", {"code": code, **GIVEN}).status_code == 404
    assert "/account/first/" not in client.get("/account/sign-in/").text
    assert first_code() == "" and not kept_at().exists()
