"""The lists' pages, walked through by a resident, an owner and a clerk."""

import pytest

from gridloop.scenes.volunteers.listings import actions
from gridloop.scenes.volunteers.listings.models import Claim, Listing, Station
from tests import world
from tests.scenes.volunteers.listings.test_listings import published
from tests.scenes.volunteers.roster.neighbourhood import a_clerk

pytestmark = pytest.mark.django_db


def signed_in(client, person):
    client.force_login(person)
    return client


def test_from_a_residents_need_to_a_neighbour_who_gives(client, town):
    needy, giver, clerk = world.a_resident("周需要"), world.a_resident("吴提供"), a_clerk(town)
    fields = {
        "kind": "need",
        "title": "借用电钻半天",
        "topic": "things",
        "community": town.community.pk,
        "quantity": 1,
        "public": "on",
    }
    answer = signed_in(client, needy).post("/lists/new/", {**fields, "words": "打 13800138000"})
    assert answer.status_code == 422
    client.post("/lists/new/", fields)
    listing = Listing.objects.get()
    assert listing.title in client.get("/lists/mine/").text
    client.logout()
    assert listing.title not in client.get("/lists/").text

    desk = signed_in(client, clerk).get("/desk/volunteers/lists/")
    assert listing.title in desk.text and "周**" in desk.text and needy.phone not in desk.text
    client.post(f"/desk/volunteers/lists/{listing.pk}/decide/", {"decision": "publish"})
    client.logout()
    page = client.get(f"/lists/{listing.pk}/")
    assert listing.title in page.text and "周需要" not in page.text and needy.phone not in page.text

    signed_in(client, giver).post(f"/lists/{listing.pk}/claim/", {"words": "我有，周六可借"})
    claim = Claim.objects.get()
    told = signed_in(client, needy).get(f"/lists/claims/{claim.pk}/")
    assert "我有，周六可借" in told.text and "吴提供" not in told.text and giver.phone not in told.text
    client.post(f"/lists/claims/{claim.pk}/agree/", {"words": "好的"})
    claim.refresh_from_db()
    assert claim.state == "agreed"
    assert signed_in(client, world.a_resident()).get(f"/lists/claims/{claim.pk}/").status_code == 404


def test_visitors_are_led_to_the_door_before_they_claim(client, town):
    listing = published(town)

    assert client.post(f"/lists/{listing.pk}/claim/").url.startswith("/account/sign-in/")
    assert not Claim.objects.exists()


def test_the_office_keeps_stations_and_residents_read_their_menus(client, town):
    clerk = a_clerk(town)
    signed_in(client, clerk).post(
        "/desk/volunteers/stations/new/", {"name": "城中驿站", "area": town.community.pk, "words": "每日开放"}
    )
    station = Station.objects.get()
    client.post(
        f"/desk/volunteers/stations/{station.pk}/", {"title": "上门理发", "kind": "individual", "minutes": 40}
    )
    client.logout()

    menu = client.get(f"/lists/stations/{station.pk}/")
    assert "上门理发" in menu.text and f"?menu={station.items.get().pk}" in menu.text
    assert "城中驿站" in client.get("/lists/stations/?q=城中").text
    elsewhere = world.a_town_room(town.other_town)
    assert signed_in(client, elsewhere).get(f"/desk/volunteers/stations/{station.pk}/").status_code == 404


def test_the_office_enters_for_the_platform(client, town):
    signed_in(client, a_clerk(town)).post(
        "/desk/volunteers/lists/new/",
        {
            "kind": "service",
            "title": "法律咨询",
            "topic": "other",
            "community": town.community.pk,
            "quantity": 5,
        },
    )

    assert Listing.objects.get().state == "offered"
    assert signed_in(client, world.a_resident()).get("/desk/volunteers/lists/").status_code == 403


def test_odd_moves_are_no_pages(client, town):
    listing, person = published(town), world.a_resident()
    claim = actions.claim_listing(listing, person, by=world.acting(person))

    assert signed_in(client, person).post(f"/lists/claims/{claim.pk}/explode/").status_code == 404
