"""The clocks' tables: days that differ from the week, working hours, time limits, durable timers."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Edition(models.Model):
    """Which edition of a rarely edited table is in force; a new token tells every process to read it again."""

    name = models.CharField(max_length=24, primary_key=True)
    token = models.CharField(max_length=16)


class SpecialDay(models.Model):
    """A day that differs from the ordinary week: a holiday, or a weekend day worked in exchange.

    Rows are the county's own; the days gridloop ships stand in `data/special_days.csv` and give way to them.
    """

    day = models.DateField(unique=True)
    works = models.BooleanField()
    name = models.CharField(max_length=60)
    source = models.CharField(max_length=120, blank=True)


class WorkingHours(models.Model):
    """When a working day works; several rows make a day with a break. `weekday` counts Monday as 0."""

    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()


class Unit(models.TextChoices):
    """What a limit is counted in."""

    WORKING_HOURS = "working_hours", _("working hours")
    WORKING_DAYS = "working_days", _("working days")
    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("hours")
    DAYS = "days", _("days")


class TimeLimit(models.Model):
    """How long something may take: kind x class x area x name -> value and unit.

    An empty `category` or a null `area` means any; the most particular row wins (class before area, the longer
    class code and the smaller area first). `name` says which clock: first_response, arrival, completion, ...
    `category` is a class code or the beginning of one: "04" holds for "0401" unless that has a row of its own.
    """

    kind = models.CharField(max_length=40)
    category = models.CharField(max_length=24, blank=True)
    area = models.BigIntegerField(null=True)
    name = models.CharField(max_length=24)
    value = models.FloatField()
    unit = models.CharField(max_length=16, choices=Unit)
    edition = models.CharField(max_length=24, default="county-1")
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "category", "area", "name", "edition"], name="one_limit", nulls_distinct=False
            )
        ]


class Timer(models.Model):
    """Something to be done at a time, at least once, by whichever worker leases it first. A job is a timer due now.

    `key` makes it unique: setting the same key again moves the timer instead of adding one. `leased_until` is also
    the time before which a failed timer is not tried again. A timer that failed too often is dead: `done_at` is set
    and `trouble` says why; a timer that was handled has `done_at` and no trouble.
    """

    key = models.CharField(max_length=120, unique=True)
    topic = models.CharField(max_length=48)
    due_at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=60, blank=True)
    done_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="timer_due", condition=models.Q(done_at=None)),
            models.Index(fields=["done_at"], name="timer_done", condition=models.Q(done_at__isnull=False)),
        ]


class Worker(models.Model):
    """A worker process that reports itself; the doctor and the settings pages read it."""

    name = models.CharField(max_length=60, primary_key=True)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    handled = models.BigIntegerField(default=0)
