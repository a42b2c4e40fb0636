"""What residents read about how long their data are kept, and what a forgotten case looks like at the desk."""

import pytest
from django.test import Client
from django.urls import reverse

from gridloop.core.cases.forgetting import WORDS_DAYS
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.people import retention
from tests import world
from tests.core.cases.long_ago import WORDS, after, closed, told
from tests.stored import places_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return world.a_town()


@pytest.fixture
def cast(town):
    """Everybody a report meets on its way."""
    unit = world.a_unit(area=town.county)
    people = {
        "worker": world.a_grid_worker(town.grids[0]),
        "room": world.a_town_room(town.town),
        "handler": world.a_handler(unit),
    }
    return {"unit": unit, **people, **{f"by_{name}": world.acting(person) for name, person in people.items()}}


def page(client: Client, address: str, language: str = "en") -> str:
    return client.get(address, headers={"accept-language": language}).content.decode()


@pytest.mark.parametrize(
    ("language", "words", "years"),
    [
        ("en", "Who reported a matter, and exactly where", "4 years"),
        ("zh-hans", "事项由谁反映、确切地点", "4年"),
    ],
)
def test_everybody_reads_the_countys_own_periods(client, language, words, years) -> None:
    assert years not in page(client, reverse("privacy"), language).replace("\xa0", " ")
    retention.set_period("case_people", 4 * 365, by=SYSTEM)
    shown = page(client, reverse("privacy"), language)
    assert words in shown and years in shown


def test_the_account_tells_how_long_and_the_erasing_what_waits(client, town, cast) -> None:
    story = told(town, cast)
    client.force_login(story.reporter)
    assert "Who reported a matter, and exactly where" in page(client, reverse("account:home"))
    asked = page(client, reverse("account:erase"))
    assert "1 matter of yours is still open" in asked and "1 day after the matter has closed" in asked

    assert client.post(reverse("account:erase"), {}).status_code == 422
    assert story.reporter.is_active and places_of(WORDS)

    client.post(reverse("account:erase"), {"sure": "on"})
    story.reporter.refresh_from_db()
    assert story.reporter.erased_at and places_of(WORDS)


def test_with_nothing_open_nothing_waits(client, town, cast) -> None:
    story = told(town, cast)
    closed(story, cast)
    client.force_login(story.reporter)
    assert "still open" not in page(client, reverse("account:erase"))
    client.post(reverse("account:erase"), {"sure": "on"})
    assert places_of(WORDS) == []


def test_a_forgotten_case_says_so_at_the_desk_and_offers_nothing(client, town, cast) -> None:
    story = told(town, cast)
    closed(story, cast)
    with after(WORDS_DAYS + 1):
        retention.apply_retention()
        client.force_login(cast["room"])
        shown = page(client, reverse("desk:case", args=[story.case.number]))
    assert "what was written and sent has been erased" in shown and "nobody is named any more" in shown
    assert WORDS not in shown and reverse("desk:move", args=[story.case.number, "note"]) not in shown
