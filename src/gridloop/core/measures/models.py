"""The measures' tables: facts per case, and daily rollups kept by a journal consumer."""

from django.db import models


class CaseFact(models.Model):
    """What happened to one case on one day, as numbers: the ground every rate is computed from.

    One row per journal entry that counts; `measure` names it (reported, accepted, due_to_close, closed, closed_on_time,
    returned, ...), `value` is 1 or minutes. Being rows, any past day can be computed again.
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
        indexes = [models.Index(fields=["day", "measure"], name="fact_day")]


class DailyRollup(models.Model):
    """Facts summed by day, measure and one dimension (area, unit, category, post or everything)."""

    day = models.DateField()
    kind = models.CharField(max_length=40)
    measure = models.CharField(max_length=32)
    dimension = models.CharField(max_length=10)  # all, area, unit, category, post
    member = models.BigIntegerField(default=0)
    count = models.BigIntegerField(default=0)
    total = models.FloatField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dimension", "member", "measure", "kind", "day"], name="one_rollup")
        ]
