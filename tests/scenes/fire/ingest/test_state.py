"""The columns: found by name, kept over a change of the registry and a restart, and small."""

from pathlib import Path

import numpy
import pytest

from gridloop.scenes.fire.ingest import snapshots
from gridloop.scenes.fire.ingest.listening import tallied
from gridloop.scenes.fire.ingest.state import Fleet, Registered, name_of
from tests.scenes.fire.ingest.intakes import NOW, a_fleet


def many(number: int) -> list[Registered]:
    return [Registered(name_of("v", f"D{n}"), n + 1, n, n % 7, 0, "smoke", 3600.0) for n in range(number)]


def test_every_device_is_found_and_nobody_else() -> None:
    fleet = Fleet(many(5000), now=NOW)
    rows = fleet.rows([f"v/D{n}".encode() for n in range(5000)] + [b"v/D5000", b"w/D1"])

    assert fleet.device[rows[:5000]].tolist() == list(range(1, 5001))
    assert rows[5000:].tolist() == [-1, -1]
    assert [fleet.row_of_device(device) for device in (0, 5001)] == [-1, -1]
    assert fleet.device[fleet.row_of_device(77)] == 77


def test_empty_fleet_knows_nobody() -> None:
    assert Fleet().rows([b"v/D1"]).tolist() == [-1]
    assert Fleet().row_of_device(1) == -1
    assert tallied(Fleet()) == {}


def test_device_takes_less_than_a_hundred_bytes() -> None:
    assert Fleet(many(1000), now=NOW).bytes_each() < 100


def test_two_devices_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="one name"):
        Fleet([*many(2), many(1)[0]], now=NOW)


def test_registry_that_changes_keeps_what_is_known() -> None:
    fleet = Fleet(many(10), now=NOW)
    row = fleet.row(b"v/D3")
    fleet.battery[row], fleet.seen[row] = 44, NOW + 5
    fleet.turn(row, "fire", on=True)
    fleet.load(many(200)[2:], now=NOW + 100)

    row = fleet.row(b"v/D3")
    assert (fleet.size, fleet.battery[row], fleet.seen[row]) == (198, 44, NOW + 5)
    assert fleet.is_on(row, "fire")
    assert fleet.seen[fleet.row(b"v/D150")] == NOW + 100
    assert fleet.row(b"v/D1") == -1


def test_time_in_which_nobody_listened_is_no_silence(tmp_path: Path) -> None:
    fleet = a_fleet(("A", "smoke"), ("B", "smoke"))
    fleet.seen[fleet.row(b"v/A")] = NOW - 60
    fleet.battery[fleet.row(b"v/B")] = 33
    snapshots.save(fleet, tmp_path / "fleet", NOW)
    later = a_fleet(("B", "smoke"), ("A", "smoke"), ("C", "smoke"))
    later.device[:] = numpy.array([{b"A": 1, b"B": 2, b"C": 3}[n] for n in names_by_row(later)])

    assert snapshots.load(later, tmp_path / "fleet", NOW + 3600) == 2
    assert later.seen[later.row(b"v/A")] == NOW + 3540
    assert later.battery[later.row(b"v/B")] == 33


def names_by_row(fleet: Fleet) -> list[bytes]:
    return sorted([b"A", b"B", b"C"], key=lambda name: fleet.row(b"v/" + name))


@pytest.mark.parametrize("damage", [b"", b"garbage", b"fleet-1\0" + bytes(8) + b"odd"])
def test_damaged_snapshot_is_as_good_as_none(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "fleet").write_bytes(damage)

    assert snapshots.load(a_fleet(("A", "smoke")), tmp_path / "fleet", NOW) == 0


def test_counts_by_grid() -> None:
    fleet = Fleet(many(70), now=NOW)
    fleet.turn(fleet.row(b"v/D8"), "offline", on=True)

    assert tallied(fleet)[1] == {"devices": 10, "offline": 1, "weak": 0, "fire": 0, "fault": 0}
