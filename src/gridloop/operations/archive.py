"""The backup's file: one tar with a manifest first, naming every part's size and SHA-256."""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from gridloop.core.journal.errors import Refusal

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class Part:
    """One file inside the backup."""

    name: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `key_digest` tells whether a personal-data key fits without showing it."""

    made_at: str
    version: str
    database: str  # sqlite or postgresql
    key_digest: str
    migrations: list[str]
    entries: int
    root: str
    parts: list[Part] = field(default_factory=list)
    format: int = FORMAT

    def as_bytes(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def manifest_from(raw: bytes, *, file: Path) -> Manifest:
    try:
        found: dict[str, Any] = json.loads(raw)
        if found["format"] > FORMAT:
            raise Refusal(f"{file} was written by a newer gridloop: install that one and try again.")
        return Manifest(**{**found, "parts": [Part(**part) for part in found["parts"]]})
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal(
            f"{file} has a manifest that cannot be read: take another copy of the backup."
        ) from error


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(file: Path, manifest: Manifest, sources: dict[str, Path]) -> None:
    """Writes to a neighbour first, so that a half-written backup never bears the name of a whole one."""
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        with unfinished.open("xb") as raw:
            unfinished.chmod(0o600)
            with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
                body = manifest.as_bytes()
                head = tarfile.TarInfo(MANIFEST)
                head.size = len(body)
                tar.addfile(head, io.BytesIO(body))
                for part in manifest.parts:
                    tar.add(sources[part.name], arcname=part.name, recursive=False)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def read_manifest(file: Path) -> Manifest:
    try:
        with tarfile.open(file) as tar:
            first = tar.next()
            if first is None or first.name != MANIFEST or (body := tar.extractfile(first)) is None:
                raise Refusal(f"{file} is not a gridloop backup: its first part is no manifest.")
            return manifest_from(body.read(), file=file)
    except tarfile.TarError as error:
        raise Refusal(f"{file} is not a gridloop backup, or it is cut off: take another copy.") from error


def unpack(file: Path, manifest: Manifest, target: Path) -> None:
    """Unpacks every part into an empty folder; refuses names that lead out, and parts that were altered."""
    expected = {part.name: part for part in manifest.parts}
    try:
        with tarfile.open(file) as tar:
            for member in members(tar):
                part = expected.pop(member.name, None)
                if part is None or not member.isreg() or leads_out(member.name):
                    raise Refusal(
                        f"{file} holds '{member.name}', which its manifest does not name: do not use it."
                    )
                if unpack_one(tar, member, target / part.name) != (part.size, part.digest):
                    raise Refusal(f"'{part.name}' in {file} is damaged: take another copy of the backup.")
    except (tarfile.TarError, EOFError) as error:
        raise Refusal(f"{file} is cut off: take another copy of the backup.") from error
    if expected:
        raise Refusal(f"{file} lacks '{next(iter(expected))}': take another copy of the backup.")


def members(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    return (member for member in tar if member.name != MANIFEST)


def leads_out(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts


def unpack_one(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> tuple[int, str]:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    source = tar.extractfile(member)
    assert source is not None
    with target.open("xb") as file:
        while chunk := source.read(CHUNK):
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()
