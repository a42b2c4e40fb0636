"""Many files of a day become one, old days go; nobody reads a row twice or misses one, whenever it was killed."""

import os
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy
import pytest
import time_machine
from pyarrow.parquet import read_metadata

from gridloop.core.clocks import periodic
from gridloop.scenes.fire.ingest import keeping, telemetry
from gridloop.scenes.fire.ingest.rules import QUANTITY
from gridloop.scenes.fire.ingest.telemetry import History, parts_of, records_of

NOON = datetime(2026, 9, 21, 4, tzinfo=UTC)  # noon in the county
TOMORROW = NOON + timedelta(days=1)


def a_part(folder: Path, *devices: int, after: float = 0.0, parquet: bool = True) -> Path:
    """So many devices say 20 degrees so many seconds after noon."""
    at = NOON.timestamp() + after
    history = History(folder)
    places = numpy.full(len(devices), QUANTITY["temperature"], "u1")
    values = numpy.full(len(devices), 20.0)
    history.append(records_of(numpy.array(devices), places, numpy.full(len(devices), at), at, values), at)
    raw = history.turn_over()
    assert raw is not None
    made = telemetry.make_parquet(raw) if parquet else raw
    assert made is not None
    return made


def read(folder: Path) -> list[int]:
    """The devices of all rows of that day, each as often as it is read."""
    wanted = telemetry.readings().select("device").order_by("device")
    rows = telemetry.asked(wanted, NOON - timedelta(hours=6), NOON + timedelta(hours=6), where=folder)
    return [row["device"] for row in rows]


def later(folder: Path, seconds: float = keeping.STILL_READ + 1) -> None:
    """As if everything had been written so long ago."""
    for path in folder.glob("day=*/*"):
        os.utime(path, (time.time() - seconds,) * 2)


def keep(folder: Path, at: datetime = TOMORROW) -> None:
    # Ages of files are the file system's; only the day is the test's.
    today = at.date()
    for _day, place in keeping.days_in(folder):
        if _day < today:
            keeping.keep_day(place)


def test_parts_of_a_day_become_one_and_go_when_nobody_reads_them_any_more(tmp_path: Path) -> None:
    parts = [a_part(tmp_path, 3, 1), a_part(tmp_path, 2, 1, after=60), a_part(tmp_path, 5, after=120)]
    keep(tmp_path)

    (whole,) = parts_of(parts[0].parent)
    assert whole not in parts and all(part.exists() for part in parts)
    assert read(tmp_path) == [1, 1, 2, 3, 5]
    assert read_metadata(whole).num_rows == 5
    keep(tmp_path)
    assert all(part.exists() for part in parts)  # somebody may still be reading them

    later(tmp_path)
    keep(tmp_path)
    assert [path.name for path in parts[0].parent.iterdir()] == [whole.name]
    assert read(tmp_path) == [1, 1, 2, 3, 5]


def test_whole_says_the_same_as_its_parts_did(tmp_path: Path) -> None:
    a_part(tmp_path, 1, 2), a_part(tmp_path, 1, after=60.25)
    since, until = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
    before = telemetry.history(1, since, until, where=tmp_path), telemetry.daily({1: 7, 2: 7}, since, until, where=tmp_path)  # fmt: skip
    keep(tmp_path)
    later(tmp_path)
    keep(tmp_path)

    assert telemetry.history(1, since, until, where=tmp_path) == before[0]
    assert telemetry.daily({1: 7, 2: 7}, since, until, where=tmp_path) == before[1]


def test_today_is_left_to_the_listener(tmp_path: Path) -> None:
    place = a_part(tmp_path, 1).parent
    a_part(tmp_path, 2)
    with time_machine.travel(NOON, tick=False):
        keeping.keep_history(tmp_path)
    assert len(parts_of(place)) == 2
    with time_machine.travel(TOMORROW, tick=False):
        keeping.keep_history(tmp_path)
    assert len(parts_of(place)) == 1


def test_what_comes_late_joins_the_whole(tmp_path: Path) -> None:
    place = a_part(tmp_path, 1).parent
    a_part(tmp_path, 2)
    keep(tmp_path)
    raw = a_part(tmp_path, 3, parquet=False)  # a listener that was killed and came back
    assert read(tmp_path) == [1, 2, 3]
    telemetry.make_parquet(raw)
    keep(tmp_path)

    assert read(tmp_path) == [1, 2, 3]
    assert len(parts_of(place)) == 1
    later(tmp_path)
    keep(tmp_path)
    assert read(tmp_path) == [1, 2, 3]
    assert len(list(place.iterdir())) == 1  # the first whole went with its parts


@pytest.mark.parametrize("step", ["write_whole", "rows_in", "put_in_place"])
def test_killed_before_the_whole_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    place = a_part(tmp_path, 1).parent
    a_part(tmp_path, 2)

    def killed(*_given: object) -> None:
        (place / "whole.aside").write_bytes(b"half a file")
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(keeping, step, killed)
        keep(tmp_path)
    assert read(tmp_path) == [1, 2]

    keep(tmp_path)
    assert read(tmp_path) == [1, 2]
    assert len(parts_of(place)) == 1


def test_killed_while_parts_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = a_part(tmp_path, 1).parent
    for device in (2, 3):
        a_part(tmp_path, device)
    keep(tmp_path)
    later(tmp_path)
    removed: list[Path] = []
    gone = Path.unlink

    def unlink(path: Path, *, missing_ok: bool = False) -> None:
        if removed:
            raise KeyboardInterrupt
        removed.append(path)
        gone(path)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Path, "unlink", unlink)
        keep(tmp_path)
    assert len(list(place.iterdir())) == 3
    assert read(tmp_path) == [1, 2, 3]

    keep(tmp_path)
    assert len(list(place.iterdir())) == 1
    assert read(tmp_path) == [1, 2, 3]


def test_raw_file_a_kill_left_behind_is_not_read_beside_the_whole(tmp_path: Path) -> None:
    raw = a_part(tmp_path, 1, parquet=False)
    kept = raw.read_bytes()
    telemetry.make_parquet(raw)
    a_part(tmp_path, 2)
    raw.write_bytes(kept)  # killed between its Parquet and its removal
    for _turn in range(2):
        keep(tmp_path)
        later(tmp_path)
        assert read(tmp_path) == [1, 2]

    telemetry.finish_left_over(tmp_path)  # the listener starts again, and its part was removed meanwhile
    assert read(tmp_path) == [1, 2]
    later(tmp_path)
    keep(tmp_path)
    assert read(tmp_path) == [1, 2]
    assert len(list(raw.parent.iterdir())) == 1


def test_broken_part_leaves_its_day_alone_and_the_next_day_is_done(tmp_path: Path) -> None:
    place = a_part(tmp_path, 1).parent
    (place / "2-all.parquet").write_bytes(b"no parquet")
    other = a_part(tmp_path, 1, after=86400).parent
    a_part(tmp_path, 2, after=86400)
    keep(tmp_path, TOMORROW + timedelta(days=1))

    assert len(parts_of(place)) == 2
    assert len(parts_of(other)) == 1


def test_two_workers_do_not_tidy_at_once(tmp_path: Path) -> None:
    place = a_part(tmp_path, 1).parent
    a_part(tmp_path, 2)
    with keeping.alone(tmp_path) as first, time_machine.travel(TOMORROW, tick=False):
        assert first
        keeping.keep_history(tmp_path)
    assert len(parts_of(place)) == 2


def test_days_older_than_the_county_keeps_them_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = a_part(tmp_path, 1).parent
    (tmp_path / "day=never").mkdir()
    monkeypatch.setenv("GRIDLOOP_TELEMETRY_DAYS", "30")
    with time_machine.travel(NOON + timedelta(days=30), tick=False):
        keeping.keep_history(tmp_path)
    assert place.exists()
    monkeypatch.setenv("GRIDLOOP_TELEMETRY_DAYS", "0")
    with time_machine.travel(NOON + timedelta(days=3000), tick=False):
        keeping.keep_history(tmp_path)
    assert place.exists()
    monkeypatch.setenv("GRIDLOOP_TELEMETRY_DAYS", "30")
    with time_machine.travel(NOON + timedelta(days=31), tick=False):
        keeping.keep_history(tmp_path)
    assert not place.exists() and (tmp_path / "day=never").exists()


def test_nothing_to_keep_is_no_trouble(tmp_path: Path) -> None:
    keeping.keep_history(tmp_path / "nowhere")

    assert keeping.clear_before(date(2026, 9, 21), tmp_path) == 0


def test_worker_knows_the_job() -> None:
    periodic.discover_handlers()

    assert any(name.endswith("fire_history_kept") for name in periodic.JOBS)
