"""The API's tables: tokens with scopes, and webhooks with what was sent to them."""

from django.db import models
from django.utils import timezone

from gridloop.core.people.models import Organisation, Person
from gridloop.core.people.personal_data import EncryptedText


class Token(models.Model):
    """A key for another system. Only its digest is kept; `scopes` name what it may do, `person` whose reach it has."""

    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=8)
    scopes = models.JSONField(default=list)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="api_tokens")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="api_tokens")
    rate = models.PositiveIntegerField(default=1200)  # requests a minute in one process; 0 means no limit
    made_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"


class Webhook(models.Model):
    """An address that hears of journal events within its token's reach."""

    address = models.URLField(max_length=400)
    events = models.JSONField(default=list)
    secret = EncryptedText()
    former_secret = EncryptedText(
        blank=True, default=""
    )  # signs as well until then, while the receiver changes over
    former_until = models.DateTimeField(null=True)
    token = models.ForeignKey(Token, models.CASCADE, related_name="webhooks")
    active = models.BooleanField(default=True)
    trouble = models.TextField(blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.address

    def still_former_secret(self) -> str:
        return self.former_secret if self.former_until and self.former_until > timezone.now() else ""


class WebhookCall(models.Model):
    """One event for one webhook: waiting, sent, or dead after too many tries."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="calls")
    entry = models.BigIntegerField()
    body = models.JSONField()
    state = models.CharField(max_length=8, default="waiting")
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["webhook", "entry"], name="one_call")]
        indexes = [models.Index(fields=["due_at"], name="call_waiting", condition=models.Q(state="waiting"))]
