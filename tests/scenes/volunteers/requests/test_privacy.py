"""Who may read an address, who may ask for whom: refusals, and what is written down of every reading."""

from datetime import date, timedelta

import pytest

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Party
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.journal.models import Entry
from gridloop.core.people.queries import unmaskings_of
from gridloop.scenes.volunteers.requests import actions, mandates
from gridloop.scenes.volunteers.requests.models import Need
from gridloop.scenes.volunteers.requests.proving import shown_code
from tests import world
from tests.scenes.volunteers.requests import helping

pytestmark = pytest.mark.django_db


def test_without_an_accepted_task_nobody_reads_the_address(place):
    """Asked, declined, expired, a neighbour, nobody at all: each is refused, and nothing is shown."""
    asked, declined, stranger = (helping.a_volunteer(place) for _one in range(3))
    case = helping.seeking(place)
    offers = helping.offers_to(place, case, asked, declined)
    actions.decline_offer(offers[1], reason="no_time", by=world.acting(declined.person))
    for actor in (*(world.acting(one.person) for one in (asked, declined, stranger)), Actor(kind="person")):
        with pytest.raises(NotAllowed, match="promised to come"):
            actions.read_contact(case, by=actor)
    assert not Entry.objects.filter(event="data_unmasked").exists()


def test_who_promised_reads_it_and_each_reading_is_written_down(place):
    volunteer = helping.a_volunteer(place)
    case = helping.seeking(place)
    [offer] = helping.offers_to(place, case, volunteer)
    task = actions.accept_offer(offer, by=world.acting(volunteer.person))
    by = world.acting(volunteer.person)
    for _time in range(2):
        contact = actions.read_contact(case, by=by)
    assert (contact.name, contact.address) == ("李奶奶", "玉兴路12号3单元301")
    readings = unmaskings_of(place.resident)
    assert [(one.person, one.facts["field"]) for one in readings] == [(volunteer.person_id, "address")] * 2

    actions.arrive(task, code=shown_code(task), by=by)
    place.clock.shift(timedelta(minutes=10))
    actions.complete(task, code=shown_code(task), by=by)
    with pytest.raises(NotAllowed):
        actions.read_contact(case, by=by)


def test_staff_give_a_reason(place):
    case = helping.a_request(place)
    with pytest.raises(Refusal, match="why you need"):
        actions.unmask_contact(case, reason="看", by=world.acting(place.clerk))
    stranger = world.with_post("community_clerk", area=place.town.other_community)
    for person in (stranger, world.a_resident()):
        with pytest.raises(NotAllowed):
            actions.unmask_contact(case, reason="核实楼层与电梯", by=world.acting(person))
    assert actions.unmask_contact(case, reason="核实楼层与电梯", by=world.acting(place.clerk)).phone
    assert Entry.objects.get(event="data_unmasked").words == "核实楼层与电梯"


def a_mandate(place, agent, principal, **more):
    return mandates.ask_for_mandate(
        agent, principal, relation="relative", community=place.town.community, by=world.acting(agent), **more
    )


def test_a_daughter_asks_for_her_mother_once_she_may(place):
    daughter = world.a_resident("李女儿")
    with pytest.raises(NotAllowed, match="no mandate"):
        helping.a_request(place, by=daughter)
    mandate = a_mandate(place, daughter, place.resident)
    with pytest.raises(NotAllowed, match="no mandate"):
        helping.a_request(place, by=daughter)
    with pytest.raises(NotAllowed, match="other person"):
        mandates.confirm_mandate(mandate, by=world.acting(daughter))
    mandates.confirm_mandate(mandate, by=world.acting(place.resident))
    case = helping.a_request(place, by=daughter)
    need = Need.objects.get(case=case)
    assert (case.reporter, need.mandate, need.asked_by) == (place.resident, mandate, daughter)
    assert Party.objects.get(case=case, person=daughter).role == "proxy"
    assert Entry.objects.filter(event="help_asked_for_another", subject=place.resident.pk).exists()
    case = move_case(case, "withdraw", by=world.acting(daughter), facts={"reason_code": "other"})
    assert case.step == "withdrawn"


def test_a_mandate_covers_what_it_names_and_ends_on_its_day(place):
    grid_worker = world.a_grid_worker(place.town.grids[0])
    other = helping.a_skill("上门理发")
    mandate = a_mandate(place, grid_worker, place.resident, skills=[other], valid_until=date(2026, 12, 1))
    mandates.confirm_mandate(mandate, by=world.acting(place.clerk))
    with pytest.raises(NotAllowed, match="does not cover"):
        helping.a_request(place, by=grid_worker)
    assert helping.a_request(place, by=grid_worker, skill=other)
    place.clock.shift(timedelta(days=20))
    later = {
        "since": helping.AFTERNOON + timedelta(days=20),
        "until": helping.AFTERNOON + timedelta(days=20, hours=1),
    }
    with pytest.raises(NotAllowed, match="no mandate"):
        helping.a_request(place, by=grid_worker, skill=other, **later)


def test_either_side_ends_a_mandate_and_strangers_do_not(place):
    daughter = world.a_resident("李女儿")
    mandate = a_mandate(place, daughter, place.resident)
    with pytest.raises(TooLate):
        a_mandate(place, daughter, place.resident)
    mandates.confirm_mandate(mandate, by=world.acting(place.clerk))
    stranger = world.with_post("community_clerk", area=place.town.other_community)
    for person in (stranger, world.a_resident()):
        with pytest.raises(NotAllowed):
            mandates.withdraw_mandate(mandate, by=world.acting(person))
    assert mandates.withdraw_mandate(mandate, by=world.acting(daughter)).state == "withdrawn"
    with pytest.raises(TooLate):
        mandates.withdraw_mandate(mandate, by=world.acting(place.resident))


def test_the_clerk_writes_down_who_calls(place):
    case = helping.a_request(place, by=place.clerk, source="phone")
    assert case.reporter == place.resident and Need.objects.get(case=case).asked_by == place.clerk
    stranger = world.with_post("community_clerk", area=place.town.other_community)
    with pytest.raises(NotAllowed):
        helping.a_request(place, by=stranger)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"until": helping.AFTERNOON}, "before the beginning"),
        ({"since": helping.NOON - timedelta(hours=3), "until": helping.NOON - timedelta(hours=2)}, "past"),
        ({"until": helping.AFTERNOON + timedelta(hours=13)}, "12 hours"),
        (
            {
                "since": helping.AFTERNOON + timedelta(days=90),
                "until": helping.AFTERNOON + timedelta(days=90, hours=1),
            },
            "60 days",
        ),
        ({"words": "  "}, "few words"),
        ({"people": 11}, "one to ten"),
    ],
)
def test_what_cannot_be_asked_is_said_in_words(place, change, words):
    with pytest.raises(Refusal, match=words):
        helping.a_request(place, **change)


def test_sent_twice_it_is_one_request(place):
    import uuid

    key = uuid.uuid4()
    assert helping.a_request(place, key=key) == helping.a_request(place, key=key)
