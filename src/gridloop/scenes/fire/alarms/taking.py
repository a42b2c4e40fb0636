"""What a batch of signals means, worked out before anything is written: folded, muted, inhibited, placed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q

from gridloop.scenes.fire.alarms.kinds import FIRE_CLASS, INHIBITED, INHIBITING, TESTED, AlarmKind
from gridloop.scenes.fire.alarms.models import Alarm, Window
from gridloop.scenes.fire.ingest.signals import Raised
from gridloop.scenes.fire.registry.models import Device


class Place(NamedTuple):
    """A device and where it stands: ids only."""

    device: int
    premises: int | None
    floor: str
    panel: int | None
    panel_of_panel: int | None
    grid: int | None
    community: int | None
    town: int | None
    county: int | None

    @property
    def area(self) -> int | None:
        return self.grid or self.community or self.town or self.county

    @property
    def areas(self) -> tuple[int | None, ...]:
        return self.grid, self.community, self.town, self.county


@dataclass(slots=True)
class Folded:
    """All signals of one device and kind that began in a batch."""

    place: Place
    kind: str
    first_at: datetime
    last_at: datetime
    received: datetime
    repeats: int = 0
    rule: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    inhibited: str = ""
    window: int | None = None

    @property
    def is_silent(self) -> bool:
        return bool(self.inhibited or self.window)


def known_kind(kind: str) -> str:
    return kind if kind in AlarmKind.values else AlarmKind.FAULT.value


def places_of(devices: Iterable[int]) -> dict[int, Place]:
    """Where the devices stand, in one query; devices that are not registered are left out."""
    rows = Device.objects.filter(pk__in=set(devices)).values_list(
        "pk", "premises_id", "floor", "panel_id", "panel__panel_id", "premises__grid_id", "premises__community_id",
        "premises__town_id", "premises__county_id",
    )  # fmt: skip
    return {row[0]: Place(*row) for row in rows}


def fold(raised: Sequence[Raised], places: dict[int, Place]) -> dict[tuple[int, str], Folded]:
    """The signals that began, one row a device and kind, in the order of the devices' clocks."""
    folded: dict[tuple[int, str], Folded] = {}
    for one in sorted((one for one in raised if one.on and one.device in places), key=lambda one: one.at):
        key = one.device, known_kind(one.kind)
        if key not in folded:
            folded[key] = Folded(
                places[one.device], key[1], one.at, one.at, one.received, 0, one.rule[:40], dict(one.facts)
            )
        elif one.at != folded[key].last_at:
            folded[key].last_at = one.at
            folded[key].repeats += 1
    return folded


def silence(folded: dict[tuple[int, str], Folded], now: datetime) -> None:
    """Write onto each alarm why nobody is alarmed: its device is tested, in maintenance, or its panel is down."""
    windows = windows_in_force(folded.values(), now)
    down = panels_down(folded)
    for each in folded.values():
        each.window = next((window.pk for window in windows if mutes(window, each)), None)
        if each.facts.get("test"):
            each.inhibited = TESTED
        elif each.kind in INHIBITED:
            panel = next(
                (panel for panel in (each.place.panel, each.place.panel_of_panel) if panel in down), None
            )
            each.inhibited = f"panel:{panel}" if panel else ""


def windows_in_force(alarms: Iterable[Folded], now: datetime) -> list[Window]:
    """Few windows are open at a time, so all are read."""
    return list(Window.objects.filter(ended_at=None, from_at__lte=now, until_at__gt=now).order_by("pk"))


def mutes(window: Window, alarm: Folded) -> bool:
    if window.device_id is not None and window.device_id != alarm.place.device:
        return False
    if window.device_id is None and window.premises_id != alarm.place.premises:
        return False
    return alarm.kind not in FIRE_CLASS or (window.mutes_fire and window.approved_at is not None)


def panels_down(folded: dict[tuple[int, str], Folded]) -> set[int]:
    """Panels without power or away, as far as the points in this batch hang on them: known ones and new ones."""
    asked = {
        panel
        for each in folded.values()
        if each.kind in INHIBITED
        for panel in (each.place.panel, each.place.panel_of_panel)
        if panel
    }
    if not asked:
        return set()
    new = {device for device, kind in folded if kind in INHIBITING}
    known = Alarm.objects.filter(device__in=asked - new, kind__in=INHIBITING, ended_at=None, cleared_at=None)
    return (asked & new) | set(known.values_list("device_id", flat=True))


def replayed(folded: dict[tuple[int, str], Folded]) -> set[tuple[int, str]]:
    """Signals that were taken already and whose alarm has ended since: a message sent again wakes nobody twice."""
    if not folded:
        return set()
    moments = {each.first_at for each in folded.values()} | {each.last_at for each in folded.values()}
    same = Q(last_at__in=moments) | Q(first_at__in=moments)
    ended = Alarm.objects.filter(
        same, device__in={device for device, _kind in folded}, ended_at__isnull=False
    )
    found = set()
    for device, kind, first, last in ended.values_list("device_id", "kind", "first_at", "last_at"):
        each = folded.get((device, kind))
        if each is not None and {each.first_at, each.last_at} <= {first, last}:
            found.add((device, kind))
    return found
