"""A community with its clerk, a few skills and volunteers, for the stories of the scene."""

from itertools import count
from typing import Any

from gridloop.core.people.models import Person
from gridloop.scenes.volunteers.roster.actions import enrol_volunteer, found_team
from gridloop.scenes.volunteers.roster.models import Skill, Team, Volunteer
from tests import world

_codes = count(1)


def a_clerk(town: world.Town) -> Person:
    return world.with_post("community_clerk", area=town.community, name="林社工")


def a_skill(name: str = "陪同就医", *, certified: bool = False, remote: bool = False) -> Skill:
    return Skill.objects.create(
        code=f"skill-{next(_codes)}", name=name, english=f"Skill {name}", certified=certified, remote=remote
    )


def a_volunteer(town: world.Town, *, person: Person | None = None, **more: Any) -> Volunteer:
    person = person or world.a_resident("何志愿")
    longitude, latitude = town.point()
    given = {"community": town.community, "longitude": longitude, "latitude": latitude, **more}
    return enrol_volunteer(person, by=world.acting(person), **given)


def a_team(
    town: world.Town, *, name: str = "城中社区志愿服务队", leader: Volunteer | None = None, **more: Any
) -> Team:
    return found_team(name, area=town.community, leader=leader, by=world.acting(a_clerk(town)), **more)
