"""Answers for everybody: made from a solved matter, worded anew, reviewed by a second person, versioned."""

from django.db import models
from django.utils import timezone

from gridloop.core.cases.models import Case, Category
from gridloop.core.people.models import Person


class Article(models.Model):
    """One answer. What everybody reads is its newest published version; `helped` counts who said it answered theirs."""

    case = models.ForeignKey(Case, models.SET_NULL, null=True, related_name="+")
    category = models.ForeignKey(Category, models.PROTECT, related_name="+")
    title = models.CharField(max_length=80, blank=True)  # of the published version
    question = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    helped = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="one_article_a_case", condition=models.Q(retired_at=None)
            )
        ]
        indexes = [models.Index(fields=["-published_at"], name="article_published")]

    def __str__(self) -> str:
        return self.title


class ArticleVersion(models.Model):
    """What an answer said at a time: written by one person, published or refused by another."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    question = models.TextField()
    answer = models.TextField()
    written_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    reviewed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    published = models.BooleanField(null=True)
    words = models.CharField(max_length=200, blank=True)  # why it was refused

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="one_version_number")]


class Helped(models.Model):
    """Somebody said that an answer answered theirs, once a person."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "person"], name="helped_once")]
