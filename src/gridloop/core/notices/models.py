"""The notices' tables: what is to be told to whom, every try, channels, and browsers that want pushes."""

from django.db import models
from django.utils import timezone

from gridloop.core.people.models import Organisation, Person


class Template(models.Model):
    """Reviewed words for one event, audience and language, with {variables}; SMS uses the gateway's template id."""

    event = models.CharField(max_length=48)
    audience = models.CharField(max_length=16)  # reporter, unit, worker, room
    language = models.CharField(max_length=12, default="zh-hans")
    subject = models.CharField(max_length=120)
    words = models.TextField()
    gateway_id = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "audience", "language"], name="one_template")]


class Channel(models.Model):
    """A configured way out: the adapter's name and its settings (secrets encrypted)."""

    name = models.CharField(max_length=60, unique=True)
    adapter = models.CharField(max_length=24)  # inapp, email, sms, wecom, dingtalk, feishu, push, webhook, demo
    options = models.JSONField(default=dict)
    secret = models.TextField(blank=True)
    active = models.BooleanField(default=True)
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="channels")
    checked_at = models.DateTimeField(null=True)
    working = models.BooleanField(null=True)
    trouble = models.TextField(blank=True)


class Notice(models.Model):
    """One thing to tell one person or organisation. `key` makes it unique, so that replays tell nobody twice."""

    key = models.CharField(max_length=120, unique=True)
    event = models.CharField(max_length=48)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="notices")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="notices")
    case = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=200)
    words = models.TextField()
    address = models.CharField(max_length=200, blank=True)  # the page it leads to
    facts = models.JSONField(default=dict)
    emergency = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "read_at", "-id"], name="notice_person"),
            models.Index(fields=["organisation", "read_at", "-id"], name="notice_organisation"),
        ]


class Delivery(models.Model):
    """One notice on one channel: waiting, sent, or dead after too many tries."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=8, default="waiting")  # waiting, sent, dead, grouped
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="delivery_waiting", condition=models.Q(state="waiting"))]
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="one_delivery")]


class PushSubscription(models.Model):
    """A browser that may be woken (RFC 8030)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="push_subscriptions")
    endpoint = models.URLField(max_length=500, unique=True)
    keys = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
