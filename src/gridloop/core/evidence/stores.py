"""Places for bytes: a folder that survives power cuts, and S3-compatible storage."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, slots=True)
class Stored:
    """One thing in the store: its path, the file's key in it, and when it was written."""

    path: str
    key: str
    written_at: datetime


class Store(Protocol):
    """A place for bytes. `write` returns only when they would survive a power cut."""

    def write(self, path: str, content: bytes) -> None: ...
    def open(self, path: str) -> BinaryIO: ...
    def remove(self, path: str) -> None: ...
    def everything(self) -> Iterator[Stored]: ...


class FolderStore:
    """A folder on this machine, sharded by the first four digits of the digest."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, path: str, content: bytes) -> None:
        target = self.root / path
        self.make_folder(target.parent)
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".writing-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        flush_folder(target.parent)

    def make_folder(self, folder: Path) -> None:
        """Makes the folder and its parents, each of them written to disk."""
        if folder.is_dir():
            return
        self.make_folder(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o750)
        flush_folder(folder.parent)

    def open(self, path: str) -> BinaryIO:
        return (self.root / path).open("rb")

    def remove(self, path: str) -> None:
        (self.root / path).unlink(missing_ok=True)

    def everything(self) -> Iterator[Stored]:
        for found in self.root.glob("??/??/*"):
            with suppress(FileNotFoundError):
                written_at = datetime.fromtimestamp(found.stat().st_mtime, UTC)
                yield Stored(str(found.relative_to(self.root)), key_in(found.name), written_at)


class BucketStore:
    """S3-compatible storage; the address and the keys are read by boto3 in its usual ways (boto3 is installed for it alone)."""

    def __init__(self, bucket: str, endpoint: str) -> None:
        if find_spec("boto3") is None:
            raise ImproperlyConfigured(
                "GRIDLOOP_FILES_BUCKET names a bucket, which needs boto3: "
                "run '.venv/bin/pip install --require-hashes -r requirements/bucket.txt'."
            )
        self.bucket = bucket
        self.client: Any = import_module("boto3").client("s3", endpoint_url=endpoint or None)

    def write(self, path: str, content: bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=path, Body=content)

    def open(self, path: str) -> BinaryIO:
        try:
            return BytesIO(self.client.get_object(Bucket=self.bucket, Key=path)["Body"].read())
        except self.client.exceptions.NoSuchKey as missing:
            raise FileNotFoundError(path) from missing

    def remove(self, path: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=path)

    def everything(self) -> Iterator[Stored]:
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket):
            for found in page.get("Contents", []):
                yield Stored(found["Key"], key_in(found["Key"].rsplit("/", 1)[-1]), found["LastModified"])


def flush_folder(folder: Path) -> None:
    """Writes a folder's list of names to disk, so that a new name survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def key_in(name: str) -> str:
    """The file's key in a stored name (digest.key[.thumbnail])."""
    return name.split(".")[1] if name.count(".") in {1, 2} else ""
