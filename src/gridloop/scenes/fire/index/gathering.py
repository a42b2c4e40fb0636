"""Counting the facts of grids: a handful of group-bys, however many premises and devices there are."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from scipy.spatial import cKDTree

from gridloop.core.territory.models import Area, Level
from gridloop.scenes.fire.alarms.models import Alarm, Episode
from gridloop.scenes.fire.hazards.kinds import HazardGrade
from gridloop.scenes.fire.hazards.models import Hazard, Inspection
from gridloop.scenes.fire.index.models import Fire
from gridloop.scenes.fire.registry.models import (
    Device,
    DeviceKind,
    DutyCheck,
    Premises,
    PremisesKind,
    Station,
)

YEAR = timedelta(days=365)
OLD = 2000  # built before
DEGREE = 111_320.0  # metres of latitude
METRES_A_MINUTE = 500 / 1.3  # 30 km/h, and roads a third longer than the straight line
FULL_BATTERY_KINDS = (DeviceKind.PANEL, DeviceKind.TRANSMITTER)  # on mains
KINDS = {
    "three_in_one": (PremisesKind.THREE_IN_ONE,),
    "rentals": (PremisesKind.RENTAL,),
    "small_places": (PremisesKind.NINE_SMALL,),
    "storage": (PremisesKind.STORAGE, PremisesKind.FACTORY),
}
STATES = {"offline": ("offline",), "low_battery": ("battery",), "shielded": ("shielded",)}

Pair = tuple[float, float]


@dataclass
class Gathered:
    """What was counted: for each indicator {grid: (count, of)}, why grids are red at once, and their premises."""

    at: datetime
    grids: Sequence[int]
    values: dict[str, dict[int, Pair]] = field(default_factory=dict)
    overrides: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    premises: dict[int, int] = field(default_factory=dict)
    addresses: dict[int, int] = field(default_factory=dict)  # households and premises


@dataclass(frozen=True, slots=True)
class Within:
    """Which grids are counted: some, or all. `scope(field)` narrows a queryset's condition to them."""

    grids: tuple[int, ...] | None

    def scope(self, field: str) -> Q:
        return Q(**{f"{field}__isnull": False}) if self.grids is None else Q(**{f"{field}__in": self.grids})


def gather(at: datetime, grids: Iterable[int] | None = None) -> Gathered:
    """Count everything the shipped indicators need, of some grids or of all."""
    within = Within(None if grids is None else tuple(grids))
    areas = Area.objects.filter(level=Level.GRID, retired_at=None)
    if within.grids is not None:
        areas = areas.filter(pk__in=within.grids)
    rows = list(areas.order_by("pk").values_list("pk", "longitude", "latitude", "households"))
    places = [row[:3] for row in rows]
    found = Gathered(at, [pk for pk, _x, _y in places])
    count_premises(found, within)
    found.addresses = {row[0]: row[3] + found.premises.get(row[0], 0) for row in rows}
    for part in PARTS:
        part(found, within)
    found.values["station_minutes"] = station_minutes(places)
    return found


def premises_here(within: Within) -> QuerySet[Premises]:
    return Premises.objects.filter(within.scope("grid"), retired_at=None)


def count_premises(found: Gathered, within: Within) -> None:
    """The mix of premises, their age, and e-bikes: one pass over the register."""
    sums: dict[str, Any] = {
        name: Count("pk", filter=Q(kind__in=[kind.value for kind in kinds])) for name, kinds in KINDS.items()
    }
    rows: Any = (
        premises_here(within)
        .values("grid")
        .annotate(
            all=Count("pk"),
            dated=Count("built"),
            old=Count("pk", filter=Q(built__lt=OLD)),
            asked=Count("electric_bikes"),
            bikes=Count("pk", filter=Q(electric_bikes=True)),
            **sums,
        )
    )
    for name in (*KINDS, "old_buildings", "electric_bikes"):
        found.values[name] = {}
    for row in rows.order_by():
        grid = row["grid"]
        found.premises[grid] = row["all"]
        for name in KINDS:
            found.values[name][grid] = (row[name], row["all"])
        found.values["old_buildings"][grid] = (row["old"], row["dated"])
        found.values["electric_bikes"][grid] = (row["bikes"], row["asked"])


def count_devices(found: Gathered, within: Within) -> None:
    """How many devices there are, what is wrong with them, and how many premises have one that works."""
    devices = Device.objects.filter(
        within.scope("premises__grid"), retired_at=None, premises__retired_at=None
    ).order_by()
    rows: Any = devices.values("premises__grid").annotate(
        all=Count("pk"),
        mains=Count("pk", filter=Q(kind__in=FULL_BATTERY_KINDS)),
        water=Count("pk", filter=Q(kind=DeviceKind.WATER)),
    )
    totals = {row["premises__grid"]: row for row in rows}
    troubles = open_troubles(within)
    for name in STATES:
        without = "mains" if name == "low_battery" else ""
        found.values[name] = {
            grid: (troubles.get((grid, name), 0), row["all"] - (row[without] if without else 0))
            for grid, row in totals.items()
        }
    found.values["water"] = {
        grid: (troubles.get((grid, "water"), 0), row["water"]) for grid, row in totals.items()
    }
    silent = Alarm.objects.filter(device=OuterRef("pk"), kind="offline", ended_at=None)
    working = devices.filter(~Exists(silent)).values("premises__grid")
    covered = dict(working.annotate(n=Count("premises", distinct=True)).values_list("premises__grid", "n"))
    found.values["uncovered"] = {
        grid: (number - covered.get(grid, 0), number) for grid, number in found.premises.items()
    }


def open_troubles(within: Within) -> dict[tuple[int, str], int]:
    """Open alarms about the devices themselves, by grid and indicator; a device counts once for each."""
    kinds = {kind: name for name, each in STATES.items() for kind in each}
    open_now = Alarm.objects.filter(
        within.scope("premises__grid"), ended_at=None, device__retired_at=None
    ).order_by()
    rows = open_now.filter(kind__in=kinds).values_list("premises__grid", "kind")
    found = {(grid, kinds[kind]): n for grid, kind, n in rows.annotate(n=Count("device", distinct=True))}
    water = open_now.filter(device__kind=DeviceKind.WATER, kind__in=("fault", "reading", "main_power"))
    for grid, n in water.values_list("premises__grid").annotate(n=Count("device", distinct=True)):
        found[grid, "water"] = n
    return found


def count_fires(found: Gathered, within: Within) -> None:
    """Fires of two years, and what verified alarms turned out to be in one."""
    fires = Fire.objects.filter(within.scope("grid"), at__gt=found.at - 2 * YEAR, at__lte=found.at).order_by()
    burnt = dict(fires.values_list("grid").annotate(n=Count("pk")))
    found.values["fires"] = {grid: (burnt.get(grid, 0), n) for grid, n in found.addresses.items()}
    episodes = Episode.objects.filter(
        within.scope("premises__grid"), grade="fire", started_at__gt=found.at - YEAR, started_at__lte=found.at
    )
    rows = (
        episodes.order_by()
        .values_list("premises__grid")
        .annotate(real=Count("pk", filter=Q(verdict="real")), false=Count("pk", filter=Q(verdict="false")))
    )
    verified = {grid: (real, false) for grid, real, false in rows}
    found.values["real_alarms"] = {
        grid: (verified.get(grid, (0, 0))[0], n) for grid, n in found.addresses.items()
    }
    found.values["false_alarms"] = {
        grid: (false, real + false) for grid, (real, false) in verified.items() if real + false
    }


def count_hazards(found: Gathered, within: Within) -> None:
    """Open hazards and how long they are overdue; of those closed in a year, how many were late."""
    hazards = Hazard.objects.filter(within.scope("case__grid"), found_at__lte=found.at).order_by()
    still_open = hazards.filter(Q(closed_at=None) | Q(closed_at__gt=found.at))
    open_now: Counter[int] = Counter()
    days: Counter[int] = Counter()
    for grid, due in still_open.values_list("case__grid", "case__due_at"):
        open_now[grid] += 1
        if due is not None and due < found.at:
            days[grid] += (found.at - due).days
    found.values["open_hazards"] = {grid: (open_now[grid], n) for grid, n in found.addresses.items()}
    found.values["overdue_hazards"] = {grid: (days[grid], n) for grid, n in found.addresses.items()}
    closed = hazards.filter(
        closed_at__gt=found.at - YEAR, closed_at__lte=found.at, rectified_at__isnull=False
    )
    rows = closed.exclude(case__due_at=None).values_list("case__grid")
    counted = rows.annotate(n=Count("pk"), late=Count("pk", filter=Q(rectified_at__gt=F("case__due_at"))))
    found.values["late_rectification"] = {grid: (late, n) for grid, n, late in counted}


def count_inspections(found: Gathered, within: Within) -> None:
    """Premises nobody has inspected for a year; unknown while the county keeps no inspections at all."""
    found.values["uninspected"] = {}
    if not Inspection.objects.exists():
        return
    seen = Inspection.objects.filter(
        within.scope("premises__grid"), at__gt=found.at - YEAR, at__lte=found.at, premises__retired_at=None
    ).order_by()
    rows = dict(
        seen.values("premises__grid")
        .annotate(n=Count("premises", distinct=True))
        .values_list("premises__grid", "n")
    )
    found.values["uninspected"] = {grid: (n - rows.get(grid, 0), n) for grid, n in found.premises.items()}


def count_duty_checks(found: Gathered, within: Within) -> None:
    """Duty checks of a year that reached the device, and those nobody answered."""
    checks = DutyCheck.objects.filter(
        within.scope("device__premises__grid"),
        reached=True,
        done_at__gt=found.at - YEAR,
        done_at__lte=found.at,
    )
    rows = checks.order_by().values_list("device__premises__grid")
    counted = rows.annotate(n=Count("pk"), missed=Count("pk", filter=Q(seconds=None)))
    found.values["duty_missed"] = {grid: (missed, n) for grid, n, missed in counted}


def note_overrides(found: Gathered, within: Within) -> None:
    """What makes a grid red at once: an open fire alarm that alarmed somebody, an open major hazard."""
    alarms = (
        Episode.objects.filter(within.scope("premises__grid"), grade="fire", ended_at=None)
        .exclude(verdict__in=("false", "test", "fault"))
        .filter(
            Exists(Alarm.objects.filter(episode=OuterRef("pk"), ended_at=None, window=None, inhibited=""))
        )
    )
    for pk, grid, since in alarms.order_by("pk").values_list("pk", "premises__grid", "started_at"):
        red = {"kind": "alarm", "number": str(pk), "since": since.isoformat()}
        found.overrides.setdefault(grid, []).append(red)
    hazards = Hazard.objects.filter(within.scope("case__grid"), closed_at=None, grade=HazardGrade.MAJOR)
    for number, grid, since in hazards.order_by("pk").values_list("case__number", "case__grid", "found_at"):
        red = {"kind": "hazard", "number": number, "since": since.isoformat()}
        found.overrides.setdefault(grid, []).append(red)


def station_minutes(places: Sequence[tuple[int, float | None, float | None]]) -> dict[int, Pair]:
    """Minutes from the middle of each grid to the nearest station on duty; unknown while there is none."""
    stations = np.array(
        Station.objects.filter(retired_at=None, available=True).values_list("longitude", "latitude"),
        dtype=float,
    )
    placed = [(pk, x, y) for pk, x, y in places if x is not None and y is not None]
    if not len(stations) or not placed:
        return {}
    shrink = np.array([np.cos(np.radians(stations[:, 1].mean())), 1.0]) * DEGREE
    spots = np.array([(x, y) for _pk, x, y in placed], dtype=float)
    metres, _nearest = cKDTree(stations * shrink).query(spots * shrink)
    minutes = np.round(metres / METRES_A_MINUTE, 1)
    return {pk: (float(each), 1.0) for (pk, _x, _y), each in zip(placed, minutes, strict=True)}


PARTS: tuple[Callable[[Gathered, Within], None], ...] = (
    count_devices,
    count_fires,
    count_hazards,
    count_inspections,
    count_duty_checks,
    note_overrides,
)
