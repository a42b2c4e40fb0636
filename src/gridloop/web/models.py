"""The pages' own tables: filters people keep by name, and the keys of what phones sent."""

import uuid

from django.db import models
from django.utils import timezone

from gridloop.core.people.models import Person


class SavedFilter(models.Model):
    """A worklist's narrowing kept by its owner; `query` is the address's query string."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="one_saved_filter")]
        ordering = ["name"]


class Errand(models.Model):
    """Something an administrator asked for that may take longer than a request: an import, a training.

    A dry one changes nothing and says what would happen. Its file and its progress lie in the data folder under `key`.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    kind = models.CharField(max_length=24)
    name = models.CharField(max_length=120, blank=True)  # the file as its owner calls it
    dry = models.BooleanField(default=False)
    options = models.JSONField(default=dict)
    step = models.CharField(max_length=8, default="waiting")  # waiting, running, done, failed
    person = models.ForeignKey(Person, models.CASCADE, related_name="errands")
    asked_at = models.DateTimeField(default=timezone.now)
    begun_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)  # {"counts": {...}, "wrong": [[where, reason]], ...}
    trouble = models.TextField(blank=True)


class PhoneKey(models.Model):
    """What a phone sent that is neither a move nor a report (a patrol): the same key twice is one."""

    key = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
