"""The tables of requests for help: what is needed, who may ask for whom, who was asked and why, who came."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridloop.core.cases.models import Case
from gridloop.core.evidence.models import File
from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import EncryptedText
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.roster.models import Skill, Volunteer


class Relation(models.TextChoices):
    """Why somebody may ask for somebody else."""

    RELATIVE = "relative", _("Relative")
    NEIGHBOUR = "neighbour", _("Neighbour or friend")
    GRID_WORKER = "grid_worker", _("Grid worker")
    CARER = "carer", _("Carer")


class MandateState(models.TextChoices):
    """How far a mandate has come."""

    ASKED = "asked", _("Waits for a yes")
    IN_FORCE = "in_force", pgettext_lazy("mandate", "In force")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Mandate(models.Model):
    """Who may ask for whom: given by the person helped, or confirmed by the community after a call or a paper.

    `skills` limits it to some kinds of help; none means all. `confirmed_by` is whoever said yes.
    """

    principal = models.ForeignKey(Person, models.CASCADE, related_name="mandates_given")
    agent = models.ForeignKey(Person, models.CASCADE, related_name="mandates_held")
    relation = models.CharField(max_length=12, choices=Relation)
    skills = models.ManyToManyField(Skill, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")  # the community of the person helped
    state = models.CharField(max_length=10, choices=MandateState, default=MandateState.ASKED)
    valid_until = models.DateField(null=True)
    paper = models.ForeignKey(File, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["principal", "agent"],
                condition=Q(state__in=["asked", "in_force"]),
                name="one_mandate",
            ),
            models.CheckConstraint(condition=~Q(principal=models.F("agent")), name="mandate_for_another"),
        ]


class Need(models.Model):
    """What a request asks for. `taken` counts places promised and is only changed by conditional updates.

    The exact address, point and contact are encrypted; the case itself knows the place to about 100 m only.
    """

    case = models.OneToOneField(Case, models.CASCADE, related_name="need")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    people = models.PositiveSmallIntegerField(default=1)
    taken = models.PositiveSmallIntegerField(default=0)
    remote = models.BooleanField(default=False)
    radius = models.PositiveIntegerField(default=3000)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="needs")  # who is helped
    asked_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    mandate = models.ForeignKey(Mandate, models.PROTECT, null=True, related_name="needs")
    address = EncryptedText(blank=True)
    point = EncryptedText(blank=True)  # "longitude latitude", WGS84
    contact_name = EncryptedText(blank=True)
    contact_phone = EncryptedText(blank=True)

    class Meta:
        indexes = [models.Index(fields=["since"], name="need_since")]
        constraints = [
            models.CheckConstraint(condition=Q(taken__lte=models.F("people")), name="need_not_overfilled"),
            models.CheckConstraint(condition=Q(until__gt=models.F("since")), name="need_lasts"),
        ]

    def exact_point(self) -> tuple[float, float] | None:
        """Where help is needed, to the metre."""
        parts = self.point.split()
        return (float(parts[0]), float(parts[1])) if len(parts) == 2 else None


class Mode(models.TextChoices):
    """What matching may do in a community."""

    OFF = "off", _("Off: people dispatch")
    DRY = "dry", _("Dry run: shown, nobody is asked")
    ON = "on", _("On: volunteers are asked by gridloop")


class MatchingMode(models.Model):
    """The mode of one community; without a row it is off."""

    community = models.OneToOneField(Area, models.CASCADE, related_name="+")
    mode = models.CharField(max_length=4, choices=Mode, default=Mode.OFF)
    since = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")


class MatchRun(models.Model):
    """One matching: when, why, over how many needs, with which weights, at what cost.

    `mode`: on, dry, or hand (somebody looked for candidates and decides alone).
    """

    mode = models.CharField(max_length=4)
    reason = models.CharField(max_length=12)  # batch, urgent, hand
    started_at = models.DateTimeField(default=timezone.now)
    seconds = models.FloatField(default=0)
    needs = models.PositiveIntegerField(default=0)
    candidates = models.PositiveIntegerField(default=0)
    chosen = models.PositiveIntegerField(default=0)
    open = models.PositiveIntegerField(default=0)
    cost = models.BigIntegerField(default=0)
    weights = models.JSONField(default=dict)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")


class Consideration(models.Model):
    """One volunteer considered for one need, with every part of the cost: a line of the dispatch record."""

    run = models.ForeignKey(MatchRun, models.CASCADE, related_name="considerations")
    case = models.ForeignKey(Case, models.CASCADE, related_name="considerations")
    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="+")
    metres = models.FloatField()
    fairness = models.FloatField()
    continuity = models.FloatField()
    acceptance = models.FloatField()
    load = models.FloatField()
    total = models.IntegerField()
    chosen = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["case", "run"], name="consideration_case")]
        constraints = [models.UniqueConstraint(fields=["run", "case", "volunteer"], name="one_consideration")]


class OfferState(models.TextChoices):
    """What became of an offer."""

    SENT = "sent", _("Waits for an answer")
    ACCEPTED = "accepted", _("Will come")
    DECLINED = "declined", pgettext_lazy("offer", "Declined")
    EXPIRED = "expired", _("Not answered in time")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    HANDED_BACK = "handed_back", _("Handed back")


class Offer(models.Model):
    """One volunteer asked for one need, once a round. It lapses at `expires_at` by the server's clock."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="offers")
    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="offers")
    round = models.PositiveSmallIntegerField(default=1)
    run = models.ForeignKey(MatchRun, models.SET_NULL, null=True, related_name="offers")
    state = models.CharField(max_length=12, choices=OfferState, default=OfferState.SENT)
    metres = models.FloatField(null=True)
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=16, blank=True)
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["volunteer", "-id"], name="offer_volunteer"),
            models.Index(fields=["expires_at"], name="offer_open", condition=Q(state="sent")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "volunteer", "round"], name="one_offer_a_round"),
            models.UniqueConstraint(
                fields=["case", "volunteer"], condition=Q(state="sent"), name="one_open_offer"
            ),
        ]

    def is_open(self, now: datetime) -> bool:
        return self.state == OfferState.SENT and self.expires_at > now


class AssignmentState(models.TextChoices):
    """How far a promised task has come."""

    PROMISED = "promised", _("Promised")
    ARRIVED = "arrived", _("There")
    DONE = "done", _("Done")
    HANDED_BACK = "handed_back", _("Handed back")
    ENDED = "ended", _("Ended without help")


LIVE = (AssignmentState.PROMISED, AssignmentState.ARRIVED)
KEPT = (*LIVE, AssignmentState.DONE)


class Assignment(models.Model):
    """A volunteer who has promised to come. Times are the server's; the phone's own stand beside them."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="assignments")
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="assignments")
    offer = models.OneToOneField(Offer, models.PROTECT, related_name="assignment")
    state = models.CharField(max_length=12, choices=AssignmentState, default=AssignmentState.PROMISED)
    promised_at = models.DateTimeField(default=timezone.now)
    arrived_at = models.DateTimeField(null=True)
    arrived_how = models.CharField(max_length=8, blank=True)  # code, position, phone, staff
    arrived_metres = models.FloatField(null=True)
    arrived_device_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_how = models.CharField(max_length=8, blank=True)
    done_metres = models.FloatField(null=True)
    done_device_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=16, blank=True)

    class Meta:
        indexes = [models.Index(fields=["volunteer", "state"], name="assignment_volunteer")]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "volunteer"],
                condition=Q(state__in=["promised", "arrived", "done"]),
                name="one_assignment",
            )
        ]


class Side(models.TextChoices):
    """Who rates whom."""

    HELPED = "helped", _("The person helped, about the volunteer")
    VOLUNTEER = "volunteer", _("The volunteer, about the task")


class Feedback(models.Model):
    """What one side thinks of the other after a task."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="feedback")
    side = models.CharField(max_length=10, choices=Side)
    rating = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=500, blank=True)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "side"], name="one_feedback_a_side"),
            models.CheckConstraint(condition=Q(rating__range=(1, 5)), name="feedback_one_to_five"),
        ]
