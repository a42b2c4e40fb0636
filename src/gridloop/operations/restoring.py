"""Bringing back a backup: everything is checked, then put in place, then the tables brought up to date."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection

from gridloop.core.journal.errors import Refusal
from gridloop.operations import archive
from gridloop.operations.archive import Manifest
from gridloop.operations.backup import key_digest
from gridloop.operations.dumping import NAMES, load_database

Say = Callable[[str], None]


def restore_backup(file: Path, *, replace: bool = False, say: Say = print) -> Manifest:
    """Nothing here changes before the whole backup is known to be sound."""
    manifest = archive.read_manifest(file)
    require_same_database(manifest, file)
    if not replace:
        require_nothing_here()
    require_nobody_at_work()
    data = Path(settings.DATA)
    data.mkdir(parents=True, exist_ok=True)

    with tempfile.TemporaryDirectory(prefix=".gridloop-restore-", dir=data) as folder:
        unpacked = Path(folder)
        say(f"Checking {len(manifest.parts)} parts of {file} ...")
        archive.unpack(file, manifest, unpacked)
        require_fitting_key(manifest, unpacked)

        say("Putting the database in place ...")
        load_database(unpacked / NAMES[manifest.database])
        put_in_place(unpacked / "files", Path(settings.FILES))
        put_in_place(unpacked / "models", data / "models")
        if (unpacked / "secrets").is_dir():
            put_in_place(unpacked / "secrets", data / "secrets")
            close_to_others(data / "secrets")

    bring_up_to_date(say)
    say(
        f"Everything of {manifest.made_at} is back. "
        "Run 'gridloop journal verify' and 'gridloop doctor', then start."
    )
    return manifest


def require_same_database(manifest: Manifest, file: Path) -> None:
    if manifest.database != connection.vendor:
        raise Refusal(
            f"{file} was made from {manifest.database}, and DATABASE_URL names {connection.vendor}: "
            "set DATABASE_URL to a database of the same kind."
        )


def require_nothing_here() -> None:
    from django.db.migrations.recorder import MigrationRecorder

    if MigrationRecorder(connection).has_table():
        raise Refusal(
            "There is a database here already. Make a backup of it, stop gridloop, "
            "and say --replace to overwrite it."
        )


def require_nobody_at_work() -> None:
    """A worker or a web server that keeps writing would mix old and new."""
    from gridloop.operations.processes import wait_until_it_answers
    from gridloop.operations.serving import listening_at

    host, port = listening_at()
    if wait_until_it_answers(host, port, patience=0.3, give_up=lambda: False):
        raise Refusal(f"Something still answers on port {port}: stop gridloop, then restore.")


def require_fitting_key(manifest: Manifest, unpacked: Path) -> None:
    brought = unpacked / "secrets" / "personal_data_key"
    key = brought.read_text() if brought.exists() else settings.PERSONAL_DATA_KEY
    if key_digest(key) != manifest.key_digest:
        raise Refusal(
            "The key that opens names and phone numbers in this backup is another one than here: put the old "
            "'secrets' folder into the data folder (or set GRIDLOOP_PERSONAL_DATA_KEY), then restore again."
        )


def put_in_place(source: Path, target: Path) -> None:
    """Exchanges one folder for another; the old one is gone only when the new one stands."""
    if not source.is_dir():
        source.mkdir(mode=0o700)
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    source.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def close_to_others(folder: Path) -> None:
    folder.chmod(0o700)
    for path in folder.iterdir():
        path.chmod(0o600)


def bring_up_to_date(say: Say) -> None:
    """A backup of an older gridloop gets the tables of this one."""
    from gridloop.operations.serving import bring_tables_up_to_date

    connection.close()
    bring_tables_up_to_date(say=say)
