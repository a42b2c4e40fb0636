"""The history of readings: nothing twice, nothing missing, whenever the process was killed; read through DuckDB."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy
import pytest

from gridloop.scenes.fire.ingest import telemetry
from gridloop.scenes.fire.ingest.rules import QUANTITY
from gridloop.scenes.fire.ingest.telemetry import History, records_of

NOON = datetime(2026, 9, 21, 4, tzinfo=UTC)  # noon in the county


def some(devices: list[int], values: list[float], after: float = 0.0, quantity: str = "temperature"):
    at = NOON.timestamp() + after
    places = numpy.full(len(devices), QUANTITY[quantity], "u1")
    return records_of(numpy.array(devices), places, numpy.full(len(devices), at), at, numpy.array(values))


def written(folder: Path, *parts: tuple[float, object]) -> Path:
    history = History(folder)
    for after, records in parts:
        history.append(records, NOON.timestamp() + after)
    path = history.turn_over()
    assert path is not None
    return path


def of_one(folder: Path, device: int = 1) -> list[float]:
    found = telemetry.history(device, NOON - timedelta(hours=1), NOON + timedelta(days=2), where=folder)
    return [round(row["value"], 1) for row in found]


def test_history_is_read_from_raw_and_from_parquet_alike(tmp_path: Path) -> None:
    raw = written(tmp_path, (0, some([1, 2], [20, 30])), (60, some([1], [21], 60)))
    assert of_one(tmp_path) == [20, 21]

    parquet = telemetry.make_parquet(raw)

    assert parquet is not None and not raw.exists()
    assert of_one(tmp_path) == [20, 21]
    assert of_one(tmp_path, 3) == []


def test_rest_of_a_torn_record_is_left_out(tmp_path: Path) -> None:
    raw = written(tmp_path, (0, some([1], [20])))
    raw.write_bytes(raw.read_bytes() + b"torn")

    assert of_one(tmp_path) == [20]


def test_killed_before_or_after_the_rename_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    raw = written(tmp_path, (0, some([1], [20])))
    kept = raw.read_bytes()
    raw.with_suffix(".aside").write_bytes(b"half a file")
    assert of_one(tmp_path) == [20]
    telemetry.make_parquet(raw)
    raw.write_bytes(kept)  # as if killed between rename and removal

    assert of_one(tmp_path) == [20]
    assert telemetry.finish_left_over(tmp_path) == 1
    assert of_one(tmp_path) == [20]
    assert not raw.exists()


def test_days_of_each_grid(tmp_path: Path) -> None:
    telemetry.make_parquet(written(tmp_path, (0, some([1, 2, 3], [20, 30, 99]))))
    written(tmp_path, (86400, some([1], [10], 86400)))
    found = telemetry.daily({1: 7, 2: 7}, NOON, NOON + timedelta(days=1, hours=1), where=tmp_path)

    assert [(row["day"], row["grid"], row["devices"], row["lowest"], row["highest"]) for row in found] == [
        (date(2026, 9, 21), 7, 2, 20, 30),
        (date(2026, 9, 22), 7, 1, 10, 10),
    ]
    assert found[0]["mean"] == pytest.approx(25)


def test_raw_file_ends_with_its_day(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.append(some([1], [1]), NOON.timestamp())

    assert not history.is_full(NOON.timestamp() + 10)
    assert history.is_full(NOON.timestamp() + 12 * 3600)
    history.turn_over()
