"""The people's tables: persons, organisations, posts, delegations and partnerships."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.people.personal_data import EncryptedText
from gridloop.core.territory.models import Area


class OrganisationKind(models.TextChoices):
    """What an organisation is."""

    COMMAND = "command", _("Command room")
    COMMITTEE = "committee", _("Town or community committee")
    BUREAU = "bureau", _("Bureau")
    PROPERTY = "property", _("Property firm")
    HOSPITAL = "hospital", _("Hospital")
    FIRM = "firm", _("Firm")
    TEAM = "team", _("Volunteer team")
    BRANCH = "branch", _("Party branch")


class Organisation(models.Model):
    """An organisation in a tree of its own, tied to the area it serves."""

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=OrganisationKind)
    code = models.CharField(max_length=40, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="organisations")
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager["Person"]):
    """Finds a person by their sign-in name."""


class Person(AbstractBaseUser):
    """Anyone with a name here: residents, workers, leaders, administrators.

    Personal data are encrypted; `phone_digest` is a keyed digest, for looking up a number without storing it.
    """

    handle = models.CharField(max_length=64, unique=True, null=True)
    name = EncryptedText()
    phone = EncryptedText(blank=True)
    phone_digest = models.CharField(max_length=64, blank=True, db_index=True)
    identity_number = EncryptedText(blank=True)
    email = EncryptedText(blank=True)
    language = models.CharField(max_length=12, blank=True)
    large_text = models.BooleanField(default=False)
    one_time_secret = EncryptedText(blank=True)  # TOTP, RFC 6238
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "handle"
    objects = PersonManager()

    def __str__(self) -> str:
        return self.handle or f"#{self.pk}"


class Post(models.Model):
    """Who does what, where: a person holds a role in an organisation for an area."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="posts")
    role = models.CharField(max_length=32)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="posts")
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="posts")
    part_time = models.BooleanField(default=False)
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["role", "area"], name="post_role_area"),
            models.Index(fields=["role", "organisation"], name="post_role_organisation"),
        ]


class Delegation(models.Model):
    """Somebody stands in for a post while its holder is on leave."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="delegations")
    stand_in = models.ForeignKey(Person, models.CASCADE, related_name="stands_in")
    since = models.DateTimeField()
    until = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)


class Partnership(models.Model):
    """Two organisations paired: co-building, twinning, alliance."""

    kind = models.CharField(max_length=16)
    one = models.ForeignKey(Organisation, models.PROTECT, related_name="partnerships")
    other = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)
