"""The measures' tables: facts per case, and daily rollups kept by a journal consumer."""

from django.db import models


class CaseFact(models.Model):
    """What happened to one case on one day, as numbers: the ground every rate is computed from.

    A journal entry gives a handful of rows; `measure` names each (reported, accepted, due_to_close, closed_due,
    closed_on_time, returned, ...; see counting.py), `value` is 1, minutes or stars. `day` is the day it counts for.
    """

    entry = models.BigIntegerField()
    case = models.BigIntegerField()
    day = models.DateField()
    measure = models.CharField(max_length=32)
    value = models.FloatField(default=1)
    kind = models.CharField(max_length=40)
    category = models.BigIntegerField(null=True)
    county = models.BigIntegerField(null=True)
    town = models.BigIntegerField(null=True)
    community = models.BigIntegerField(null=True)
    grid = models.BigIntegerField(null=True)
    unit = models.BigIntegerField(null=True)
    post = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "measure"], name="one_fact")]
        indexes = [
            models.Index(fields=["measure", "day"], name="fact_measure"),
            models.Index(fields=["case", "measure"], name="fact_case"),
            models.Index(fields=["grid", "day"], name="fact_grid", condition=models.Q(grid__isnull=False)),
            models.Index(fields=["post", "day"], name="fact_post", condition=models.Q(post__isnull=False)),
        ]


class DailyRollup(models.Model):
    """Facts summed by day, measure and one dimension: all, area (county, town, community), unit or category.

    Grids and posts see about one fact a day, so summing theirs would save nothing: they are read from the facts.
    """

    day = models.DateField()
    kind = models.CharField(max_length=40)
    measure = models.CharField(max_length=32)
    dimension = models.CharField(max_length=10)  # all, area, unit, category
    member = models.BigIntegerField(default=0)
    count = models.BigIntegerField(default=0)
    total = models.FloatField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dimension", "member", "measure", "kind", "day"], name="one_rollup"
            )
        ]
