"""The table of files: each is cleaned, hashed and stored before it has a row."""

import uuid

from django.db import models
from django.utils import timezone


class File(models.Model):
    """One stored file; `key` is what its address shows, `digest` the SHA-256 of the stored bytes."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    digest = models.CharField(max_length=64, db_index=True)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=120, blank=True)
    person = models.BigIntegerField(null=True)  # who brought it
    at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True)
