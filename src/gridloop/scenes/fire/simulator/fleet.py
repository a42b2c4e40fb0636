"""Devices that do not exist, by number: their codes, what they measure, and their entries in the registry."""

import time
from collections.abc import Callable

from gridloop.scenes.fire.adapters.mqtt import packet, text

VENDOR = "simulator"
AT_ONCE = 5_000
VARIANTS = 16


def code(number: int) -> str:
    return f"S{number:07d}"


class Speech:
    """Ready-made beginnings of messages, so that a sender spends its time sending: all payloads have one length."""

    def __init__(self, devices: int, *, vendor: str = VENDOR, first: int = 0) -> None:
        length = len(self.payload(0.0, 0))
        whole = [
            packet(0x30, text(f"gridloop/{vendor}/{code(first + n)}/state") + bytes(length))
            for n in range(devices)
        ]
        self.heads = [each[:-length] for each in whole]

    def payload(self, now: float, variant: int) -> bytes:
        return b'{"at":%014.3f,"temperature":%4.1f,"battery":%2d}' % (
            max(now, 1e9), 18 + variant * 0.3, 60 + variant % 30,
        )  # fmt: skip

    def messages(self, first: int, number: int) -> bytes:
        """One message of each of so many devices, from the `first` on, around and around."""
        now, heads, size = time.time(), self.heads, len(self.heads)
        payloads = [self.payload(now, variant) for variant in range(VARIANTS)]
        return b"".join(
            [heads[place % size] + payloads[place % VARIANTS] for place in range(first, first + number)]
        )


def register(devices: int, *, say: Callable[[str], None] = lambda words: None) -> int:
    """Bring the simulator's devices into the registry, spread over its premises; how many were missing."""
    from django.db import transaction

    from gridloop.scenes.fire.ingest.registering import registry_edition
    from gridloop.scenes.fire.registry.models import Device, Premises, Vendor

    vendor, _made = Vendor.objects.get_or_create(code=VENDOR, defaults={"name": "Simulator"})
    found = Premises.objects.order_by("id").values_list("id", flat=True)[:100_000]
    premises: list[int | None] = [*found] or [None]
    known = set(Device.objects.filter(vendor=vendor).values_list("code", flat=True))
    missing = [n for n in range(devices) if code(n) not in known]
    with transaction.atomic():
        for start in range(0, len(missing), AT_ONCE):
            Device.objects.bulk_create(
                [
                    Device(vendor=vendor, code=code(n), kind="heat", premises_id=premises[n % len(premises)])
                    for n in missing[start : start + AT_ONCE]
                ]
            )
        if missing:
            registry_edition.renew()
    say(f"{len(missing)} devices registered for vendor '{VENDOR}'")
    return len(missing)
