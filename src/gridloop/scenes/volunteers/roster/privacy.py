"""What the roster holds of a person: handed out with the rest, erased with it, kept while they volunteer."""

from typing import Any

from django.utils import timezone

from gridloop.core.evidence.actions import erase_files
from gridloop.core.evidence.models import File
from gridloop.core.people import acquaintance, privacy, retention
from gridloop.core.people.models import Person
from gridloop.core.people.queries import Reach, areas_around_roots
from gridloop.scenes.volunteers.roster.models import Membership, Volunteer


def held_of(person: Person) -> dict[str, Any]:
    """Everything the roster knows, ready for JSON."""
    volunteer = Volunteer.objects.filter(person=person).select_related("community").first()
    if volunteer is None:
        return {}
    return {
        "number": volunteer.number,
        "community": volunteer.community.name if volunteer.community else "",
        "point": [volunteer.longitude, volunteer.latitude],
        "radius": volunteer.radius,
        "work_unit": volunteer.work_unit,
        "joined_at": volunteer.joined_at.isoformat(),
        "left_at": volunteer.left_at.isoformat() if volunteer.left_at else "",
        "skills": [skill.name for skill in volunteer.skills.all()],
        "weekly": list(volunteer.availability.values_list("weekday", "since", "until")),
        "credentials": [
            {"skill": each.skill.name, "number": each.number, "valid_until": str(each.valid_until or "")}
            for each in volunteer.credentials.select_related("skill")
        ],
        "teams": [
            {"team": each.team.organisation.name, "state": each.state}
            for each in volunteer.memberships.select_related("team__organisation")
        ],
    }


def erase_of(person: Person) -> int:
    """The number stays, so that hours stay countable; where they live, when they can come and their papers go."""
    volunteer = Volunteer.objects.filter(person=person).first()
    if volunteer is None:
        return 0
    now = timezone.now()
    Membership.objects.filter(volunteer=volunteer, ended_at=None).update(state="left", ended_at=now)
    gone = volunteer.availability.all().delete()[0] + volunteer.exceptions.all().delete()[0]
    papers = volunteer.credentials.exclude(file=None).values_list("file", flat=True)
    gone += erase_files(File.objects.filter(pk__in=list(papers))) + volunteer.credentials.all().delete()[0]
    blank = {"longitude": None, "latitude": None, "work_unit": "", "left_at": volunteer.left_at or now}
    return gone + Volunteer.objects.filter(pk=volunteer.pk).update(**blank)


def keep_active(people: list[int]) -> set[int]:
    """Who volunteers now is not idle, however seldom they sign in."""
    return set(Volunteer.objects.filter(person__in=people, left_at=None).values_list("person", flat=True))


def volunteers_in(reach: Reach, person: int) -> bool:
    """An area's command room may look up its volunteers' numbers, for a written reason."""
    return Volunteer.objects.filter(person=person, community__in=areas_around_roots(reach)).exists()


privacy.holdings["volunteer"] = held_of
privacy.erasers["volunteer"] = erase_of
retention.keepers.append(keep_active)
acquaintance.ways.append(volunteers_in)
