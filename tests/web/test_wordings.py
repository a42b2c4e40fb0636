"""The page of wordings, and the field where they are offered."""

import pytest

from gridloop.core.cases.actions import move_case
from gridloop.core.notices.models import AnswerWording
from tests import world

pytestmark = pytest.mark.django_db
GIVEN = {
    "title": "垃圾：已清运",
    "words": "您好，{place}的垃圾已清运。",
    "occasion": "complete",
    "category": "",
}


@pytest.fixture
def town():
    return world.a_town()


def test_written_by_one_reviewed_by_another_and_offered_to_the_unit(client, town):
    writer, reviewer = world.a_town_room(town.town), world.a_county_room(town.county)
    client.force_login(writer)
    page = client.post("/settings/wordings/new/", GIVEN, follow=True)
    assert page.status_code == 200 and GIVEN["title"] in page.text
    wording = AnswerWording.objects.get()
    assert f"/settings/wordings/{wording.pk}/review/" not in page.text
    client.force_login(reviewer)
    assert f"/settings/wordings/{wording.pk}/review/" in client.get("/settings/wordings/").text
    client.post(f"/settings/wordings/{wording.pk}/review/", {"good": "yes"})

    unit = world.a_unit()
    handler = world.a_handler(unit)
    case = world.a_report(town)
    move_case(case, "dispatch", by=world.acting(writer), facts={"lead_unit": unit.pk})
    move_case(case, "take", by=world.acting(handler))
    client.force_login(handler)
    form = client.get(f"/desk/case/{case.number}/complete/")
    assert GIVEN["title"] in form.text and "城中社区第1网格的垃圾已清运" in form.text


def test_what_is_wrong_is_said_at_the_field(client, town):
    client.force_login(world.a_town_room(town.town))
    page = client.post("/settings/wordings/new/", {**GIVEN, "words": "{phone}"})
    assert page.status_code == 422 and "{phone}" in page.text


def test_units_and_grid_workers_have_no_business_there(client, town):
    for person in (world.a_handler(world.a_unit()), world.a_grid_worker(town.grids[0])):
        client.force_login(person)
        assert client.get("/settings/wordings/").status_code == 403
