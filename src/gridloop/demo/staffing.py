"""Fills every post of the demo county; one account for each role has a name that is easy to remember."""

from dataclasses import dataclass
from random import Random

from django.contrib.auth.hashers import make_password

from gridloop.core.journal.actions import new_entry, record_all
from gridloop.core.journal.actor import Actor
from gridloop.core.people.models import Organisation, Person, Post
from gridloop.core.people.personal_data import digest
from gridloop.core.people.roles import ROLES
from gridloop.core.territory.models import Area
from gridloop.demo.names import SURNAMES, invented_name, invented_phone

PASSWORD = "gridloop-demo"  # noqa: S105 - the demo tells it to everybody
HANDLERS = {"bureau": 3, "firm": 2, "property": 2, "hospital": 1, "team": 1, "committee": 1}
ROOM_DESKS, CENTRE_DESKS, COURIERS = 3, 6, 40


@dataclass(frozen=True, slots=True)
class Seat:
    """One post to be filled."""

    role: str
    organisation: Organisation | None
    area: Area | None
    part_time: bool = False


def seats(units: dict[str, Organisation]) -> list[Seat]:
    """Every post of the county; the first of each role is the one visitors sign in as, all of one neighbourhood."""
    areas = Area.objects.defer("shape").order_by("code")
    county = areas.get(level="county")
    towns, villages = list(areas.filter(level="town")), list(areas.filter(level="community"))
    grids = list(areas.filter(level="grid"))
    town_of = {village.pk: village.parent_id for village in villages}
    rooms = {town.pk: units.get(f"command-{town.code}", units["command-county"]) for town in towns}
    centre = units["command-county"]
    found = [Seat("grid_worker", rooms[town_of[grid.parent_id]], grid) for grid in grids]
    for village in villages:
        found.append(Seat("grid_chief", rooms[village.parent_id], village))
        found.append(Seat("community_clerk", units[f"committee-{village.code}"], village))
    found += [
        Seat("courier", rooms[town_of[grid.parent_id]], grid, True)
        for grid in grids[:: max(1, len(grids) // COURIERS)]
    ]
    found += [
        Seat("town_room", rooms[town.pk], town)
        for town in towns
        if rooms[town.pk] != centre
        for _desk in range(ROOM_DESKS)
    ]
    found += [Seat("county_room", centre, county)] * CENTRE_DESKS
    for _code, unit in sorted(units.items(), key=lambda item: (item[0] != "bureau-enforcement", item[0])):
        if unit.kind in HANDLERS:
            found += [Seat("unit_handler", unit, unit.area)] * HANDLERS[unit.kind]
            found.append(Seat("unit_head", unit, unit.area))
    found += [
        Seat("leader", centre, county),
        *(Seat("leader", units[f"committee-{town.code}"], town) for town in towns),
    ]
    return [*found, Seat("administrator", centre, county), Seat("auditor", centre, county)]


def fill_posts(units: dict[str, Organisation], random: Random, *, by: Actor) -> None:
    """Persons and posts in a few statements; staff who are not shown at sign-in have no password."""
    wanted = seats(units)
    known, people = set[str](), []
    password, none = make_password(PASSWORD), make_password(None)
    for number, seat in enumerate(wanted):
        shown = seat.role not in known
        known.add(seat.role)
        name = f"{SURNAMES[list(ROLES).index(seat.role)]}晓明" if shown else invented_name(random)
        handle = f"demo-{seat.role}" if shown else f"{seat.role.replace('_', '-')}-{number:04d}"
        phone = invented_phone(number)
        people.append(
            Person(
                handle=handle,
                name=name,
                phone=phone,
                phone_digest=digest(phone),
                password=password if shown else none,
            )
        )
    Person.objects.bulk_create(people, batch_size=2000)
    posts = [
        Post(
            person=person,
            role=seat.role,
            organisation=seat.organisation,
            area=seat.area,
            part_time=seat.part_time,
        )
        for person, seat in zip(people, wanted, strict=True)
    ]
    Post.objects.bulk_create(posts, batch_size=2000)
    record_all(
        new_entry("person_enrolled", by=by, subject_kind="person", subject=person.pk) for person in people
    )
    record_all(
        new_entry("post_given", by=by, subject_kind="person", subject=post.person_id, area=post.area_id, after=post.role,
                  facts={"post": post.pk, "organisation": post.organisation_id})
        for post in posts
    )  # fmt: skip


def settle_residents(count: int, random: Random, *, by: Actor) -> list[int]:
    """Residents who report; the first has the name visitors sign in with."""
    none = make_password(None)
    people = [
        Person(
            handle="demo-resident",
            name="何居民",
            phone=invented_phone(9_000_000),
            password=make_password(PASSWORD),
        )
    ]
    people += [
        Person(name=invented_name(random), phone=invented_phone(9_000_000 + number), password=none)
        for number in range(1, count)
    ]
    for person in people:
        person.phone_digest = digest(person.phone)
    Person.objects.bulk_create(people, batch_size=2000)
    record_all(
        new_entry("person_joined", by=by, subject_kind="person", subject=person.pk) for person in people
    )
    return [person.pk for person in people]
