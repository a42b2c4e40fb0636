"""The pages of requests: the resident's, the volunteer's and the desk's, and whom each turns away."""

import pytest
from django.urls import reverse

from gridloop.core.cases.models import Case
from gridloop.core.journal.models import Entry
from gridloop.scenes.volunteers.requests.actions import accept_offer
from gridloop.scenes.volunteers.requests.models import Assignment, Mandate, MatchingMode, Need, Offer
from gridloop.scenes.volunteers.requests.proving import shown_code
from tests import world
from tests.scenes.volunteers.requests import helping

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, place):
    def visit(person, name, *arguments, data=None, query=""):
        client.force_login(person)
        address = reverse(f"volunteers:{name}", args=arguments) + query
        headers = {"HTTP_ACCEPT_LANGUAGE": "en"}
        return client.get(address, **headers) if data is None else client.post(address, data, **headers)

    return visit


def asked_form(neighbourhood, **more):
    longitude, latitude = neighbourhood.town.point()
    return {
        "skill": neighbourhood.shopping.pk, "place": "玉兴路12号", "place_longitude": longitude, "place_latitude": latitude,
        "part": "afternoon", "day": "2026-11-24", "words": "买菜", "people": 1, "whom": 0, **more,
    }  # fmt: skip


def test_a_resident_asks_in_one_form(page, place):
    assert page(place.resident, "ask_help").status_code == 200
    answer = page(place.resident, "ask_help", data=asked_form(place))
    case = Case.objects.get(kind="request")
    assert answer.url == reverse("volunteers:request", args=[case.number])
    need = Need.objects.get(case=case)
    assert (need.address, need.contact_name, need.since.hour) == ("玉兴路12号", "李奶奶", 6)
    assert page(place.resident, "request", case.number).status_code == 200
    assert page(place.resident, "help").status_code == 200


def test_without_a_place_or_words_the_form_says_so(page, place):
    answer = page(
        place.resident,
        "ask_help",
        data=asked_form(place, place="", place_longitude="", place_latitude="", words=""),
    )
    assert answer.status_code == 422 and not Case.objects.exists()


def test_somebody_elses_request_is_not_there(page, place):
    case = helping.seeking(place)
    assert page(world.a_resident(), "request", case.number).status_code == 404
    assert page(world.a_resident(), "request_codes", case.number).status_code == 404
    assert page(world.a_resident(), "request_move", case.number, "withdraw", data={}).status_code == 404


def test_the_way_of_a_volunteer_through_the_pages(page, place):
    volunteer = helping.a_volunteer(place)
    case = helping.seeking(place)
    [offer] = helping.offers_to(place, case, volunteer)
    shown = page(volunteer.person, "tasks").content.decode()
    assert "代购跑腿" in shown and "301" not in shown and "李奶奶" not in shown

    page(volunteer.person, "accept_offer", offer.pk, data={})
    task = Assignment.objects.get(offer=offer)
    assert "301" not in page(volunteer.person, "task", task.pk).content.decode()
    contact = page(volunteer.person, "task_contact", task.pk, data={})
    assert "301" in contact.content.decode() and "no-store" in contact["Cache-Control"]
    assert Entry.objects.filter(event="data_unmasked", person=volunteer.person_id).count() == 1

    code = shown_code(task)
    assert f"{code[:3]} {code[3:]}" in page(place.resident, "request", case.number).content.decode()
    assert page(volunteer.person, "task_arrive", task.pk, data={"code": "12"}).status_code == 422
    page(volunteer.person, "task_arrive", task.pk, data={"code": code})
    place.clock.shift(1800)
    task.refresh_from_db()
    page(volunteer.person, "task_complete", task.pk, data={"code": shown_code(task)})
    page(volunteer.person, "rate_task", task.pk, data={"rating": 5})
    page(place.resident, "request_move", case.number, "review", data={"review-rating": 5})
    case.refresh_from_db()
    assert case.step == "closed" and task.feedback.count() == 2
    assert page(volunteer.person, "task", task.pk).status_code == 200


def test_somebody_elses_task_and_offer_are_not_there(page, place):
    volunteer, other = helping.a_volunteer(place), helping.a_volunteer(place)
    [offer] = helping.offers_to(place, helping.seeking(place), volunteer)
    assert page(other.person, "accept_offer", offer.pk, data={}).status_code == 404
    task = accept_offer(offer, by=world.acting(volunteer.person))
    for name in ("task_contact", "task_arrive", "task_back", "rate_task"):
        assert page(other.person, name, task.pk, data={}).status_code == 404
    assert page(place.resident, "task", task.pk).status_code == 404


def test_saying_no_and_handing_back(page, place):
    volunteer = helping.a_volunteer(place)
    case = helping.seeking(place)
    [offer] = helping.offers_to(place, case, volunteer)
    assert page(volunteer.person, "decline_offer", offer.pk, data={}).status_code == 422
    page(volunteer.person, "decline_offer", offer.pk, data={f"offer{offer.pk}-reason": "no_time"})
    assert Offer.objects.get(pk=offer.pk).state == "declined"
    [again] = helping.offers_to(place, case, volunteer)
    page(volunteer.person, "accept_offer", again.pk, data={})
    task = Assignment.objects.get()
    page(volunteer.person, "task_back", task.pk, data={"reason": "unwell"})
    task.refresh_from_db()
    assert task.state == "handed_back"


def test_the_desk_writes_down_looks_and_asks(page, place):
    volunteer = helping.a_volunteer(place)
    form = asked_form(place, phone="13812345678", name="王大爷")
    page(place.clerk, "enter_request", data=form)
    case = Case.objects.get()
    assert case.source == "phone" and case.reporter.name == "王大爷"
    from gridloop.core.cases.actions import move_case

    move_case(case, "accept", by=world.acting(place.clerk))
    page(place.clerk, "look_for", case.number, data={})
    page(place.clerk, "send_offers", case.number, data={"volunteers": [volunteer.number]})
    assert Offer.objects.get(case=case).volunteer == volunteer
    assert page(place.clerk, "send_offers", case.number, data={}).status_code == 302
    shown = page(place.clerk, "unmask_contact", case.number, data={"reason": "核对门牌号码"}).content.decode()
    assert "玉兴路12号" in shown


def test_the_case_page_shows_the_dispatch_record(client, place):
    from gridloop.scenes.volunteers.requests.running import look_for_volunteers

    volunteer = helping.a_volunteer(place)
    case = helping.seeking(place)
    look_for_volunteers(case, by=world.acting(place.clerk))
    client.force_login(place.clerk)
    shown = client.get(reverse("desk:case", args=[case.number])).content.decode()
    assert volunteer.number in shown and "钱**" in shown and "钱热心" not in shown and "301" not in shown


@pytest.mark.parametrize(
    "name", ["enter_request", "desk_mandates", "fairness", "fairness_people", "dry_run", "matching_modes"]
)
def test_pages_of_the_desk_turn_residents_away(page, place, name):
    assert page(place.resident, name).status_code == 403
    room = world.a_town_room(place.town.town)
    assert page(room, name).status_code == 200


def test_requests_out_of_reach_are_not_there(page, place):
    case = helping.seeking(place)
    stranger = world.with_post("community_clerk", area=place.town.other_community)
    for name in ("look_for", "send_offers", "unmask_contact"):
        assert page(stranger, name, case.number, data={"reason": "核对门牌号码"}).status_code == 404


def test_modes_are_switched_by_the_room_of_the_town(page, place):
    room = world.a_town_room(place.town.town)
    page(room, "matching_modes", data={"community": place.town.community.pk, "mode": "dry"})
    assert MatchingMode.objects.get().mode == "dry"
    assert (
        page(
            room, "matching_modes", data={"community": place.town.other_community.pk, "mode": "on"}
        ).status_code
        == 404
    )
    assert page(place.clerk, "matching_modes").status_code == 403
    assert Entry.objects.get(event="matching_switched").after == "dry"


def test_mandates_are_asked_and_decided_on_the_phone(page, place):
    daughter = world.a_resident("李女儿")
    form = {"phone": place.resident.phone, "name": "李奶奶", "relation": "relative", "place": "城中社区"}
    page(daughter, "mandates", data=form)
    mandate = Mandate.objects.get()
    assert page(world.a_resident(), "decide_mandate", mandate.pk, "confirm", data={}).status_code == 404
    page(place.resident, "decide_mandate", mandate.pk, "confirm", data={})
    mandate.refresh_from_db()
    assert mandate.state == "in_force"
    assert "李奶奶" in page(daughter, "ask_help").content.decode()
    page(place.clerk, "desk_decide_mandate", mandate.pk, "withdraw", data={})
    mandate.refresh_from_db()
    assert mandate.state == "withdrawn"


@pytest.mark.parametrize("name", ["tasks", "help"])
def test_lists_ask_a_constant_number_of_queries(page, place, name, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    volunteer = helping.a_volunteer(place)
    person = volunteer.person if name == "tasks" else place.resident
    helping.offers_to(place, helping.seeking(place), volunteer)
    page(person, name)
    with CaptureQueriesContext(connection) as one:
        page(person, name)
    for _more in range(2):
        helping.offers_to(place, helping.seeking(place), volunteer)
    with CaptureQueriesContext(connection) as three:
        page(person, name)
    assert len(three) == len(one)
