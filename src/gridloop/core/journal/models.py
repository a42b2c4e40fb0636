"""The journal's tables: entries, seals with their Merkle tree, and how far each consumer has read."""

from typing import Any, NoReturn

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from gridloop.core.journal.errors import NeverAltered


class KeptQuerySet(models.QuerySet):
    """Rows that may be added and read, but neither changed nor removed; database triggers say the same."""

    def update(self, **changes: Any) -> NoReturn:
        raise NeverAltered(f"{self.model.__name__}: rows of the journal are never altered")

    def delete(self) -> NoReturn:
        raise NeverAltered(f"{self.model.__name__}: rows of the journal are never removed")

    def bulk_update(self, *rows: Any, **options: Any) -> NoReturn:
        raise NeverAltered(f"{self.model.__name__}: rows of the journal are never altered")

    def without_words(self) -> int:
        """Erase the words and their salt, the one change the journal allows; the digest stays and so does
        the seal."""
        return models.QuerySet.update(self.exclude(words=""), words="", salt=b"")


class Kept(models.Model):
    """A row that is written once."""

    objects = KeptQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *, force_insert: Any = False, using: str | None = None, **options: Any) -> None:
        if not self._state.adding:
            raise NeverAltered(f"{type(self).__name__}: rows of the journal are never altered")
        super().save(force_insert=force_insert or True, using=using, **options)

    def delete(self, using: str | None = None, keep_parents: bool = False) -> NoReturn:
        raise NeverAltered(f"{type(self).__name__}: rows of the journal are never removed")


class Entry(Kept):
    """One thing that happened; written in the same transaction as the change, never altered.

    `facts` hold ids, codes and numbers. Words of people (reasons, answers) stand in `words`, and only their
    salted digest is sealed, so that words can be erased later without breaking the seal: whoever has the
    digest but not the salt cannot even guess at them.
    """

    at = models.DateTimeField(default=timezone.now)
    event = models.CharField(max_length=48)
    subject_kind = models.CharField(max_length=24)
    subject = models.BigIntegerField(null=True)
    actor_kind = models.CharField(max_length=8)
    person = models.BigIntegerField(null=True)
    post = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    area = models.BigIntegerField(null=True)
    before = models.CharField(max_length=48, blank=True)
    after = models.CharField(max_length=48, blank=True)
    words = models.TextField(blank=True)
    salt = models.BinaryField(max_length=16, default=b"")
    words_digest = models.BinaryField(max_length=32, default=b"")
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject", "id"], name="journal_subject"),
            models.Index(
                fields=["person", "id"], name="journal_person", condition=models.Q(person__isnull=False)
            ),
        ]


class Cursor(models.Model):
    """How far one consumer has read the journal; kept in the same transaction as the consumer's own changes.

    A consumer that raises stays before `failing` and is tried again at `try_at`; `trouble` says what went
    wrong, and `halted` that it has failed so often that somebody must look.
    """

    consumer = models.CharField(max_length=64, primary_key=True)
    position = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(default=timezone.now)
    trouble = models.TextField(blank=True)
    failing = models.BigIntegerField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    try_at = models.DateTimeField(null=True)
    halted = models.BooleanField(default=False)


class Seal(Kept):
    """One sealed batch: the Merkle root over the first `size` entries in the order of their ids (RFC
    9162)."""

    size = models.BigIntegerField(unique=True)
    first_entry = models.BigIntegerField()
    last_entry = models.BigIntegerField(unique=True)
    root = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)


class Tile(models.Model):
    """Up to 256 neighbouring hashes of the Merkle tree, 32 bytes each.

    A tile of level 0 holds leaf hashes; one of level 1 holds the roots of full level 0 tiles, and so on
    upward. So ten million entries need some forty thousand rows, and a proof reads two or three per level.
    Only the last tile of a level grows. `first_entry` says where a level 0 tile begins in the journal.
    """

    level = models.PositiveSmallIntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField()
    first_entry = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "number"], name="one_tile")]
        indexes = [
            models.Index(
                fields=["first_entry"], name="tile_first_entry", condition=models.Q(first_entry__isnull=False)
            )
        ]
