"""Firms the county helps to grow: their tier, what they need, and who visits them when."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.cases.models import Case, Category
from gridloop.core.people.models import Person
from gridloop.scenes.enterprises.firms.models import Firm


class Tier(models.TextChoices):
    """How far a firm has come."""

    SEED = "seed", _("Growing")
    INNOVATIVE = "innovative", _("Innovative small firm")
    SPECIALISED = "specialised", _("Specialised and new")
    LITTLE_GIANT = "little_giant", _("Little giant")
    CHAMPION = "champion", _("Hidden champion")
    LISTING = "listing", _("Soon to be listed")


class Cultivation(models.Model):
    """A firm's place on the list, and who looks after it."""

    firm = models.OneToOneField(Firm, models.CASCADE, primary_key=True, related_name="cultivation")
    tier = models.CharField(max_length=16, choices=Tier, default=Tier.SEED)
    keeper = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    since = models.DateField(default=timezone.localdate)
    left_at = models.DateTimeField(null=True)
    words = models.TextField(blank=True)  # what it is good at


class Visit(models.Model):
    """One visit: planned for a day by somebody, then done with an account."""

    firm = models.ForeignKey(Firm, models.CASCADE, related_name="visits")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    account = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["firm"], name="one_planned_visit", condition=models.Q(done_at=None)
            )
        ]
        indexes = [
            models.Index(fields=["due_on"], name="firm_visit_due", condition=models.Q(done_at=None)),
            models.Index(fields=["firm", "-due_on"], name="firm_visit_firm"),
        ]


class FirmNeed(models.Model):
    """What a firm needs, found at a visit; one touch makes a matter of it."""

    firm = models.ForeignKey(Firm, models.CASCADE, related_name="needs")
    visit = models.ForeignKey(Visit, models.SET_NULL, null=True, related_name="needs")
    category = models.ForeignKey(Category, models.PROTECT, related_name="+")
    words = models.TextField()
    found_at = models.DateTimeField(default=timezone.now)
    case = models.OneToOneField(Case, models.SET_NULL, null=True, related_name="+")
    gone_at = models.DateTimeField(null=True)
