"""What a hazard can be, how grave it is, and who found it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HazardKind(models.TextChoices):
    """The hazards inspections look for and devices can tell."""

    EXIT = "exit", _("Blocked or locked exit")
    ELECTRICAL = "electrical", _("Dangerous electricity")
    CHARGING = "charging", _("E-bike or battery charged indoors")
    GAS = "gas", _("Gas used dangerously")
    EQUIPMENT = "equipment", _("Fire equipment missing or broken")
    WATER = "water", _("No or too little fire water")
    STORAGE = "storage", _("Flammables stored wrongly")
    LIVING = "living", _("People living where goods are kept")
    LANE = "lane", _("Fire lane blocked")
    BUILDING = "building", _("Building not fire-safe")
    AFTERMATH = "aftermath", _("Fire broke out")
    OTHER = "other", _("Another hazard")


class HazardGrade(models.TextChoices):
    """How grave: a major one presses and its time is not extended."""

    GENERAL = "general", _("General")
    MAJOR = "major", _("Major")


class FoundBy(models.TextChoices):
    """Who or what found it."""

    DEVICE = "device", _("Device")
    INSPECTION = "inspection", _("Inspection")
    WORKER = "worker", _("Grid worker")
    RESIDENT = "resident", _("Resident")
    FIRE = "fire", _("Fire")


# Device kind -> hazard.
BY_DEVICE = {"electrical": "electrical", "bike": "charging", "gas": "gas", "water": "water"}


def hazard_kind_of(device_kind: str) -> str:
    """What a reading beyond its limit means, by the kind of device that read it."""
    return BY_DEVICE.get(device_kind, HazardKind.OTHER.value)
