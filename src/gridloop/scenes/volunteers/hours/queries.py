"""Reading the hours: what overlaps, what a day holds, what counts, and what a clerk has to decide."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from gridloop.core.people.models import Person
from gridloop.scenes.volunteers.hours.models import (
    Certificate,
    HoursEntry,
    HoursRules,
    HoursState,
    Objection,
)
from gridloop.scenes.volunteers.roster.models import Volunteer
from gridloop.scenes.volunteers.roster.queries import areas_of_care

ALIVE = (HoursState.CLAIMED, HoursState.PUBLISHED, HoursState.OBJECTED, HoursState.COUNTED)


def rules() -> HoursRules:
    """The county's rules; the shipped ones where nobody has decided otherwise."""
    return HoursRules.objects.first() or HoursRules()


def alive() -> QuerySet[HoursEntry]:
    """Entries that hold their time: neither refused, nor reversed, nor reversals."""
    return HoursEntry.objects.filter(standing__state__in=ALIVE)


def overlapping(volunteer: Volunteer, since: datetime, until: datetime) -> QuerySet[HoursEntry]:
    """The volunteer's living entries that share time with this stretch, in order."""
    return (
        alive().filter(volunteer=volunteer, started_at__lt=until, ended_at__gt=since).order_by("started_at")
    )


def minutes_on(volunteer: Volunteer, day: date) -> int:
    """The minutes of a day already claimed by living entries."""
    return alive().filter(volunteer=volunteer, day=day).aggregate(sum=Sum("minutes"))["sum"] or 0


def entries_of(volunteer: Volunteer) -> QuerySet[HoursEntry]:
    """A volunteer's entries, newest first; reversals stand beside what they reverse, not for themselves."""
    return (
        HoursEntry.objects.filter(volunteer=volunteer, reverses=None)
        .select_related("standing", "area", "reversal")
        .prefetch_related("confirmations")
        .order_by("-started_at", "-id")
    )


def counted(
    volunteer: Volunteer, since: date | None = None, until: date | None = None
) -> QuerySet[HoursEntry]:
    """What counts, in a period of days (both included)."""
    found = HoursEntry.objects.filter(volunteer=volunteer, standing__state=HoursState.COUNTED)
    if since is not None:
        found = found.filter(day__gte=since)
    if until is not None:
        found = found.filter(day__lte=until)
    return found.order_by("started_at", "id")


def minutes_counted(volunteer: Volunteer, since: date | None = None, until: date | None = None) -> int:
    return counted(volunteer, since, until).aggregate(sum=Sum("minutes"))["sum"] or 0


def minutes_by_state(volunteer: Volunteer) -> dict[str, int]:
    """How many minutes stand at each state; one query."""
    rows = HoursEntry.objects.filter(volunteer=volunteer, reverses=None).values("standing__state")
    return {row["standing__state"]: row["sum"] for row in rows.annotate(sum=Sum("minutes"))}


def minutes_by_month(volunteer: Volunteer, since: date) -> dict[date, int]:
    rows = counted(volunteer, since).order_by().annotate(month=TruncMonth("day")).values("month")
    return {row["month"]: row["sum"] for row in rows.annotate(sum=Sum("minutes"))}


def in_publicity(now: datetime, areas: Iterable[int] | None = None) -> QuerySet[HoursEntry]:
    """What the public list shows: entries open to objections, and those objected to."""
    found = HoursEntry.objects.filter(
        Q(standing__state=HoursState.PUBLISHED, standing__public_until__gt=now)
        | Q(standing__state=HoursState.OBJECTED)
    )
    if areas is not None:
        found = found.filter(area__in=list(areas))
    return found.select_related("volunteer__person", "standing", "area").order_by("-id")


def to_approve(person: Person) -> QuerySet[HoursEntry]:
    """Back-dated hours waiting in this person's areas, never their own."""
    return (
        HoursEntry.objects.filter(
            kind="backdated",
            standing__state=HoursState.CLAIMED,
            area__in=areas_of_care(person),
        )
        .exclude(volunteer__person=person)
        .exclude(claimed_by=person)
        .select_related("volunteer__person", "area", "evidence")
        .order_by("id")
    )


def objections_for(person: Person) -> QuerySet[Objection]:
    """Open objections in this person's areas, never against their own hours."""
    return (
        Objection.objects.filter(decided_at=None, entry__area__in=areas_of_care(person))
        .exclude(entry__volunteer__person=person)
        .select_related("entry__volunteer__person", "entry__area")
        .order_by("id")
    )


def entries_decided_by(person: Person) -> QuerySet[HoursEntry]:
    """All entries of this person's areas, newest first."""
    return (
        HoursEntry.objects.filter(area__in=areas_of_care(person), reverses=None)
        .select_related("volunteer__person", "standing", "area")
        .order_by("-id")
    )


def certificate_by_number(number: str) -> Certificate | None:
    tidy = number.strip().upper().replace(" ", "")
    return Certificate.objects.select_related("volunteer__person").filter(number=tidy).first()


def certificates_with(entry: HoursEntry) -> QuerySet[Certificate]:
    """The standing certificates that rest on an entry."""
    standing = Certificate.objects.filter(volunteer=entry.volunteer, withdrawn_at=None)
    holding = [one.pk for one in standing if any(row["entry"] == entry.pk for row in one.content["entries"])]
    return Certificate.objects.filter(pk__in=holding)


def figures(areas: Iterable[int]) -> dict[str, int]:
    """How many entries of these areas stand at each state."""
    rows = HoursEntry.objects.filter(area__in=list(areas), reverses=None).values(state=F("standing__state"))
    return {row["state"]: row["n"] for row in rows.annotate(n=Count("id"))}
