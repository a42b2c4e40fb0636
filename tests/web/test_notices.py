"""My notices: what I was told, read and followed; nobody else's; and how I wish to hear."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gridloop.core.notices.models import Notice, Preference, PushSubscription
from tests import world

pytestmark = pytest.mark.django_db


def told(person=None, organisation=None, subject="您反映的事项已受理", address="/account/"):
    number = Notice.objects.count()
    return Notice.objects.create(
        key=f"n{number}",
        event="case_accepted",
        person=person,
        organisation=organisation,
        subject=subject,
        words="正在办理",
        address=address,
    )


@pytest.mark.parametrize("staff", [True, False])
def test_i_read_what_i_was_told_and_nothing_else(client, staff):
    unit = world.a_unit()
    me = world.a_handler(unit) if staff else world.a_resident()
    mine, other = told(me), told(world.a_resident(), subject="别人的通知")
    ours = told(organisation=unit, subject="本单位的通知")
    client.force_login(me)
    page = client.get("/notices/")
    assert mine.subject in page.text and other.subject not in page.text
    assert (ours.subject in page.text) is staff
    assert client.get(f"/notices/{mine.pk}/").headers["Location"] == "/account/"
    mine.refresh_from_db()
    assert mine.read_at and client.get(f"/notices/{other.pk}/").status_code == 404


def test_an_address_of_another_site_is_not_followed(client):
    me = world.a_resident()
    client.force_login(me)
    for address in ("https://example.org/", "//example.org/"):
        assert client.get(f"/notices/{told(me, address=address).pk}/").headers["Location"] == "/notices/"


def test_all_are_read_at_once(client):
    unit = world.a_unit()
    me = world.a_handler(unit)
    told(me), told(organisation=unit), told(world.a_resident())
    client.force_login(me)
    client.post("/notices/read/")
    assert Notice.objects.filter(read_at=None).count() == 1


def test_visitors_are_led_to_the_door(client):
    assert client.get("/notices/").status_code == 302


def test_the_list_costs_the_same_however_long_it_is(client):
    me = world.a_resident()
    client.force_login(me)
    costs = []
    for how_many in (1, 3):
        for _one in range(how_many):
            told(me)
        client.get("/notices/")
        with CaptureQueriesContext(connection) as seen:
            client.get("/notices/")
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 10


def test_i_say_how_i_wish_to_hear(client):
    me = world.a_resident()
    client.force_login(me)
    assert client.get("/notices/preferences/").status_code == 200
    client.post(
        "/notices/preferences/",
        {"chosen": "own", "ways": ["sms"], "quiet_from": "21:00", "quiet_until": "07:00"},
    )
    assert Preference.objects.get().ways == ["sms"]
    assert client.post("/notices/preferences/", {"chosen": "own", "quiet_from": "21:00"}).status_code == 422
    client.post("/notices/preferences/", {"chosen": "usual"})
    assert Preference.objects.get().ways is None


def test_a_browser_is_woken_only_by_a_known_service(client):
    client.force_login(world.a_resident())
    keys = {"p256dh": "k", "auth": "a"}

    def post(address, told):
        return client.post(address, json.dumps(told), content_type="application/json")

    good = {"endpoint": "https://fcm.googleapis.com/fcm/send/abc", "keys": keys}
    assert post("/notices/push/", good).status_code == 200 and PushSubscription.objects.count() == 1
    assert post("/notices/push/", {"endpoint": "https://127.0.0.1/x", "keys": keys}).status_code == 422
    assert post("/notices/push/", ["?"]).status_code == 422
    post("/notices/push/end/", good)
    assert not PushSubscription.objects.exists()
