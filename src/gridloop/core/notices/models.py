"""The notices' tables: what is to be told to whom, every try, channels and their pace, and what people prefer."""

import json
from typing import Any

from django.db import models
from django.utils import timezone

from gridloop.core.cases.models import Category
from gridloop.core.people.models import Organisation, Person
from gridloop.core.people.personal_data import EncryptedText


class Template(models.Model):
    """Reviewed words for one event, audience and language, with {variables}; SMS uses the gateway's template id.

    A row here takes the place of the words gridloop ships for the same event, audience and language.
    """

    event = models.CharField(max_length=48)
    audience = models.CharField(max_length=16)  # reporter, unit, worker, room
    language = models.CharField(max_length=12, default="zh-hans")
    subject = models.CharField(max_length=120)
    words = models.TextField()
    gateway_id = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "audience", "language"], name="one_template")]


class AnswerWording(models.Model):
    """A reviewed way to say something in a public answer, offered where one is written; {variables} are filled in.

    Nobody is offered it before a second person has reviewed it. A new version `replaces` the old one at that moment.
    """

    title = models.CharField(max_length=60)
    words = models.TextField()
    occasion = models.CharField(
        max_length=24, blank=True
    )  # the move it is for; empty: wherever an answer is written
    category = models.ForeignKey(
        Category, models.CASCADE, null=True, related_name="+"
    )  # with the classes below it
    replaces = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    written_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    reviewed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.title


class Channel(models.Model):
    """A configured way out: the adapter's name and its settings; `secret` is a JSON object, encrypted at rest.

    `demo` names how the demo twin behaves that stands in for the real way out; empty means the real one.
    """

    name = models.CharField(max_length=60, unique=True)
    adapter = models.CharField(max_length=24)  # inapp, email, sms, wecom, dingtalk, feishu, push, webhook
    options = models.JSONField(default=dict)
    secret = EncryptedText(blank=True)
    demo = models.CharField(max_length=8, blank=True)  # works, fails, crashes
    active = models.BooleanField(default=True)
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="channels")
    checked_at = models.DateTimeField(null=True)
    working = models.BooleanField(null=True)
    trouble = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name

    @property
    def secrets(self) -> dict[str, str]:
        """The secret settings by name."""
        found: dict[str, str] = json.loads(self.secret) if self.secret else {}
        return found

    def setting(self, name: str, default: Any = "") -> Any:
        """One setting, secret or not."""
        return self.secrets.get(name) or self.options.get(name) or default


class Pace(models.Model):
    """When a channel last sent, so that no robot is ever asked for more than it allows; `turn` guards the change."""

    channel = models.OneToOneField(Channel, models.CASCADE, primary_key=True, related_name="pace")
    sent = models.JSONField(default=list)  # seconds since 1970, oldest first
    closed_until = models.DateTimeField(null=True)
    turn = models.PositiveIntegerField(default=0)


class Notice(models.Model):
    """One thing to tell one person or organisation. `key` makes it unique, so that replays tell nobody twice."""

    key = models.CharField(max_length=120, unique=True)
    event = models.CharField(max_length=48)
    audience = models.CharField(max_length=16, blank=True)
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
            models.Index(fields=["case", "-id"], name="notice_case"),
        ]


class Delivery(models.Model):
    """One notice on one channel: waiting, sent (alone or grouped with others), or dead after too many tries.

    Whoever sends it first moves `due_at` a little ahead: that is the lease. A sender that dies simply lets it come due
    again. `group` names the recipient whose other waiting notices may travel in the same message; empty means alone.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=8, default="waiting")  # waiting, sent, grouped, dead
    urgent = models.BooleanField(default=False)
    group = models.CharField(max_length=24, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at", "channel"], name="delivery_waiting", condition=models.Q(state="waiting")
            ),
            models.Index(
                fields=["channel", "group"], name="delivery_group", condition=models.Q(state="waiting")
            ),
            models.Index(fields=["-id"], name="delivery_dead", condition=models.Q(state="dead")),
        ]
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="one_delivery")]


class Preference(models.Model):
    """How one person wishes to hear: by which ways (null: as gridloop thinks best), and when to be left in peace."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="notice_preference")
    ways = models.JSONField(null=True)  # names of adapters: ["push", "sms", "email"]
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)


class PushSubscription(models.Model):
    """A browser that may be woken (RFC 8030)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="push_subscriptions")
    endpoint = models.URLField(max_length=500, unique=True)
    keys = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)


class DemoMessage(models.Model):
    """What a demo twin would have sent, exactly as it would have left; kept for the demo's page of messages."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="demo_messages")
    notice = models.ForeignKey(Notice, models.SET_NULL, null=True, related_name="+")
    recipient = models.CharField(max_length=200)  # masked
    body = EncryptedText()
    outcome = models.CharField(max_length=8)  # works, fails, crashes
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["-id"], name="demo_message_newest")]
