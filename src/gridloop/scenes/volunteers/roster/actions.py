"""Becoming a volunteer, changing what one offers, pausing and leaving; credentials and teams stand beside."""

import secrets
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal, TooLate
from gridloop.core.people.models import Person
from gridloop.core.people.queries import require
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.roster.availability import DAY, merged
from gridloop.scenes.volunteers.roster.credentials import (
    add_credential,
    confirm_credential,
    withdraw_credential,
)
from gridloop.scenes.volunteers.roster.models import (
    Availability,
    AvailabilityException,
    Membership,
    Skill,
    Volunteer,
)
from gridloop.scenes.volunteers.roster.queries import CARE
from gridloop.scenes.volunteers.roster.teams import (
    decide_membership,
    dissolve_team,
    found_team,
    invite_to_team,
    join_team,
    leave_team,
)

__all__ = [
    "add_credential",
    "add_exception",
    "change_volunteer",
    "confirm_credential",
    "decide_membership",
    "dissolve_team",
    "enrol_volunteer",
    "found_team",
    "invite_to_team",
    "join_team",
    "leave",
    "leave_team",
    "pause",
    "remove_exception",
    "resume",
    "set_availability",
    "withdraw_credential",
]

NEAREST, FARTHEST = 200, 30_000  # metres
LOCAL = "L"  # begins the numbers given here, so that nobody takes them for national ones
MOST_EXCEPTIONS = 100


@transaction.atomic
def enrol_volunteer(
    person: Person,
    *,
    community: Area,
    longitude: float | None = None,
    latitude: float | None = None,
    radius: int = 1500,
    remote_only: bool = False,
    skills: Iterable[Skill] = (),
    in_service: bool = False,
    work_unit: str = "",
    number: str = "",
    by: Actor,
) -> Volunteer:
    """A person becomes a volunteer of the community where they live, or comes back after having left.

    `in_service` ones belong to a work unit elsewhere and register where they live all the same.
    """
    guard_self_or_care(person.pk, community.pk, by)
    guard_community(community)
    if not person.is_active:
        raise Refusal(_("This account is closed. Open it again first."), field="person")
    if in_service and not work_unit.strip():
        raise Refusal(_("Say which unit you work for."), field="work_unit")
    facts: dict[str, Any] = {
        "community": community,
        **point(longitude, latitude),
        "radius": good_radius(radius),
        "remote_only": remote_only,
        "in_service": in_service,
        "work_unit": work_unit.strip()[:80],
    }

    volunteer = write_volunteer(person, good_number(number, person), facts, community)
    volunteer.skills.set(skills)

    record(
        "volunteer_enrolled",
        by=by,
        subject_kind="volunteer",
        subject=volunteer.pk,
        area=community.pk,
        facts={"person": person.pk, "in_service": in_service},
    )
    return volunteer


def write_volunteer(person: Person, number: str, facts: dict[str, Any], community: Area) -> Volunteer:
    """A new row, or the old one of somebody who left; the same person twice at once stays one."""
    gone = Volunteer.objects.filter(person=person).exclude(left_at=None)
    if gone.update(**facts, left_at=None, paused_until=None, joined_at=timezone.now()):
        volunteer = Volunteer.objects.get(person=person)
        if number and number != volunteer.number:
            Volunteer.objects.filter(pk=volunteer.pk).update(number=number)
            volunteer.number = number
        return volunteer
    if Volunteer.objects.filter(person=person).exists():
        raise TooLate(_("This person is a volunteer already."), code="volunteer_already")
    try:
        with transaction.atomic():
            return Volunteer.objects.create(person=person, number=number or new_number(community), **facts)
    except IntegrityError as twice:
        raise TooLate(_("This person is a volunteer already."), code="volunteer_already") from twice


def new_number(community: Area) -> str:
    """A number of our own until the national one is known: L, the county's code, nine digits."""
    return f"{LOCAL}{community.code[:6]:0<6}{secrets.randbelow(10**9):09d}"


def good_number(number: str, person: Person | None) -> str:
    tidied = "".join(number.split()).upper()
    if not tidied:
        return ""
    if len(tidied) > 24 or not tidied.isascii() or not tidied.isalnum():
        raise Refusal(_("A volunteer number has at most 24 letters and digits."), field="number")
    if Volunteer.objects.filter(number=tidied).exclude(person=person).exists():
        raise Refusal(_("This volunteer number belongs to somebody else."), field="number")
    return tidied


def good_radius(radius: int) -> int:
    if not NEAREST <= radius <= FARTHEST:
        raise Refusal(_("Choose how far you come: between 200 metres and 30 kilometres."), field="radius")
    return radius


def point(longitude: float | None, latitude: float | None) -> dict[str, float | None]:
    """Where somebody sets out from, rounded to about 100 metres: nobody's door is stored."""
    if longitude is None or latitude is None:
        return {"longitude": None, "latitude": None}
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise Refusal(_("This place does not lie on the map. Choose it again."), field="place")
    return {"longitude": round(longitude, 3), "latitude": round(latitude, 3)}


def guard_community(community: Area) -> None:
    if community.level != "community" or community.retired_at is not None:
        raise Refusal(_("Choose the village or community where the volunteer lives."), field="community")


def guard_self_or_care(person: int, area: int | None, by: Actor) -> None:
    """The person themself, or somebody whose post looks after the residents there."""
    if by.person is None or by.person != person:
        require(by, CARE, area)


def guard_volunteer(volunteer: Volunteer, by: Actor) -> None:
    guard_self_or_care(volunteer.person_id, volunteer.community_id, by)


@transaction.atomic
def change_volunteer(
    volunteer: Volunteer,
    *,
    by: Actor,
    community: Area | None = None,
    longitude: float | None = None,
    latitude: float | None = None,
    radius: int | None = None,
    remote_only: bool | None = None,
    daily_tasks: int | None = None,
    skills: Iterable[Skill] | None = None,
    in_service: bool | None = None,
    work_unit: str | None = None,
    number: str | None = None,
) -> list[str]:
    """Changes what is given and returns the names of what differs; None leaves things as they are."""
    guard_volunteer(volunteer, by)
    wanted: dict[str, Any] = {}
    if community is not None:
        guard_community(community)
        wanted["community_id"] = community.pk
    if longitude is not None and latitude is not None:
        wanted |= point(longitude, latitude)
    if radius is not None:
        wanted["radius"] = good_radius(radius)
    if daily_tasks is not None:
        if not 1 <= daily_tasks <= 10:
            raise Refusal(_("Choose between 1 and 10 tasks a day."), field="daily_tasks")
        wanted["daily_tasks"] = daily_tasks
    if number is not None:
        wanted["number"] = good_number(number, volunteer.person) or volunteer.number
    wanted |= {
        name: value
        for name, value in (("remote_only", remote_only), ("in_service", in_service))
        if value is not None
    }
    if work_unit is not None:
        wanted["work_unit"] = work_unit.strip()[:80]
    changed = [name for name, value in wanted.items() if getattr(volunteer, name) != value]

    still_here = Volunteer.objects.filter(pk=volunteer.pk, left_at=None)
    if not still_here.update(**wanted) if changed else not still_here.exists():
        raise TooLate(_("This volunteer has left. Enrol them again first."))
    for name in changed:
        setattr(volunteer, name, wanted[name])
    if skills is not None and set(skills) != set(volunteer.skills.all()):
        volunteer.skills.set(skills)
        changed.append("skills")

    if changed:
        record(
            "volunteer_changed",
            by=by,
            subject_kind="volunteer",
            subject=volunteer.pk,
            area=volunteer.community_id,
            facts={"fields": changed},
        )
    return changed


@transaction.atomic
def set_availability(volunteer: Volunteer, weekly: Iterable[tuple[int, int, int]], by: Actor) -> None:
    """When the volunteer can come each week, in the place of what stood before: (weekday, since, until)."""
    guard_volunteer(volunteer, by)
    hours = merged(weekly)
    Volunteer.objects.select_for_update().get(pk=volunteer.pk)  # two savings at once come one after another
    before = sorted(volunteer.availability.values_list("weekday", "since", "until"))
    if before == [tuple(each) for each in hours]:
        return

    volunteer.availability.all().delete()
    Availability.objects.bulk_create(
        [
            Availability(volunteer=volunteer, weekday=day, since=since, until=until)
            for day, since, until in hours
        ]
    )

    record(
        "availability_set",
        by=by,
        subject_kind="volunteer",
        subject=volunteer.pk,
        area=volunteer.community_id,
        facts={"weekly": [list(each) for each in hours]},
    )


@transaction.atomic
def add_exception(
    volunteer: Volunteer, day: date, *, available: bool = False, since: int = 0, until: int = DAY, by: Actor
) -> AvailabilityException:
    """A day on which the rhythm does not hold; saying it anew for the same hour takes the place of the old."""
    guard_volunteer(volunteer, by)
    if day < timezone.localdate():
        raise Refusal(_("This day is past. Choose today or later."), field="day")
    if not 0 <= since < until <= DAY:
        raise Refusal(_("The end lies before the beginning. Check both."), field="until")
    if volunteer.exceptions.filter(day__gte=timezone.localdate()).count() >= MOST_EXCEPTIONS:
        raise Refusal(_("These are a great many exceptions. Pause instead, or remove some."), field="day")

    exception, _made = AvailabilityException.objects.update_or_create(
        volunteer=volunteer, day=day, since=since, defaults={"available": available, "until": until}
    )

    record(
        "availability_excepted",
        by=by,
        subject_kind="volunteer",
        subject=volunteer.pk,
        area=volunteer.community_id,
        facts={"day": day.isoformat(), "available": available, "since": since, "until": until},
    )
    return exception


@transaction.atomic
def remove_exception(exception: AvailabilityException, by: Actor) -> None:
    """The rhythm holds again on that day."""
    guard_volunteer(exception.volunteer, by)
    if not AvailabilityException.objects.filter(pk=exception.pk).delete()[0]:
        return

    record(
        "availability_excepted",
        by=by,
        subject_kind="volunteer",
        subject=exception.volunteer_id,
        area=exception.volunteer.community_id,
        facts={"day": exception.day.isoformat(), "removed": True},
    )


@transaction.atomic
def pause(volunteer: Volunteer, until: date, *, by: Actor) -> None:
    """Nobody asks the volunteer until this day is over."""
    guard_volunteer(volunteer, by)
    if until < timezone.localdate():
        raise Refusal(_("This day is past. Choose today or later."), field="until")
    waiting = Volunteer.objects.filter(pk=volunteer.pk, left_at=None).exclude(paused_until=until)
    if not waiting.update(paused_until=until):
        return
    volunteer.paused_until = until

    record(
        "volunteer_paused",
        by=by,
        subject_kind="volunteer",
        subject=volunteer.pk,
        area=volunteer.community_id,
        facts={"until": until.isoformat()},
    )


@transaction.atomic
def resume(volunteer: Volunteer, *, by: Actor) -> None:
    """The pause ends today."""
    guard_volunteer(volunteer, by)
    if not Volunteer.objects.filter(pk=volunteer.pk, paused_until__isnull=False).update(paused_until=None):
        return
    volunteer.paused_until = None

    record(
        "volunteer_resumed",
        by=by,
        subject_kind="volunteer",
        subject=volunteer.pk,
        area=volunteer.community_id,
    )


@transaction.atomic
def leave(volunteer: Volunteer, *, by: Actor) -> None:
    """The person volunteers no more; what they did stays. Whoever counts on them hears `volunteer_left`."""
    guard_volunteer(volunteer, by)
    now = timezone.now()
    if not Volunteer.objects.filter(pk=volunteer.pk, left_at=None).update(left_at=now):
        raise TooLate(_("This volunteer has left already."))
    volunteer.left_at = now
    standing = Membership.objects.filter(Q(state__in=("asked", "invited", "member")), volunteer=volunteer)
    teams = list(standing.values_list("team", flat=True))
    standing.update(state="left", ended_at=now)
    volunteer.exceptions.all().delete()

    record(
        "volunteer_left",
        by=by,
        subject_kind="volunteer",
        subject=volunteer.pk,
        area=volunteer.community_id,
        facts={"person": volunteer.person_id, "teams": teams},
    )
