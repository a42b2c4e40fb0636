"""The history of readings: appended as raw records, made into Parquet by day, read through DuckDB."""

import json
import os
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy
from django.conf import settings
from django.utils import timezone
from numpy.typing import NDArray

from gridloop.scenes.fire.ingest.rules import QUANTITIES

if TYPE_CHECKING:
    import ibis
    import pyarrow

RECORD = numpy.dtype(
    [("device", "<u4"), ("quantity", "u1"), ("at", "<f8"), ("received", "<f8"), ("value", "<f4")]
)
MOST = 2_000_000  # records in one raw file
LONGEST = 600.0  # seconds until a raw file becomes Parquet
ROW_GROUP = 250_000
WHOLE = ".whole.parquet"  # a day made of its parts (`keeping.merge`)
REPLACES = "gridloop_replaces"  # in its footer: the names of those parts


def folder() -> Path:
    return Path(settings.DATA) / "telemetry"


class History:
    """Where the listener writes. A raw record is with the operating system before its message is finished."""

    def __init__(self, where: Path | None = None, *, partition: str = "all") -> None:
        self.where, self.partition = where or folder(), partition
        self.file: Any = None
        self.path: Path | None = None
        self.records, self.begun = 0, 0.0
        self.day: date | None = None

    def append(self, records: NDArray, now: float) -> None:
        """`records`: an array of RECORD."""
        if not len(records):
            return
        if self.file is None:
            self.open(now)
        self.file.write(records.tobytes())
        self.records += len(records)

    def open(self, now: float) -> None:
        self.day = day_of(now)
        place = self.where / f"day={self.day}"
        place.mkdir(parents=True, exist_ok=True)
        self.path = place / f"{time.time_ns()}-{self.partition}.records"
        self.file = self.path.open("ab", buffering=0)
        self.records, self.begun = 0, now

    def is_full(self, now: float) -> bool:
        return self.file is not None and (
            self.records >= MOST or now - self.begun > LONGEST or day_of(now) != self.day
        )

    def turn_over(self) -> Path | None:
        """Close the raw file; whoever gets it makes it Parquet, away from the fast path."""
        if self.file is None:
            return None
        self.file.close()
        path, self.file, self.path = self.path, None, None
        return path

    def flush(self) -> None:
        """Force to the disk what the operating system holds; once a second is plenty for readings."""
        if self.file is not None:
            os.fsync(self.file.fileno())


def day_of(seconds: float) -> date:
    return datetime.fromtimestamp(seconds, timezone.get_default_timezone()).date()


def make_parquet(raw: Path) -> Path | None:
    """One raw file as Parquet: written aside, forced to the disk, renamed; then the raw file goes.

    A crash at any moment leaves either the raw file, or both: then the raw one is not read (`raw_files`).
    """
    import pyarrow.parquet

    made = raw.with_suffix(".parquet")
    if not made.exists():
        records = read_raw(raw)
        if not len(records):
            raw.unlink(missing_ok=True)
            return None
        aside = raw.with_suffix(".aside")
        records = records[numpy.argsort(records["device"], kind="stable")]
        pyarrow.parquet.write_table(table_of(records), aside, compression="zstd", row_group_size=ROW_GROUP)
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.rename(made)
    raw.unlink(missing_ok=True)
    return made


def finish_left_over(where: Path | None = None, *, partition: str = "all") -> int:
    """Raw files an earlier listener of this partition left behind become Parquet; how many they were."""
    left = list((where or folder()).glob(f"day=*/*-{partition}.records"))
    for path in left:
        make_parquet(path)
    return len(left)


def read_raw(path: Path) -> NDArray:
    """The whole records of a raw file; one torn by a crash is left out."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return numpy.empty(0, RECORD)
    return numpy.frombuffer(data[: len(data) // RECORD.itemsize * RECORD.itemsize], RECORD)


def table_of(records: NDArray) -> "pyarrow.Table":
    import pyarrow

    moments = pyarrow.timestamp("us", tz="UTC")
    return pyarrow.table(
        {
            "device": records["device"].astype("i8"),
            "quantity": pyarrow.DictionaryArray.from_arrays(
                pyarrow.array(records["quantity"].astype("i1")), pyarrow.array(QUANTITIES)
            ).cast(pyarrow.string()),
            "at": pyarrow.array((records["at"] * 1e6).astype("i8")).cast(moments),
            "received": pyarrow.array((records["received"] * 1e6).astype("i8")).cast(moments),
            "value": records["value"].astype("f4"),
        }
    )


def parts_of(place: Path) -> list[Path]:
    """The Parquet files of a day that are to be read: no part that stands in a whole already."""
    return listed(place)[0]


def listed(place: Path) -> tuple[list[Path], set[str]]:
    """What is to be read of a day, and all names whose rows stand there."""
    found = sorted(place.glob("*.parquet"))
    replaced = {name for path in found for name in replaced_by(path)}
    return [path for path in found if path.name not in replaced], replaced | {path.name for path in found}


def replaced_by(path: Path) -> frozenset[str]:
    """The parts a whole stands for, those of earlier wholes among them; none for a part."""
    from pyarrow.parquet import read_metadata

    if not path.name.endswith(WHOLE):
        return frozenset()
    try:
        said = read_metadata(path).metadata or {}
    except FileNotFoundError:  # replaced by another long ago, and gone just now
        return frozenset()
    return frozenset(json.loads(said.get(REPLACES.encode(), b"[]")))


def days_between(since: datetime, until: datetime) -> Iterator[date]:
    day, last = timezone.localdate(since), timezone.localdate(until)
    while day <= last:
        yield day
        day += timedelta(days=1)


def places_of(grid_of: dict[int, int]) -> "pyarrow.Table":
    import pyarrow

    numbers = {"device": list(grid_of), "grid": list(grid_of.values())}
    return pyarrow.table({name: pyarrow.array(values, "int64") for name, values in numbers.items()})


def readings() -> "ibis.Table":
    """All readings, as an Ibis table to write expressions on."""
    import ibis

    moment = "timestamp('UTC')"
    columns = {"device": "int64", "quantity": "string", "at": moment, "received": moment, "value": "float32"}
    return ibis.table(columns, name="readings")


def asked(
    wanted: "ibis.Table",
    since: datetime,
    until: datetime,
    *,
    where: Path | None = None,
    grid_of: dict[int, int] | None = None,
) -> list[dict[str, Any]]:
    """What an expression on `readings()` (and on "places", device to grid) finds in those days, by DuckDB."""
    import duckdb
    import ibis

    folders = [(where or folder()) / f"day={day}" for day in days_between(since, until)]
    parts: list[str] = []
    fresh = [numpy.empty(0, RECORD)]
    for place in folders:
        raw = {path.with_suffix(".parquet").name: read_raw(path) for path in place.glob("*.records")}
        # Raw files are read before Parquet is listed: one that is made Parquet between the two is found there.
        read, known = listed(place)
        parts += [str(path) for path in read]
        fresh += [records for name, records in raw.items() if name not in known]
    with duckdb.connect() as engine:
        engine.register("newest", table_of(numpy.concatenate(fresh)))
        engine.register("places", places_of(grid_of or {}))
        kept = engine.table("newest")
        if parts:
            kept = kept.union(engine.read_parquet(parts))
        kept.create_view("readings")
        found = engine.sql(str(ibis.to_sql(wanted, dialect="duckdb")))
        return list(found.to_arrow_table().to_pylist())


def history(
    device: int, since: datetime, until: datetime, *, quantity: str = "", where: Path | None = None
) -> list[dict[str, Any]]:
    """What one device said in that time: dictionaries with quantity, at, received, value; oldest first."""
    found = readings()
    found = found.filter(found.device == device, found.received >= since, found.received < until)
    if quantity:
        found = found.filter(found.quantity == quantity)
    wanted = found.select("quantity", "at", "received", "value").order_by(["received", "at"])
    return asked(wanted, since, until, where=where)


def daily(
    grid_of: dict[int, int], since: datetime, until: datetime, *, where: Path | None = None
) -> list[dict[str, Any]]:
    """For every day, grid and quantity: devices heard, readings, lowest, mean, highest. `grid_of`: device to grid."""
    import ibis

    found = readings()
    found = found.filter(found.received >= since, found.received < until)
    places = ibis.table({"device": "int64", "grid": "int64"}, name="places")
    placed = found.join(places, "device")
    hours = timezone.get_default_timezone().utcoffset(since) or timedelta()
    local = placed.received.cast("timestamp") + ibis.interval(seconds=int(hours.total_seconds()))
    told = placed.group_by(day=local.date(), grid=placed.grid, quantity=placed.quantity).aggregate(
        devices=placed.device.nunique(),
        readings=placed.count(),
        lowest=placed.value.min(),
        mean=placed.value.mean(),
        highest=placed.value.max(),
    )
    told = told.order_by(["day", "grid", "quantity"])
    return asked(told, since, until, where=where, grid_of=grid_of)


def records_of(
    devices: NDArray, quantities: NDArray, ats: NDArray, received: float, values: NDArray
) -> NDArray:
    made = numpy.empty(len(devices), RECORD)
    made["device"], made["quantity"], made["at"] = devices, quantities, ats
    made["received"], made["value"] = received, values
    return made
