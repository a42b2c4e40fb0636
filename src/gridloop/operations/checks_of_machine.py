"""What the doctor asks of the machine: database, tables, clock, data folder, secrets, web server."""

import os
import shutil
import stat
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from gridloop.operations.doctor import Finding, Question

ENOUGH_FREE = 5 * 2**30
TOO_LITTLE_FREE = 2**29
LARGEST_SKEW = 2.0
OLDEST_POSTGRES = 140000
FRONT = Path(__file__).resolve().parent.parent / "web" / "static" / "dist"


def database() -> Iterator[Finding]:
    from django.db import connection

    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    words = (
        f"{connection.display_name} {version()} answers in {(time.perf_counter() - started) * 1000:.0f} ms"
    )
    if connection.vendor != "postgresql":
        yield Finding("OK", "database", f"{words}, {connection.settings_dict['NAME']}")
        return
    number = connection.pg_version  # type: ignore[attr-defined]
    if number < OLDEST_POSTGRES:
        yield Finding(
            "WARN", "database", words, "Upgrade PostgreSQL to 14 or newer: older ones are not tested."
        )
    else:
        yield Finding("OK", "database", words)
    yield from connections_left()


def version() -> str:
    from django.db import connection

    return ".".join(str(part) for part in connection.get_database_version())


def connections_left() -> Iterator[Finding]:
    """How many connections the server gives, against how many all processes may ask for."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('max_connections')::int, (SELECT count(*) FROM pg_stat_activity)"
        )
        most, used = cursor.fetchone()
    words = f"{used} of {most} connections in use"
    if used > most * 0.8:
        yield Finding("WARN", "connections", words, "Raise max_connections, or lower GRIDLOOP_POOL_SIZE.")
    else:
        yield Finding("OK", "connections", words)


def tables() -> Iterator[Finding]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        names = ", ".join(f"{migration.app_label} {migration.name}" for migration, _ in missing[:3])
        yield Finding(
            "FAIL",
            "tables",
            f"{len(missing)} migrations are missing ({names} ...)",
            "Run 'gridloop migrate'.",
        )
    else:
        yield Finding("OK", "tables", "up to date")


def clock() -> Iterator[Finding]:
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            theirs = cursor.fetchone()[0]
        skew = abs((datetime.now(UTC) - theirs).total_seconds())
        if skew > LARGEST_SKEW:
            yield Finding(
                "FAIL",
                "clock",
                f"this machine and the database differ by {skew:.1f} s",
                "Let both keep time (NTP): deadlines and one-time codes depend on it.",
            )
            return
    if datetime.now(UTC).year < 2026:
        yield Finding(
            "FAIL", "clock", f"this machine believes it is {datetime.now(UTC):%Y-%m-%d}", "Set its clock."
        )
        return
    yield Finding("OK", "clock", f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")


def data_folder() -> Iterator[Finding]:
    from django.conf import settings

    folder = Path(settings.DATA)
    if not folder.is_dir():
        yield Finding("FAIL", "data folder", f"{folder} does not exist", "Make it, or set GRIDLOOP_DATA.")
        return
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield Finding(
            "FAIL",
            "data folder",
            f"{folder} cannot be written: {error.strerror}",
            "Give this user the right to write.",
        )
        return
    free = shutil.disk_usage(folder).free
    words = f"{folder}, {free / 2**30:.1f} GiB free"
    if free < TOO_LITTLE_FREE:
        yield Finding("FAIL", "data folder", words, "Make room at once: photos can no longer be kept.")
    elif free < ENOUGH_FREE:
        yield Finding("WARN", "data folder", words, "Make room, or move the data folder to a larger disk.")
    else:
        yield Finding("OK", "data folder", words)


def uploaded_files() -> Iterator[Finding]:
    """A few bytes put where photos go, read back and removed."""
    from django.conf import settings

    from gridloop.core.evidence.storage import the_store

    place = f"bucket {settings.FILES_BUCKET}" if settings.FILES_BUCKET else str(settings.FILES)
    path = f"do/ct/{uuid.uuid4().hex}"
    try:
        store = the_store()
        store.write(path, b"gridloop doctor")
        with store.open(path) as kept:
            is_same = kept.read() == b"gridloop doctor"
        store.remove(path)
    except Exception as error:  # whatever a disk or a gateway can say, the doctor passes on
        yield Finding("FAIL", "uploaded files", f"{place}: {error}", "Put this right: photos cannot be kept.")
        return
    if is_same:
        yield Finding("OK", "uploaded files", place)
    else:
        yield Finding(
            "FAIL", "uploaded files", f"{place} gives back other bytes", "Look at what stands in between."
        )


def secrets() -> Iterator[Finding]:
    from django.conf import settings

    folder = Path(settings.DATA) / "secrets"
    kept = sorted(folder.glob("*")) if folder.is_dir() else []
    if not kept:
        yield Finding("OK", "secrets", "given by the environment")
        return
    open_ones = [path.name for path in [folder, *kept] if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_ones:
        yield Finding(
            "FAIL",
            "secrets",
            f"others may read {', '.join(open_ones)}",
            f"Run: chmod -R go= {folder}",
        )
    elif kept[0].stat().st_uid not in {os.getuid(), 0}:
        yield Finding(
            "WARN", "secrets", f"{folder} belongs to another user", "Run gridloop as the owner of the data."
        )
    else:
        yield Finding("OK", "secrets", f"{len(kept)} kept in {folder}, readable by their owner alone")


def static_build() -> Iterator[Finding]:
    built = [path for path in FRONT.rglob("*") if path.is_file()] if FRONT.is_dir() else []
    if built:
        yield Finding("OK", "static build", f"{len(built)} files")
    else:
        yield Finding(
            "FAIL", "static build", "maps, charts and live pages are not built", "Run 'make build'."
        )


def words_build() -> Iterator[Finding]:
    package = FRONT.parents[2]
    missing = [path for path in package.rglob("*.po") if not path.with_suffix(".mo").exists()]
    if missing:
        yield Finding("FAIL", "translations", f"{len(missing)} are not compiled", "Run 'make words'.")
    else:
        yield Finding("OK", "translations", "compiled")


def web_server() -> Iterator[Finding]:
    from gridloop.operations.processes import wait_until_it_answers
    from gridloop.operations.serving import listening_at

    host, port = listening_at()
    address = f"http://{host}:{port}/"
    if wait_until_it_answers(host, port, patience=0.5, give_up=lambda: False):
        yield Finding("OK", "web server", f"answers at {address}")
    else:
        yield Finding("WARN", "web server", f"nothing answers at {address}", "Run 'gridloop start'.")


def public_address() -> Iterator[Finding]:
    from django.conf import settings

    address = settings.PUBLIC_ADDRESS
    if settings.DEMO or settings.DEBUG:
        words = "demonstration" if settings.DEMO else "debugging"
        yield Finding(
            "WARN", "public address", f"{address}, with {words} switched on", "Never with real people's data."
        )
    elif not address.startswith("https://"):
        yield Finding(
            "WARN",
            "public address",
            f"{address} is not encrypted",
            "Put a reverse proxy with a certificate in front and set GRIDLOOP_PUBLIC_ADDRESS=https://...",
        )
    else:
        yield Finding("OK", "public address", address)


QUESTIONS: tuple[Question, ...] = (
    data_folder,
    uploaded_files,
    secrets,
    static_build,
    words_build,
    public_address,
    web_server,
    database,
    tables,
    clock,
)
