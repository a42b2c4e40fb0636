"""A town with premises, devices and what happens to them, for tests of the index."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from gridloop.core.territory.models import Area
from gridloop.scenes.fire.alarms.models import Alarm, Episode
from gridloop.scenes.fire.registry.models import Device, Premises, Vendor
from tests.world import Town, a_town

_numbers = count(1)


def some_premises(grid: Area, number: int = 20, *, kind: str = "dwelling", **more: Any) -> list[Premises]:
    town = grid.parent.parent if grid.parent else None
    return Premises.objects.bulk_create(
        Premises(
            code=f"R{next(_numbers)}",
            name=f"场所{at}",
            kind=kind,
            longitude=121.21,
            latitude=28.11,
            grid=grid,
            community=grid.parent,
            town=town,
            county=town.parent if town else None,
            **more,
        )
        for at in range(number)
    )


def devices_of(premises: list[Premises], *, kind: str = "smoke") -> list[Device]:
    vendor = Vendor.objects.get_or_create(code="test", defaults={"name": "厂商"})[0]
    return Device.objects.bulk_create(
        Device(vendor=vendor, code=f"D{next(_numbers)}", kind=kind, premises=each, claimed_at=timezone.now())
        for each in premises
    )


def an_alarm(device: Device, kind: str = "offline", **more: Any) -> Alarm:
    now = timezone.now()
    return Alarm.objects.create(
        device=device,
        premises=device.premises,
        kind=kind,
        mark=next(_numbers),
        first_at=now,
        last_at=now,
        **more,
    )


def a_fire_alarm(device: Device) -> Alarm:
    """An open fire alarm with its episode, as the alarms leave one."""
    assert device.premises is not None
    episode = Episode.objects.create(premises=device.premises, grade="fire", mark=next(_numbers))
    return an_alarm(device, "fire", episode=episode)


def verified(premises: Premises, verdict: str, days: int = 10) -> Episode:
    at = timezone.now() - timedelta(days=days)
    return Episode.objects.create(
        premises=premises, grade="fire", mark=next(_numbers), started_at=at, last_at=at, verdict=verdict,
        verdict_at=at, ended_at=at,
    )  # fmt: skip


def a_burning_town(grids: int = 3) -> tuple[Town, list[list[Premises]]]:
    """Three grids: the first has what burns, the others are calm."""
    town = a_town(grids)
    first, *others = town.grids
    risky = some_premises(first, 12, kind="three_in_one", built=1985, electric_bikes=True)
    risky += some_premises(first, 8, kind="rental", built=1990, electric_bikes=True)
    calm = [some_premises(grid, 20, built=2012, electric_bikes=False) for grid in others]
    return town, [risky, *calm]
