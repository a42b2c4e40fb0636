"""The register from spreadsheets: what lands, what is left out and why, twice the same file, who may."""

import csv
import io

import pytest

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import NotAllowed, NotFound
from gridloop.core.journal.models import Entry
from gridloop.core.people.models import Organisation, Person
from gridloop.core.spreadsheets import Unreadable, read_rows
from gridloop.scenes.fire.models import Camera, Device, Premises, Station, Vendor
from gridloop.scenes.fire.registry.claim_keys import claim_digest
from gridloop.scenes.fire.registry.importing import import_register, write_errors, write_template
from gridloop.scenes.fire.registry.tables import TABLES
from tests import world

pytestmark = pytest.mark.django_db
POINT = {"longitude": "121.21", "latitude": "28.11"}


@pytest.fixture
def town() -> world.Town:
    Vendor.objects.create(code="demo", name="示范")
    return world.a_town()


def a_file(rows: list[dict[str, str]], headers: list[str] | None = None) -> bytes:
    written = io.StringIO()
    writer = csv.DictWriter(written, headers or list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def place(row_code: str = "P1", **more: str) -> dict[str, str]:
    return {"code": row_code, "name": "城中菜市场", "kind": "market", **POINT, **more}


def land(what: str, *rows: dict[str, str], by=SYSTEM, **more):
    return import_register(what, a_file(list(rows)), by=by, **more)


def test_premises_land_in_their_grid_with_owner_and_facts(town: world.Town) -> None:
    Organisation.objects.create(code="firm", name="公司", kind="firm")
    landed = land(
        "premises",
        place(
            owner="林老板", owner_phone="138 0000 1234", organisation="firm", duty_phone="0576-1234567", built="1999",
            people="120", electric_bikes="是", address="城中路1号",
        ),
    )  # fmt: skip

    assert (landed.made, landed.errors) == (1, [])
    found = Premises.objects.select_related("owner", "organisation").get(code="P1")
    assert (found.grid, found.community, found.town, found.county) == (
        town.grids[0],
        town.community,
        town.town,
        town.county,
    )
    assert found.owner.phone == "13800001234" and found.owner.name == "林老板"
    assert (found.organisation.code, found.duty_phone, found.built, found.people) == (
        "firm",
        "0576-1234567",
        1999,
        120,
    )
    assert found.electric_bikes is True


def test_chinese_headers_kinds_and_other_coordinates_are_understood(town: world.Town) -> None:
    file = "场所编号,场所名称,场所类型,经度,纬度\nP9,小店,九小场所,121.2146,28.1075\n".encode("gb18030")
    landed = import_register("premises", file, by=SYSTEM, system="gcj02")

    assert (landed.made, landed.errors) == (1, [])
    assert abs(Premises.objects.get().longitude - 121.21) < 0.002


def test_same_file_again_changes_nothing_and_a_changed_cell_changes_one(town: world.Town) -> None:
    rows = [place("P1", owner_phone="13800001234"), place("P2", duty_phone="119")]
    land("premises", *rows)
    before = Premises.objects.get(code="P2").pk

    again = land("premises", *rows)
    assert (again.made, again.changed, again.same) == (0, 0, 2)
    changed = land("premises", rows[0], place("P2", duty_phone="120"))
    assert (changed.changed, changed.same) == (1, 1)
    assert (
        Premises.objects.get(code="P2").duty_phone == "120" and Premises.objects.get(code="P2").pk == before
    )
    assert Person.objects.filter(phone_digest__gt="").count() == 1


def test_empty_cell_changes_nothing_and_retired_premises_come_back(town: world.Town) -> None:
    land("premises", place(address="老街1号"))
    Premises.objects.update(retired_at="2026-01-01T00:00:00Z")

    land("premises", place(address=""))
    found = Premises.objects.get()
    assert found.address == "老街1号" and found.retired_at is None


def test_grid_code_places_premises_without_a_point(town: world.Town) -> None:
    landed = land("premises", {"code": "P1", "name": "某店", "kind": "market", "grid": town.grids[1].code})

    assert landed.made == 1 and Premises.objects.get().grid == town.grids[1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"kind": "castle"}, {"longitude": "12"}, {"longitude": "x"}, {"longitude": "", "latitude": ""},
        {"owner_phone": "123"}, {"organisation": "nobody"}, {"built": "3"}, {"people": "-1"}, {"electric_bikes": "maybe"},
        {"name": "长" * 81}, {"code": ""}, {"people": "nan"}, {"people": "1e999"},
    ],
)  # fmt: skip
def test_wrong_row_is_left_out_with_a_reason_and_the_rest_lands(
    town: world.Town, wrong: dict[str, str]
) -> None:
    landed = land("premises", place("P0", owner_phone="", organisation="", built="", people="", electric_bikes=""),
                  place("P1", **wrong))  # fmt: skip

    assert landed.made == 1
    ((row, reason),) = [(error.row, error.reason) for error in landed.errors]
    assert row == 3 and len(reason) > 5


def test_code_twice_in_a_file_is_told(town: world.Town) -> None:
    landed = land("premises", place("P1"), place("P1"))

    assert (landed.made, len(landed.errors)) == (1, 1)


def test_file_without_a_needed_column_or_of_an_unknown_table_is_refused(town: world.Town) -> None:
    with pytest.raises(Unreadable):
        land("premises", {"code": "P1", "name": "x"})
    with pytest.raises(NotFound):
        land("castles", {"code": "P1"})


def device(code: str, **more: str) -> dict[str, str]:
    return {"vendor": "demo", "code": code, "kind": "smoke", "premises": "", "panel": "", **more}


def test_devices_land_with_premises_panel_and_claim_key(town: world.Town) -> None:
    land("premises", place())
    landed = land(
        "devices",
        device("S1", premises="P1", panel="H1", floor="3", spot="走廊", claim_key="7k4p 9mxq-2trw", silence="900", installed="2025-01-31"),
        device("H1", kind="panel", premises="P1"),
    )  # fmt: skip

    assert (landed.made, landed.errors) == (2, [])
    found = Device.objects.select_related("panel", "premises").get(code="S1")
    assert (found.panel.code, found.premises.code, found.silence) == ("H1", "P1", 900)
    assert (
        found.claim_digest == claim_digest("7K4P-9MXQ-2TRW")
        and found.installed_at.isoformat() == "2025-01-31"
    )
    again = land("devices", device("S1", premises="P1", panel="H1"))
    assert (again.same, again.changed) == (1, 0)


@pytest.mark.parametrize(
    "wrong", [{"vendor": "nobody"}, {"kind": "boat"}, {"premises": "nowhere"}, {"panel": "missing"}, {"panel": "S1"},
              {"silence": "x"}, {"installed": "gestern"}],
)  # fmt: skip
def test_wrong_device_is_told(town: world.Town, wrong: dict[str, str]) -> None:
    landed = land("devices", device("S1", **{"silence": "", "installed": "", **wrong}))

    assert len(landed.errors) == 1


def test_same_code_of_two_vendors_is_two_devices(town: world.Town) -> None:
    Vendor.objects.create(code="other", name="另一家")
    landed = land("devices", device("S1"), {**device("S1"), "vendor": "other"})

    assert landed.made == 2


def test_cameras_and_stations_land(town: world.Town) -> None:
    land("premises", place())
    cameras = land("cameras", {"code": "C1", "name": "门前", **POINT, "premises": "P1", "address": "https://video/1"},
                   {"code": "C2", "name": "坏", **POINT, "premises": "", "address": "javascript:1"})  # fmt: skip
    stations = land(
        "stations", {"code": "ST1", "name": "城中微站", **POINT, "crew": "6", "equipment": "灭火器"}
    )

    assert (cameras.made, len(cameras.errors)) == (1, 1)
    assert Camera.objects.get().premises.code == "P1"
    assert stations.made == 1
    assert Station.objects.get().organisation.area == town.community
    again = land("stations", {"code": "ST1", "name": "城中微站", **POINT, "crew": "8", "equipment": ""})
    assert again.changed == 1 and Station.objects.get().equipment == "灭火器"


def test_only_registrars_import_and_only_into_their_area(town: world.Town) -> None:
    worker = world.a_grid_worker(town.grids[0])
    with pytest.raises(NotAllowed):
        land("premises", place(), by=world.acting(worker))
    duty = world.with_post("fire_duty", area=town.other_town)
    landed = land("premises", place(), place("P2", longitude="121.41"), by=world.acting(duty))

    assert [error.row for error in landed.errors] == [2]
    assert Premises.objects.get().code == "P2"


def test_import_is_one_entry_in_the_journal_and_tells_the_listener(town: world.Town) -> None:
    from gridloop.core.clocks.models import Edition

    land("premises", place("P1"), place("P2"))

    (entry,) = Entry.objects.filter(event="fire_register_imported")
    assert entry.facts == {"what": "premises", "made": 2, "changed": 0, "same": 0, "errors": 0}
    assert Edition.objects.filter(name="fire_registry").exists()


def test_number_of_queries_grows_with_chunks_not_with_rows(
    town: world.Town, django_assert_max_num_queries
) -> None:
    for number in (3, 300):
        with django_assert_max_num_queries(25):
            land(
                "premises",
                *[
                    place(f"{number}-{each}", owner_phone=f"138{number:04d}{each:04d}")
                    for each in range(number)
                ],
            )


@pytest.mark.parametrize("what", sorted(TABLES))
def test_template_can_be_read_again(what: str) -> None:
    assert list(read_rows(b"".join(write_template(what)))) == []


def test_error_file_names_row_and_reason(town: world.Town) -> None:
    landed = land("premises", place(kind="castle"))

    (row,) = read_rows(b"".join(write_errors(landed.errors)))
    assert "2" in row.values() and any("castle" in cell for cell in row.values())
