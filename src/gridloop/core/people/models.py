"""The people's tables: persons, organisations, posts, delegations, partnerships, and how people sign in."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
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
    one_time_step = models.BigIntegerField(default=0)  # the last time step used, so that no code works twice
    # By an administrator: to be replaced at the next sign-in.
    password_issued = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "handle"
    objects = PersonManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["phone_digest"], condition=~models.Q(phone_digest=""), name="one_person_per_phone"
            )
        ]

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

    def __str__(self) -> str:
        return f"{self.role} #{self.pk}"


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


class SessionRecord(AbstractBaseSession):
    """One signed-in browser: the session itself, and what its owner needs to recognise and end it.

    `session_key` holds a digest of the cookie, so that whoever reads the table cannot take a session over.
    """

    session_key = models.CharField(max_length=64, primary_key=True)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="sessions")
    device = models.CharField(max_length=80, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    idle_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-seen_at"], name="session_person")]

    @classmethod
    def get_session_store_class(cls) -> type:
        from gridloop.core.people.session_store import SessionStore

        return SessionStore


class SignInThrottle(models.Model):
    """How often somebody guessed wrong, for one handle, phone or address (kept as digests)."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField()
    closed_until = models.DateTimeField(null=True)


class PhoneCode(models.Model):
    """One code sent by SMS; only a keyed digest of it is kept."""

    phone_digest = models.CharField(max_length=64, db_index=True)
    code_digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)


class RecoveryCode(models.Model):
    """A one-time code that replaces the authenticator when the phone is lost."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="recovery_codes")
    code_digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)


class OutsideAccount(models.Model):
    """An account at an OpenID Connect provider that opens this person's account here."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="outside_accounts")
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="one_outside_account")]


class RetentionPeriod(models.Model):
    """How many days one kind of personal data is kept, where the county decided otherwise."""

    topic = models.CharField(max_length=40, primary_key=True)
    days = models.PositiveIntegerField()
