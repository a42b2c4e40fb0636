"""Facts about a matter that the case does not hold: whose it is, why this specialist, and where imports went wrong."""

import uuid
from datetime import datetime

from django.db import models
from django.utils import timezone

from gridloop.core.cases.models import Case
from gridloop.core.people.models import Organisation, Person
from gridloop.scenes.enterprises.firms.models import Claim, Firm


def month_of(moment: datetime) -> str:
    """The month people count a moment for: "2026-11"."""
    return f"{timezone.localtime(moment):%Y-%m}"


class Matter(models.Model):
    """The firm behind a case; none while somebody's claim to speak for it waits to be confirmed.

    `month` is the one it was asked in, so that figures need not read moments.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="matter")
    firm = models.ForeignKey(Firm, models.PROTECT, null=True, related_name="matters")
    claim = models.ForeignKey(Claim, models.SET_NULL, null=True, related_name="matters")
    month = models.CharField(max_length=7)


class Choice(models.Model):
    """Why this specialist: who was considered, and what spoke for the one chosen. One row a dispatch."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    specialist = models.ForeignKey(Person, models.PROTECT, related_name="+")
    stands_in_for = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    by_rule = models.BooleanField(default=True)
    reasons = models.JSONField(default=dict)
    considered = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["case", "-id"], name="choice_case")]


class MatterImport(models.Model):
    """One spreadsheet of matters: what came of it, and the rows left out with a reason each."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    name = models.CharField(max_length=120)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    made = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    wrong = models.JSONField(default=list)
