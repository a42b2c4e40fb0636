"""The journal's tables: entries, sealed batches, and how far each consumer has read."""

from django.db import models
from django.utils import timezone


class Entry(models.Model):
    """One thing that happened; written in the same transaction as the change, never altered.

    `facts` hold ids, codes and numbers. Words of people (reasons, answers) stand in `words`, and only their salted
    digest is sealed, so that words can be erased later without breaking the seal.
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
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject", "id"], name="journal_subject"),
            models.Index(fields=["person", "id"], name="journal_person"),
        ]


class Cursor(models.Model):
    """How far one consumer has read the journal; kept in the same transaction as the consumer's own changes."""

    consumer = models.CharField(max_length=64, primary_key=True)
    position = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(default=timezone.now)
    trouble = models.TextField(blank=True)


class Seal(models.Model):
    """One sealed batch: the Merkle root over all entries up to `size` (RFC 9162)."""

    size = models.BigIntegerField(unique=True)
    first_entry = models.BigIntegerField()
    last_entry = models.BigIntegerField()
    root = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
