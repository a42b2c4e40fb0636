"""The county round table: a meeting, its agenda, and one decision a matter."""

from django.db import models
from django.utils import timezone

from gridloop.core.cases.models import Case
from gridloop.core.people.models import Organisation, Person


class RoundTable(models.Model):
    """One meeting; its minutes are closed when every matter of its agenda is decided or put off."""

    day = models.DateField()
    place = models.CharField(max_length=120, blank=True)
    chair = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    words = models.TextField(blank=True)
    called_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-day"], name="table_day")]


class AgendaItem(models.Model):
    """A matter sent up to the round table; put on an agenda, and decided there."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    table = models.ForeignKey(RoundTable, models.SET_NULL, null=True, related_name="items")
    raised_at = models.DateTimeField(default=timezone.now)
    raised_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    why = models.CharField(max_length=24)
    words = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    unit = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    days = models.PositiveSmallIntegerField(null=True)
    decision = models.TextField(blank=True)
    closed = models.BooleanField(default=False)  # decided as: cannot be solved

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="one_waiting_item", condition=models.Q(decided_at=None)
            )
        ]
