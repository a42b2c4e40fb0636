"""Keeping and erasing files: cleaned before they are stored, stored before they have a row."""

import hashlib
from datetime import timedelta
from functools import partial
from typing import Protocol

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.evidence import storage
from gridloop.core.evidence.cleaning import LARGEST_PHOTO, clean_photo
from gridloop.core.evidence.documents import LARGEST_DOCUMENT, check_document, tidy_name
from gridloop.core.evidence.models import File
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import TooLate

LEFT_BEHIND = timedelta(days=1)


class Upload(Protocol):
    """What arrives with a form, an API call or an import: something with a name that can be read."""

    name: str | None

    def read(self, size: int = ..., /) -> bytes: ...


def keep_photo(upload: Upload | bytes, *, by: Actor) -> File:
    """Cleans, hashes and stores a picture; a Refusal says what to do instead. The bytes outlive a power cut."""
    photo = clean_photo(bytes_of(upload, at_most=LARGEST_PHOTO))

    file = new_file(upload, photo.content, photo.media_type, by=by)
    file.width, file.height = photo.width, photo.height
    storage.write_file(file, photo.content, thumbnail=photo.thumbnail)
    file.save(force_insert=True)

    return file


def keep_document(upload: Upload | bytes, *, by: Actor) -> File:
    """Checks, hashes and stores a document as it is; a Refusal says what to do instead."""
    document = check_document(bytes_of(upload, at_most=LARGEST_DOCUMENT))

    file = new_file(upload, document.content, document.media_type, by=by)
    storage.write_file(file, document.content)
    file.save(force_insert=True)

    return file


@transaction.atomic
def erase_file(file: File, *, reason: str, by: Actor) -> File:
    """Takes a file's bytes and name away for good; the row stays, so that the history still says there was one."""
    now = timezone.now()
    if File.objects.filter(pk=file.pk, erased_at=None).update(erased_at=now, name="", person=None) != 1:
        raise TooLate(_("This file is already erased. Nothing more needs to be done."))
    file.erased_at, file.name, file.person = now, "", None

    record(
        "file_erased",
        by=by,
        subject_kind="file",
        subject=file.pk,
        words=reason,
        facts={"digest": file.digest},
    )
    transaction.on_commit(lambda: storage.remove_bytes(file))

    return file


def erase_files(files: QuerySet[File]) -> int:
    """The same for many files at once, inside the caller's transaction; the caller's entry says so for all of them."""
    gone = list(files.filter(erased_at=None).only("key", "digest"))
    erased = File.objects.filter(pk__in=[file.pk for file in gone], erased_at=None)
    count = erased.update(erased_at=timezone.now(), name="", person=None)
    for file in gone:
        transaction.on_commit(partial(storage.remove_bytes, file))
    return count


def sweep_files(*, left_behind: timedelta = LEFT_BEHIND) -> int:
    """Removes bytes that belong to no row, or to an erased one; how many there were.

    They are left behind when a transaction fails after its upload was stored, or a process dies between the erasing
    and the removing. Fresh ones are left alone: their row may still be on its way.
    """
    limit = timezone.now() - left_behind
    store = storage.the_store()
    old = [found for found in store.everything() if found.written_at < limit]
    removed = 0
    for start in range(0, len(old), 500):
        batch = old[start : start + 500]
        named = [found.key for found in batch if len(found.key) == 36]
        living = {
            str(key)
            for key in File.objects.filter(key__in=named, erased_at=None).values_list("key", flat=True)
        }
        for found in batch:
            if found.key not in living:
                store.remove(found.path)
                removed += 1
    return removed


def new_file(upload: Upload | bytes, content: bytes, media_type: str, *, by: Actor) -> File:
    """A row not yet written, for bytes not yet stored."""
    name = "" if isinstance(upload, bytes) else upload.name or ""
    return File(
        digest=hashlib.sha256(content).hexdigest(),
        media_type=media_type,
        size=len(content),
        name=tidy_name(name, media_type),
        person=by.person,
    )


def bytes_of(upload: Upload | bytes, *, at_most: int) -> bytes:
    """What was sent, reading one byte more than is allowed and no further."""
    return upload if isinstance(upload, bytes) else upload.read(at_most + 1)
