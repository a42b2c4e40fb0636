"""Open311 GeoReport v2 as clients speak it: the requests are built word for word as the specification shows them."""

import re
from datetime import timedelta
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from gridloop.api.open311 import asking
from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case, Category
from tests import world
from tests.api.stage import a_token
from tests.core.evidence import pictures

pytestmark = pytest.mark.django_db
V2 = "/open311/v2"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
W3C = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([+-]\d\d:\d\d|Z)$")


@pytest.fixture
def service(town):
    group = world.a_category("01", "市容环境", admitted=False)
    leaf = world.a_category("0102", "暴露垃圾")
    Category.objects.filter(pk=leaf.pk).update(parent=group, english="Exposed litter", words="垃圾 rubbish")
    return leaf


@pytest.fixture
def room(town):
    return world.a_town_room(town.town)


@pytest.fixture
def key(room):
    return a_token(room)


@pytest.fixture
def web():
    """A client that keeps no cookies and enforces CSRF, as other systems meet the server."""
    return Client(enforce_csrf_checks=True)


def posted(web, key, town, form="json", **more):
    """The example request of the specification, percent signs and all."""
    longitude, latitude = town.point()
    given = {
        "api_key": key, "jurisdiction_id": "city.gov", "service_code": "0102", "lat": latitude, "long": longitude,
        "address_string": "1234 5th street", "email": "smit333@sfgov.edu", "device_id": "tt222111",
        "account_id": "123456", "first_name": "john", "last_name": "smith", "phone": "111111111",
        "description": "A large sinkhole is destroying the street", "media_url": "http://farm3.static.flickr.com/2002/a.jpg",
        "attribute[WHISPAWN]": "123456", "attribute[WHISDORN][]": "COISL001", **more,
    }  # fmt: skip
    return web.post(
        f"{V2}/requests.{form}",
        urlencode({k: v for k, v in given.items() if v is not None}),
        content_type=FORM,
    )


def one_id(answer):
    assert answer.status_code in (200, 201), answer.content
    return answer.json()[0]["service_request_id"]


def described(answer):
    return [(error["code"], bool(error["description"])) for error in answer.json()]


def test_discovery_leads_to_the_endpoint(web, settings):
    told = web.get("/open311/discovery.json").json()
    assert told["endpoints"][0]["url"].endswith("/open311/v2") and told["endpoints"][0][
        "specification"
    ].endswith("GeoReport_v2")
    root = ElementTree.fromstring(web.get("/open311/v2/discovery.xml").content)
    assert [part.text for part in root.iter("format")] == ["text/xml", "application/json"]


def test_services_are_the_classes_people_choose_from(web, service):
    answer = web.get(f"{V2}/services.json?jurisdiction_id=city.gov")
    assert (
        answer["Content-Type"] == "application/json; charset=utf-8"
        and answer["Access-Control-Allow-Origin"] == "*"
    )
    (told,) = answer.json()
    assert told["service_code"] == "0102" and told["metadata"] is False and told["type"] == "realtime"
    assert told["group"] == "市容环境" and "rubbish" in told["keywords"]
    answer = web.get(f"{V2}/services.xml", headers={"Accept-Language": "en"})
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.content.decode().lower().startswith('<?xml version="1.0" encoding="utf-8"?>')
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "services" and root.find("service/service_name").text == "Exposed litter"
    assert root.find("service/metadata").text == "false"


def test_a_service_definition_and_one_that_is_not_there(web, service):
    assert web.get(f"{V2}/services/0102.json").json() == {"service_code": "0102", "attributes": []}
    missing = web.get(f"{V2}/services/nothing.json")
    assert missing.status_code == 404 and described(missing) == [(404, True)]
    root = ElementTree.fromstring(web.get(f"{V2}/services/nothing.xml").content)
    assert root.tag == "errors" and root.find("error/code").text == "404"


def test_the_examples_post_becomes_a_case(web, key, town, service):
    number = one_id(posted(web, key, town))
    case = Case.objects.get(number=number)
    assert (case.source, case.category, case.grid, case.public) == ("open311", service, town.grids[0], True)
    assert case.words.startswith("A large sinkhole") and case.facts["attributes"] == {
        "WHISPAWN": "123456",
        "WHISDORN": ["COISL001"],
    }
    assert (case.reporter.name, case.reporter.email, case.reporter.phone) == (
        "john smith",
        "smit333@sfgov.edu",
        "111111111",
    )


def test_xml_is_answered_in_xml(web, key, town, service):
    root = ElementTree.fromstring(posted(web, key, town, "xml").content)
    assert root.tag == "service_requests"
    number = root.find("request/service_request_id").text
    assert root.find("request/service_notice").text and root.find("request/account_id") is not None
    root = ElementTree.fromstring(web.get(f"{V2}/requests/{number}.xml").content)
    request = root.find("request")
    wanted = ["service_request_id", "status", "status_notes", "service_name", "service_code", "description",
              "agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime",
              "address", "address_id", "zipcode", "lat", "long", "media_url"]  # fmt: skip
    assert [part.tag for part in request] == wanted
    assert W3C.match(request.find("requested_datetime").text) and W3C.match(
        request.find("expected_datetime").text
    )
    assert float(request.find("lat").text) == round(town.point()[1], 3)


def test_photos_come_as_multipart_and_are_seen_by_those_who_may(web, key, town, service, room):
    longitude, latitude = town.point()
    sent = {"api_key": key, "service_code": "0102", "lat": latitude, "long": longitude, "description": "Trash bin is full.",
            "media": [SimpleUploadedFile("a.jpg", pictures.telling_jpeg(), "image/jpeg"),
                      SimpleUploadedFile("b.png", pictures.telling_png(), "image/png")]}  # fmt: skip
    number = one_id(web.post(f"{V2}/requests.json", sent))
    told = web.get(f"{V2}/requests/{number}.json?extensions=true").json()[0]
    assert told["media_url"].startswith("http") and len(told["extended_attributes"]["media_urls"]) == 2
    refused = web.post(f"{V2}/requests.json", {**sent, "media": SimpleUploadedFile("a.jpg", b"no picture")})
    assert refused.status_code == 400 and described(refused) == [(400, True)]
    assert Case.objects.count() == 1


def test_json_bodies_and_bearer_keys_work_too(web, key, town, service):
    longitude, latitude = town.point()
    sent = {
        "service_code": "0102",
        "lat": latitude,
        "long": longitude,
        "description": "路灯坏了",
        "first_name": "三",
        "last_name": "张",
        "phone": "13800138000",
    }
    answer = web.post(
        f"{V2}/requests.json",
        sent,
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )
    case = Case.objects.get(number=one_id(answer))
    assert case.reporter.name == "张三" and case.reporter.phone_digest


@pytest.mark.parametrize("more, how", [
    ({"lat": None, "long": None, "address_string": "城中社区第1网格 门口"}, "address"),
    ({"lat": None, "long": None, "address_id": "331083001001001"}, "code"),
    ({"lat": None, "long": None, "address_string": "Nowhere anybody knows"}, "none"),
    ({"lat": "", "long": "", "address_string": "城中社区"}, "address"),
])  # fmt: skip
def test_a_place_is_said_in_any_of_three_ways(web, key, town, service, more, how):
    assert Case.objects.get(number=one_id(posted(web, key, town, **more))).placed_by == how


@pytest.mark.parametrize("more, status", [
    ({"api_key": None}, 403), ({"api_key": "wrong"}, 403), ({"service_code": None}, 400), ({"service_code": "nothing"}, 404),
    ({"lat": None, "long": None, "address_string": None}, 400), ({"lat": "north"}, 400), ({"lat": "95"}, 400),
    ({"long": None}, 400), ({"lat": "1", "long": "1"}, 400), ({"lat": "nan"}, 400), ({"description": "x" * 6000}, 400),
])  # fmt: skip
def test_mistakes_have_the_specifications_codes(web, key, town, service, more, status):
    for form in ("json", "xml"):
        answer = posted(web, key, town, form, **more)
        assert answer.status_code == status, answer.content
        if form == "json":
            assert described(answer) == [(status, True)]
        else:
            assert ElementTree.fromstring(answer.content).find("error/code").text == str(status)
    assert not Case.objects.exists()


def test_a_key_without_the_scope_may_not_write(web, town, service, room):
    assert posted(web, a_token(room, "cases:read"), town).status_code == 403


def test_everybody_sees_public_requests_coarsely_and_without_persons(web, key, town, service):
    number = one_id(
        posted(web, key, town, description="Call me at 138 0013 8000 or a@b.cn", phone="13800138000")
    )
    hidden = world.a_report(town)
    for address in (f"{V2}/requests.json", f"{V2}/requests/{number}.json"):
        answer = web.get(address)
        (told,) = answer.json()
        assert told["service_request_id"] == number and told["status"] == "open"
        assert (told["lat"], told["long"]) == (round(town.point()[1], 3), round(town.point()[0], 3))
        assert (
            "138" not in told["description"]
            and "a@b.cn" not in answer.text
            and "5th street" not in answer.text
        )
        assert hidden.number not in answer.text and "smith" not in answer.text
    assert web.get(f"{V2}/requests/{hidden.number}.json").status_code == 404


def test_a_key_gives_its_persons_reach_and_not_more(web, key, town, service):
    ours = world.a_report(town)
    theirs = world.open_case(
        "report", title="远", spot=world.spot_at(121.41, 28.11), by=world.acting(world.a_resident())
    )
    told = {one["service_request_id"]: one for one in web.get(f"{V2}/requests.json", {"api_key": key}).json()}
    assert ours.number in told and theirs.number not in told
    assert told[ours.number]["lat"] == ours.latitude and told[ours.number]["description"] == ours.words
    assert web.get(f"{V2}/requests/{theirs.number}.json", {"api_key": key}).status_code == 404
    assert web.get(f"{V2}/requests.json", {"api_key": "wrong"}).status_code == 403


def test_requests_are_asked_for_by_id_service_status_and_time(web, key, town, service, room):
    first, second = one_id(posted(web, key, town)), one_id(posted(web, key, town))
    other = world.a_category("0201", "路灯")
    third = one_id(posted(web, key, town, service_code=other.code))
    old = timezone.now() - timedelta(days=200)
    Case.objects.filter(number=second).update(reported_at=old)
    move_case(
        Case.objects.get(number=third),
        "decline",
        by=world.acting(room),
        facts={"answer": "不在本县", **declining()},
    )

    def asked(**query):
        return {one["service_request_id"] for one in web.get(f"{V2}/requests.json", query).json()}

    assert asked() == {first, third}
    assert asked(service_request_id=f"{first},{second}", status="closed") == {first, second}
    assert asked(service_code="0102") == {first} and asked(service_code="0102,0201") == {first, third}
    assert (
        asked(status="closed") == {third}
        and asked(status="open") == {first}
        and asked(status="open,closed") == {first, third}
    )
    around = {
        "start_date": (old - timedelta(days=1)).isoformat(),
        "end_date": (old + timedelta(days=1)).isoformat(),
    }
    assert asked(**around) == {second}
    assert asked(start_date=(old - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")) == {second}
    assert asked(updated_after=(timezone.now() - timedelta(hours=1)).isoformat()) == {first, second, third}
    assert asked(updated_after=(timezone.now() + timedelta(hours=1)).isoformat()) == set()
    # A plus that was not escaped, as many clients send it.
    start = timezone.localtime(old - timedelta(days=1)).isoformat(timespec="seconds")
    assert web.get(f"{V2}/requests.json?start_date={start}").json()[0]["service_request_id"] == second
    assert web.get(f"{V2}/requests.json?start_date={quote(start)}").json()[0]["service_request_id"] == second


def declining():
    from gridloop.core.cases import kinds

    needs = next(move for move in kinds.kind("report").moves if move.name == "decline").needs
    return {need.name: next(iter(need.choices)) for need in needs if need.kind == "choice"}


def test_closed_is_not_fixed_and_the_notes_say_how_it_ended(web, key, town, service, room):
    number = one_id(posted(web, key, town))
    move_case(
        Case.objects.get(number=number),
        "decline",
        by=world.acting(room),
        facts={"answer": "不在本县，请拨打邻县热线。", **declining()},
    )
    (told,) = web.get(f"{V2}/requests/{number}.json", {"extensions": "true"}).json()
    assert (
        told["status"] == "closed"
        and "邻县热线" in told["status_notes"]
        and "declined" in told["status_notes"]
    )
    assert (
        told["extended_attributes"]["detailed_status"] == "declined"
        and told["extended_attributes"]["fixed"] is False
    )
    assert told["updated_datetime"] >= told["requested_datetime"]


def test_pages_hold_everything_once(web, key, town, service):
    numbers = {one_id(posted(web, key, town)) for _one in range(5)}
    seen = []
    for page in (1, 2, 3):
        answer = web.get(f"{V2}/requests.json", {"page": page, "page_size": 2})
        seen += [one["service_request_id"] for one in answer.json()]
        assert answer.get("X-Next-Page") == (str(page + 1) if page < 3 else None)
    assert len(seen) == 5 and set(seen) == numbers


@pytest.mark.parametrize("query", [
    "page=0", "page=x", "page_size=0", "page_size=1001", "start_date=yesterday", "end_date=2026-13-01T00:00:00Z", "status=done",
    "start_date=2026-03-01T00:00:00Z&end_date=2026-02-01T00:00:00Z", "start_date=2025-01-01T00:00:00Z&end_date=2026-01-01T00:00:00Z",
    "start_date=0001-01-01T00:00:00%2B14:00", "page=99999999999999999999", "page=%C2%B2",
])  # fmt: skip
def test_what_cannot_be_asked_is_400(web, town, query):
    answer = web.get(f"{V2}/requests.json?{query}")
    assert answer.status_code == 400 and described(answer) == [(400, True)]


def test_strangers_read_no_number_in_a_title_either(web, key, town, service):
    number = one_id(posted(web, key, town, description="请打13812345678，302室", title="13812345678"))
    told = web.get(f"{V2}/requests/{number}.json?extensions=true").text
    assert "13812345678" not in told and "***" in told
    assert "13812345678" in web.get(f"{V2}/requests/{number}.json?extensions=true", {"api_key": key}).text


def test_no_sign_that_xml_cannot_hold_breaks_the_list(web, key, town, service):
    posted(web, key, town, description="路灯\x0b坏了\ufffe\uffff😀")
    root = ElementTree.fromstring(web.get(f"{V2}/requests.xml").content)
    assert root.findtext("request/description") == "路灯坏了😀"


@pytest.mark.parametrize("address", [f"{V2}/requests.json", "/api/v1/cases"])
def test_a_body_nobody_can_read_is_refused_in_the_form_of_its_door(web, key, town, address):
    headers = {"Authorization": f"Bearer {key}"}
    gbk = web.post(address, b"description=%C2%B7", content_type="application/x-www-form-urlencoded; charset=gbk",
                   headers=headers)  # fmt: skip
    large = web.post(
        address, b'{"a": "' + b"x" * 6_000_000 + b'"}', content_type="application/json", headers=headers
    )
    assert gbk.status_code == 400 and large.status_code in (400, 413)
    assert all("json" in answer["Content-Type"] for answer in (gbk, large))


def test_a_token_is_the_number_and_the_ending_may_be_left_out(web, key, town, service):
    number = one_id(posted(web, key, town))
    assert web.get(f"{V2}/tokens/{number}.json").json() == [{"service_request_id": number, "token": number}]
    assert (
        web.get(f"{V2}/requests", headers={"Accept": "application/json"}).json()[0]["service_request_id"]
        == number
    )
    assert web.get(f"{V2}/requests")["Content-Type"].startswith("text/xml")


def test_other_methods_and_addresses_are_told_in_the_same_form(web, town):
    refused = web.delete(f"{V2}/requests.json")
    assert (
        refused.status_code == 405 and described(refused) == [(405, True)] and refused["Allow"] == "GET, POST"
    )
    assert web.options(f"{V2}/requests.json").status_code == 204
    missing = web.get(f"{V2}/nothing.json")
    assert missing.status_code == 404 and described(missing) == [(404, True)]
    assert web.get(f"{V2}/requests.json?q=%00").status_code == 400
    assert web.post(f"{V2}/requests.json", "{", content_type="application/json").status_code == 400


def test_the_same_sending_is_taken_in_once(web, key, town, service):
    longitude, latitude = town.point()
    sent = {"api_key": key, "service_code": "0102", "lat": latitude, "long": longitude, "description": "x"}
    first, again = (
        one_id(web.post(f"{V2}/requests.json", sent, headers={"Idempotency-Key": "7"})) for _ in range(2)
    )
    assert first == again and Case.objects.count() == 1


def test_readers_without_a_key_are_slowed_down_and_told_when_to_come_again(web, key, town, service):
    answers = [web.get(f"{V2}/requests.json").status_code for _each in range(asking.ANONYMOUS)]

    assert 429 in answers
    last = web.get(f"{V2}/requests.json")
    assert last.status_code == 429 and int(last["Retry-After"]) >= 1
    assert web.get(f"{V2}/requests.json", {"api_key": key}).status_code == 200


@pytest.mark.parametrize("how_many", [1, 3])
def test_a_list_costs_the_same_however_long_it_is(
    web, key, town, service, how_many, django_assert_max_num_queries
):
    for _one in range(how_many):
        posted(web, key, town)
    with django_assert_max_num_queries(5):
        assert len(web.get(f"{V2}/requests.json").json()) == how_many
