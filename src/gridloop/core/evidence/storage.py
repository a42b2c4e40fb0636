"""Where the bytes of files lie: a folder, or S3-compatible storage by the setting GRIDLOOP_FILES_BUCKET.

Every row has bytes of its own (nothing is shared between rows), so that erasing one can never take another's. They
are on disk before the row is committed; what a failed transaction leaves behind is swept later.
"""

from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gridloop.core.evidence.models import File
from gridloop.core.evidence.stores import BucketStore, FolderStore, Store
from gridloop.core.journal.errors import NotFound

THUMBNAIL = ".thumbnail"


def the_store() -> Store:
    """The store the settings name."""
    return store_for(str(settings.FILES), settings.FILES_BUCKET, settings.FILES_ENDPOINT)


@cache
def store_for(folder: str, bucket: str, endpoint: str) -> Store:
    return BucketStore(bucket, endpoint) if bucket else FolderStore(Path(folder))


def path_of(file: File) -> str:
    """Where a file's bytes lie in the store."""
    return f"{file.digest[:2]}/{file.digest[2:4]}/{file.digest}.{file.key}"


def write_file(file: File, content: bytes, *, thumbnail: bytes = b"") -> None:
    """Puts the bytes of a file that has no row yet safely down."""
    the_store().write(path_of(file), content)
    if thumbnail:
        the_store().write(path_of(file) + THUMBNAIL, thumbnail)


def open_file(file: File) -> BinaryIO:
    """The stored bytes; NotFound when the file was erased."""
    return opened(file, path_of(file))


def thumbnail(file: File) -> BinaryIO:
    """The small picture of a photo; NotFound when it was erased or is no photo."""
    return opened(file, path_of(file) + THUMBNAIL)


def opened(file: File, path: str) -> BinaryIO:
    if file.erased_at is None:
        with suppress(FileNotFoundError):
            return the_store().open(path)
    raise NotFound(_("This file is no longer here. Go back and choose another one."))


def remove_bytes(file: File) -> None:
    """Takes away the bytes of an erased file; doing it twice does no harm."""
    the_store().remove(path_of(file) + THUMBNAIL)
    the_store().remove(path_of(file))
