"""The measures' tables: facts per case, daily rollups, and what is open now or was on any day; kept by a journal consumer."""

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
                fields=["dimension", "member", "measure", "day", "kind"], name="one_rollup"
            )
        ]


class Spell(models.Model):
    """A stretch of time in which one open case lay in one place, with one unit and class, and pressed as much.

    Present spells have no `until`. A case that was open when a day ended had exactly one spell then, so a number of
    open cases of any past day can be opened and shows as many.
    """

    case = models.BigIntegerField()
    entry = models.BigIntegerField()  # the journal entry that began it
    category = models.BigIntegerField(null=True)
    county = models.BigIntegerField(null=True)
    town = models.BigIntegerField(null=True)
    community = models.BigIntegerField(null=True)
    grid = models.BigIntegerField(null=True)
    unit = models.BigIntegerField(null=True)
    overdue = models.BooleanField(default=False)
    emergency = models.BooleanField(default=False)
    escalated = models.PositiveSmallIntegerField(default=0)
    supervised = models.PositiveSmallIntegerField(default=0)
    # 0: needs nobody now; the more the sooner (standing.py).
    pressing = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_by = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], name="one_present_spell", condition=models.Q(until=None))
        ]
        indexes = [
            models.Index(fields=["case", "entry"], name="spell_case"),
            models.Index(fields=["since"], name="spell_since"),
            models.Index(
                fields=["-pressing", "id"],
                name="spell_pressing",
                condition=models.Q(until=None, pressing__gt=0),
            ),
            *(
                models.Index(fields=[name, "-case"], name=f"spell_{name}", condition=models.Q(until=None))
                for name in ("county", "town", "community", "grid", "unit", "category")
            ),
        ]


class Standing(models.Model):
    """Open, overdue and pressing cases of one member: now (OpenCount), or how they changed in a day (OpenChange)."""

    dimension = models.CharField(max_length=10)  # all, area (county to grid), unit, category
    member = models.BigIntegerField(default=0)
    open = models.BigIntegerField(default=0)
    overdue = models.BigIntegerField(default=0)
    pressing = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class OpenCount(Standing):
    """How many there are now."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dimension", "member"], name="one_open_count")]


class OpenChange(Standing):
    """By how much they grew or shrank on one day: what stood when a day ended is now less what came after."""

    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dimension", "member", "day"], name="one_open_change")]
