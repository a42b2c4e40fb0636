"""Updates as other systems read and post them: the requests FixMyStreet's sender and its like make, word for word."""

import json
import re
from datetime import datetime
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gridloop.api.models import Token
from gridloop.api.secrets import digest_of
from gridloop.core.cases.actions import move_case
from gridloop.core.cases.effects.adding import MOST_AN_HOUR
from gridloop.core.cases.models import Case, Exhibit
from gridloop.core.journal.models import Entry
from gridloop.core.people.models import Person
from tests import world
from tests.api.stage import a_token
from tests.core.evidence import pictures

pytestmark = pytest.mark.django_db
V2 = "/open311/v2"
FORM = "application/x-www-form-urlencoded"
EMAIL = "pothole@example.org"
W3C = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([+-]\d\d:\d\d|Z)$")


@pytest.fixture
def web():
    """A client that keeps no cookies and enforces CSRF, as other systems meet the server."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def key(town):
    """An app of its own: a token without a person."""
    return a_token(None, "cases:write", "cases:read")


@pytest.fixture
def case(web, key, town):
    world.a_category()
    longitude, latitude = town.point()
    sent = {"api_key": key, "service_code": "0102", "lat": latitude, "long": longitude, "description": "A large pothole",
            "email": EMAIL, "first_name": "Anna", "last_name": "Lee"}  # fmt: skip
    answer = web.post(f"{V2}/requests.json", urlencode(sent), content_type=FORM)
    return Case.objects.get(number=answer.json()[0]["service_request_id"])


@pytest.fixture
def room(town):
    return world.acting(world.a_town_room(town.town))


def an_update(case, key, **more):
    """What FixMyStreet sends for a comment (perllib/Open311.pm), as of its extended statuses."""
    given = {
        "jurisdiction_id": "example.org", "api_key": key, "updated_datetime": "2026-11-30T09:00:00+08:00",
        "service_request_id": case.number, "status": "OPEN", "description": "It is deeper since the rain.",
        "last_name": "Lee", "first_name": "Anna", "email": EMAIL, "update_id": "4711", **more,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value is not None}


def post(web, case, key, ending="json", **more):
    given = urlencode(an_update(case, key, **more), doseq=True)
    return web.post(f"{V2}/servicerequestupdates.{ending}", given, content_type=FORM)


def last(case):
    return Entry.objects.filter(subject_kind="case", subject=case.pk).latest("id")


def test_updates_tell_what_reporters_may_read(web, case, room):
    number = case.number
    move_case(case, "accept", by=room)
    move_case(case, "note", by=room, facts={"words": "内部备注"})
    answer = web.get(
        f"{V2}/servicerequestupdates.json", {"start_date": datetime.now().strftime("%Y-%m-%dT00:00:00Z")}
    )
    told = list(web.get(f"{V2}/servicerequestupdates.json", {"service_request_id": number}).json())
    assert [one["service_request_id"] for one in told] == [number] and "内部备注" not in answer.text
    assert told[0]["status"] == "open" and W3C.match(told[0]["updated_datetime"])
    root = ElementTree.fromstring(web.get(f"{V2}/servicerequestupdates.xml").content)
    assert root.find("request_update/service_request_id").text == number


def test_updates_come_in_full_pages(web, case, room):
    """What reporters may not read takes no place of a page, so that a client may stop where X-Next-Page ends."""
    move_case(case, "accept", by=room)
    for _note in range(3):
        move_case(case, "note", by=room, facts={"words": "内部备注"})
        move_case(case, "remind", by=room)
    first = web.get(f"{V2}/servicerequestupdates.json", {"page_size": 3})
    assert len(first.json()) == 3 and first["X-Next-Page"] == "2"
    second = web.get(f"{V2}/servicerequestupdates.json", {"page_size": 3, "page": 2})
    assert len(second.json()) == 1 and "X-Next-Page" not in second


def test_a_comment_is_added_to_the_report_and_its_id_is_read_back(web, key, case):
    answer = post(web, case, key, media_url="https://example.org/photo/1.jpeg")
    assert answer.status_code == 200, answer.content
    entry = last(case)
    assert answer.json() == [{"update_id": str(entry.pk)}]
    assert entry.event == "case_added_to" and entry.person == case.reporter_id
    assert entry.words == "It is deeper since the rain.\nhttps://example.org/photo/1.jpeg"
    assert entry.facts["made_at"] == "2026-11-30T09:00:00+08:00"
    told = web.get(f"{V2}/servicerequestupdates.json", {"service_request_id": case.number}).json()
    assert [one["update_id"] for one in told] == [str(entry.pk)], "a client knows its own comment again"
    assert EMAIL not in str(told) and "deeper" not in str(told)


def test_xml_is_answered_in_xml_and_json_is_taken_as_well(web, key, case):
    root = ElementTree.fromstring(post(web, case, key, "xml").content)
    assert root.tag == "service_request_updates"
    assert root.findtext("request_update/update_id") == str(last(case).pk)
    sent = an_update(
        case, None, update_id="4712", media_url=["https://example.org/1.jpeg", "ftp://example.org/2"]
    )
    answer = web.post(
        f"{V2}/servicerequestupdates.json",
        json.dumps(sent),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )
    assert answer.status_code == 200 and last(case).words.endswith("rain.\nhttps://example.org/1.jpeg")
    listed = ElementTree.fromstring(web.get(f"{V2}/servicerequestupdates.xml").content)
    assert listed.tag == "service_request_updates" and len(listed.findall("request_update")) == 2


def test_the_same_update_sent_again_is_made_once(web, key, case):
    first, again = post(web, case, key), post(web, case, key)
    assert first.json() == again.json()
    assert Entry.objects.filter(subject=case.pk, event="case_added_to").count() == 1
    assert post(web, case, key, update_id="4712").json() != first.json()


def test_photos_are_cleaned_and_stand_beside_those_of_the_report(web, key, case):
    photo = SimpleUploadedFile("a.jpg", pictures.telling_jpeg(), "image/jpeg")
    answer = web.post(f"{V2}/servicerequestupdates.json", {**an_update(case, key), "media": photo})
    assert answer.status_code == 200, answer.content
    (exhibit,) = Exhibit.objects.filter(case=case)
    assert (exhibit.purpose, exhibit.public) == ("report", False)
    broken = SimpleUploadedFile("a.jpg", b"no picture", "image/jpeg")
    refused = web.post(
        f"{V2}/servicerequestupdates.json", {**an_update(case, key, update_id="2"), "media": broken}
    )
    assert refused.status_code == 400 and Exhibit.objects.count() == 1


def test_an_open_question_is_answered(web, key, case, room):
    move_case(case, "ask", by=room, facts={"words": "Which lane?"})
    post(web, case, key, description="The left one.")
    case.refresh_from_db()
    assert case.suspended_at is None and case.questions.get().answer == "The left one."


def test_closed_by_its_reporter_it_is_withdrawn_with_the_words_kept(web, key, case):
    answer = post(web, case, key, status="FIXED", description="Somebody filled it.")
    case.refresh_from_db()
    assert case.step == "withdrawn" and answer.json() == [{"update_id": str(last(case).pk)}]
    assert post(web, case, key, status="FIXED").json() == answer.json(), "sent again, nothing is refused"
    added = Entry.objects.get(subject=case.pk, event="case_added_to")
    assert added.words == "Somebody filled it."


def test_what_others_stand_behind_goes_on_for_them(web, key, case):
    move_case(case, "join", by=world.acting(world.a_resident()))
    answer = post(web, case, key, status="CLOSED", description="Gone for me.")
    case.refresh_from_db()
    assert answer.status_code == 200 and case.open and last(case).words == "Gone for me."
    assert answer.json() == post(web, case, key, status="CLOSED", description="Gone for me.").json()


def test_a_closed_case_is_taken_up_again(web, key, case, town, room):
    Case.objects.filter(pk=case.pk).update(step="closed", open=False, outcome="fixed")
    thanks = post(web, case, key, status="CLOSED", description="Thank you")
    assert thanks.status_code == 400 and "OPEN" in thanks.json()[0]["description"]
    answer = post(web, case, key, status="REOPEN", description="It is there again.")
    case.refresh_from_db()
    assert answer.status_code == 200 and (case.step, case.reopenings) == ("accepted", 1)
    move_case(case, "link_duplicate", by=room, facts={"case": world.a_report(town).number})


def test_a_neighbour_adds_words_but_decides_nothing(web, key, case):
    people = Person.objects.count()
    more = {
        "email": "else@example.org",
        "first_name": "Tom",
        "status": "FIXED",
        "description": "I live at no. 5.",
    }
    answer = post(web, case, key, **more)
    case.refresh_from_db()
    assert answer.status_code == 200 and case.open and last(case).facts["neighbour"] is True
    assert Person.objects.count() == people, "nothing is kept of who it was"
    Case.objects.filter(pk=case.pk).update(step="closed", open=False)
    assert post(web, case, key, **{**more, "update_id": "9", "status": "OPEN"}).status_code == 400


def test_an_app_speaks_only_for_reports_it_brought(web, key, case, town):
    other = a_token(None, "cases:write")
    Token.objects.filter(digest=digest_of(other)).update(name="another app")
    assert post(web, case, other).status_code == 403
    hidden = world.a_report(town)
    assert post(web, hidden, key).status_code == 404
    assert post(web, case, a_token(None, "cases:write")).status_code == 200, (
        "a token of the same name took over"
    )


def test_a_residents_own_token_speaks_for_the_resident(web, town):
    resident = world.a_resident()
    case = world.a_report(town, reporter=resident)
    answer = post(web, case, a_token(resident, "cases:write"), email=None)
    assert answer.status_code == 200 and last(case).person == resident.pk


@pytest.mark.parametrize("more, status", [
    ({"api_key": None}, 403), ({"api_key": "wrong"}, 403), ({"service_request_id": None}, 400),
    ({"service_request_id": "20200101-000001"}, 404), ({"description": ""}, 400), ({"updated_datetime": "yesterday"}, 400),
    ({"description": "x" * 4001}, 400), ({"update_id": "x" * 101}, 400),
])  # fmt: skip
def test_mistakes_are_told_in_the_form_of_the_answer(web, key, case, more, status):
    refused = post(web, case, key, **more)
    assert refused.status_code == status and refused.json()[0]["code"] == status
    root = ElementTree.fromstring(post(web, case, key, "xml", **more).content)
    assert root.tag == "errors" and root.findtext("error/description")
    assert not Entry.objects.filter(subject=case.pk, event="case_added_to").exists()


def test_a_script_that_floods_a_report_is_told_to_wait(web, key, case):
    answers = [post(web, case, key, update_id=str(one)).status_code for one in range(MOST_AN_HOUR + 1)]
    assert answers == [200] * MOST_AN_HOUR + [400]


def test_a_browser_of_another_site_may_ask_and_read(web, key, case):
    asked = web.options(f"{V2}/servicerequestupdates.json")
    assert asked.status_code == 204 and "POST" in asked["Access-Control-Allow-Methods"]
    answer = post(web, case, key)
    assert (
        answer["Access-Control-Allow-Origin"] == "*"
        and "X-Next-Page" in answer["Access-Control-Expose-Headers"]
    )
    assert web.head(f"{V2}/servicerequestupdates.json").status_code == 200


def test_an_app_follows_its_report_that_is_not_public(web, key, case):
    Case.objects.filter(pk=case.pk).update(public=False)
    post(web, case, key)
    mine, asked = {"api_key": key}, {"service_request_id": case.number}
    other = a_token(None, "cases:read")
    Token.objects.filter(digest=digest_of(other)).update(name="another app")
    for address, query in (("requests", asked), (f"requests/{case.number}", {}), (f"tokens/{case.number}", {}),
                           ("servicerequestupdates", asked)):  # fmt: skip
        told = web.get(f"{V2}/{address}.json", {**query, **mine}).json()
        assert [one["service_request_id"] for one in told] == [case.number], address
        for secret in ({}, {"api_key": other}):
            answer = web.get(f"{V2}/{address}.json", {**query, **secret})
            assert answer.status_code == 404 or answer.json() == [], address
