"""Facts about a firm the organisation does not hold, and who asks to speak for one."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.people.models import Organisation, Person


class Industry(models.TextChoices):
    """What a firm lives on."""

    VALVES = "valves", _("Valves and fittings")
    CAR_PARTS = "car_parts", _("Car and motorcycle parts")
    MACHINES = "machines", _("Machinery and tools")
    FURNITURE = "furniture", _("Furniture")
    MEDICINE = "medicine", _("Medicine and chemistry")
    SHIPS = "ships", _("Ships and fishing")
    FOOD = "food", _("Food")
    POWER = "power", _("Electrical equipment and energy")
    TRADE = "trade", _("Trade and logistics")
    SERVICES = "services", _("Services and technology")


class Scale(models.TextChoices):
    """How large it is, as the statistics office counts."""

    MICRO = "micro", _("Micro")
    SMALL = "small", _("Small")
    MEDIUM = "medium", _("Medium")
    LARGE = "large", _("Large")


class Firm(models.Model):
    """An organisation of kind `firm` that asks. Whoever speaks for it holds the post `firm_contact` there."""

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, primary_key=True, related_name="enterprise"
    )
    credit_code = models.CharField(max_length=18, unique=True)  # GB 32100-2015
    industry = models.CharField(max_length=12, choices=Industry)
    scale = models.CharField(max_length=8, choices=Scale, default=Scale.SMALL)
    address = models.CharField(max_length=200, blank=True)
    staff = models.PositiveIntegerField(null=True)
    registered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["industry"], name="firm_industry")]

    def __str__(self) -> str:
        return self.organisation.name


class Claim(models.Model):
    """Somebody says that they speak for a firm; the platform confirms it, or not."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    credit_code = models.CharField(max_length=18)
    name = models.CharField(max_length=120)
    asked_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    confirmed = models.BooleanField(null=True)
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "credit_code"],
                name="one_waiting_claim",
                condition=models.Q(decided_at=None),
            )
        ]
