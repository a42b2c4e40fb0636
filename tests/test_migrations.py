"""The migrations, played from the first to the last, make the tables the tests stand on."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from tests.operations.test_backup import Installation

NAMES = re.compile(r'"?\b\w+_[0-9a-f]{8}(_\w+)?"?')  # names Django draws for indexes and constraints


def shape_of(file: Path) -> dict[str, set[str]]:
    """Tables with their columns, and everything else by its definition."""
    with closing(sqlite3.connect(file)) as database:
        rows = database.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        ).fetchall()
        tables = {
            name: {row[1] for row in database.execute(f'PRAGMA table_info("{name}")')}
            for kind, name, _table, _sql in rows
            if kind == "table"
        }
    others = {
        f"{kind} {NAMES.sub('', ' '.join(sql.split()))}"
        for kind, _name, _table, sql in rows
        if kind != "table"
    }
    return {**tables, "": others}


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="compares two SQLite files; PostgreSQL is migrated by the faults"
)
def test_migrations_make_what_the_tests_stand_on(tmp_path: Path, with_tables: Callable[[Path], None]) -> None:
    installation = Installation(tmp_path / "played", "")
    played = installation.gridloop("migrate")
    assert played.returncode == 0, played.stderr
    with_tables(tmp_path / "made" / "gridloop.sqlite3")

    theirs, ours = (
        shape_of(tmp_path / "played" / "gridloop.sqlite3"),
        shape_of(tmp_path / "made" / "gridloop.sqlite3"),
    )

    assert theirs.pop("") == ours.pop("")
    assert theirs == ours
