"""A county's staff gets its first passwords: one table, for those who cannot sign in, for one pair of eyes, once."""

import pytest
from django.test import Client

from gridloop.core.people.models import Person
from gridloop.core.spreadsheets import read_rows
from gridloop.web.administration.errands import start_waiting_errand
from gridloop.web.models import Errand
from tests import world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def administrator() -> Person:
    person = world.with_post("administrator", name="吴管理")
    person.set_password("knows it already")
    person.save()
    return person


def table(client: Client, **asked: str):
    client.post("/settings/people/first-passwords/", asked)
    worker = start_waiting_errand()
    assert worker is not None
    worker.join()
    return Errand.objects.latest("pk")


def test_everybody_who_cannot_sign_in_stands_in_the_table_with_a_password_that_works(
    client: Client, administrator: Person
) -> None:
    town = world.a_town()
    workers = [world.a_grid_worker(grid) for grid in town.grids]
    Person.objects.filter(pk__in=[one.pk for one in workers]).update(password="")
    client.force_login(administrator)
    errand = table(client, role="grid_worker")
    assert errand.step == "done", errand.trouble
    answer = client.get(f"/settings/people/first-passwords/{errand.key}.xlsx")
    rows = list(read_rows(answer.content))
    assert {row["用户名"] for row in rows} == {one.handle for one in workers}
    first = Person.objects.get(handle=rows[0]["用户名"])
    assert first.check_password(rows[0]["初始密码"]) and first.password_issued
    assert client.get(f"/settings/people/first-passwords/{errand.key}.xlsx").status_code == 404


def test_only_who_asked_may_fetch_the_table(client: Client, administrator: Person) -> None:
    world.a_grid_worker(world.a_town().grids[0])
    client.force_login(administrator)
    errand = table(client, role="")
    other = Client()
    other.force_login(world.with_post("administrator"))
    assert other.get(f"/settings/people/first-passwords/{errand.key}.xlsx").status_code == 404
    assert client.get(f"/settings/people/first-passwords/{errand.key}.xlsx").status_code == 200


def test_a_password_in_use_is_not_replaced(client: Client, administrator: Person) -> None:
    client.force_login(administrator)
    errand = table(client, again="on")
    administrator.refresh_from_db()
    assert errand.result["counts"] == {"made": 0}
    assert administrator.check_password("knows it already")
