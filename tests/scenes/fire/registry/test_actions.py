"""The register by hand: who may, what is written down, claims, secrets, quarantine."""

import pytest

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import NotAllowed, NotFound, Refusal, TooLate
from gridloop.core.journal.models import Entry
from gridloop.core.people.throttling import TooManyTries
from gridloop.scenes.fire.adapters.credentials import vendor_by_secret
from gridloop.scenes.fire.models import Device, Premises, Stranger, Vendor
from gridloop.scenes.fire.registry import actions
from gridloop.scenes.fire.registry.claim_keys import claim_digest
from gridloop.scenes.fire.registry.queries import devices_within_reach, premises_of, premises_within_reach
from tests import world
from tests.scenes.fire import ground

pytestmark = pytest.mark.django_db
KEY = "7K4P-9MXQ-2TRW"


@pytest.fixture
def town() -> world.Town:
    return world.a_town()


def duty(town: world.Town):
    return world.acting(world.with_post("fire_duty", area=town.county))


def test_reach_shows_premises_of_the_own_area_and_the_own_ones(town: world.Town) -> None:
    resident = world.a_resident()
    here, there = ground.some_premises(town), ground.some_premises(town, grid=1, owner=resident)
    worker, room = world.a_grid_worker(town.grids[0]), world.a_town_room(town.town)
    other = world.a_town_room(town.other_town)

    assert set(premises_within_reach(worker)) == {here}
    assert set(premises_within_reach(room)) == {here, there}
    assert set(premises_within_reach(other)) == set()
    assert set(premises_within_reach(resident)) == {there}
    with pytest.raises(NotFound):
        premises_of(other, here.pk)


def test_devices_follow_their_premises_and_those_without_are_the_registrars(town: world.Town) -> None:
    hung, loose = ground.a_device(ground.some_premises(town)), ground.a_device(None)
    watch = world.with_post("fire_duty", area=town.county)

    assert set(devices_within_reach(watch)) == {hung, loose}
    assert set(devices_within_reach(world.a_grid_worker(town.grids[0]))) == {hung}
    assert set(devices_within_reach(world.a_grid_worker(town.grids[1]))) == set()


def test_premises_are_entered_where_the_point_lies(town: world.Town) -> None:
    longitude, latitude = town.point(1)
    saved = actions.save_premises(
        None, by=duty(town), code="X1", name="新店", kind="market", longitude=longitude, latitude=latitude
    )

    assert saved.grid_id == town.grids[1].pk and saved.county_id == town.county.pk
    assert Entry.objects.filter(event="premises_entered", subject=saved.pk).exists()
    with pytest.raises(Refusal):
        actions.save_premises(
            None, by=SYSTEM, code="X1", name="又一", kind="market", longitude=longitude, latitude=latitude
        )
    with pytest.raises(Refusal):
        actions.save_premises(
            None, by=SYSTEM, code="X2", name="海上", kind="market", longitude=10.0, latitude=10.0
        )


def test_only_registrars_keep_the_register(town: world.Town) -> None:
    place, by = ground.some_premises(town), world.acting(world.a_grid_worker(town.grids[0]))
    one = ground.a_device(place)
    for refused in (
        lambda: actions.save_premises(place, by=by, name="x"),
        lambda: actions.retire_premises(place, by=by),
        lambda: actions.save_device(one, by=by, floor="3"),
        lambda: actions.retire_device(one, by=by),
        lambda: actions.renew_claim_key(one, by=by),
        lambda: actions.make_secret(one.vendor, by=by),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_retired_premises_leave_their_devices_waiting(town: world.Town) -> None:
    place = ground.some_premises(town)
    one = ground.a_device(place)
    actions.retire_premises(place, by=duty(town))

    assert Device.objects.get(pk=one.pk).premises is None
    with pytest.raises(TooLate):
        actions.retire_premises(place, by=SYSTEM)


def test_owner_is_shown_for_a_reason_that_is_written_down(town: world.Town) -> None:
    owner = world.a_resident("林店主")
    place = ground.some_premises(town, owner=owner, duty_phone="0576-1")
    room = world.a_town_room(town.town)

    with pytest.raises(Refusal):
        actions.unmask_owner(place, reason="", by=world.acting(room))
    shown = actions.unmask_owner(place, reason="夜间报警联系", by=world.acting(room))
    assert shown == {"name": "林店主", "phone": owner.phone, "duty_phone": "0576-1"}
    assert Entry.objects.get(event="data_unmasked").subject == owner.pk
    for stranger in (world.a_town_room(town.other_town), world.a_grid_worker(town.grids[0])):
        with pytest.raises((NotAllowed, NotFound)):
            actions.unmask_owner(place, reason="夜间报警联系", by=world.acting(stranger))


def a_claimable(premises: Premises | None) -> Device:
    return ground.a_device(premises, claim_digest=claim_digest(KEY))


def test_owner_claims_by_the_key_however_it_is_typed(town: world.Town) -> None:
    resident = world.a_resident()
    one = a_claimable(ground.some_premises(town))
    claimed = actions.claim_device("7k4p 9mxq2trw", by=world.acting(resident))

    assert claimed.pk == one.pk and claimed.claimed_at is not None
    assert Premises.objects.get().owner == resident
    again = actions.claim_device(KEY, by=world.acting(resident))
    assert again.claimed_at == claimed.claimed_at
    assert Entry.objects.filter(event="device_claimed").count() == 1


def test_place_of_somebody_else_is_not_taken_over(town: world.Town) -> None:
    owner = world.a_resident()
    a_claimable(ground.some_premises(town, owner=owner))

    with pytest.raises(Refusal):
        actions.claim_device(KEY, by=world.acting(world.a_resident()))
    assert Premises.objects.get().owner == owner and Device.objects.get().claimed_at is None


def test_device_that_hangs_nowhere_brings_its_place_along(town: world.Town) -> None:
    resident, (longitude, latitude) = world.a_resident(), town.point(1)
    a_claimable(None)
    with pytest.raises(Refusal):
        actions.claim_device(KEY, by=world.acting(resident))
    place = {"name": "我家", "kind": "dwelling", "address": "", "longitude": longitude, "latitude": latitude}
    claimed = actions.claim_device(KEY, by=world.acting(resident), place=place)

    assert claimed.premises.owner == resident and claimed.premises.grid == town.grids[1]


def test_guessing_keys_is_slowed_down(town: world.Town) -> None:
    by = world.acting(world.a_resident())
    a_claimable(None)

    def guess_all() -> None:
        for number in range(30):
            with pytest.raises(NotFound):
                actions.device_by_key(f"AAAA-BBBB-{number:04d}", by=by)

    with pytest.raises(TooManyTries):
        guess_all()


def test_new_key_replaces_the_old_one(town: world.Town) -> None:
    one = a_claimable(ground.some_premises(town))
    key = actions.renew_claim_key(one, by=duty(town))

    with pytest.raises(NotFound):
        actions.device_by_key(KEY, by=world.acting(world.a_resident()))
    assert actions.device_by_key(key, by=world.acting(world.a_resident())).pk == one.pk


def test_vendor_gets_a_secret_that_replaces_the_old_one(town: world.Town) -> None:
    admin = world.acting(world.with_post("administrator"))
    vendor = actions.save_vendor(
        None, by=admin, code="v1", name="一号", profile="dahua", allowed="10.0.0.0/8", active=True
    )
    first, second = (actions.make_secret(vendor, by=admin) for _each in range(2))

    assert vendor_by_secret(first) is None and vendor_by_secret(second) == vendor
    assert first not in str(list(Entry.objects.values()))
    actions.save_vendor(vendor, by=admin, name="一号", profile="standard", allowed="", active=False)
    assert vendor_by_secret(second) is None


@pytest.mark.parametrize("wrong", [{"profile": "nobody"}, {"allowed": "everywhere"}, {"code": "demo"}])
def test_wrong_vendor_is_refused(town: world.Town, wrong: dict[str, str]) -> None:
    ground.a_vendor()
    given = {"code": "v1", "name": "一号", "profile": "standard", "allowed": "", "active": True, **wrong}

    with pytest.raises(Refusal):
        actions.save_vendor(None, by=SYSTEM, **given)


def a_stranger(**more) -> Stranger:
    return Stranger.objects.create(**{"vendor": ground.a_vendor(), "code": "U1", **more})


def test_stranger_becomes_a_device_once(town: world.Town) -> None:
    stranger, place = a_stranger(), ground.some_premises(town)
    made = actions.register_stranger(
        stranger, premises=place, by=duty(town), kind="smoke", floor="1", spot=""
    )

    assert (made.code, made.premises, made.kind) == ("U1", place, "smoke")
    with pytest.raises(TooLate):
        actions.refuse_stranger(stranger, reason="测试设备", by=duty(town))


def test_device_that_was_taken_down_comes_back_out_of_quarantine(town: world.Town) -> None:
    one = ground.a_device(ground.some_premises(town))
    actions.retire_device(one, by=SYSTEM)
    made = actions.register_stranger(
        a_stranger(code=one.code), premises=ground.some_premises(town), by=SYSTEM, kind="gas"
    )

    assert made.pk == one.pk
    assert Device.objects.get(pk=one.pk).retired_at is None


def test_stranger_is_refused_for_a_reason_and_without_a_vendor_not_registered(town: world.Town) -> None:
    stranger = a_stranger(vendor=None)
    with pytest.raises(Refusal):
        actions.register_stranger(stranger, premises=ground.some_premises(town), by=SYSTEM, kind="gas")
    with pytest.raises(Refusal):
        actions.refuse_stranger(stranger, reason=" ", by=SYSTEM)
    actions.refuse_stranger(stranger, reason="别家设备", by=SYSTEM)

    assert Stranger.objects.get().decision == "refused"


def test_changed_register_is_told_to_the_listener(town: world.Town) -> None:
    from gridloop.core.clocks.models import Edition

    one = ground.a_device(ground.some_premises(town))
    actions.save_device(one, by=duty(town), floor="9", premises=None)
    assert Edition.objects.filter(name="fire_registry").exists()
    assert Vendor.objects.exists()
