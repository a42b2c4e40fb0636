"""The alarm storm of the demo and the bench: many devices ring at the same moment, through the real door."""

from random import Random

from django.utils import timezone

from gridloop.scenes.fire.alarms.actions import take_signals
from gridloop.scenes.fire.ingest.signals import Raised
from gridloop.scenes.fire.registry.models import Device

RINGING = ("smoke", "heat", "gas", "call_point")


def raise_storm(size: int, *, seed: int | None = None) -> int:
    """Let up to `size` devices ring that do not ring already; how many they were."""
    chance = Random(seed)
    quiet = Device.objects.filter(kind__in=RINGING, premises__isnull=False, retired_at=None).exclude(
        alarms__ended_at=None, alarms__isnull=False
    )
    devices = list(quiet.order_by("pk").values_list("pk", "kind"))
    chosen = chance.sample(devices, min(size, len(devices)))
    now = timezone.now()
    take_signals(
        [
            Raised(
                device=pk,
                kind="gas" if kind == "gas" else "fire",
                on=True,
                at=now,
                received=now,
                rule="device",
                facts={},
            )
            for pk, kind in chosen
        ]
    )
    return len(chosen)
