"""The hazards' tables: checklists in versions, inspections, hazards."""

import uuid

from django.db import models
from django.utils import timezone

from gridloop.core.cases.models import Case
from gridloop.core.evidence.models import File
from gridloop.core.people.models import Person
from gridloop.scenes.fire.hazards.kinds import FoundBy, HazardGrade, HazardKind
from gridloop.scenes.fire.registry.models import Device, Premises


class Checklist(models.Model):
    """One version of what an inspection looks at. An edit adds a version; the newest of a code is in force.

    `items`: a list of {"code", "title", "english", "hazard" (a HazardKind), "grade"}.
    """

    code = models.SlugField(max_length=32)
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=80)
    english = models.CharField(max_length=80, blank=True)
    premises_kinds = models.JSONField(default=list)  # PremisesKind values; empty: every kind
    items = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="one_checklist_version")]


class Inspection(models.Model):
    """One look at premises by a checklist. `key` is the phone's own id: sent twice, kept once."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    premises = models.ForeignKey(Premises, models.PROTECT, related_name="inspections")
    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    answers = models.JSONField(default=dict)  # item code -> good, bad, absent
    found = models.PositiveSmallIntegerField(default=0)  # how many were bad
    words = models.TextField(blank=True)
    metres = models.PositiveIntegerField(null=True)  # from the premises, where the phone told its position
    photos = models.ManyToManyField(File, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["premises", "-at"], name="inspection_premises"),
            models.Index(fields=["-at"], name="inspection_at"),
        ]


class Hazard(models.Model):
    """What the case of a hazard does not hold: where, what, how grave, who found it, and how often it came back.

    One open hazard a device and kind; what is found by people is theirs to link.
    """

    case = models.OneToOneField(Case, models.CASCADE, related_name="hazard")
    premises = models.ForeignKey(Premises, models.PROTECT, null=True, related_name="hazards")
    kind = models.CharField(max_length=16, choices=HazardKind)
    grade = models.CharField(max_length=8, choices=HazardGrade, default=HazardGrade.GENERAL)
    found_by = models.CharField(max_length=12, choices=FoundBy)
    found_at = models.DateTimeField(default=timezone.now)
    device = models.ForeignKey(Device, models.SET_NULL, null=True, related_name="hazards")
    inspection = models.ForeignKey(Inspection, models.SET_NULL, null=True, related_name="hazards")
    alarm = models.BigIntegerField(null=True)  # the alarm (device) or episode (fire) it came from
    rectified_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    rectified_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    earlier = models.ForeignKey("self", models.SET_NULL, null=True, related_name="later")
    times = models.PositiveSmallIntegerField(default=1)  # the third time at these premises: 3

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["device", "kind"],
                condition=models.Q(closed_at=None, device__isnull=False),
                name="one_open_hazard_a_device",
            )
        ]
        indexes = [
            models.Index(fields=["premises", "kind", "-id"], name="hazard_premises"),
            models.Index(fields=["found_at"], name="hazard_found"),
            models.Index(fields=["grade", "-id"], name="hazard_open", condition=models.Q(closed_at=None)),
        ]
