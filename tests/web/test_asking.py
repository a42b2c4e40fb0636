"""Pages of those who asked: they ask whether they are still current, and a move that is too late says so."""

import re
from typing import Any

import pytest
from django.test import Client

from gridloop.core.cases.actions import move_case
from tests import world

pytestmark = pytest.mark.django_db


def asked_again(client: Client, page: Any) -> Any:
    """What a page on a phone asks for by itself, as it says in its own words."""
    (address,) = re.findall(r'data-ask="\d+" hx-get="([^"]+)"', page.text)
    return client.get(address, headers={"HX-Request": "true"})


@pytest.mark.parametrize("page", ["/c/{number}/", "/my/"])
def test_a_page_that_is_current_is_not_drawn_again(client: Client, page: str) -> None:
    town, resident = world.a_town(), world.a_resident()
    case = world.a_report(town, reporter=resident)
    client.force_login(resident)

    first = client.get(page.format(number=case.number))
    assert asked_again(client, first).status_code == 204

    move_case(case, "accept", by=world.acting(world.a_grid_worker(town.grids[0])))
    second = asked_again(client, first)
    assert second.status_code == 200 and case.number in second.text
    assert asked_again(client, second).status_code == 204


def test_a_move_that_comes_too_late_is_refused_with_words(client: Client) -> None:
    town, resident = world.a_town(), world.a_resident()
    case = world.a_report(town, reporter=resident)
    client.force_login(resident)

    late = client.post(f"/c/{case.number}/review/", {"review-rating": "5"}, headers={"Accept-Language": "en"})

    assert late.status_code == 409
    assert "Look at what has happened meanwhile" in late.text
