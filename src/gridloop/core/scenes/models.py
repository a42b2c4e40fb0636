"""The table of switches: which scene is on in which area."""

from django.db import models

from gridloop.core.territory.models import Area


class Switch(models.Model):
    """A scene switched on (or off again) for an area and everything below it; without a row it is on."""

    scene = models.CharField(max_length=40)
    area = models.ForeignKey(Area, models.CASCADE, related_name="+")
    on = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scene", "area"], name="one_switch")]
