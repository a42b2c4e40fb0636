"""A small fleet for tests: a vendor, premises in the grids of a small town, and devices of several kinds."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection

from gridloop.scenes.fire.registry.models import Device, Premises, Vendor
from tests.world import Town

Answer = TypeVar("Answer")


def a_vendor(code: str = "acme") -> Vendor:
    return Vendor.objects.create(code=code, name="甲乙消防")


def premises_in(town: Town, number: int = 1, grid: int = 0) -> list[Premises]:
    longitude, latitude = town.point(grid)
    return [
        Premises.objects.create(
            code=f"P{grid}{place}", name=f"第{place}处", kind="nine_small", longitude=longitude,
            latitude=latitude, grid=town.grids[grid], community=town.community, town=town.town,
            county=town.county,
        )
        for place in range(number)
    ]  # fmt: skip


def a_device(vendor: Vendor, code: str, kind: str = "smoke", **more: object) -> Device:
    return Device.objects.create(vendor=vendor, code=code, kind=kind, **more)


async def asked(work: Callable[..., Answer], *arguments: Any, **named: Any) -> Answer:
    """Asks the database in another thread and leaves no open line behind in it."""

    def ask() -> Answer:
        try:
            return work(*arguments, **named)
        finally:
            connection.close()

    return await asyncio.to_thread(ask)
