"""What is written: once each, what rules remember with it, and overtaken messages judged by what is known."""

import pytest

from gridloop.scenes.fire.alarms.models import Alarm
from gridloop.scenes.fire.ingest import posting, storing
from gridloop.scenes.fire.ingest.models import AlarmRule, Receipt
from gridloop.scenes.fire.ingest.registering import (
    Watch,
    registered,
    registry_edition,
    rule_edition,
    shipped_rules,
)
from gridloop.scenes.fire.ingest.rules import Held
from gridloop.scenes.fire.ingest.signals import Signal
from gridloop.scenes.fire.ingest.storing import Finding, Memory, Unit
from gridloop.scenes.fire.ingest.strangers import write_strangers
from gridloop.scenes.fire.registry.models import Stranger
from tests.scenes.fire.ingest.fleets import a_device, a_vendor
from tests.scenes.fire.ingest.intakes import NOW

pytestmark = pytest.mark.django_db


def finding(
    device: int, key: str, *, kind: str = "fire", on: bool = True, at: float = 0, received: float | None = None,
    **facts: object,
) -> Finding:  # fmt: skip
    arrived = NOW + (at if received is None else received)
    return Finding(key, device, kind, on, NOW + at, arrived, "signal", facts)


@pytest.fixture
def device() -> int:
    return a_device(a_vendor(), "D1").pk


def test_handed_over_twice_is_written_once(device: int) -> None:
    unit = Unit([finding(device, "a"), finding(device, "a"), finding(device, "b", kind="fault")])

    assert [storing.write([unit]), storing.write([unit, unit])] == [2, 0]
    receipt = Receipt.objects.get(pk="a")
    assert (receipt.at.timestamp(), receipt.on, receipt.facts, receipt.rule) == (NOW, True, {}, "signal")
    assert Alarm.objects.count() == 2


def test_operation_is_received_and_is_no_alarm(device: int) -> None:
    assert storing.write([Unit([finding(device, "a", kind="operation")])]) == 1
    assert Alarm.objects.count() == 0


def test_what_rules_remember_is_kept_and_forgotten() -> None:
    held = (1.0, 2.0, 3, False)
    storing.write([Unit([], [Memory(1, "hot", held), Memory(2, "hot", held)])])
    storing.write([Unit([], [Memory(1, "hot", (1.0, 5.0, 4, True))]), Unit([], [Memory(2, "hot", None)])])

    assert storing.recall() == {(1, "hot"): Held(1.0, 5.0, 4, True)}


def test_overtaken_message_does_not_reopen_what_a_newer_one_closed(device: int) -> None:
    storing.write([Unit([finding(device, "on", at=0), finding(device, "off", on=False, at=60)])])

    assert storing.receive([finding(device, "late", at=30, received=65, late=True)]) == []
    assert Receipt.objects.count() == 3


def test_overtaken_message_of_another_kind_counts(device: int) -> None:
    storing.write([Unit([finding(device, "on", at=60)])])

    assert len(storing.receive([finding(device, "late", kind="fault", at=30, received=65, late=True)])) == 1


def test_fire_long_after_the_all_clear_is_believed_although_its_clock_is_behind(device: int) -> None:
    storing.write([Unit([finding(device, "off", on=False, at=0)])])
    (believed,) = storing.receive([finding(device, "late", at=-3600, received=600, late=True)])

    assert (believed.at, believed.facts["clock_off"]) == (NOW + 600, -4200)


def test_registry_is_read_with_the_limits_of_kinds() -> None:
    vendor = a_vendor()
    a_device(vendor, "D1", "panel")
    a_device(vendor, "D2", "smoke", silence=77)
    a_device(a_vendor("other"), "D1", "smoke")
    found = {one.name: one.silence for one in registered(shipped_rules())}

    assert found == {b"acme/D1": 120, b"acme/D2": 77, b"other/D1": 26 * 3600}


def test_change_is_seen_by_its_edition_and_rules_of_the_county_hold() -> None:
    watch = Watch()
    assert watch.has_changed()
    assert not watch.has_changed()
    registry_edition.renew()
    assert watch.has_changed()
    AlarmRule.objects.create(
        name="hot",
        version=2,
        shape="simple",
        kinds=["heat"],
        quantity="temperature",
        on_limit=60,
        off_limit=50,
    )
    AlarmRule.objects.create(name="leakage", version=2, shape="repeat", active=False)
    rule_edition.renew()
    assert watch.has_changed()
    rules = rule_edition.current().rules
    assert (rules["hot"].on_limit, rules["hot"].version) == (60, 2)
    assert "leakage" not in rules and "gas_leak" in rules


def test_strangers_are_counted_together() -> None:
    a_vendor()
    assert write_strangers({("acme", "X"): [3, "hello", NOW], ("who", "Y"): [1, "a\0b", NOW]}) == 2
    assert write_strangers({("acme", "X"): [2, "again", NOW + 5]}) == 0

    found = {(one.vendor and one.vendor.code, one.code): one.messages for one in Stranger.objects.all()}
    assert found == {("acme", "X"): 5, (None, "who/Y"): 1}


def test_what_comes_over_the_web_waits_in_order() -> None:
    for number in range(3):
        posting.post_signals(
            [Signal(vendor="v", device=str(number), kind="fire", at=1.0, received=2.0, key="k")]
        )
    waiting = posting.oldest()

    assert [signals[0].device for _number, signals in waiting] == ["0", "1", "2"]
    posting.done_with(waiting[0][0])
    assert len(posting.oldest()) == 2
