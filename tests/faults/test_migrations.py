"""The migrations, played one by one, make the tables that an empty database gets at once."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.operations.test_backup import Installation

pytestmark = pytest.mark.faults
NAMES = re.compile(r'"\w+_[0-9a-f]{8}(_\w+)?"')  # what Django calls an index it names itself


def shape_of(file: Path) -> dict[str, set[str]]:
    """Tables with their columns, and everything else by its definition."""
    with closing(sqlite3.connect(file)) as database:
        rows = database.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        shape = {
            name: {" ".join(map(str, row[1:])) for row in database.execute(f'PRAGMA table_info("{name}")')}
            for kind, name, _sql in rows
            if kind == "table"
        }
    shape[""] = {
        f"{kind} {NAMES.sub('', ' '.join(sql.split()))}" for kind, _name, sql in rows if kind != "table"
    }
    return shape


def test_played_migrations_and_founded_tables_are_the_same(tmp_path: Path) -> None:
    played, founded = Installation(tmp_path / "played", ""), Installation(tmp_path / "founded", "")
    played.environment["DJANGO_SETTINGS_MODULE"] = "gridloop.settings"
    for done in (played.python("-m", "django", "migrate", "-v", "0"), founded.gridloop("migrate")):
        assert done.returncode == 0, done.stderr

    theirs, ours = (shape_of(one.folder / "gridloop.sqlite3") for one in (played, founded))

    assert theirs == ours
    assert "up to date" not in founded.gridloop("migrate").stdout  # nothing is left to play
