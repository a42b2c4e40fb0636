"""What people are owed about their data: masks, reasons, a file to take away, erasure, and periods."""

import datetime
import json

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import NotAllowed, NotFound, Refusal, TooLate
from gridloop.core.journal.models import Entry
from gridloop.core.people import actions, queries, retention
from gridloop.core.people.acquaintance import ways
from gridloop.core.people.cards import card_of
from gridloop.core.people.models import Person, PhoneCode
from gridloop.core.people.privacy import erasers, holdings
from tests.core.people.town import a_colleague, acting, fresh, holding
from tests.world import a_town

pytestmark = pytest.mark.django_db
IDENTITY = "11010519491231002X"


def a_resident(phone: str = "13800138000", name: str = "张三丰") -> Person:
    return actions.person_by_phone(phone, name=name, by=SYSTEM)


def test_cards_are_masked_and_rows_encrypted() -> None:
    person = actions.enrol_person(
        "zhang",
        name="张三丰",
        phone="13800138000",
        identity_number=IDENTITY,
        email="zhang@example.cn",
        by=SYSTEM,
    )
    card = card_of(person)
    assert (card.name, card.phone, card.identity_number, card.email) == (
        "张**",
        "138****8000",
        "110105********002X",
        "z***@example.cn",
    )
    assert card_of(person, named=True).name == "张三丰"
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_person")
        row = str(cursor.fetchone())
    assert not any(secret in row for secret in ("张三丰", "13800138000", IDENTITY, "example.cn"))


def test_a_phone_belongs_to_one_person() -> None:
    first = a_resident()
    assert a_resident("+86 138-0013-8000", name="别人") == first
    with pytest.raises(Refusal):
        actions.enrol_person("other", name="李四", phone="13800138000", by=SYSTEM)
    with pytest.raises(Refusal):
        actions.person_by_phone("123", by=SYSTEM)


def test_unmasking_needs_a_post_a_reason_and_reach_and_is_seen_by_the_person(monkeypatch) -> None:
    town = a_town()
    resident = a_resident()
    room, worker = holding("town_room", area=town.town), holding("grid_worker", area=town.grids[0])
    other_room = holding("town_room", area=town.other_town)
    inside = {(town.town.pk, resident.pk)}
    monkeypatch.setattr(
        "gridloop.core.people.acquaintance.ways",
        [*ways, lambda reach, person: any((root, person) in inside for root in reach.roots)],
    )

    with pytest.raises(NotAllowed):
        actions.unmask(resident, "phone", reason="核实案情地点", by=acting(worker))
    with pytest.raises(NotFound):
        actions.unmask(resident, "phone", reason="核实案情地点", by=acting(other_room))
    with pytest.raises(Refusal):
        actions.unmask(resident, "phone", reason="看看", by=acting(room))
    with pytest.raises(NotFound):
        actions.unmask(resident, "password", reason="核实案情地点", by=acting(room))
    assert list(queries.unmaskings_of(resident)) == []

    assert actions.unmask(resident, "phone", reason="核实案情地点", by=acting(room)) == "13800138000"

    entry = queries.unmaskings_of(resident).get()
    assert (entry.person, entry.words, entry.facts) == (room.pk, "核实案情地点", {"field": "phone"})


def test_ones_own_data_need_no_reason_and_leave_no_look() -> None:
    resident = a_resident()
    assert actions.unmask(resident, "phone", reason="", by=acting(resident)) == "13800138000"
    assert not queries.unmaskings_of(resident).exists()


def test_the_export_holds_everything_and_other_packages_add_theirs(monkeypatch) -> None:
    monkeypatch.setitem(holdings, "things", lambda person: [person.pk])
    town = a_town()
    worker = holding("grid_worker", area=town.grids[0])
    held = actions.export_person(worker, by=acting(worker))
    assert held["person"]["name"] == worker.name and held["posts"][0]["area"] == town.grids[0].name
    assert held["things"] == [worker.pk]
    assert "password" not in json.dumps(held, ensure_ascii=False)
    with pytest.raises(NotAllowed):
        actions.export_person(worker, by=acting(a_resident()))


def test_erasing_leaves_a_number_and_a_line_in_the_ledger(monkeypatch) -> None:
    monkeypatch.setitem(erasers, "things", lambda person: 3)
    resident = a_resident()
    actions.erase_person(resident, by=acting(resident))

    gone = fresh(resident)
    assert (gone.name, gone.phone, gone.phone_digest, gone.handle, gone.is_active) == (
        "",
        "",
        "",
        None,
        False,
    )
    assert gone.erased_at
    entry = queries.deletion_ledger().get()
    assert entry.facts["counts"]["things"] == 3 and "张三丰" not in str(entry.facts)
    assert a_resident() != resident
    with pytest.raises(TooLate):
        actions.erase_person(gone, by=SYSTEM)


def test_holders_of_posts_and_strangers_are_not_erased() -> None:
    town = a_town()
    worker = holding("grid_worker", area=town.grids[0])
    with pytest.raises(Refusal):
        actions.erase_person(worker, by=acting(worker))
    with pytest.raises(NotAllowed):
        actions.erase_person(a_resident(), by=acting(worker))


def test_retention_erases_idle_residents_and_former_staff_and_keeps_the_needed(monkeypatch) -> None:
    town = a_town()
    needed, idle = a_resident("13800138001"), a_resident("13800138002")
    monkeypatch.setattr(retention, "keepers", [lambda ids: {needed.pk} & set(ids)])
    former, present = holding("grid_worker", area=town.grids[0]), holding("grid_worker", area=town.grids[1])
    actions.end_post(former.posts.get(), by=SYSTEM)
    newcomer = a_colleague()
    PhoneCode.objects.create(
        phone_digest="x", code_digest="y", sent_at=timezone.now(), expires_at=timezone.now()
    )
    assert set(retention.apply_retention().values()) == {0}

    with time_machine.travel(timezone.now() + datetime.timedelta(days=6 * 365)):
        recent = a_resident("13800138003")
        counts = retention.apply_retention()
        assert (
            counts.items()
            >= {
                "phone_codes": 1,
                "sign_in_tries": 0,
                "sessions": 0,
                "idle_residents": 2,  # the newcomer never got a post nor came back
                "former_staff": 1,
            }.items()
        )
        assert set(retention.apply_retention().values()) == {0}
    erased = set(Person.objects.exclude(erased_at=None))
    assert erased == {idle, former, newcomer}
    assert not {needed, present, recent} & erased
    assert {entry.facts["rule"] for entry in Entry.objects.filter(event="person_erased")} == {"retention"}


def test_the_county_decides_its_periods_within_bounds() -> None:
    administrator = holding("administrator")
    retention.set_period("former_staff", 400, by=acting(administrator))
    assert retention.periods()["former_staff"] == 400
    for topic, days in (("former_staff", 1), ("former_staff", 10**6), ("nothing", 400)):
        with pytest.raises(Refusal):
            retention.set_period(topic, days, by=acting(administrator))
    with pytest.raises(NotAllowed):
        retention.set_period("former_staff", 400, by=acting(a_colleague()))
