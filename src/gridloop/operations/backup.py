"""Backups: database, files and a list of hashes in one file, taken while everything keeps running."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Max
from django.utils import timezone

from gridloop import __version__
from gridloop.core.journal.errors import Refusal
from gridloop.operations import archive
from gridloop.operations.archive import Manifest, Part
from gridloop.operations.dumping import dump_database

Say = Callable[[str], None]


def make_backup(file: Path, *, with_secrets: bool = False, say: Say = print) -> Manifest:
    """Files are gathered after the database, so that every row's file is there; too many do no harm."""
    if file.exists():
        raise Refusal(f"{file} is there already: choose another name, so that no backup is ever overwritten.")
    if not file.absolute().parent.is_dir():
        raise Refusal(f"The folder {file.absolute().parent} does not exist: make it, or choose another.")

    with tempfile.TemporaryDirectory(prefix=".gridloop-backup-", dir=file.absolute().parent) as folder:
        say("Copying the database ...")
        copy = dump_database(Path(folder))
        sources = {copy.name: copy, **stored_files(), **(kept_secrets() if with_secrets else {})}
        say(f"Hashing {len(sources)} files ...")
        manifest = describe(
            [Part(name, path.stat().st_size, archive.digest_of(path)) for name, path in sources.items()]
        )
        archive.write(file, manifest, sources)

    size = file.stat().st_size / 2**20
    say(f"{file}: {len(manifest.parts)} parts, {size:.1f} MiB, the journal up to entry {manifest.entries}.")
    if not with_secrets:
        say(
            "The keys are not in it: keep the folder 'secrets' of the data folder somewhere else, "
            "for without them names and phone numbers stay unreadable."
        )
    return manifest


def describe(parts: list[Part]) -> Manifest:
    from django.db.migrations.recorder import MigrationRecorder

    from gridloop.core.journal.models import Entry, Seal

    newest = Seal.objects.order_by("-size").first()
    return Manifest(
        made_at=timezone.now().isoformat(),
        version=__version__,
        database=connection.vendor,
        key_digest=key_digest(settings.PERSONAL_DATA_KEY),
        migrations=sorted(
            f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()
        ),
        entries=Entry.objects.aggregate(newest=Max("id"))["newest"] or 0,
        root=newest.root if newest else "",
        parts=parts,
    )


def key_digest(key: str) -> str:
    """Tells whether two keys are the same; the key is random, so its digest gives nothing away."""
    return hashlib.sha256(f"gridloop backup {key}".encode()).hexdigest()[:16]


def stored_files() -> dict[str, Path]:
    """Uploaded files, and trained classifiers: neither is in the database."""
    return dict(under(Path(settings.FILES), "files")) | dict(under(Path(settings.DATA) / "models", "models"))


def kept_secrets() -> dict[str, Path]:
    return dict(under(Path(settings.DATA) / "secrets", "secrets"))


def under(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if path.is_file() and not path.is_symlink():
            yield f"{name}/{path.relative_to(folder).as_posix()}", path
