"""The pairs' tables: vulnerable people, who looks after them, and the visits."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.cases.models import Case
from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import EncryptedText
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.hours.models import HoursEntry
from gridloop.scenes.volunteers.roster.models import Volunteer


class Reason(models.TextChoices):
    """Why somebody is on the register of vulnerable people."""

    DISABLED = "disabled", _("With a disability")
    LIVING_ALONE = "living_alone", _("Living alone")
    IN_DIFFICULTY = "in_difficulty", _("In difficulty")


class Vulnerable(models.Model):
    """One person on the register, with their consent. Home and remarks are encrypted; the point is rounded to about 100 m."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="vulnerable")
    reasons = models.JSONField(default=list)
    community = models.ForeignKey(Area, models.PROTECT, related_name="+")
    grid = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    address = EncryptedText()
    remarks = EncryptedText(blank=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    consented_at = models.DateTimeField()
    entered_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["community", "left_at"], name="vulnerable_community")]


class Pairing(models.Model):
    """The standing arrangement around one vulnerable person: a visit every so many days, in a window of the day.

    `window_from` and `window_until` in minutes of the local day; a visit is missed `grace_hours` after it was due.
    """

    vulnerable = models.OneToOneField(Vulnerable, models.CASCADE, related_name="pairing")
    every_days = models.PositiveSmallIntegerField(default=7)
    window_from = models.PositiveSmallIntegerField(default=9 * 60)
    window_until = models.PositiveSmallIntegerField(default=17 * 60)
    grace_hours = models.PositiveSmallIntegerField(default=12)
    since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)


class CompanionState(models.TextChoices):
    """How a volunteer stands to a pairing."""

    PROPOSED = "proposed", _("Proposed")
    ASKED = "asked", _("Invited, no answer yet")
    ACCEPTED = "accepted", _("Said yes")
    DECLINED = "declined", _("Said no")
    ENDED = "ended", _("Pair ended")


class Companion(models.Model):
    """A volunteer in a pairing, first or in reserve. Nobody reads a home before they accepted."""

    pairing = models.ForeignKey(Pairing, models.CASCADE, related_name="companions")
    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="companions")
    role = models.CharField(max_length=8)  # primary or backup
    state = models.CharField(max_length=10, choices=CompanionState, default=CompanionState.PROPOSED)
    metres = models.PositiveIntegerField(null=True)
    made_at = models.DateTimeField(default=timezone.now)
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pairing", "role"],
                condition=models.Q(state__in=["asked", "accepted"]),
                name="one_companion_per_role",
            ),
            models.UniqueConstraint(
                fields=["pairing", "volunteer"],
                condition=models.Q(state__in=["proposed", "asked", "accepted"]),
                name="one_role_per_companion",
            ),
        ]
        indexes = [models.Index(fields=["volunteer", "state"], name="companion_volunteer")]


class VisitState(models.TextChoices):
    """How a visit stands."""

    DUE = "due", _("To be visited")
    OFFERED = "offered", _("With the backup")
    DONE = "done", _("Visited")
    MISSED = "missed", _("Missed")
    CANCELLED = "cancelled", _("Cancelled")


class Visit(models.Model):
    """One visit: who is to make it, by when, and how it is proved."""

    pairing = models.ForeignKey(Pairing, models.CASCADE, related_name="visits")
    companion = models.ForeignKey(Companion, models.SET_NULL, null=True, related_name="visits")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=VisitState, default=VisitState.DUE)
    came_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    device_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=10, blank=True)  # position or code
    metres = models.PositiveIntegerField(null=True)
    words = EncryptedText(blank=True)
    cannot = models.CharField(max_length=200, blank=True)  # why the first companion could not come
    entry = models.ForeignKey(HoursEntry, models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pairing"],
                condition=models.Q(state__in=["due", "offered"]),
                name="one_visit_ahead",
            )
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="visit_due"),
            models.Index(
                fields=["due_at"], name="visit_told", condition=~(models.Q(words="") & models.Q(cannot=""))
            ),
        ]
