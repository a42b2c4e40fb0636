"""The pages of pairs: what a volunteer, a clerk and a grid worker see, and what all others do not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gridloop.core.journal.models import Entry
from gridloop.scenes.volunteers.pairs import visiting
from gridloop.scenes.volunteers.pairs.models import Companion, Visit, Vulnerable
from tests import world
from tests.scenes.volunteers.neighbours import a_clerk, a_volunteer
from tests.scenes.volunteers.pairs.test_pairs import (
    ahead,
    an_elder,
    asked,
    at_home,
    backup,
    elder,
    first,
    pair,
    paired,
)

__all__ = ["backup", "elder", "first", "pair"]  # fixtures
pytestmark = pytest.mark.usefixtures("morning")


def test_a_volunteer_says_yes_reads_the_home_and_visits(client, elder, first, clerk):
    companion = asked(elder, first, clerk)
    client.force_login(first.person)
    page = client.get("/volunteer/pairs/").text
    assert "陈" not in page and "幸福里" not in page
    assert client.post(f"/volunteer/pairs/{companion.pk}/home/").status_code == 403
    client.post(f"/volunteer/pairs/{companion.pk}/answer/", {"answer": "yes"})
    page = client.get("/volunteer/pairs/").text
    assert "陈**" in page and "陈奶奶" not in page and "幸福里" not in page
    home = client.post(f"/volunteer/pairs/{companion.pk}/home/")
    assert "陈奶奶" in home.text and "幸福里" in home.text and home["Cache-Control"] == "no-store"
    assert Entry.objects.filter(event="data_unmasked", person=first.person_id).count() == 1
    visit = ahead(elder.pairing)
    given = at_home()
    form = {
        "words": given["words"],
        "position_longitude": given["longitude"],
        "position_latitude": given["latitude"],
    }
    assert client.post(f"/volunteer/visits/{visit.pk}/", {"words": "去过"}).status_code == 422
    assert client.post(f"/volunteer/visits/{visit.pk}/", form).status_code == 302
    assert Visit.objects.get(pk=visit.pk).state == "done"


def test_strangers_find_no_pair_and_no_visit(client, pair, town):
    companion, visit = Companion.objects.first(), ahead(pair)
    client.force_login(a_volunteer(town.community).person)
    for address in (f"/volunteer/pairs/{companion.pk}/home/", f"/volunteer/pairs/{companion.pk}/answer/"):
        assert client.post(address).status_code == 404
    assert client.get(f"/volunteer/visits/{visit.pk}/").status_code == 404


def test_the_desk_is_for_clerks_of_the_place(client, town, elder):
    pages = ("/desk/pairs/", f"/desk/pairs/{elder.pk}/")
    for person in (world.a_grid_worker(town.grids[0]), world.a_resident()):
        client.force_login(person)
        assert [client.get(page).status_code for page in pages] == [403, 403]
    client.force_login(a_clerk(town.other_community))
    assert "陈**" not in client.get(pages[0]).text and client.get(pages[1]).status_code == 404
    client.force_login(a_clerk(town.community))
    assert "陈**" in client.get(pages[0]).text and "陈奶奶" not in client.get(pages[1]).text
    shown = client.post(f"/desk/pairs/{elder.pk}/home/", {"reason": "电话核实情况"})
    assert "陈奶奶" in shown.text and "听力不好" in shown.text


def test_a_clerk_enters_somebody_asks_a_neighbour_and_plans_the_year(client, town, first, backup):
    client.force_login(a_clerk(town.community))
    longitude, latitude = town.point()
    form = {
        "name": "陈爷爷", "phone": "13900001234", "reasons": ["disabled"], "address": "新村 5 幢 101", "every_days": 7,
        "window_from": "09:00", "window_until": "17:00", "place_longitude": longitude, "place_latitude": latitude,
    }  # fmt: skip
    assert client.post("/desk/pairs/enter/", form).status_code == 422
    made = client.post("/desk/pairs/enter/", {**form, "consented": "on"})
    elder = Vulnerable.objects.get()
    assert made.url == f"/desk/pairs/{elder.pk}/" and "100 m" in client.get(made.url).text
    client.post(f"/desk/pairs/{elder.pk}/propose/", {"volunteer": first.pk, "role": "primary"})
    assert Companion.objects.get().state == "asked"
    assert client.get("/desk/pairs/run/").context["run"].people == 1
    client.post("/desk/pairs/run/", {"capacity": 3})
    proposal = Companion.objects.get(state="proposed")
    assert proposal.volunteer == backup and proposal.role == "backup"
    client.post(f"/desk/pairs/{elder.pk}/companion/{proposal.pk}/", {"act": "ask"})
    assert Companion.objects.get(pk=proposal.pk).state == "asked"


def test_the_grid_worker_at_the_door_reads_the_home_while_the_case_is_open(client, pair, town):
    visit = ahead(pair)
    visiting.miss(visit)
    case = Visit.objects.get(pk=visit.pk).case
    client.force_login(world.a_grid_worker(town.grids[0]))
    page = client.get(f"/desk/case/{case.number}/").text
    assert "陈**" in page and "幸福里" not in page
    assert "幸福里" in client.post(f"/desk/pairs/door/{case.number}/").text
    client.force_login(world.a_grid_worker(town.other_grid))
    assert client.post(f"/desk/pairs/door/{case.number}/").status_code == 404
    client.force_login(world.a_handler(world.a_unit()))
    assert client.post(f"/desk/pairs/door/{case.number}/").status_code == 404


def test_the_person_visited_shows_a_code(client, pair, elder):
    client.force_login(elder.person)
    page = client.get("/visit-code/")
    assert page.context["code"].replace(" ", "").isdigit() and "方志愿" in page.text
    client.force_login(world.a_resident())
    assert client.get("/visit-code/").context["visit"] is None


def test_the_register_costs_the_same_for_one_and_three(client, town, clerk, first):
    client.force_login(world.Person.objects.get(pk=clerk.person))
    paired(an_elder(town, clerk), first, clerk)
    client.get("/desk/pairs/")
    with CaptureQueriesContext(connection) as one:
        client.get("/desk/pairs/")
    for _each in range(2):
        paired(an_elder(town, clerk), first, clerk)
    with CaptureQueriesContext(connection) as three:
        client.get("/desk/pairs/")
    assert len(three) == len(one)
