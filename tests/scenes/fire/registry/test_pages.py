"""The register's pages: who sees them, what they show, constant queries, forms that refuse in words."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from gridloop.core.people.models import Person
from gridloop.scenes.fire.models import Camera, Device, Premises, Stranger, Vendor
from gridloop.scenes.fire.registry.claim_keys import claim_digest
from tests import world
from tests.scenes.fire import ground

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> world.Town:
    return world.a_town()


def as_person(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def on_duty(town: world.Town) -> Client:
    return as_person(world.with_post("fire_duty", area=town.county))


def test_lists_cost_the_same_for_one_row_and_for_three(
    town: world.Town, django_assert_max_num_queries
) -> None:
    client = on_duty(town)
    for address in ("fire:premises_list", "fire:device_list", "fire:strangers"):
        client.get(reverse(address))
    for rows in (1, 3):
        for _each in range(rows):
            ground.a_device(ground.some_premises(town))
            Stranger.objects.create(code=f"U{Stranger.objects.count()}", vendor=ground.a_vendor())
        for address in ("fire:premises_list", "fire:device_list", "fire:strangers"):
            with django_assert_max_num_queries(12):
                assert client.get(reverse(address)).status_code == 200


def test_list_is_searched_and_only_shows_what_is_in_reach(town: world.Town) -> None:
    ground.some_premises(town, name="城南仓库", kind="storage", code="A1")
    ground.some_premises(town, name="城北市场", code="B1")
    client = as_person(world.a_town_room(town.town))
    address = reverse("fire:premises_list")

    assert "城南仓库" in client.get(address).content.decode()
    assert "城南仓库" not in client.get(address, {"q": "城北"}).content.decode()
    assert "城北市场" not in client.get(address, {"kind": "storage"}).content.decode()
    other = as_person(world.a_town_room(town.other_town)).get(address).content.decode()
    assert "城南仓库" not in other


def test_premises_page_masks_the_owner_and_shows_devices_and_cameras(town: world.Town) -> None:
    owner = world.a_resident("林店主")
    place = ground.some_premises(town, owner=owner)
    one = ground.a_device(place)
    Camera.objects.create(
        code="C1", name="门前球机", premises=place, longitude=121.2, latitude=28.1, address="https://video/1"
    )
    page = on_duty(town).get(reverse("fire:premises", args=[place.pk])).content.decode()

    assert one.code in page and "门前球机" in page
    assert "林店主" not in page and owner.phone not in page and "林**" in page


def test_page_out_of_reach_is_missing_and_visitors_are_led_to_the_door(town: world.Town) -> None:
    place = ground.some_premises(town)
    address = reverse("fire:premises", args=[place.pk])

    assert as_person(world.a_town_room(town.other_town)).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert as_person(world.a_resident()).get(address).status_code == 403


def test_unmasking_needs_a_reason(town: world.Town) -> None:
    owner = world.a_resident("林店主")
    place = ground.some_premises(town, owner=owner)
    client, address = on_duty(town), reverse("fire:unmask_owner", args=[place.pk])

    assert client.post(address, {"reason": ""}).status_code == 422
    assert owner.phone in client.post(address, {"reason": "夜间报警联系"}).content.decode()


def test_premises_are_entered_and_changed_on_the_page(town: world.Town) -> None:
    client, (longitude, latitude) = on_duty(town), town.point()
    given = {"code": "N1", "name": "新店", "kind": "market", "place": "城中路2号"}
    assert client.post(reverse("fire:new_premises"), given).status_code == 422
    point = {"place_longitude": longitude, "place_latitude": latitude}
    assert client.post(reverse("fire:new_premises"), given | point).status_code == 302
    place = Premises.objects.get(code="N1")
    client.post(
        reverse("fire:edit_premises", args=[place.pk]), given | {"name": "老店", "electric_bikes": "0"}
    )

    place.refresh_from_db()
    assert (place.name, place.electric_bikes, place.grid) == ("老店", False, town.grids[0])
    assert client.post(reverse("fire:retire_premises", args=[place.pk])).status_code == 302


def test_device_is_moved_by_registrars_only(town: world.Town) -> None:
    place = ground.some_premises(town)
    one = ground.a_device(None)
    given = {"premises": place.code, "kind": "smoke", "floor": "3", "spot": "走廊", "silence": "600"}
    address = reverse("fire:device", args=[one.pk])
    client = on_duty(town)

    assert client.post(address, given | {"premises": "nowhere"}).status_code == 422
    assert client.post(address, given).status_code == 302
    one.refresh_from_db()
    assert (one.premises, one.floor, one.silence) == (place, "3", 600)
    worker = as_person(world.a_grid_worker(town.grids[0]))
    assert worker.get(address).status_code == 200
    assert worker.post(address, given).status_code == 422


def test_claim_key_is_shown_once_and_opens_the_claim_page(town: world.Town) -> None:
    one = ground.a_device(ground.some_premises(town))
    page = on_duty(town).post(reverse("fire:new_claim_key", args=[one.pk]))
    key = page.context["key"]
    assert key in page.content.decode()
    resident = as_person(world.a_resident())

    found = resident.get(reverse("fire:claim"), {"key": key})
    assert one.code in found.content.decode()
    done = resident.post(reverse("fire:claim"), {"key": key, "agreed": "1"})
    assert done.status_code == 200 and Premises.objects.get().owner is not None


def test_claiming_what_hangs_nowhere_asks_for_the_place(town: world.Town) -> None:
    ground.a_device(None, claim_digest=claim_digest("AAAABBBBCCCC"))
    client, address, (longitude, latitude) = (
        as_person(world.a_resident()),
        reverse("fire:claim"),
        town.point(),
    )
    given = {"key": "AAAA-BBBB-CCCC", "agreed": "1", "name": "我家", "kind": "dwelling"}

    assert client.post(address, given).status_code == 422
    assert (
        client.post(address, given | {"place_longitude": longitude, "place_latitude": latitude}).status_code
        == 200
    )
    assert Device.objects.get().premises.name == "我家"


def test_wrong_key_is_told_in_words(town: world.Town) -> None:
    answer = as_person(world.a_resident()).post(reverse("fire:claim"), {"key": "WRONG"})

    assert answer.status_code == 422
    assert Client().get(reverse("fire:claim")).status_code == 302


def test_stranger_is_registered_or_refused(town: world.Town) -> None:
    place = ground.some_premises(town)
    first, second = (
        Stranger.objects.create(code=f"U{n}", vendor=ground.a_vendor(), last={"said": "fire"})
        for n in range(2)
    )
    client = on_duty(town)

    assert client.get(reverse("fire:stranger", args=[first.pk])).status_code == 200
    assert (
        client.post(reverse("fire:stranger", args=[first.pk]), {"premises": "", "kind": "smoke"}).status_code
        == 422
    )
    assert (
        client.post(
            reverse("fire:stranger", args=[first.pk]), {"premises": place.code, "kind": "smoke"}
        ).status_code
        == 302
    )
    assert Device.objects.get(code="U0").premises == place
    assert client.post(reverse("fire:refuse_stranger", args=[second.pk]), {"reason": ""}).status_code == 302
    assert Stranger.objects.get(pk=second.pk).decided_at is None
    client.post(reverse("fire:refuse_stranger", args=[second.pk]), {"reason": "不是我们的"})
    assert Stranger.objects.get(pk=second.pk).decision == "refused"
    assert as_person(world.a_grid_worker(town.grids[0])).get(reverse("fire:strangers")).status_code == 403


def test_file_is_looked_at_then_brought_in(town: world.Town) -> None:
    client = on_duty(town)
    longitude, latitude = town.point()
    rows = f"code,name,kind,longitude,latitude\nP1,店,market,{longitude},{latitude}\nP2,坏,castle,{longitude},{latitude}\n"
    upload = SimpleUploadedFile("places.csv", rows.encode(), "text/csv")
    answer = client.post(
        reverse("fire:import", args=["premises"]), {"file": upload, "system": "wgs84"}, follow=True
    )
    page = answer.content.decode()

    assert "castle" in page and not Premises.objects.exists()
    errand = answer.context["errand"]
    assert client.get(reverse("fire:errors", args=[errand.key])).status_code == 200
    landed = client.post(reverse("fire:land", args=[errand.key]), follow=True)
    assert landed.status_code == 200 and Premises.objects.count() == 1
    other = as_person(world.with_post("fire_duty", area=town.county))
    assert other.get(reverse("fire:errand", args=[errand.key])).status_code == 404


@pytest.mark.parametrize("what", ["premises", "devices", "cameras", "stations"])
def test_import_pages_and_templates_open(town: world.Town, what: str) -> None:
    client = on_duty(town)

    assert client.get(reverse("fire:import", args=[what])).status_code == 200
    assert client.get(reverse("fire:import_template", args=[what])).status_code == 200
    assert client.get(reverse("fire:import", args=["castles"])).status_code == 404
    assert (
        as_person(world.a_grid_worker(town.grids[0])).get(reverse("fire:import", args=[what])).status_code
        == 403
    )


def test_vendors_are_the_administrators(town: world.Town) -> None:
    client = as_person(world.with_post("administrator"))
    given = {"code": "v1", "name": "一号", "profile": "dahua", "allowed": "10.0.0.0/8", "active": "on"}

    assert client.post(reverse("fire:new_vendor"), given | {"allowed": "x"}).status_code == 422
    assert client.post(reverse("fire:new_vendor"), given).status_code == 302
    vendor = Vendor.objects.get()
    assert client.get(reverse("fire:vendor", args=[vendor.pk])).status_code == 200
    shown = client.post(reverse("fire:vendor_secret", args=[vendor.pk])).content.decode()
    assert "gf_" in shown and "/api/fire/messages" in shown
    listed = client.get(reverse("fire:vendors")).content.decode()
    assert "10.0.0.0/8" in listed and "gf_" not in listed
    assert on_duty(town).get(reverse("fire:vendors")).status_code == 403
