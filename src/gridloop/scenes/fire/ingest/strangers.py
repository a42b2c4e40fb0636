"""Devices nobody registered: they are noted, with how often they spoke and what they said last, and nothing else."""

from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from gridloop.scenes.fire.registry.models import Stranger, Vendor

MOST = 5_000  # names kept between two writings; a flood of invented names is only counted
WORDS = 300


class Strangers:
    """What strangers said since the last writing."""

    def __init__(self) -> None:
        self.noted: dict[tuple[str, str], list[Any]] = {}
        self.uncounted = 0

    def note(self, vendor: str, device: str, said: Any, now: float) -> None:
        kept = self.noted.get((vendor, device))
        if kept is not None:
            kept[0] += 1
            kept[1], kept[2] = said, now
        elif len(self.noted) < MOST:
            self.noted[vendor, device] = [1, said, now]
        else:
            self.uncounted += 1

    def take(self) -> dict[tuple[str, str], list[Any]]:
        taken, self.noted = self.noted, {}
        return taken


def write_strangers(taken: dict[tuple[str, str], list[Any]]) -> int:
    """Add to what is known of them; how many were new. A vendor nobody registered is kept with the code."""
    vendors = dict(Vendor.objects.values_list("code", "id"))
    new = 0
    with transaction.atomic():
        for (vendor, device), (messages, said, now) in taken.items():
            owner = vendors.get(vendor)
            code = (device if owner is not None else f"{vendor}/{device}").replace("\0", "")[:64]
            at = datetime.fromtimestamp(now, UTC)
            facts = {"said": str(said).encode(errors="replace").decode().replace("\0", "")[:WORDS]}
            known = Stranger.objects.filter(vendor=owner, code=code)
            if not known.update(messages=F("messages") + messages, last_at=at, last=facts):
                Stranger.objects.create(
                    vendor_id=owner, code=code, messages=messages, first_at=at, last_at=at, last=facts
                )
                new += 1
    return new
