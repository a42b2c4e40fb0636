"""A neighbourhood where somebody needs help and several could come."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from gridloop.core.cases.models import Case
from gridloop.core.journal.actor import Actor
from gridloop.core.people.models import Person
from gridloop.scenes.volunteers.requests.actions import Contact, ask_for_help, ask_volunteers
from gridloop.scenes.volunteers.requests.models import MatchingMode, Offer
from gridloop.scenes.volunteers.roster.models import Availability, Skill, Volunteer
from tests import world

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=timezone.get_fixed_timezone(0))  # Monday, 12:00 in Beijing
AFTERNOON = NOON + timedelta(hours=2)
METRE = 1 / 98_000  # degrees of longitude at 28 north, about
_numbers = count(1)


@dataclass
class Neighbourhood:
    """A town, its clerk, somebody who needs help, and a skill."""

    town: world.Town
    clerk: Person
    resident: Person
    shopping: Skill
    clock: Any = None

    def by(self, person: Person) -> Actor:
        return world.acting(person)


def a_skill(name: str = "代购跑腿", **more: Any) -> Skill:
    return Skill.objects.create(code=f"skill{next(_numbers)}", name=name, **more)


def a_neighbourhood(town: world.Town | None = None) -> Neighbourhood:
    town = town or world.a_town()
    clerk = world.with_post("community_clerk", area=town.community, name="吴社工")
    return Neighbourhood(town, clerk, world.a_resident("李奶奶"), a_skill())


def a_volunteer(
    place: Neighbourhood, *, metres: float = 300, name: str = "钱热心", always: bool = True, **more: Any
) -> Volunteer:
    """Somebody who lives so many metres east of the need, and has time every day."""
    longitude, latitude = place.town.point()
    number = next(_numbers)
    volunteer = Volunteer.objects.create(
        person=world.a_resident(name),
        number=f"L331083{number:09d}",
        community=place.town.community,
        longitude=longitude + metres * METRE,
        latitude=latitude,
        **more,
    )
    volunteer.skills.add(place.shopping)
    if always:
        Availability.objects.bulk_create(
            Availability(volunteer=volunteer, weekday=day, since=0, until=1440) for day in range(7)
        )
    return volunteer


def a_request(place: Neighbourhood, *, by: Person | None = None, **more: Any) -> Case:
    """The resident asks for help this afternoon."""
    asking = by or place.resident
    options: dict[str, Any] = {
        "words": "帮忙买点菜，三楼没有电梯。",
        "spot": place.town.spot(),
        "since": AFTERNOON,
        "until": AFTERNOON + timedelta(hours=1),
        "person": place.resident,
        "contact": Contact("李奶奶", place.resident.phone, "玉兴路12号3单元301"),
        "by": world.acting(asking),
    }
    return ask_for_help(more.pop("skill", place.shopping), **options | more)


def seeking(place: Neighbourhood, **more: Any) -> Case:
    """A request the community has accepted."""
    from gridloop.core.cases.actions import move_case

    return move_case(a_request(place, **more), "accept", by=world.acting(place.clerk))


def offers_to(place: Neighbourhood, case: Case, *volunteers: Volunteer) -> list[Offer]:
    """The clerk asks these by hand."""
    ask_volunteers(case, [one.number for one in volunteers], by=world.acting(place.clerk))
    return [Offer.objects.get(case=case, volunteer=one, state="sent") for one in volunteers]


def switch(place: Neighbourhood, mode: str) -> None:
    MatchingMode.objects.update_or_create(community=place.town.community, defaults={"mode": mode})
