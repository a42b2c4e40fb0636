"""Volunteers, teams and vulnerable people for the tests of the scene, in the small world's community."""

from itertools import count
from typing import Any

from django.utils import timezone

from gridloop.core.people.models import Organisation
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.roster.models import Membership, Team, Volunteer
from tests import world

_numbers = count(1)


def a_volunteer(community: Area, *, name: str = "方志愿", metres_east: float = 0, **more: Any) -> Volunteer:
    """A volunteer who lives some metres east of the point of the first grid."""
    person = world.a_resident(name)
    number = f"3310{next(_numbers):012d}"
    place = {"longitude": 121.21 + metres_east / 98_200, "latitude": 28.11}
    return Volunteer.objects.create(person=person, number=number, community=community, **{**place, **more})


def a_team(community: Area, *members: Volunteer, name: str = "城中志愿服务队") -> Team:
    organisation = Organisation.objects.create(
        name=name, kind="team", code=f"team-{next(_numbers)}", area=community
    )
    team = Team.objects.create(organisation=organisation)
    for member in members:
        Membership.objects.create(team=team, volunteer=member, state="member", since=timezone.now())
    return team


def a_leader(team: Team, name: str = "林队长") -> Any:
    return world.with_post("team_leader", organisation=team.organisation, name=name)


def a_clerk(community: Area, name: str = "吴社工") -> Any:
    return world.with_post("community_clerk", area=community, name=name)
