"""Copies of the database taken while it runs: SQLite's own backup, or pg_dump; and the way back."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from pathlib import Path

from django.db import connection

from gridloop.core.journal.errors import Refusal

NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


def dump_database(folder: Path) -> Path:
    """A consistent copy of the whole database as one file in `folder`."""
    target = folder / NAMES[connection.vendor]
    if connection.vendor == "sqlite":
        copy_sqlite(Path(str(connection.settings_dict["NAME"])), target)
    else:
        run_postgres(
            "pg_dump", "--format=custom", "--compress=6", "--no-owner", "--no-acl", f"--file={target}"
        )
    return target


def load_database(copy: Path) -> None:
    """Puts a copy in the place of what is there now."""
    if connection.vendor == "sqlite":
        target = Path(str(connection.settings_dict["NAME"]))
        connection.close()
        check_sqlite(copy)
        copy_sqlite(copy, target)
    else:
        connection.close()
        run_postgres(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--no-acl",
            "--single-transaction",
            "--exit-on-error",
            f"--dbname={connection.settings_dict['NAME']}",
            str(copy),
        )


def copy_sqlite(source: Path, target: Path) -> None:
    """SQLite's online backup: right while others read and write, on both sides."""
    reading, writing = sqlite3.connect(source, timeout=30), sqlite3.connect(target, timeout=30)
    try:
        reading.backup(writing, pages=4096, sleep=0.01)
    except sqlite3.OperationalError as error:
        raise Refusal(f"{target} cannot be written ({error}): stop gridloop and try again.") from error
    finally:
        writing.close()
        reading.close()


def check_sqlite(copy: Path) -> None:
    database = sqlite3.connect(copy)
    try:
        answer = database.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        answer = str(error)
    finally:
        database.close()
    if answer != "ok":
        raise Refusal(f"The database in this backup is damaged ({answer}): take another copy of the backup.")


def run_postgres(program: str, *arguments: str) -> None:
    settings = connection.settings_dict
    surroundings = {
        "PGHOST": settings["HOST"],
        "PGPORT": settings["PORT"],
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGDATABASE": settings["NAME"],
    }
    done = subprocess.run(  # noqa: S603
        [postgres_program(program), *arguments],
        env={**os.environ, **{name: str(value) for name, value in surroundings.items() if value}},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Refusal(f"{program} could not do it: {last_line(done.stderr)}")


def postgres_program(name: str) -> str:
    """The newest client programs there are: an older one refuses a newer server."""
    installed: Sequence[Path] = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3])
    )
    found = str(installed[-1]) if installed else shutil.which(name)
    if not found:
        raise Refusal(f"{name} is not installed: install PostgreSQL's client programs (postgresql-client).")
    return found


def last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1] if lines else "it did not say why"
