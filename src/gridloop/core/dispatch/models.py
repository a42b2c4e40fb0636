"""Dispatch's tables: routing rules and their firings, the admission list, classifier editions, suggestions."""

from django.db import models
from django.utils import timezone

from gridloop.core.cases.models import Case, Category
from gridloop.core.people.models import Organisation, Person
from gridloop.core.territory.models import Area


class Rule(models.Model):
    """One readable routing rule: when the conditions hold, the case goes to the organisation or role.

    `conditions` is {"category": ["0102"], "area": [12], "source": ["phone"], "words": ["积水"], "hours": ["22:00", "06:00"],
    "kind": ["report"], "urgency": [1, 2]}: an absent key means any. Rules are tried in order; the first that holds wins.
    """

    position = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=40, blank=True)
    conditions = models.JSONField(default=dict)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    level = models.CharField(max_length=8, blank=True)  # or: give it to the grid, the town or the county
    urgency = models.PositiveSmallIntegerField(null=True)
    automatic = models.BooleanField(default=False)  # dispatches by itself; otherwise a person confirms
    active = models.BooleanField(default=False)
    trouble = models.TextField(blank=True)  # why it was switched off by itself
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["position", "id"]


class Firing(models.Model):
    """Which rule fired on a case, and why: the conditions that held, with the values they met."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="firings")
    rule = models.ForeignKey(Rule, models.SET_NULL, null=True, related_name="firings")
    reasons = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)


class Admission(models.Model):
    """A kind of task that may be given to grids (网格事项准入), or asks to be."""

    category = models.ForeignKey(Category, models.PROTECT, related_name="admissions")
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, default="asked")  # asked, admitted, refused, ended
    asked_by = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    words = models.TextField(blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)


class ClassifierEdition(models.Model):
    """One trained classifier, kept as a file in the data folder; one of them is in use."""

    name = models.CharField(max_length=60)
    path = models.CharField(max_length=200)
    trained_at = models.DateTimeField(default=timezone.now)
    rows = models.PositiveIntegerField(default=0)
    accuracy = models.FloatField(null=True)
    macro_f1 = models.FloatField(null=True)
    figures = models.JSONField(default=dict)  # precision, recall and F1 of each class on rows not learnt from
    in_use = models.BooleanField(default=False)


class Suggestion(models.Model):
    """What the classifier thought of a case: the top three with confidence, and what a person made of it."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="suggestion")
    edition = models.ForeignKey(ClassifierEdition, models.SET_NULL, null=True, related_name="+")
    candidates = models.JSONField(default=list)  # [{"category": code, "name": ..., "confidence": 0.91}]
    chosen = models.ForeignKey(Category, models.SET_NULL, null=True, related_name="+")
    chosen_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    chosen_at = models.DateTimeField(null=True)


class HotIssue(models.Model):
    """A cluster of open cases near in place, time and words, with the arithmetic of its heat."""

    title = models.CharField(max_length=120)
    place = models.CharField(max_length=120, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    heat = models.FloatField()
    arithmetic = models.JSONField(default=dict)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    found_at = models.DateTimeField(default=timezone.now)
    cases = models.ManyToManyField(Case, related_name="hot_issues")
