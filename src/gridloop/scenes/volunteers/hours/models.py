"""The hours' tables: the ledger nobody can alter, who confirmed what, objections, and certificates."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.evidence.models import File
from gridloop.core.journal.models import Kept, KeptQuerySet
from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import EncryptedText
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.roster.models import Volunteer


class HoursRules(models.Model):
    """The county's rules for hours, one row. `publicity_days`: how long entries stand open to objections
    (the 2020 measures for records and certificates ask for seven at least). `overlap`: `cut` or `refuse`.
    `late_days`: older hours need the road for back-dated ones, which ends after `oldest_days`.
    """

    publicity_days = models.PositiveSmallIntegerField(default=7)
    overlap = models.CharField(max_length=8, default="cut")
    late_days = models.PositiveSmallIntegerField(default=14)
    oldest_days = models.PositiveSmallIntegerField(default=365)


class HoursKind(models.TextChoices):
    """Where hours come from."""

    REQUEST = "request", _("Help for a neighbour")
    SHIFT = "shift", _("Shift of an activity")
    VISIT = "visit", _("Visit of a pair")
    BACKDATED = "backdated", _("Back-dated")


class HoursQuerySet(KeptQuerySet):
    """Rows that are added and read."""

    def without_reasons(self) -> int:
        """Erase why hours were claimed, the one change the ledger allows."""
        return models.QuerySet.update(self.exclude(reason=""), reason="")


class HoursEntry(Kept):
    """One claim of hours, or the reversal of one; written once, never altered but for its reason, which can be erased.

    `minutes` is what may count after cuts (negative in a reversal), `claimed` what was asked for; `explanation`
    lists each cut: {"why": "overlap"|"cap", "minutes": .., "entry": ..}. `source` is the number of the request,
    the check-in or the visit.
    """

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="hours")
    kind = models.CharField(max_length=10, choices=HoursKind)
    source = models.BigIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    day = models.DateField()
    claimed = models.PositiveSmallIntegerField()
    minutes = models.SmallIntegerField()
    explanation = models.JSONField(default=list)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversal")
    reason = EncryptedText(blank=True)
    evidence = models.ForeignKey(File, models.PROTECT, null=True, related_name="+")
    claimed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=80, unique=True)
    made_at = models.DateTimeField(default=timezone.now)

    objects = HoursQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = [
            models.Index(fields=["volunteer", "day"], name="hours_volunteer_day"),
            models.Index(fields=["kind", "source"], name="hours_source"),
            models.Index(fields=["made_at"], name="hours_reasoned", condition=~models.Q(reason="")),
        ]


class Confirmation(Kept):
    """One side's word that the hours are true: the volunteer's, the receiver's, or (back-dated) the clerk's."""

    entry = models.ForeignKey(HoursEntry, models.PROTECT, related_name="confirmations")
    side = models.CharField(max_length=10)  # volunteer, receiver, clerk
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "side"], name="one_confirmation")]


class HoursState(models.TextChoices):
    """How far an entry has come."""

    CLAIMED = "claimed", _("To be confirmed")
    PUBLISHED = "published", _("In publicity")
    OBJECTED = "objected", _("Objected to")
    COUNTED = "counted", _("Counted")
    REFUSED = "refused", _("Not recognised")
    REVERSED = "reversed", _("Reversed")


class HoursStanding(models.Model):
    """Where an entry stands today: the only part of it that changes, each time by a conditional update."""

    entry = models.OneToOneField(HoursEntry, models.PROTECT, related_name="standing")
    state = models.CharField(max_length=10, choices=HoursState, default=HoursState.CLAIMED)
    public_until = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["state", "public_until"], name="hours_state")]


class Objection(models.Model):
    """Somebody doubts an entry in its publicity; the entry waits until a clerk has decided."""

    entry = models.ForeignKey(HoursEntry, models.PROTECT, related_name="objections")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    words = EncryptedText()
    made_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    upheld = models.BooleanField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "person"], name="one_objection")]


class Certificate(models.Model):
    """A certificate of the counted hours of a period. `digest` is the SHA-256 of its content, sealed in the journal."""

    number = models.CharField(max_length=20, unique=True)
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="certificates")
    since = models.DateField()
    until = models.DateField()
    minutes = models.PositiveIntegerField()
    content = models.JSONField()  # what the digest is of: number, volunteer number, period, entries
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)
    why_withdrawn = models.CharField(max_length=200, blank=True)
