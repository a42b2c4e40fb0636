"""Keeping the history small: many files of a day become one, and days older than the county keeps them go.

Nobody who reads meanwhile sees a row twice or misses one. The whole day is written aside, forced to the disk and
renamed; it names in itself the parts it stands for, and from that moment readers leave those out (`telemetry.parts_of`).
The parts are removed by a later turn, when nobody can still be reading them. A kill at any moment leaves
either the parts, or the whole with parts that nobody reads.
"""

import fcntl
import json
import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from django.utils import timezone

from gridloop.core.clocks import periodic
from gridloop.scenes.fire.ingest import telemetry
from gridloop.scenes.fire.ingest.telemetry import REPLACES, ROW_GROUP, WHOLE, folder, parts_of, replaced_by
from gridloop.settings import whole_number

KEPT_DAYS = "400"  # a year and a month: the same day of last year can be compared
STILL_READ = 900.0  # seconds somebody may go on reading parts he listed before the whole appeared
MEMORY = "512MB"  # beyond it the sort goes through the disk
logger = logging.getLogger(__name__)


def keep_history(where: Path | None = None) -> None:
    """One turn over all days: old ones go, the others that are over become one file each."""
    place, today = where or folder(), timezone.localdate()
    if not place.is_dir():
        return
    with alone(place) as first:
        if not first:
            return
        if days := whole_number("TELEMETRY_DAYS", KEPT_DAYS):
            clear_before(today - timedelta(days=days), place)
        for day, each in days_in(place):
            if day < today:
                periodic.let_pass()
                keep_day(each)


def keep_day(place: Path) -> None:
    """A day that cannot be read stays as it is, and the others do not wait for it."""
    import duckdb
    import pyarrow

    try:
        remove_replaced(place)
        merge(place)
    except (OSError, ValueError, duckdb.Error, pyarrow.ArrowException) as trouble:
        logger.warning("the readings in %s stay in their parts: %s", place.name, trouble)


@contextmanager
def alone(place: Path) -> Iterator[bool]:
    """Whether nobody else on this machine is tidying; the lock goes with the process that held it."""
    with (place / "keeping.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def days_in(place: Path) -> list[tuple[date, Path]]:
    """The days there are, oldest first."""
    found = []
    for each in sorted(place.glob("day=*")):
        try:
            found.append((date.fromisoformat(each.name.removeprefix("day=")), each))
        except ValueError:
            continue  # not ours
    return found


def merge(place: Path) -> Path | None:
    """The parts of a day as one file, by device and time; None where there is nothing to merge."""
    parts = parts_of(place)
    if len(parts) < 2:
        return None
    replaced = sorted({path.name for path in parts}.union(*map(replaced_by, parts)))
    aside = place / "whole.aside"  # one a day is enough: whoever tidies is alone
    write_whole(parts, aside, replaced)
    if rows_in([aside]) != rows_in(parts):
        raise ValueError("the whole has not as many rows as its parts")
    digest = sha256("\n".join(replaced).encode()).hexdigest()[:16]
    return put_in_place(aside, place / f"{time.time_ns()}-{digest}{WHOLE}")


def write_whole(parts: list[Path], aside: Path, replaced: list[str]) -> None:
    """DuckDB sorts it within a fixed memory, on one core: the listener beside it must not wait."""
    import duckdb

    named = json.dumps(replaced).replace("'", "''")
    sorting = aside.with_name("sorting.aside")
    with duckdb.connect(
        config={"memory_limit": MEMORY, "threads": 1, "temp_directory": str(sorting)}
    ) as engine:
        engine.read_parquet([str(path) for path in parts]).create_view("parts")
        ordered = 'SELECT device, quantity, "at", received, value FROM parts ORDER BY device, received, "at"'
        form = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROW_GROUP}, KV_METADATA {{{REPLACES}: '{named}'}}"
        engine.execute(f"COPY ({ordered}) TO '{quoted(aside)}' ({form})")
    shutil.rmtree(sorting, ignore_errors=True)


def quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def rows_in(paths: list[Path]) -> int:
    from pyarrow.parquet import read_metadata

    return sum(read_metadata(path).num_rows for path in paths)


def put_in_place(aside: Path, name: Path) -> Path:
    """On the disk before it has its name, and its name on the disk before anything else goes."""
    with aside.open("rb") as file:
        os.fsync(file.fileno())
    aside.rename(name)
    line = os.open(name.parent, os.O_RDONLY)
    try:
        os.fsync(line)
    finally:
        os.close(line)
    return name


def remove_replaced(place: Path, *, now: float | None = None) -> int:
    """Parts that a whole has stood for long enough; how many went."""
    moment, removed = time.time() if now is None else now, 0
    for whole in place.glob(f"*{WHOLE}"):
        if moment - whole.stat().st_mtime < STILL_READ:
            continue
        for name in replaced_by(whole):
            removed += (place / name).exists()
            (place / name).unlink(missing_ok=True)
    for left in place.glob("*.aside"):  # of a turn that was killed
        if moment - left.stat().st_mtime >= STILL_READ:
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    return removed


def clear_before(day: date, where: Path | None = None) -> int:
    """Remove the days before that one; how many they were."""
    old = [place for each, place in days_in(where or telemetry.folder()) if each < day]
    for place in old:
        shutil.rmtree(place)
    return len(old)
