"""From an episode to its case: opened once, with everybody who has to do with it; and the ladder that is climbed meanwhile."""

import time
import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.errors import MoveNotPossible
from gridloop.core.cases.models import Case, Party, Urgency
from gridloop.core.cases.opening import open_case
from gridloop.core.cases.spots import Spot
from gridloop.core.clocks.timers import set_timers
from gridloop.core.journal.actions import new_entry, record_all
from gridloop.scenes.fire.alarms import ladder
from gridloop.scenes.fire.alarms.actions import DEVICES
from gridloop.scenes.fire.alarms.kinds import AlarmKind, Grade
from gridloop.scenes.fire.alarms.models import Alarm, Episode
from gridloop.scenes.fire.registry.owners import area_of, owners_of

KEYS = uuid.UUID("6b0a51f6-5b43-4c0c-9c0b-6b7a1f0a5f3e")  # the namespace of the keys of episodes' cases
STORM_SETTLES = timedelta(seconds=3)  # in a storm people are told first
FAULT_LASTS = timedelta(minutes=10)  # a fault that is over before that is nobody's case


def title_of(episode: Episode) -> str:
    """Titles are kept in the county's language, whoever reads them."""
    with override(settings.LANGUAGE_CODE):
        kinds = sorted(set(episode.alarms.values_list("kind", flat=True))) or [AlarmKind.FIRE.value]
        what = _(", ").join(str(AlarmKind(kind).label) for kind in kinds[:3])
        where = _("%(what)s: %(where)s") % {"what": what, "where": episode.premises.name}
        floor = _("floor %(floor)s") % {"floor": episode.floor}
        return f"{where} {floor}" if episode.floor else where


@transaction.atomic
def open_episode(episode: int) -> Case | None:
    """Open the case of an episode, tell the case whom it concerns, call the stations. Done twice, done once."""
    found = Episode.objects.select_related("premises", "case").get(pk=episode)
    if found.case is not None or found.ended_at is not None:
        return found.case
    premises, owners = found.premises, owners_of(found.premises)
    is_fire = found.grade == Grade.FIRE
    case = open_case(
        "fire_alarm" if is_fire else "device_fault",
        title=title_of(found),
        spot=Spot(area_of(premises), premises.longitude, premises.latitude, premises.address, "point"),
        by=DEVICES,
        urgency=Urgency.EMERGENCY if is_fire else Urgency.NORMAL,
        source="device",
        key=uuid.uuid5(KEYS, str(found.pk)),
        facts={"episode": found.pk, "premises": premises.pk, "owners": owners},
    )
    if Episode.objects.filter(pk=found.pk, case=None).update(case=case) != 1:
        return case  # another worker was faster, and calls the stations
    Party.objects.bulk_create(
        (Party(case=case, person_id=person, role="helper", at=case.reported_at) for person in owners),
        ignore_conflicts=True,
    )
    return move_case(case, "call_stations", by=DEVICES) if is_fire else case


def open_waiting(seconds: float = 0.7) -> int:
    """Fire episodes of a storm whose cases are still to be opened, for so many seconds; how many were opened."""
    until, opened = time.monotonic() + seconds, 0
    waiting = Episode.objects.filter(
        grade=Grade.FIRE, case=None, ended_at=None, started_at__lte=timezone.now() - STORM_SETTLES
    )
    for episode in waiting.order_by("pk").values_list("pk", flat=True)[:200]:
        if time.monotonic() > until:
            break
        open_episode(episode)
        opened += 1
    return opened


def climb(episodes: Sequence[tuple[int, int]]) -> None:
    """Rungs whose time has come, as (episode, rung): told again while nobody has acknowledged, and the next one armed.

    No window is asked here: a silence that begins later stops no escalation.
    """
    now = timezone.now()
    rungs = dict(episodes)
    waiting = Episode.objects.filter(pk__in=rungs, acknowledged_at=None, ended_at=None).select_related(
        "premises"
    )
    entries, timers = [], []
    for found in waiting:
        rung, premises = rungs[found.pk], found.premises
        Episode.objects.filter(pk=found.pk, escalated__lt=rung).update(escalated=rung)
        areas = (premises.grid_id, premises.community_id, premises.town_id, premises.county_id)
        entries.append(
            new_entry(
                "fire_escalated", by=DEVICES, at=now, subject_kind="fire_episode", subject=found.pk,
                area=area_of(premises), after=ladder.RUNGS[rung - 1].name,
                facts={
                    "rung": rung, "minutes": round(ladder.minutes_of(rung, areas), 1), "premises": premises.pk,
                    "grid": areas[0], "community": areas[1], "town": areas[2], "county": areas[3],
                    "case": found.case_id,
                },
            )
        )  # fmt: skip
        if rung < len(ladder.RUNGS):
            timers.append(ladder.timer_of(found.pk, rung + 1, found.started_at, areas))
    record_all(entries)
    set_timers(timers)


def call_where_nobody_comes(limit: int = 20) -> None:
    """Fire alarms to which no station could be called: all were out. Now perhaps one is free."""
    waiting = Episode.objects.filter(
        grade=Grade.FIRE, ended_at=None, case__open=True, calls=None, case__isnull=False
    )
    for episode in waiting.select_related("case").order_by("pk")[:limit]:
        assert episode.case is not None  # asked for above
        try:
            move_case(episode.case, "call_stations", by=DEVICES)
        except MoveNotPossible:
            continue


def settle_faults(limit: int = 50) -> None:
    """Faults that lasted get a case; those whose devices report again are over. A few at a time, however many fail."""
    lasting = timezone.now() - FAULT_LASTS
    faults = Episode.objects.filter(grade=Grade.FAULT, ended_at=None)
    still_on = Alarm.objects.filter(ended_at=None).values("episode")
    for pk in list(faults.exclude(pk__in=still_on).order_by("pk").values_list("pk", flat=True)[:limit]):
        end_fault(pk)
    lasted = faults.filter(case=None, started_at__lte=lasting, pk__in=still_on).order_by("pk")
    for pk in list(lasted.values_list("pk", flat=True)[:limit]):
        open_episode(pk)


@transaction.atomic
def end_fault(episode: int) -> None:
    """Every device of the episode reports again."""
    found = Episode.objects.select_related("case").get(pk=episode)
    if found.case is None:
        Episode.objects.filter(pk=episode, ended_at=None).update(ended_at=timezone.now())
    elif found.case.open:
        move_case(found.case, "recover", by=DEVICES)
