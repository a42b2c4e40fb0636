"""Whether the tables are known to be up to date, asked without Django, so that a second start is quick."""

import contextlib
import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any

from gridloop.settings import DATA, DATABASES, PACKAGE

NOTE = DATA / "ready.json"


def is_known_ready() -> bool:
    """True only when this very code brought this very database up to date and it still says so."""
    with contextlib.suppress(OSError, ValueError):
        note = json.loads(NOTE.read_text())
        return note["code"] == state_of_code() and note["database"] == state_of_database() != ""
    return False


def note_ready() -> None:
    """To be called when the migrations have been applied."""
    note = {"code": state_of_code(), "database": state_of_database()}
    unfinished = NOTE.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(note))
    unfinished.replace(NOTE)


def state_of_code() -> str:
    """Changes with every migration added, changed or removed, and with Django itself."""
    from django import VERSION

    digest = hashlib.sha256(repr(VERSION).encode())
    for path in sorted(PACKAGE.rglob("migrations/*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def state_of_database() -> str:
    """Which database, and how many migrations it says it has had; empty when it does not answer."""
    settings = DATABASES["default"]
    where = json.dumps([str(settings.get(name, "")) for name in ("ENGINE", "NAME", "HOST", "PORT")])
    try:
        count = (
            asked_of_postgres(settings)
            if "postgresql" in str(settings["ENGINE"])
            else asked_of_sqlite(settings)
        )
    except Exception:  # whatever it is, the long way round will find it and say it
        return ""
    return hashlib.sha256(f"{where} {count}".encode()).hexdigest()


COUNT = "SELECT count(*), max(id) FROM django_migrations"


def asked_of_sqlite(settings: dict[str, Any]) -> tuple[Any, ...]:
    path = Path(str(settings["NAME"])).absolute()
    with contextlib.closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=5)) as database:
        return tuple(database.execute(COUNT).fetchone())


def asked_of_postgres(settings: dict[str, Any]) -> tuple[Any, ...]:
    import psycopg

    with psycopg.connect(
        host=settings["HOST"] or None,
        port=settings["PORT"] or None,
        user=settings["USER"] or None,
        password=settings["PASSWORD"] or None,
        dbname=settings["NAME"],
        connect_timeout=5,
    ) as database:
        row = database.execute(COUNT).fetchone()
        return tuple(row or ())
