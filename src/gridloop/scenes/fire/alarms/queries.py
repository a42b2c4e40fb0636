"""What is asked of alarms: the open ones in a person's reach, facts for the index, and how often a device cries wolf."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.cases.models import Party
from gridloop.core.journal.errors import NotFound
from gridloop.core.people.models import Person
from gridloop.core.people.queries import reach_of
from gridloop.core.territory import tree
from gridloop.scenes.fire.alarms.kinds import FIRE_CLASS, Grade, Verdict
from gridloop.scenes.fire.alarms.models import Alarm, Call, Episode
from gridloop.scenes.fire.registry.models import Camera, Premises

JUDGED = (Verdict.REAL, Verdict.FALSE, Verdict.TEST, Verdict.FAULT)
CAMERAS_NEAR = 3
NEAR_DEGREES = 0.02  # about two kilometres: cameras beyond that show nothing of the place


def premises_within(person: Person, prefix: str = "") -> Q:
    """Premises in the person's areas, those they own, and those of their organisations."""
    reach, pictured = reach_of(person), tree.current()
    condition = Q(**{f"{prefix}owner": person.pk}) if person.pk else Q(pk__in=[])
    for root in reach.roots:
        level = pictured.level(root)
        if level in ("county", "town", "community", "grid"):
            condition |= Q(**{f"{prefix}{level}": root})
        elif level in ("province", "city"):
            condition |= Q(**{f"{prefix}county__in": list(pictured.within(root))})
    if reach.organisations:
        condition |= Q(**{f"{prefix}organisation__in": reach.organisations})
    return condition


def premises_in_reach(person: Person) -> QuerySet[Premises]:
    return Premises.objects.filter(premises_within(person), retired_at=None)


def episodes_in_reach(person: Person | None) -> QuerySet[Episode]:
    """Episodes at premises in reach, and those a station of the person was called to."""
    if person is None or not person.is_active:
        return Episode.objects.none()
    seen = premises_within(person, "premises__")
    if person.pk is not None:
        seen |= Q(case__in=Party.objects.filter(person=person.pk).values("case"))
    if organisations := reach_of(person).organisations:
        called = Call.objects.filter(station__organisation__in=organisations)
        seen |= Q(pk__in=called.values("episode"))
    return Episode.objects.filter(seen)


def open_episodes(person: Person | None) -> QuerySet[Episode]:
    """Open fire-class episodes, the unacknowledged first, then the newest: the order of the duty room's board."""
    found = episodes_in_reach(person).filter(grade=Grade.FIRE, ended_at=None)
    return (
        found.select_related("premises", "case")
        .annotate(rings=Count("alarms", distinct=True))
        .order_by(F("acknowledged_at").asc(nulls_first=True), "-id")
    )


def episode_in_reach(person: Person | None, pk: int) -> Episode:
    """One episode; out of reach and absent are the same answer."""
    found = episodes_in_reach(person).select_related("premises", "case").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such alarm, or it is not yours to see."))
    return found


def cameras_of(premises: Premises) -> list[Camera]:
    """The cameras of the premises, then the three nearest others."""
    own = list(premises.cameras.filter(retired_at=None).order_by("code")[:6])
    near = Camera.objects.filter(
        retired_at=None,
        longitude__range=(premises.longitude - NEAR_DEGREES, premises.longitude + NEAR_DEGREES),
        latitude__range=(premises.latitude - NEAR_DEGREES, premises.latitude + NEAR_DEGREES),
    ).exclude(pk__in=[camera.pk for camera in own])
    squared = (F("longitude") - premises.longitude) * (F("longitude") - premises.longitude) + (
        F("latitude") - premises.latitude
    ) * (F("latitude") - premises.latitude)
    return own + list(near.annotate(far=squared).order_by("far", "pk")[:CAMERAS_NEAR])


@dataclass(frozen=True, slots=True)
class FalseRate:
    """How often a device rang for nothing, of all its alarms that somebody judged."""

    false: int
    judged: int

    @property
    def share(self) -> float | None:
        return self.false / self.judged if self.judged else None


def false_alarm_rates(devices: Iterable[int], since: datetime | None = None) -> dict[int, FalseRate]:
    """How many of each device's judged alarms were false, in one query. Only fire-class alarms are judged."""
    devices = list(devices)
    judged = Alarm.objects.filter(device__in=devices, kind__in=FIRE_CLASS, verdict__in=JUDGED)
    if since is not None:
        judged = judged.filter(received_at__gte=since)
    rows = judged.values("device").annotate(
        all=Count("pk"), false=Count("pk", filter=Q(verdict=Verdict.FALSE))
    )
    found = {row["device"]: FalseRate(row["false"], row["all"]) for row in rows}
    return {device: found.get(device, FalseRate(0, 0)) for device in devices}


def board_figures(person: Person) -> dict[str, Any]:
    """The numbers over the board, in one query each kind of row."""
    open_now = episodes_in_reach(person).filter(ended_at=None)
    day = timezone.now() - timedelta(days=1)
    recent = episodes_in_reach(person).filter(grade=Grade.FIRE, started_at__gte=day)
    now = open_now.aggregate(
        open=Count("pk", filter=Q(grade=Grade.FIRE)),
        waiting=Count("pk", filter=Q(grade=Grade.FIRE, acknowledged_at=None)),
        faults=Count("pk", filter=Q(grade=Grade.FAULT)),
    )
    return now | recent.aggregate(
        day=Count("pk"),
        real=Count("pk", filter=Q(verdict=Verdict.REAL)),
        false=Count("pk", filter=Q(verdict=Verdict.FALSE)),
    )


def unplaced_alarms(person: Person) -> QuerySet[Alarm]:
    """Fire alarms of devices without premises: the county's duty room must find out where they are."""
    reach, pictured = reach_of(person), tree.current()
    if not any(pictured.level(root) == "county" for root in reach.roots):
        return Alarm.objects.none()
    return Alarm.objects.filter(premises=None, kind__in=FIRE_CLASS, ended_at=None).select_related("device")


def held_back(person: Person) -> QuerySet[Alarm]:
    """Alarms that are on and alarm nobody: muted by maintenance or inhibited; never hidden."""
    silent = Alarm.objects.filter(ended_at=None).exclude(inhibited="", window=None)
    return silent.filter(premises_within(person, "premises__")).select_related("device", "premises", "window")


def is_rung_by_two(episode: int) -> bool:
    """Two independent detectors make it likely (CAP: Observed); one alone is possible."""
    return Alarm.objects.filter(episode=episode, kind__in=FIRE_CLASS).values("device").distinct().count() >= 2
