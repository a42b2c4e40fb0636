"""The tables of ingestion: what was received, what rules remember, the rules themselves, what came over the web."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Receipt(models.Model):
    """One alarm-class finding, written once: whoever sends it again meets its key. Devices are named by id alone,
    because a foreign key would be checked for every message of a storm."""

    key = models.CharField(max_length=40, primary_key=True)  # digest of device and message
    device = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    on = models.BooleanField()
    at = models.DateTimeField()
    received = models.DateTimeField()
    rule = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["device", "kind", "-at"], name="receipt_device"),
            models.Index(fields=["received"], name="receipt_received"),
        ]


class RuleMemory(models.Model):
    """What a rule remembers of one device: since when, how often, and whether it has raised. No row: nothing."""

    device = models.BigIntegerField()
    rule = models.CharField(max_length=40)
    since = models.FloatField()  # seconds since 1970, as the devices count
    last = models.FloatField()
    times = models.PositiveIntegerField(default=0)
    on = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "rule"], name="one_rule_memory")]


class Shape(models.TextChoices):
    """How a rule looks at the readings."""

    SIMPLE = "simple", _("At once")
    DURATION = "duration", _("When it lasts")
    REPEAT = "repeat", _("When it repeats")
    SILENCE = "silence", _("When nothing comes")


class AlarmRule(models.Model):
    """One version of a rule. An edit adds a version and never changes one; the newest of a name is in force."""

    name = models.SlugField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    shape = models.CharField(max_length=12, choices=Shape)
    kinds = models.JSONField(default=list)  # kinds of devices it watches
    quantity = models.CharField(max_length=16, blank=True)
    above = models.BooleanField(default=True)  # raises above on_limit; else below it
    on_limit = models.FloatField(default=0)
    off_limit = models.FloatField(default=0)
    seconds = models.FloatField(default=0)
    times = models.PositiveIntegerField(default=1)
    days = models.JSONField(default=list)  # 0 Monday ... 6 Sunday; empty: every day
    hours = models.JSONField(default=list)  # [[from, to], ...] minutes of the day; empty: always
    raises = models.CharField(max_length=16, default="reading")
    active = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="one_rule_version")]


class Posted(models.Model):
    """Signals that came over the web: one row a request, durable before it is answered, taken up by the listener."""

    signals = models.BinaryField()
    at = models.DateTimeField(default=timezone.now)
