"""Premises, devices, stations and people on the test town's ground, for everything about alarms and hazards."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from django.utils import timezone

from gridloop.core.people.models import Organisation, Person
from gridloop.scenes.fire.ingest.signals import Raised
from gridloop.scenes.fire.models import Device, Premises, Station, Vendor
from tests import world

_numbers = count(1)


@dataclass
class Ground:
    """One house in the first grid, and who has to do with it."""

    town: world.Town
    premises: Premises
    owner: Person
    grid_worker: Person
    clerk: Person
    room: Person
    county: Person
    duty: Person
    stations: list[Station] = field(default_factory=list)
    crews: list[Person] = field(default_factory=list)


def a_vendor() -> Vendor:
    return Vendor.objects.get_or_create(code="demo", defaults={"name": "示范设备"})[0]


def some_premises(town: world.Town, *, owner: Person | None = None, grid: int = 0, **more: Any) -> Premises:
    longitude, latitude = town.point(grid)
    return Premises.objects.create(
        **{
            "code": f"P{next(_numbers)}", "name": "城中菜市场", "kind": "market", "longitude": longitude,
            "latitude": latitude, "grid": town.grids[grid], "community": town.community, "town": town.town,
            "county": town.county, "owner": owner, "address": "城中路1号",
        }
        | more
    )  # fmt: skip


def a_device(premises: Premises | None, kind: str = "smoke", **more: Any) -> Device:
    return Device.objects.create(
        vendor=a_vendor(), code=f"D{next(_numbers)}", kind=kind, premises=premises, **{"floor": "2", **more}
    )


def a_station(town: world.Town, east: float = 0.0, name: str = "") -> tuple[Station, Person]:
    """A micro station so many degrees east of the first grid's point, with one person of its crew."""
    number = next(_numbers)
    unit = Organisation.objects.create(
        name=name or f"微型消防站{number}", kind="team", code=f"station-{number}", area=town.community
    )
    longitude, latitude = town.point()
    station = Station.objects.create(organisation=unit, longitude=longitude + east, latitude=latitude)
    return station, world.with_post("station_crew", organisation=unit, name="刘队员")


def a_ground(stations: int = 4, town: world.Town | None = None) -> Ground:
    town = town or world.a_town()
    owner = world.a_resident("王业主")
    ground = Ground(
        town,
        some_premises(town, owner=owner),
        owner,
        world.a_grid_worker(town.grids[0]),
        world.with_post("community_clerk", area=town.community, name="李村干"),
        world.a_town_room(town.town),
        world.a_county_room(town.county),
        world.with_post("fire_duty", area=town.county, name="吴值班"),
    )
    for number in range(stations):
        station, crew = a_station(town, east=0.002 * (number + 1))
        ground.stations.append(station)
        ground.crews.append(crew)
    return ground


def rings(
    device: Device, kind: str = "fire", *, on: bool = True, at: datetime | None = None, **more: Any
) -> Raised:
    """One signal of a device, heard just now."""
    now = timezone.now()
    return Raised(
        device=device.pk,
        kind=kind,
        on=on,
        at=at or now,
        received=now,
        rule=more.pop("rule", "device"),
        facts=more,
    )
