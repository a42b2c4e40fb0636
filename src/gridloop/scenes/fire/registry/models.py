"""The registry's tables: premises, devices with their vendors, cameras, micro fire stations."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.people.models import Organisation, Person
from gridloop.core.people.personal_data import EncryptedText
from gridloop.core.territory.models import Area


class PremisesKind(models.TextChoices):
    """What stands there, by fire risk (nine-small places, three-in-one, self-built rental ...)."""

    NINE_SMALL = "nine_small", _("Nine-small place")
    THREE_IN_ONE = "three_in_one", _("Living, storing and working under one roof")
    RENTAL = "rental", _("Self-built house for rent")
    DWELLING = "dwelling", _("Dwelling house")
    HIGH_RISE = "high_rise", _("High-rise")
    STORAGE = "storage", _("Warehouse")
    FACTORY = "factory", _("Factory")
    SCHOOL = "school", _("School")
    HOSPITAL = "hospital", _("Hospital or care home")
    MARKET = "market", _("Market or mall")
    HOTEL = "hotel", _("Hotel or restaurant")
    PUBLIC = "public", _("Other public place")


class Premises(models.Model):
    """A place with an owner who answers for fire safety there. The areas are stored level by level, as in cases."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=PremisesKind)
    address = models.CharField(max_length=200, blank=True)
    longitude = models.FloatField()
    latitude = models.FloatField()
    grid = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    community = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    town = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    county = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, related_name="+")
    duty_phone = EncryptedText(blank=True)
    built = models.PositiveSmallIntegerField(null=True)  # year; None: not known
    people = models.PositiveIntegerField(null=True)  # usually inside; None: not known
    electric_bikes = models.BooleanField(null=True)  # charged inside; None: not known
    retired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["grid", "id"], name="premises_grid"),
            models.Index(fields=["community", "id"], name="premises_community"),
            models.Index(fields=["town", "id"], name="premises_town"),
        ]

    def __str__(self) -> str:
        return self.name


class Vendor(models.Model):
    """Who runs a fleet of devices. `secret_digest`: of the credential its gateway signs in with; `profile`: a codec's dialect.

    `allowed`: source addresses (CIDR, one a line) for protocols that cannot sign in (GB/T 26875.3).
    """

    code = models.SlugField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    profile = models.CharField(max_length=32, default="standard")
    secret_digest = models.CharField(max_length=64, blank=True)
    allowed = models.TextField(blank=True)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class DeviceKind(models.TextChoices):
    """What a device watches."""

    SMOKE = "smoke", _("Smoke alarm")
    HEAT = "heat", _("Heat detector")
    GAS = "gas", _("Gas detector")
    CALL_POINT = "call_point", _("Manual call point")
    ELECTRICAL = "electrical", _("Electrical fire monitor")
    WATER = "water", _("Water pressure or level")
    PANEL = "panel", _("Fire alarm panel")
    TRANSMITTER = "transmitter", _("Transmission device")
    BIKE = "bike", _("E-bike charging monitor")


class Device(models.Model):
    """One device, bound to premises. `code` is unique with its vendor; `panel` is the device its messages come through.

    `state` holds what the durable rules know (counters, since when), so that a restart forgets nothing.
    """

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="devices")
    code = models.CharField(max_length=64)
    kind = models.CharField(max_length=12, choices=DeviceKind)
    premises = models.ForeignKey(Premises, models.PROTECT, null=True, related_name="devices")
    panel = models.ForeignKey("self", models.SET_NULL, null=True, related_name="points")
    floor = models.CharField(max_length=12, blank=True)
    spot = models.CharField(max_length=60, blank=True)  # where in the premises
    # Of the key printed on the device.
    claim_digest = models.CharField(max_length=64, blank=True, db_index=True)
    claimed_at = models.DateTimeField(null=True)
    # Seconds without a message that mean offline; 0: its kind's.
    silence = models.PositiveIntegerField(default=0)
    installed_at = models.DateField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vendor", "code"], name="one_device")]
        indexes = [models.Index(fields=["premises", "id"], name="device_premises")]

    def __str__(self) -> str:
        return self.code


class Stranger(models.Model):
    """A device that sent and is not registered: its messages wait here, nothing else happens (quarantine)."""

    vendor = models.ForeignKey(Vendor, models.CASCADE, null=True, related_name="strangers")
    code = models.CharField(max_length=64)
    first_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)
    messages = models.PositiveBigIntegerField(default=1)
    last = models.JSONField(default=dict)
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=12, blank=True)  # registered, refused

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vendor", "code"], name="one_stranger")]


class Camera(models.Model):
    """A camera of the county's video platform: gridloop links to it and keeps no picture."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    premises = models.ForeignKey(Premises, models.SET_NULL, null=True, related_name="cameras")
    grid = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    longitude = models.FloatField()
    latitude = models.FloatField()
    address = models.CharField(max_length=300, blank=True)  # a link into the video platform
    retired_at = models.DateTimeField(null=True)


class Station(models.Model):
    """A micro fire station: an organisation with people on duty, a place and what it has."""

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="fire_station")
    longitude = models.FloatField()
    latitude = models.FloatField()
    crew = models.PositiveSmallIntegerField(default=6)
    equipment = models.CharField(max_length=200, blank=True)
    available = models.BooleanField(default=True)
    busy_with = models.PositiveBigIntegerField(null=True)  # the case it is out on
    retired_at = models.DateTimeField(null=True)


class DutyCheck(models.Model):
    """Is somebody on watch (查岗)? Asked of a transmission device; `seconds` until the answer, None: none came."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="duty_checks")
    minutes = models.PositiveSmallIntegerField(default=10)
    asked_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True)  # by the listener
    done_at = models.DateTimeField(null=True)
    reached = models.BooleanField(default=False)
    seconds = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["device"], condition=models.Q(done_at=None), name="one_duty_check_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["device", "-id"], name="duty_check_device")]
