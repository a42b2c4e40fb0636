"""The lists' tables: needs, resources and services on offer, who claims them, and the menus of service stations."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridloop.core.people.models import Organisation, Person
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.roster.models import Skill


class ListKind(models.TextChoices):
    """The three lists."""

    NEED = "need", _("Needs")
    RESOURCE = "resource", _("Resources")
    SERVICE = "service", _("Services")


class ListingState(models.TextChoices):
    """Where an entry stands."""

    WAITING = "waiting", _("Waiting for the community")
    OFFERED = "offered", _("On the list")
    RESERVED = "reserved", _("All taken")
    USED = "used", _("Done")
    DECLINED = "declined", _("Not published")
    WITHDRAWN = "withdrawn", _("Taken back")


class Topic(models.TextChoices):
    """What it is about; a short list, so that everybody finds it."""

    CARE = "care", _("Care and company")
    HOME = "home", _("Home and repairs")
    HEALTH = "health", _("Health")
    LEARNING = "learning", _("Learning")
    THINGS = "things", _("Things and tools")
    ROOMS = "rooms", _("Rooms and places")
    TRANSPORT = "transport", _("Transport")
    OTHER = "other", _("Other")


class Listing(models.Model):
    """One entry of a list. Its owner is a person, an organisation, or, with neither, the platform.

    `left` of `quantity` can still be claimed; the last one goes to one claimant by a conditional update.
    """

    kind = models.CharField(max_length=8, choices=ListKind)
    title = models.CharField(max_length=60)
    words = models.TextField(blank=True)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    community = models.ForeignKey(Area, models.PROTECT, related_name="+")
    topic = models.CharField(max_length=12, choices=Topic, default=Topic.OTHER)
    skill = models.ForeignKey(Skill, models.PROTECT, null=True, related_name="+")
    quantity = models.PositiveSmallIntegerField(default=1)
    left = models.PositiveSmallIntegerField(default=1)
    since = models.DateField()
    until = models.DateField(null=True)  # the last day
    state = models.CharField(max_length=10, choices=ListingState, default=ListingState.WAITING)
    public = models.BooleanField(default=True)  # else only for people of the community
    reason = models.CharField(max_length=200, blank=True)  # why it was not published
    made_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    key = models.UUIDField(null=True, unique=True)  # of the form that made it: sent twice is one

    class Meta:
        indexes = [
            models.Index(fields=["state", "kind", "-id"], name="listing_state_kind"),
            models.Index(fields=["community", "state"], name="listing_community"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(left__lte=models.F("quantity")), name="listing_left_within"
            ),
            models.CheckConstraint(
                condition=models.Q(person=None) | models.Q(organisation=None), name="listing_one_owner"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ClaimState(models.TextChoices):
    """Where a claim stands."""

    ASKED = "asked", _("Waiting for an answer")
    AGREED = "agreed", _("Agreed")
    DECLINED = "declined", pgettext_lazy("claim", "Declined")
    DONE = "done", _("Done")
    WITHDRAWN = "withdrawn", _("Taken back")


class Claim(models.Model):
    """Somebody needs what is offered, or can give what is needed; it holds one of the entry's quantity."""

    listing = models.ForeignKey(Listing, models.CASCADE, related_name="claims")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=ClaimState, default=ClaimState.ASKED)
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["listing", "person"],
                condition=models.Q(state__in=["asked", "agreed"]),
                name="one_standing_claim",
            )
        ]


class Letter(models.Model):
    """What claimant and owner write to each other inside gridloop, instead of giving telephone numbers."""

    claim = models.ForeignKey(Claim, models.CASCADE, related_name="letters")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    words = models.TextField()
    at = models.DateTimeField(default=timezone.now)


class Station(models.Model):
    """A service station of a community with a standing menu."""

    name = models.CharField(max_length=80)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    words = models.TextField(blank=True)  # opening hours, where the door is
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["area", "retired_at"], name="station_area")]

    def __str__(self) -> str:
        return self.name


class ItemKind(models.TextChoices):
    """For everybody at any time, or on order for one person."""

    PUBLIC = "public", _("For everybody")
    INDIVIDUAL = "individual", _("On order")


class StationItem(models.Model):
    """A line of a station's menu; an individual one is ordered through a request for help."""

    station = models.ForeignKey(Station, models.CASCADE, related_name="items")
    kind = models.CharField(max_length=10, choices=ItemKind)
    title = models.CharField(max_length=60)
    words = models.CharField(max_length=200, blank=True)
    skill = models.ForeignKey(Skill, models.PROTECT, null=True, related_name="+")
    minutes = models.PositiveSmallIntegerField(default=60)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["station", "title"], condition=models.Q(retired_at=None), name="one_item_a_title"
            )
        ]

    def __str__(self) -> str:
        return self.title
