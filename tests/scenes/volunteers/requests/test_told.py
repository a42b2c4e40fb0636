"""What people hear of a request for help: its own words from the first step, in their own language."""

import pytest

from gridloop.core.cases.actions import move_case
from gridloop.core.journal import consumers
from gridloop.core.notices.audiences import AUDIENCES
from gridloop.core.notices.models import Notice
from gridloop.core.notices.shipped import SHIPPED
from gridloop.scenes.volunteers.requests import told
from gridloop.scenes.volunteers.requests.actions import accept_offer
from tests import world
from tests.scenes.volunteers.requests import helping

pytestmark = pytest.mark.django_db


def hear():
    while consumers.drain("notices"):
        pass


def heard(person):
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("subject", flat=True))


def test_from_asking_to_accepting_the_resident_hears_of_help_not_of_a_report(place):
    case = helping.a_request(place)
    hear()
    move_case(case, "accept", by=world.acting(place.clerk))
    hear()
    assert heard(place.resident) == [
        f"求助已收到（{case.number}）",
        f"求助已受理，正在寻找志愿者（{case.number}）",
    ]
    told_words = "".join(Notice.objects.filter(person=place.resident).values_list("words", flat=True))
    assert "反映" not in told_words


def test_in_english_too_with_the_name_of_the_skill(place):
    place.resident.language = "en"
    place.resident.save()
    place.shopping.english = "Shopping and errands"
    place.shopping.save()
    volunteer = helping.a_volunteer(place)
    case = helping.seeking(place)
    hear()
    [offer] = helping.offers_to(place, case, volunteer)
    accept_offer(offer, by=world.acting(volunteer.person))
    assert any(subject.startswith("We have your request for help") for subject in heard(place.resident))
    accepted = Notice.objects.get(event="offer_accepted", person=place.resident)
    assert "Shopping and errands" in accepted.words
    assert "代购跑腿" in Notice.objects.get(event="help_offered", person=volunteer.person).subject


def test_declined_and_taken_back(place):
    declined, back = helping.a_request(place), helping.a_request(place)
    facts = {"reason_code": "too_risky", "answer": "请联系供电所"}
    move_case(declined, "decline", by=world.acting(place.clerk), facts=facts)
    move_case(back, "withdraw", by=world.acting(place.resident), facts={"reason_code": "other"})
    hear()
    assert f"很抱歉，这次求助未能受理（{declined.number}）" in heard(place.resident)


def test_the_grid_worker_reads_of_a_neighbour(place):
    worker = world.a_grid_worker(place.town.grids[0])
    helping.a_request(place)
    hear()
    assert heard(worker)[0].startswith("邻里求助")


def test_own_words_stand_for_events_somebody_hears_of():
    for audience, events in told.STEPS.items():
        for name in events:
            event, kind = name.rsplit("-", 1)
            heard_as = {row.audience for row in AUDIENCES[event]}
            assert kind == "request" and audience in heard_as and event in SHIPPED[audience], name
