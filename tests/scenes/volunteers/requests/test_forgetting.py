"""Requests for help that ended: the person helped goes with their data, and with the years; hours stay."""

from datetime import timedelta

import pytest

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.forgetting import PEOPLE_DAYS, WORDS_DAYS
from gridloop.core.cases.models import Case
from gridloop.core.people import retention
from gridloop.core.people.privacy import erase_person, everything_held
from gridloop.scenes.volunteers.hours.models import HoursEntry
from gridloop.scenes.volunteers.requests import actions, mandates
from gridloop.scenes.volunteers.requests.models import Assignment, Mandate, Need
from gridloop.scenes.volunteers.requests.proving import shown_code
from tests import world
from tests.scenes.volunteers.requests import helping
from tests.stored import places_of

pytestmark = pytest.mark.django_db
THEIRS = ("李奶奶", "玉兴路12号", "三楼没有电梯", "菜很新鲜")


def helped(place) -> Assignment:
    """Asked, promised, there, done, and both said how it was."""
    volunteer = helping.a_volunteer(place)
    by = world.acting(volunteer.person)
    [offer] = helping.offers_to(place, helping.seeking(place), volunteer)
    task = actions.accept_offer(offer, by=by)
    place.clock.move_to(helping.AFTERNOON)
    actions.arrive(task, code=shown_code(task), by=by)
    place.clock.shift(timedelta(minutes=40))
    actions.complete(task, code=shown_code(task), by=by)
    move_case(task.case, "review", by=world.acting(place.resident), facts={"rating": 5, "words": "菜很新鲜"})
    actions.rate_task(task, rating=4, words="老人很客气", by=by)
    return task


def test_who_was_helped_takes_along_home_contact_and_words(place):
    task = helped(place)
    held = everything_held(place.resident)
    assert held["help"]["requests"][0]["address"].startswith("玉兴路12号")
    assert held["cases"][0]["reviews"][0]["words"] == "菜很新鲜"
    phone = place.resident.phone
    erase_person(place.resident, by=world.acting(place.resident))
    assert places_of(*THEIRS, phone) == []
    assert HoursEntry.objects.get(source=task.pk).minutes == 40
    assert Need.objects.get().person is None


def test_while_help_is_on_its_way_it_still_finds_the_door(place):
    case = helping.seeking(place)
    erase_person(place.resident, by=world.acting(place.resident))
    assert Need.objects.get(case=case).address.startswith("玉兴路12号")


def test_a_volunteer_who_leaves_takes_what_they_said(place):
    task = helped(place)
    erase_person(task.volunteer.person, by=world.acting(task.volunteer.person))
    assert places_of("老人很客气", "钱热心") == []
    assert places_of("菜很新鲜")


def test_years_later_nobody_knows_who_was_helped_and_then_not_with_what(place):
    task = helped(place)
    place.clock.shift(timedelta(days=PEOPLE_DAYS + 1))
    retention.apply_retention()
    assert not places_of("玉兴路12号") and Need.objects.get().person is None
    assert not task.case.considerations.exists()
    place.clock.shift(timedelta(days=WORDS_DAYS))
    retention.apply_retention()
    assert places_of(*THEIRS, "老人很客气") == []
    assert Case.objects.get(pk=task.case_id).rating == 5 and HoursEntry.objects.get().minutes == 40


def test_a_mandate_that_ended_goes_with_its_paper(place):
    daughter = world.a_resident("李女儿")
    mandate = mandates.ask_for_mandate(
        daughter, place.resident, relation="relative", community=place.town.community, by=world.acting(daughter),
        paper=world.a_photo(daughter),
    )  # fmt: skip
    erase_person(place.resident, by=world.acting(place.resident))
    mandate.refresh_from_db()
    assert mandate.state == "withdrawn" and mandate.paper.erased_at
    place.clock.shift(timedelta(days=800))
    retention.apply_retention()
    assert not Mandate.objects.exists()
