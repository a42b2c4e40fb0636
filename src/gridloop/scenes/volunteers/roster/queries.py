"""Reading the roster: who volunteers, who may see them, who can come when, and who is in which team."""

from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from gridloop.core.journal.errors import NotFound
from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import masked_name
from gridloop.core.people.queries import Reach, areas_around_roots, hats, may, organisations_at_and_below
from gridloop.core.territory import tree
from gridloop.core.territory.locating import locate
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.roster.availability import available_between, is_available, present_on
from gridloop.scenes.volunteers.roster.models import Credential, Membership, Skill, Team, Volunteer

__all__ = [
    "available_between",
    "is_available",
    "present_on",
    "skilled",
    "team_members",
    "volunteer_of",
    "volunteers_within_reach",
]

CARE = "enter_for_others"  # clerks and command rooms: who may act for the residents of an area
LEAD = "lead_team"


def volunteer_of(person: Person | None) -> Volunteer | None:
    """The person as a volunteer, while they are one."""
    if person is None or person.pk is None:
        return None
    return Volunteer.objects.filter(person=person, left_at=None).select_related("person", "community").first()


def roots_of_care(person: Person) -> frozenset[int]:
    """The areas in which the person looks after residents by a post."""
    return frozenset(hat.area for hat in hats(person) if hat.area is not None and hat.may(CARE))


def areas_of_care(person: Person) -> QuerySet[Any, Any]:
    """All areas inside them, as a subquery."""
    return areas_around_roots(Reach(roots=roots_of_care(person)))


def cares_for(person: Person | None, area: int | None) -> bool:
    """Whether the person looks after residents there by a post."""
    return person is not None and area is not None and may(person, CARE, area)


def teams_led_by(person: Person) -> QuerySet[Team]:
    """The teams the person leads by a post."""
    units = organisations_at_and_below(
        hat.organisation for hat in hats(person) if hat.organisation is not None and hat.may(LEAD)
    )
    return Team.objects.filter(organisation__in=units, dissolved_at=None)


def volunteers_within_reach(person: Person) -> QuerySet[Volunteer]:
    """Clerks see their community's volunteers, rooms their town's or county's, team leaders their teams'."""
    seen = Q(pk__in=[])
    if roots_of_care(person):
        seen |= Q(community__in=areas_of_care(person))
    if any(hat.may(LEAD) for hat in hats(person)):
        known = Membership.objects.filter(
            team__in=teams_led_by(person), state__in=("asked", "invited", "member")
        )
        seen |= Q(pk__in=known.values("volunteer"))
    return Volunteer.objects.filter(seen)


def volunteer_within_reach(person: Person, pk: int) -> Volunteer:
    found = volunteers_within_reach(person).select_related("person", "community").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such volunteer in your reach."))
    return found


def name_for(viewer: Person, volunteer: Volunteer) -> str:
    """The whole name for the staff of their community and the leaders of their teams (who ask this of rows in
    reach), and for themselves; masked for everybody else.
    """
    named = viewer.pk == volunteer.person_id or any(hat.may(CARE) or hat.may(LEAD) for hat in hats(viewer))
    return volunteer.person.name if named else masked_name(volunteer.person.name)


def skilled(volunteers: QuerySet[Volunteer], skill: Skill, day: date) -> QuerySet[Volunteer]:
    """Those who can do it; a certified skill counts only with a confirmed credential in force that day."""
    able = volunteers.filter(skills=skill)
    if not skill.certified:
        return able
    return able.filter(
        Exists(in_force(Credential.objects.filter(volunteer=OuterRef("pk"), skill=skill), day))
    )


def in_force(credentials: QuerySet[Credential], day: date) -> QuerySet[Credential]:
    """Confirmed, not withdrawn, not expired on that day."""
    standing = credentials.filter(confirmed_at__isnull=False, withdrawn_at=None)
    return standing.filter(Q(valid_until=None) | Q(valid_until__gte=day))


def team_members(team: Team) -> QuerySet[Volunteer]:
    """The volunteers who are in the team now."""
    return Volunteer.objects.filter(
        left_at=None, memberships__team=team, memberships__state="member"
    ).distinct()


def teams_within_reach(person: Person) -> QuerySet[Team]:
    """Teams of the areas one cares for, and those one leads; with the number of their members."""
    seen = Q(pk__in=[])
    if roots_of_care(person):
        seen |= Q(organisation__area__in=areas_of_care(person))
    if any(hat.may(LEAD) for hat in hats(person)):
        seen |= Q(pk__in=teams_led_by(person).values("pk"))
    return counted(Team.objects.filter(seen))


def counted(teams: QuerySet[Team]) -> QuerySet[Team]:
    return teams.select_related("organisation", "organisation__area").annotate(
        size=Count("memberships", filter=Q(memberships__state="member")),
        asking=Count("memberships", filter=Q(memberships__state="asked")),
    )


def team_within_reach(person: Person, pk: int) -> Team:
    found = teams_within_reach(person).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such team in your reach."))
    return found


def leads(person: Person, team: Team) -> bool:
    """Whether the person may decide for the team: its leader by a post, or who looks after its area."""
    return cares_for(person, team.organisation.area_id) or teams_led_by(person).filter(pk=team.pk).exists()


def teams_to_join(volunteer: Volunteer | None, words: str = "") -> QuerySet[Team]:
    """Standing teams to look through: those of the volunteer's community first, then of the town, then all others."""
    found = counted(Team.objects.filter(dissolved_at=None))
    if words.strip():
        found = found.filter(
            Q(organisation__name__icontains=words.strip()) | Q(words__icontains=words.strip())
        )
    around = tree.current().around(volunteer.community_id) if volunteer and volunteer.community_id else []
    nearness = [When(organisation__area=area, then=Value(place)) for place, area in enumerate(around)]
    far = Value(len(around))
    found = found.annotate(nearness=Case(*nearness, default=far) if nearness else far)
    return found.order_by("nearness", "organisation__area__code", "pk")


def credentials_to_confirm(person: Person) -> QuerySet[Credential]:
    """What waits for somebody to compare the paper with the entry, oldest first."""
    return (
        Credential.objects.filter(
            volunteer__community__in=areas_of_care(person),
            volunteer__left_at=None,
            confirmed_at=None,
            withdrawn_at=None,
        )
        .select_related("skill", "volunteer__person", "volunteer__community", "file")
        .order_by("pk")
    )


def community_at(longitude: float, latitude: float) -> Area | None:
    """The community around a point, if there is one."""
    located = locate(longitude, latitude)
    inside = tree.chain(located.area).community if located else None
    return Area.objects.filter(pk=inside).defer("shape").first() if inside else None


def usable_skills() -> QuerySet[Skill]:
    return Skill.objects.filter(retired_at=None).order_by("pk")
