"""The roster's tables: volunteers, their skills and credentials, when they can come, and their teams."""

from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gridloop.core.evidence.models import File
from gridloop.core.people.models import Organisation, Person
from gridloop.core.territory.models import Area


class Skill(models.Model):
    """One thing a volunteer can do; `certified` ones count only with a credential that is in force."""

    code = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=40)
    english = models.CharField(max_length=60, blank=True)
    certified = models.BooleanField(default=False)
    remote = models.BooleanField(default=False)  # done by phone: distance does not matter
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name in the language of the page."""
        return self.name if (get_language() or "zh").startswith("zh") else self.english or self.name


class Volunteer(models.Model):
    """A person who volunteers. The point is where they set out from (WGS84), rounded to about 100 m.

    `number` is the national volunteer number (MZ/T 061-2015), which stands for the identity number. `radius` in metres.
    `community` is where they live; `in_service` ones registered there although they belong to a work unit elsewhere.
    """

    person = models.OneToOneField(Person, models.CASCADE, related_name="volunteer")
    number = models.CharField(max_length=24, unique=True)
    community = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    radius = models.PositiveIntegerField(default=1500)
    remote_only = models.BooleanField(default=False)  # takes tasks by phone only
    daily_tasks = models.PositiveSmallIntegerField(default=2)  # most tasks a day
    daily_minutes = models.PositiveSmallIntegerField(default=480)
    in_service = models.BooleanField(default=False)
    work_unit = models.CharField(max_length=80, blank=True)
    skills = models.ManyToManyField(Skill, related_name="volunteers")
    joined_at = models.DateTimeField(default=timezone.now)
    paused_until = models.DateField(null=True)  # the last day of the pause
    left_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)  # last offer, for fairness: least recently asked first
    asked = models.PositiveIntegerField(default=0)  # offers that were answered or expired ...
    # ... and those accepted: what acceptance is learned from
    accepted = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    rating_sum = models.PositiveIntegerField(default=0)
    ratings = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["community", "left_at"], name="volunteer_community")]

    def __str__(self) -> str:
        return self.number


class Credential(models.Model):
    """A licence or certificate for a skill, with its expiry; seen and confirmed by somebody of the community."""

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="credentials")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+")
    number = models.CharField(max_length=60, blank=True)
    valid_until = models.DateField(null=True)
    file = models.ForeignKey(File, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    reminded_at = models.DateTimeField(null=True)  # that it expires soon
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "skill", "number"], name="one_credential")
        ]
        indexes = [models.Index(fields=["skill", "valid_until"], name="credential_expiry")]


class Availability(models.Model):
    """When a volunteer can come each week: a weekday (0 Monday) from one minute of the day to another, local time."""

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="availability")
    weekday = models.PositiveSmallIntegerField()
    since = models.PositiveSmallIntegerField()
    until = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "weekday", "since"], name="one_availability"),
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("since")), name="availability_lasts"
            ),
        ]


class AvailabilityException(models.Model):
    """A day on which the weekly rhythm does not hold: away, or there from one minute to another."""

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="exceptions")
    day = models.DateField()
    available = models.BooleanField(default=False)
    since = models.PositiveSmallIntegerField(default=0)
    until = models.PositiveSmallIntegerField(default=1440)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["volunteer", "day", "since"], name="one_exception")]


class JoinMode(models.TextChoices):
    """How one becomes a member."""

    OPEN = "open", _("Open to everyone")
    APPROVAL = "approval", _("After approval")
    INVITATION = "invitation", _("By invitation")


class Team(models.Model):
    """A volunteer team: an organisation of kind `team` with a way to join."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="team")
    join_mode = models.CharField(max_length=12, choices=JoinMode, default=JoinMode.APPROVAL)
    words = models.TextField(blank=True)
    skills = models.ManyToManyField(Skill, related_name="teams")
    dissolved_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.organisation.name


class Membership(models.Model):
    """A volunteer in a team. `state`: asked, invited, member, declined, left."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=8, default="member")  # member or leader
    state = models.CharField(max_length=10, default="asked")
    since = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "volunteer"], name="one_membership")]
        indexes = [models.Index(fields=["team", "state"], name="membership_state")]
