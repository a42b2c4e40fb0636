"""The index's tables: editions of the method, facts, means, scores, where each area stands, factors, fires, verdicts."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.people.models import Person
from gridloop.core.territory.models import Area
from gridloop.scenes.fire.registry.models import Premises


class EditionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class IndexEdition(models.Model):
    """One version of the method (`risk.plain_of`). Once approved it never changes; a change is a new edition.

    In force from the day `since`, until a later one is. `overrides`: what makes a grid red whatever its score.
    """

    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=80)
    words = models.CharField(max_length=400, blank=True)  # why it was made
    method = models.JSONField()
    overrides = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=EditionState, default=EditionState.DRAFT)
    drafted_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    drafted_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    since = models.DateField(null=True)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class FactorKind(models.TextChoices):
    WEATHER = "weather", _("Weather")
    FESTIVAL = "festival", _("Festival")
    OTHER = "other", _("Other")


class Factor(models.Model):
    """What raises every score of an area for some days, with its reason: dry wind, a festival with fireworks."""

    kind = models.CharField(max_length=12, choices=FactorKind, default=FactorKind.WEATHER)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")  # None: everywhere
    since = models.DateField()
    until = models.DateField()
    value = models.FloatField()
    reason = models.CharField(max_length=120)
    made_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-since", "-id"]


class Baseline(models.Model):
    """The means of villages, themselves drawn to their town's, that one day's scores are drawn to: kept, so that each score can be made again.

    `means`: {"names": [...], "all": [...], "villages": {id: [...]}}, null where nobody knows.
    """

    at = models.DateTimeField(default=timezone.now)
    edition = models.ForeignKey(IndexEdition, models.PROTECT, related_name="+")
    means = models.JSONField()
    grids = models.PositiveIntegerField()


class GridFacts(models.Model):
    """What was counted of a grid; written when it differs from what was counted before, never changed.

    `values`: {indicator: [count, of]} or, where it is silent now, [count, of, last count, last of, last day known].
    `overrides`: [{"kind", "number", "since"}]. `addresses`: households and premises, what the roll-up weighs the grid by.
    """

    grid = models.ForeignKey(Area, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    values = models.JSONField()
    overrides = models.JSONField(default=list)
    addresses = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["grid", "-at"], name="grid_facts_newest")]


class Score(models.Model):
    """One score of a grid and how it came about; written when number, colour or reason change, never changed.

    `held` is the rank of the colour its score alone has earned (with the margin), `colour` the rank shown.
    `parts`: {indicator: [value, how it is known, share, product]}.
    """

    grid = models.ForeignKey(Area, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    edition = models.ForeignKey(IndexEdition, models.PROTECT, related_name="+")
    baseline = models.ForeignKey(Baseline, models.PROTECT, related_name="+")
    facts = models.ForeignKey(GridFacts, models.PROTECT, related_name="+")
    factor = models.FloatField(default=1)
    plain = models.FloatField()
    score = models.FloatField()
    held = models.PositiveSmallIntegerField()
    colour = models.PositiveSmallIntegerField()
    overrides = models.JSONField(default=list)
    parts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["grid", "-at"], name="score_newest")]


class Standing(models.Model):
    """How an area stands now: grids from their score, villages and towns rolled up from theirs.

    `counts`: how many grids of each colour, from blue to red; of a grid only itself.
    """

    area = models.OneToOneField(Area, models.CASCADE, primary_key=True, related_name="+")
    level = models.CharField(max_length=12)
    score = models.FloatField()
    held = models.PositiveSmallIntegerField()
    colour = models.PositiveSmallIntegerField()
    overrides = models.JSONField(default=list)
    counts = models.JSONField(default=list)
    addresses = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)
    since = models.DateTimeField(default=timezone.now)  # in this colour
    latest = models.ForeignKey(Score, models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["level", "-colour", "-score"], name="standing_worst")]


class DayScore(models.Model):
    """A grid's score at the end of a day: for the line of the year and for judging the index."""

    grid = models.ForeignKey(Area, models.CASCADE, related_name="+")
    day = models.DateField()
    score = models.FloatField()
    colour = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["grid", "day"], name="one_day_score")]
        indexes = [models.Index(fields=["day"], name="day_score_day")]


class Fire(models.Model):
    """A fire that happened, one row an episode: from a verified alarm, the fire brigade's list, or a demo."""

    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
    grid = models.ForeignKey(Area, models.PROTECT, related_name="+")
    premises = models.ForeignKey(Premises, models.SET_NULL, null=True, related_name="+")
    source = models.CharField(max_length=12)  # alarm, brigade, demo

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="fire_at"),
            models.Index(fields=["grid", "at"], name="fire_grid"),
        ]


class Evaluation(models.Model):
    """One run of judging: what the index and the shadow ranking would have found, on what data."""

    at = models.DateTimeField(default=timezone.now)
    edition = models.ForeignKey(IndexEdition, models.PROTECT, related_name="+")
    data = models.CharField(max_length=200)
    figures = models.JSONField()
