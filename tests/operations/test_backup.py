"""Backup and restore, there and back, by the commands themselves, each in a process of its own."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

FILL = """
from gridloop.operations.standing_up import stand_up
stand_up()
from pathlib import Path
from django.conf import settings
from django.db import transaction
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.people.models import Person
from gridloop.operations.serving import bring_tables_up_to_date
bring_tables_up_to_date(say=lambda words: None)
with transaction.atomic():
    for number in range(3):
        record("areas_imported", by=SYSTEM, words=f"the {number}. note")
Person.objects.create(handle="wang", name="王秀英")
photo = Path(settings.FILES) / "ab" / "photo"
photo.parent.mkdir(parents=True)
photo.write_bytes(b"light")
"""
LOOK = """
from gridloop.operations.standing_up import stand_up
stand_up()
from pathlib import Path
from django.conf import settings
from gridloop.core.journal.models import Entry
from gridloop.core.people.models import Person
print(Entry.objects.filter(event="areas_imported").count(), Person.objects.get(handle="wang").name,
      (Path(settings.FILES) / "ab" / "photo").read_bytes().decode())
"""


class Installation:
    """One data folder and one database, with commands run against them."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GRIDLOOP_")},
            "GRIDLOOP_DATA": str(folder),
            "GRIDLOOP_PORT": "1",
            "DATABASE_URL": database or f"sqlite:///{folder / 'gridloop.sqlite3'}",
            "LANG": "C.UTF-8",
        }

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments], env=self.environment, capture_output=True, text=True
        )

    def gridloop(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.python("-m", "gridloop.cli", *arguments)


def there_and_back(before: Installation, after: Installation, backup: Path) -> None:
    assert (filled := before.python("-c", FILL)).returncode == 0, filled.stderr
    made = before.gridloop("backup", str(backup), "--with-secrets")
    assert made.returncode == 0, made.stderr
    assert "The keys are not in it" not in made.stdout
    brought = after.gridloop("restore", str(backup))
    assert brought.returncode == 0, brought.stderr

    seen = after.python("-c", LOOK)

    assert seen.stdout == "3 王秀英 light\n", seen.stderr
    assert oct((after.folder / "secrets").stat().st_mode)[-2:] == "00"


def test_sqlite_goes_there_and_back(tmp_path: Path) -> None:
    before, after = Installation(tmp_path / "before", ""), Installation(tmp_path / "after", "")

    there_and_back(before, after, tmp_path / "county.tar")

    again = after.gridloop("restore", str(tmp_path / "county.tar"))
    assert again.returncode == 1
    assert "--replace" in again.stderr
    assert after.gridloop("restore", str(tmp_path / "county.tar"), "--replace").returncode == 0
    assert after.python("-c", LOOK).stdout == "3 王秀英 light\n"
    twice = before.gridloop("backup", str(tmp_path / "county.tar"))
    assert "is there already" in twice.stderr


def test_backup_without_its_key_is_not_restored(tmp_path: Path) -> None:
    before, after = Installation(tmp_path / "before", ""), Installation(tmp_path / "after", "")
    assert before.python("-c", FILL).returncode == 0
    made = before.gridloop("backup", str(tmp_path / "county.tar"))
    assert "The keys are not in it" in made.stdout

    refused = after.gridloop("restore", str(tmp_path / "county.tar"))

    assert refused.returncode == 1
    assert "'secrets' folder" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.fixture
def two_databases() -> Iterator[list[str]]:
    import psycopg

    address = urlsplit(os.environ["DATABASE_URL"])
    names = [f"test_backup_{uuid.uuid4().hex[:12]}" for _ in range(2)]
    with psycopg.connect(address.geturl(), autocommit=True) as server:
        for name in names:
            server.execute(f"CREATE DATABASE {name}")
        yield [address._replace(path=f"/{name}").geturl() for name in names]
        for name in names:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.postgres
@pytest.mark.django_db
def test_postgres_goes_there_and_back(tmp_path: Path, two_databases: list[str]) -> None:
    before = Installation(tmp_path / "before", two_databases[0])
    after = Installation(tmp_path / "after", two_databases[1])

    there_and_back(before, after, tmp_path / "county.tar")
