"""The activities' tables: activities with their shifts, who signed up, who came, and calendar addresses."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import EncryptedText
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.hours.models import HoursEntry
from gridloop.scenes.volunteers.roster.models import Skill, Team, Volunteer


class Activity(models.Model):
    """Something volunteers do together, of a team or of a community; the point is where it takes place (WGS84)."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="activities")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")  # the community it belongs to
    title = models.CharField(max_length=80)
    words = models.TextField(blank=True)
    place = models.CharField(max_length=120)
    longitude = models.FloatField()
    latitude = models.FloatField()
    skill = models.ForeignKey(Skill, models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.title


class Shift(models.Model):
    """One stretch of time of an activity. `taken` counts places taken and is only changed by conditional updates.

    `least`: fewer than these put the shift at risk. `radius` in metres around the place, for check-ins.
    `edition` grows with each change, as calendars want to know.
    """

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="shifts")
    since = models.DateTimeField()
    until = models.DateTimeField()
    places = models.PositiveSmallIntegerField()
    least = models.PositiveSmallIntegerField(default=1)
    radius = models.PositiveSmallIntegerField(default=300)
    taken = models.PositiveSmallIntegerField(default=0)
    edition = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True)
    # After its end: open check-ins closed, who did not come noted.
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["since"], name="shift_since")]
        constraints = [
            models.UniqueConstraint(fields=["activity", "since"], name="one_shift"),
            models.CheckConstraint(condition=models.Q(until__gt=models.F("since")), name="shift_lasts"),
            models.CheckConstraint(
                condition=models.Q(taken__lte=models.F("places")), name="shift_not_overfull"
            ),
        ]


class SignupState(models.TextChoices):
    """How a volunteer stands to a shift."""

    SIGNED_UP = "signed_up", _("Signed up")
    WAITING = "waiting", _("On the waiting list")
    CANCELLED = "cancelled", _("Cancelled")
    ATTENDED = "attended", _("Attended")
    NO_SHOW = "no_show", _("Did not come")


class Signup(models.Model):
    """One volunteer's place in a shift, or in its waiting list (first come, first moved up)."""

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="signups")
    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="signups")
    state = models.CharField(max_length=10, choices=SignupState)
    at = models.DateTimeField(default=timezone.now)
    edition = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shift", "volunteer"], name="one_signup")]
        indexes = [models.Index(fields=["volunteer", "state"], name="signup_volunteer")]


class CheckIn(models.Model):
    """From arriving to leaving: server time counts, the phone's own time is kept beside it.

    `how`: position, code or leader; `out_how` also forgotten. Hours follow when the leader has confirmed.
    """

    signup = models.ForeignKey(Signup, models.CASCADE, related_name="check_ins")
    at = models.DateTimeField()
    device_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=10)
    metres = models.PositiveIntegerField(null=True)
    out_at = models.DateTimeField(null=True)
    out_device_at = models.DateTimeField(null=True)
    out_how = models.CharField(max_length=10, blank=True)
    out_metres = models.PositiveIntegerField(null=True)
    entry = models.ForeignKey(HoursEntry, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    refused = models.CharField(max_length=200, blank=True)  # why the leader did not confirm

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["signup"], condition=models.Q(out_at=None), name="one_open_check_in"
            )
        ]


class CalendarFeed(models.Model):
    """A secret calendar address of a person or a team; renewing it lets the old address go dead."""

    person = models.OneToOneField(Person, models.CASCADE, null=True, related_name="+")
    team = models.OneToOneField(Team, models.CASCADE, null=True, related_name="+")
    token = EncryptedText()
    token_digest = models.CharField(max_length=64, unique=True)
    renewed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person=None) ^ models.Q(team=None), name="feed_of_person_or_team"
            )
        ]
