"""What the adapters keep: the keys of messages that came over HTTP, so that one sent again is recognised."""

from django.db import models
from django.utils import timezone


class HeardKey(models.Model):
    """The digest of one (vendor, key); forgotten after a week."""

    digest = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
