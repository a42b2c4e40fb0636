"""The alarms' tables: episodes, alarms, maintenance windows, stations called, alerts handed out."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from gridloop.core.cases.models import Case
from gridloop.core.journal.models import Kept
from gridloop.core.people.models import Person
from gridloop.scenes.fire.alarms.kinds import AlarmKind, AlarmState, Grade, Verdict
from gridloop.scenes.fire.registry.models import Device, Premises, Station


class Episode(models.Model):
    """Alarms of one floor at one time: what people verify together. Detectors of a room ring together, so it counts once.

    `mark` is drawn by whoever inserts the row: so the inserter knows itself from those who joined. `escalated` is the
    rung of the ladder that was reached before anybody acknowledged.
    """

    premises = models.ForeignKey(Premises, models.PROTECT, related_name="episodes")
    floor = models.CharField(max_length=12, blank=True)
    grade = models.CharField(max_length=8, choices=Grade)
    mark = models.BigIntegerField()
    started_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)
    case = models.OneToOneField(Case, models.SET_NULL, null=True, related_name="fire_episode")
    acknowledged_at = models.DateTimeField(null=True)
    escalated = models.PositiveSmallIntegerField(default=0)
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True)
    verdict_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["premises", "floor", "grade"],
                condition=models.Q(ended_at=None),
                name="one_open_episode",
            )
        ]
        indexes = [
            models.Index(fields=["grade", "-id"], name="episode_open", condition=models.Q(ended_at=None)),
            models.Index(fields=["premises", "-id"], name="episode_premises"),
            models.Index(fields=["started_at"], name="episode_started"),
        ]


class Window(models.Model):
    """Maintenance: signals of a device or premises are kept but alarm nobody, for a reason and a time.

    Muting fire-class signals (`mutes_fire`) needs a second person; until then only the other kinds are muted.
    """

    premises = models.ForeignKey(Premises, models.PROTECT, null=True, related_name="windows")
    device = models.ForeignKey(Device, models.PROTECT, null=True, related_name="windows")
    reason = models.CharField(max_length=200)
    mutes_fire = models.BooleanField(default=False)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    raised_again = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["until_at"], name="window_open", condition=models.Q(ended_at=None)),
            models.Index(fields=["premises", "-id"], name="window_premises"),
        ]


class Alarm(models.Model):
    """One signal that is on, or was. The database allows one open alarm a device and kind; what repeats is counted.

    `first_at`, `last_at` and `cleared_at` are the device's clock, the others ours. `inhibited` says why nobody was
    alarmed (its panel has no power); `window` names the maintenance that muted it.
    """

    device = models.ForeignKey(Device, models.PROTECT, related_name="alarms")
    premises = models.ForeignKey(Premises, models.PROTECT, null=True, related_name="alarms")
    episode = models.ForeignKey(Episode, models.SET_NULL, null=True, related_name="alarms")
    kind = models.CharField(max_length=16, choices=AlarmKind)
    state = models.CharField(max_length=12, choices=AlarmState, default=AlarmState.RAISED)
    floor = models.CharField(max_length=12, blank=True)
    mark = models.BigIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)
    cleared_at = models.DateTimeField(null=True)
    repeats = models.PositiveIntegerField(default=0)
    rule = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    inhibited = models.CharField(max_length=60, blank=True)
    window = models.ForeignKey(Window, models.SET_NULL, null=True, related_name="alarms")
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["device", "kind"], condition=models.Q(ended_at=None), name="one_open_alarm"
            )
        ]
        indexes = [
            models.Index(fields=["premises", "received_at"], name="alarm_premises_day"),
            models.Index(fields=["device", "-id"], name="alarm_device"),
            models.Index(fields=["received_at"], name="alarm_received"),
            models.Index(fields=["kind", "-id"], name="alarm_open", condition=models.Q(ended_at=None)),
        ]


class Call(models.Model):
    """One micro station called to an episode: how far it is, why it was chosen, and what it answered."""

    episode = models.ForeignKey(Episode, models.CASCADE, related_name="calls")
    station = models.ForeignKey(Station, models.PROTECT, related_name="calls")
    metres = models.PositiveIntegerField()
    rank = models.PositiveSmallIntegerField()
    called_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(max_length=12, blank=True)  # going, busy, arrived, stood_down
    answered_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["episode", "station"], name="one_station_call")]


class Alert(Kept):
    """One CAP 1.2 message as it was handed out: written once, never altered; what changes is a further message."""

    identifier = models.CharField(max_length=80, unique=True)
    sender = models.CharField(max_length=80)
    sent = models.DateTimeField()
    status = models.CharField(max_length=10)  # Actual, Exercise
    message = models.CharField(max_length=8)  # Alert, Update, Cancel
    scope = models.CharField(max_length=10)
    colour = models.CharField(max_length=8)
    headline = models.CharField(max_length=160)
    area = models.BigIntegerField()
    episode = models.BigIntegerField(null=True)
    follows = models.BigIntegerField(null=True)  # the alert this one updates or cancels
    made_by = models.BigIntegerField(null=True)
    document = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["-sent"], name="alert_sent")]
