"""The territory's tables: areas with dated codes, aliases and shapes, and places with a QR code."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from . import edition


class Level(models.TextChoices):
    """The levels of the tree, from large to small."""

    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County")
    TOWN = "town", _("Town")
    COMMUNITY = "community", _("Community")
    GRID = "grid", _("Grid")
    BUILDING = "building", _("Building")


class Area(models.Model):
    """One area; its identity stays when its code, name or shape changes.

    `path` is the chain of ids from the root, each followed by a slash ("1/14/203/"), so that everything
    inside an area is one prefix. `shape` is GeoJSON in WGS84.
    """

    level = models.CharField(max_length=12, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.CharField(max_length=120, db_index=True)
    name = models.CharField(max_length=120)
    code = models.CharField(max_length=24, db_index=True)
    purpose = models.CharField(max_length=12, default="general")  # general or dedicated (专属网格)
    shape = models.JSONField(null=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    households = models.PositiveIntegerField(default=0)
    residents = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["level", "retired_at"], name="area_level")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the path right and let every process notice; bulk writers do both themselves."""
        super().save(*args, **kwargs)
        path = f"{self.parent.path if self.parent else ''}{self.pk}/"
        if path != self.path:
            self.path = path
            type(self).objects.filter(pk=self.pk).update(path=path)
        edition.grow()


class AreaCode(models.Model):
    """A code an area carries or carried: codes change every year, areas do not."""

    area = models.ForeignKey(Area, models.CASCADE, related_name="codes")
    system = models.CharField(max_length=24, default="statistics")
    code = models.CharField(max_length=24, db_index=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)


class AreaAlias(models.Model):
    """Another name people use for an area, for matching addresses."""

    area = models.ForeignKey(Area, models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=120, db_index=True)


class Place(models.Model):
    """A named spot with a QR code: scanning it fills in where."""

    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=120)
    area = models.ForeignKey(Area, models.PROTECT, related_name="places")
    longitude = models.FloatField()
    latitude = models.FloatField()
    address = models.CharField(max_length=200, blank=True)


class TerritoryEdition(models.Model):
    """A counter that grows with every change of boundary or tree, so that every process notices at once."""

    number = models.BigIntegerField(default=1)
