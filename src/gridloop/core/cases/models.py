"""The cases' tables: classes, cases, and what belongs to one case (parties, tasks, deadlines, questions, reviews)."""

import uuid
from datetime import UTC, datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridloop.core.evidence.models import File
from gridloop.core.people.models import Organisation, Person
from gridloop.core.territory.models import Area

NEVER = datetime(9999, 12, 31, tzinfo=UTC)


class Category(models.Model):
    """One class of matters in one edition of a class list (大类/小类); editions are mapped to each other by `same_as`."""

    edition = models.CharField(max_length=24)
    code = models.CharField(max_length=24)
    name = models.CharField(max_length=60)
    english = models.CharField(max_length=80, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    same_as = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    words = models.TextField(blank=True)  # examples and synonyms, for people and for classification
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="one_category")]

    def __str__(self) -> str:
        return self.name


class Urgency(models.IntegerChoices):
    """How much it presses; the smaller the sooner."""

    EMERGENCY = 1, _("Emergency")
    URGENT = 2, _("Urgent")
    NORMAL = 3, _("Normal")
    LOW = 4, _("Can wait")


NARROWED = ("step", "urgency", "supervised", "category", "kind")


class Case(models.Model):
    """What somebody needs or found, owned by one party, with a deadline, until the one who asked judges it.

    The areas are stored level by level, so that "everything in my town" is one indexed comparison. `due_at` is the
    next unmet deadline. `level` says whose command room has it: grid, town or county. `turn` grows with every move
    and guards against two people moving at once.
    """

    fresh = False  # opened just now, instead of found again by its key

    number = models.CharField(max_length=24, unique=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True)  # the sender's id: sent twice, stored once
    kind = models.CharField(max_length=40)
    step = models.CharField(max_length=24)
    turn = models.PositiveIntegerField(default=0)
    open = models.BooleanField(default=True)
    outcome = models.CharField(max_length=16, blank=True)  # fixed, unresolved, declined, withdrawn, duplicate
    title = models.CharField(max_length=120)
    words = models.TextField(blank=True)
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="cases", db_index=False)
    urgency = models.PositiveSmallIntegerField(choices=Urgency, default=Urgency.NORMAL)
    source = models.CharField(max_length=16, default="web")  # web, phone, field, open311, import, device ...

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")  # the deepest known
    county = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", db_index=False)
    town = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", db_index=False)
    community = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", db_index=False)
    grid = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", db_index=False)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    address = models.CharField(max_length=200, blank=True)
    placed_by = models.CharField(max_length=16, blank=True)  # point, nearest, address, code, person, none

    level = models.CharField(max_length=8, default="grid")
    lead_unit = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    worker = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")  # who holds it in person
    reporter = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="reported")
    anonymous = models.BooleanField(default=False)
    tracking_digest = models.CharField(max_length=64, blank=True)
    public = models.BooleanField(default=False)

    reported_at = models.DateTimeField(default=timezone.now)
    dispatched_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    queue_at = models.DateTimeField(default=NEVER)  # due_at, or the end of time: what queues are ordered by
    suspended_at = models.DateTimeField(null=True)
    overdue = models.BooleanField(default=False)
    supervised = models.PositiveSmallIntegerField(default=0)
    returns = models.PositiveSmallIntegerField(default=0)
    hands = models.PositiveSmallIntegerField(default=0)
    reworks = models.PositiveSmallIntegerField(default=0)
    reopenings = models.PositiveSmallIntegerField(default=0)
    voices = models.PositiveIntegerField(default=1)  # how many reporters stand behind it
    rating = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True)  # the public answer
    duplicate_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="duplicates")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")
    facts = models.JSONField(default=dict)  # answers to the kind's extra questions
    unnamed_at = models.DateTimeField(
        null=True
    )  # since then nobody stands behind it, and it lies about there
    emptied_at = models.DateTimeField(null=True)  # since then nothing is left of what people wrote and sent

    class Meta:
        # The order of a list comes first; what it may be narrowed by stands behind, so that rows left out are left out
        # in the index itself.
        indexes = [
            *(
                models.Index(
                    fields=[reason, "queue_at", "id", *narrowed],
                    name=f"case_{name}_queue",
                    condition=models.Q(open=True),
                )
                for reason, name, narrowed in (
                    ("county", "county", NARROWED),
                    ("town", "town", NARROWED),
                    ("community", "community", ()),
                    ("grid", "grid", ()),
                    ("lead_unit", "unit", NARROWED),
                )
            ),
            models.Index(fields=["queue_at", "id"], name="case_open_queue", condition=models.Q(open=True)),
            *(
                models.Index(fields=[reason, "-id"], name=f"case_{name}_newest")
                for reason, name in (
                    ("county", "county"),
                    ("town", "town"),
                    ("community", "community"),
                    ("grid", "grid"),
                    ("lead_unit", "unit"),
                    ("category", "category"),
                    ("step", "step"),
                )
            ),
            models.Index(
                fields=["urgency", "-id"],
                name="case_urgent_newest",
                condition=models.Q(urgency__lt=Urgency.NORMAL),
            ),
            models.Index(fields=["reported_at"], name="case_reported"),
            # What the daily job has not come to yet, the longest closed first; cases leave these as they are forgotten.
            *(
                models.Index(
                    fields=["closed_at"],
                    name=f"case_to_be_{done}",
                    condition=models.Q(("open", False), (f"{done}_at", None)),
                )
                for done in ("unnamed", "emptied")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


BROUGHT = ("reporter", "proxy")
REPORTERS = (*BROUGHT, "joined")


class PartyQuerySet(models.QuerySet["Party"]):
    """Who has to do with cases."""

    def behind(self) -> "PartyQuerySet":
        """Those who asked, as against those who help."""
        return self.filter(role__in=REPORTERS)

    def brought(self) -> "PartyQuerySet":
        """Those who brought the matter here, as against those who joined it later."""
        return self.filter(role__in=BROUGHT)


class Party(models.Model):
    """A person behind a case (the reporter, others who joined, a proxy: each gets every update), or one who helps in it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="parties", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="stands_behind", db_index=False)
    role = models.CharField(max_length=12, default="reporter")  # REPORTERS or helper
    at = models.DateTimeField(default=timezone.now)

    objects = PartyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="one_party")]
        indexes = [models.Index(fields=["person", "-case"], name="party_person_newest")]


class Owed(models.Model):
    """An open case of somebody whose data were erased: what they wrote and sent goes when it has closed.

    `brought`: they brought it, so its own words are theirs; else they joined it, judged it or wrote in it.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="owed")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    brought = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="owed_once")]


class Task(models.Model):
    """What one organisation has to do in a case: one leads, others assist, each with its own deadline."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="tasks")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="tasks", db_index=False)
    role = models.CharField(max_length=8, default="lead")  # lead or assist
    state = models.CharField(max_length=12, default="sent")  # sent, taken, done, returned, withdrawn
    words = models.TextField(blank=True)
    result = models.TextField(blank=True)
    sent_at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "state", "due_at"], name="task_unit_queue"),
            models.Index(fields=["organisation", "-case"], name="task_unit_newest"),
        ]


class Deadline(models.Model):
    """One clock on a case. `explanation` keeps the limit used and the days skipped, as they were when it was set.

    `left` is the paused remainder in units of the limit; while paused `due_at` is null.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="deadlines")
    task = models.ForeignKey(Task, models.CASCADE, null=True, related_name="deadlines")
    name = models.CharField(max_length=24)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    left = models.FloatField(null=True)
    value = models.FloatField()
    unit = models.CharField(max_length=16)
    explanation = models.JSONField(default=dict)


class Exhibit(models.Model):
    """A file shown in a case: before, after, evidence; public ones residents may see."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="exhibits")
    file = models.ForeignKey(File, models.PROTECT, related_name="exhibits")
    purpose = models.CharField(max_length=12, default="report")  # report, before, after, evidence, answer
    public = models.BooleanField(default=False)
    entry = models.BigIntegerField(null=True)


class Question(models.Model):
    """A question to the reporter; the clock pauses until it is answered or its own time is over."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="questions")
    words = models.TextField()
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)


class Request(models.Model):
    """A move that waits for a second person: an extension, an arbitration, an approval."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="requests")
    move = models.CharField(max_length=24)
    facts = models.JSONField(default=dict)
    words = models.TextField(blank=True)
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)
    decision = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["case"], name="requests_undecided", condition=models.Q(decided_at=None))
        ]


class Review(models.Model):
    """What a reporter thinks of the handling: five levels, the lowest two are bad. `round` counts a case's reviews from 1."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="reviews")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    round = models.PositiveSmallIntegerField(default=1)
    rating = models.PositiveSmallIntegerField()
    tags = models.JSONField(default=list)
    words = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "round"], name="one_review_a_round")]


class Link(models.Model):
    """Two cases that belong together: similar, repeats, caused by."""

    one = models.ForeignKey(Case, models.CASCADE, related_name="links")
    other = models.ForeignKey(Case, models.CASCADE, related_name="linked_from")
    relation = models.CharField(max_length=12, default="similar")
    score = models.FloatField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "other", "relation"], name="one_link")]


class MoveKey(models.Model):
    """A move's id given by the sender (a phone that was offline): the same id twice is one move."""

    key = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    entry = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)
