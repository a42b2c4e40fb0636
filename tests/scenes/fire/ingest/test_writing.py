"""The way to the disk: what is acknowledged stands in the database or in the spool, whatever the database does."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError
from hypothesis import given, settings
from hypothesis import strategies as st

from gridloop.scenes.fire.ingest import storing, writing
from gridloop.scenes.fire.ingest.spool import Spool
from gridloop.scenes.fire.ingest.storing import Finding, Unit
from gridloop.scenes.fire.ingest.writing import Writer


class Database:
    """A database that can be away, be stuck, or refuse one finding."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.away, self.poison = False, ""
        self.free = threading.Event()
        self.free.set()

    def write(self, units: Sequence[Unit]) -> int:
        self.free.wait(10)
        if self.away:
            raise OperationalError("gone")
        keys = [finding.key for unit in units for finding in unit.findings]
        if self.poison in keys:
            raise IntegrityError("not this one")
        fresh = [key for key in keys if key not in self.rows]
        self.rows += fresh
        return len(fresh)


def unit(*keys: str) -> Unit:
    return Unit([Finding(key, 1, "fire", True, 1.0, 1.0, "signal", {}) for key in keys], [])


def play(folder: Path, database: Database, story: Callable[[Writer], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        writer = Writer(folder, write=database.write)
        task = asyncio.create_task(writer.run())
        try:
            await story(writer)
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await writer.close()

    asyncio.run(run())


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "PATIENCE", 0.2)
    monkeypatch.setattr(writing, "LOOK_AGAIN", 0.05)
    monkeypatch.setattr(storing, "let_go", lambda: None)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)


def test_what_arrives_together_is_written_together(tmp_path: Path) -> None:
    database = Database()

    async def story(writer: Writer) -> None:
        await asyncio.gather(*(writer.write(unit(str(n))) for n in range(50)))
        assert (len(database.rows), writer.batches) == (50, 1)

    play(tmp_path, database, story)


def test_large_unit_is_written_in_parts(tmp_path: Path) -> None:
    database = Database()

    async def story(writer: Writer) -> None:
        await writer.write(unit(*map(str, range(writing.MOST * 3))))
        assert (len(database.rows), writer.batches) == (writing.MOST * 3, 3)

    play(tmp_path, database, story)


def test_database_that_is_away_stops_nobody_and_gets_everything_in_order(tmp_path: Path) -> None:
    database = Database()

    async def story(writer: Writer) -> None:
        await writer.write(unit("1"))
        database.away = True
        await writer.write(unit("2"))
        await writer.write(unit("3"))
        assert (database.rows, writer.spooled) == (["1"], 2)
        database.away = False
        await until(lambda: not writer.spool.waiting)
        await writer.write(unit("4"))
        assert database.rows == ["1", "2", "3", "4"]

    play(tmp_path, database, story)


def test_database_that_hangs_is_as_good_as_away(tmp_path: Path) -> None:
    database = Database()

    async def story(writer: Writer) -> None:
        database.free.clear()
        await writer.write(unit("1"))
        await writer.write(unit("2"))
        assert (database.rows, writer.spooled) == ([], 2)
        database.free.set()
        await until(lambda: not writer.spool.waiting)
        assert database.rows == ["1", "2"]

    play(tmp_path, database, story)


def test_what_an_earlier_process_spooled_is_written_first(tmp_path: Path) -> None:
    database = Database()
    database.away = True

    async def away(writer: Writer) -> None:
        await writer.write(unit("1"))

    async def back(writer: Writer) -> None:
        await writer.write(unit("2"))
        await until(lambda: database.rows == ["1", "2"])

    play(tmp_path, database, away)
    database.away = False
    play(tmp_path, database, back)


def test_finding_no_database_takes_holds_up_no_other(tmp_path: Path) -> None:
    database = Database()
    database.poison = "bad"

    async def story(writer: Writer) -> None:
        await asyncio.gather(writer.write(unit("1", "bad", "2")), writer.write(unit("3")))
        assert sorted(database.rows) == ["1", "2", "3"]
        assert b'"bad"' in (tmp_path / "refused").read_bytes()

    play(tmp_path, database, story)


@settings(deadline=None)  # it waits for the disk
@given(blocks=st.lists(st.binary(min_size=1, max_size=50), min_size=1, max_size=5), torn=st.integers(1, 40))
def test_block_torn_by_a_crash_is_cut_off(
    tmp_path_factory: pytest.TempPathFactory, blocks: list[bytes], torn: int
) -> None:
    path = tmp_path_factory.mktemp("spool") / "spool"
    spool = Spool(path)
    for block in blocks:
        spool.append(block)
    spool.close()
    whole = path.read_bytes()
    last = len(blocks[-1]) + 8
    path.write_bytes(whole[: len(whole) - min(torn, last)])
    mended = Spool(path)

    assert [block for block, _end in mended.read()] == blocks[:-1]
    mended.append(b"new")
    assert [block for block, _end in mended.read()] == [*blocks[:-1], b"new"]
    mended.close()
