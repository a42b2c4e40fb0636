"""Taking signals: stored in bulk, in one transaction, so that two thousand at once are a matter of milliseconds.

Everything slow (opening cases, calling stations, telling people) is done by readers of the journal afterwards.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from gridloop.core.clocks.timers import set_timers
from gridloop.core.journal.actions import new_entry, record_all
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.models import Entry
from gridloop.scenes.fire.alarms import ladder
from gridloop.scenes.fire.alarms.kinds import FIRE_CLASS, INHIBITED, INHIBITING, AlarmState, Grade, grade_of
from gridloop.scenes.fire.alarms.models import Alarm
from gridloop.scenes.fire.alarms.storing import AlarmRow, EpisodeRow, Stored, store_alarms, store_episodes
from gridloop.scenes.fire.alarms.taking import (
    Folded,
    Place,
    fold,
    known_kind,
    places_of,
    replayed,
    silence,
)
from gridloop.scenes.fire.ingest.signals import Raised

DEVICES = Actor(kind="system", name="fire")
SKEW = timedelta(minutes=5)  # a device's clock this far ahead is not believed when it clears
# Points that fell silent just before their panel's power loss was heard of.
JUST_BEFORE = timedelta(minutes=2)


def take_signals(raised: Sequence[Raised]) -> None:
    """Store what the rules found: alarms begun, repeated, cleared. Handed the same again, nothing changes."""
    if not raised:
        return
    with transaction.atomic():
        now = timezone.now()
        places = places_of(one.device for one in raised)
        folded = fold(raised, places)
        for key in replayed(folded):
            del folded[key]
        silence(folded, now)
        entries = raise_alarms(list(folded.values()), now)
        entries += inhibit_points(folded, now)
        entries += clear_alarms(raised, places, now)

        record_all(entries)


def raise_alarms(alarms: list[Folded], now: datetime) -> list[Entry]:
    """Alarms and their episodes, and for each new fire episode the timer of its ladder; returns what to journal."""
    episodes = store_episodes(
        EpisodeRow(each.place.premises, *episode_key(each)[1:], now)
        for each in alarms
        if each.place.premises is not None and grade_of(each.kind) and not each.is_silent
    )
    stored = store_alarms(alarm_row(each, episodes) for each in alarms)
    placed = {episode_key(each): each.place for each in alarms}
    started = {key: found for key, found in episodes.items() if found.is_new}
    first_rung = ladder.first_minutes(placed[key].areas for key in started if key[2] == Grade.FIRE)
    set_timers(
        ladder.timer_in(found.id, 1, now, first_rung[placed[key].areas])
        for key, found in started.items()
        if key[2] == Grade.FIRE
    )
    return [episode_entry(key, found, placed[key], now) for key, found in started.items()] + [
        alarm_entry(each, stored[each.place.device, each.kind].id, episodes.get(episode_key(each)), now)
        for each in alarms
        if stored[each.place.device, each.kind].is_new or is_new_episode(each, episodes)
    ]


def is_new_episode(alarm: Folded, episodes: dict[tuple[int, str, str], Stored]) -> bool:
    found = episodes.get(episode_key(alarm))
    return found is not None and found.is_new and not alarm.is_silent


def episode_key(alarm: Folded) -> tuple[int, str, str]:
    """Fire-class alarms are verified floor by floor; faults are looked after for the premises as a whole."""
    grade = grade_of(alarm.kind)
    return alarm.place.premises or 0, alarm.place.floor if grade == Grade.FIRE else "", grade


def alarm_row(alarm: Folded, episodes: dict[tuple[int, str, str], Stored]) -> AlarmRow:
    episode = episodes.get(episode_key(alarm)) if not alarm.is_silent else None
    return AlarmRow(
        alarm.place.device, alarm.place.premises, episode.id if episode else None, alarm.kind, alarm.place.floor,
        alarm.first_at, alarm.last_at, alarm.received, alarm.repeats, alarm.rule, alarm.facts, alarm.inhibited,
        alarm.window,
    )  # fmt: skip


def alarm_entry(alarm: Folded, pk: int, episode: Stored | None, now: datetime) -> Entry:
    """What the journal is told of one alarm: its event says whether anybody is to be alarmed."""
    place = alarm.place
    joins = bool(episode and not episode.is_new and not alarm.is_silent)
    event = event_of(alarm, joins)
    return new_entry(
        event, by=DEVICES, at=now, subject_kind="fire_alarm", subject=pk, area=place.area, after=alarm.kind,
        facts={
            "device": place.device, "premises": place.premises, "rule": alarm.rule, "grid": place.grid,
            "community": place.community, "town": place.town, "county": place.county, "inhibited": alarm.inhibited,
            "window": alarm.window, "device_at": alarm.first_at.isoformat(),
            "received_at": alarm.received.isoformat(),
            "episode": episode.id if episode and not alarm.is_silent else None,
            "floor": place.floor,
        },
    )  # fmt: skip


def event_of(alarm: Folded, joins: bool) -> str:
    """A first alarm is told with its episode; a further one joins; one without premises is told to the county."""
    if alarm.window:
        return "alarm_muted"
    if alarm.inhibited:
        return "alarm_inhibited"
    if alarm.kind not in FIRE_CLASS:
        return "alarm_raised"
    return "alarm_unplaced" if alarm.place.premises is None else "alarm_joined" if joins else "alarm_raised"


def episode_entry(key: tuple[int, str, str], episode: Stored, place: Place, now: datetime) -> Entry:
    premises, floor, grade = key
    return new_entry(
        "episode_started", by=DEVICES, at=now, subject_kind="fire_episode", subject=episode.id, area=place.area,
        after=grade,
        facts={
            "premises": premises, "floor": floor, "grid": place.grid, "community": place.community,
            "town": place.town, "county": place.county,
        },
    )  # fmt: skip


def inhibit_points(folded: dict[tuple[int, str], Folded], now: datetime) -> list[Entry]:
    """A panel has just lost its power: what its points said of themselves a moment ago is explained by that."""
    panels = {device for device, kind in folded if kind in INHIBITING}
    if not panels:
        return []
    points = Alarm.objects.filter(
        device__panel__in=panels, kind__in=INHIBITED, ended_at=None, inhibited="", window=None,
        state=AlarmState.RAISED, received_at__gt=now - JUST_BEFORE,
    )  # fmt: skip
    found = list(points.select_related("device").order_by("pk"))
    for panel in {alarm.device.panel_id for alarm in found}:
        mine = [alarm.pk for alarm in found if alarm.device.panel_id == panel]
        Alarm.objects.filter(pk__in=mine, ended_at=None).update(inhibited=f"panel:{panel}", episode=None)
    return [
        new_entry("alarm_inhibited", by=DEVICES, at=now, subject_kind="fire_alarm", subject=alarm.pk, after=alarm.kind,
                  facts={"device": alarm.device_id, "inhibited": f"panel:{alarm.device.panel_id}"})
        for alarm in found
    ]  # fmt: skip


def clear_alarms(raised: Sequence[Raised], places: dict[int, Place], now: datetime) -> list[Entry]:
    """Signals that went off. A fault is over with its signal; a fire-class alarm stays open until a person's verdict."""
    offs = {(one.device, known_kind(one.kind)): one for one in raised if not one.on and one.device in places}
    if not offs:
        return []
    open_now = Alarm.objects.filter(
        device__in={device for device, _kind in offs}, ended_at=None, cleared_at=None
    )
    cleared = [
        alarm
        for alarm in open_now.order_by("pk")
        if (off := offs.get((alarm.device_id, alarm.kind))) and is_cleared_by(alarm, off)
    ]
    for alarm in cleared:
        alarm.cleared_at = offs[alarm.device_id, alarm.kind].at
        if alarm.kind not in FIRE_CLASS:
            alarm.ended_at, alarm.state = now, AlarmState.ENDED
    Alarm.objects.bulk_update(cleared, ["cleared_at", "ended_at", "state"], batch_size=500)
    entries = [
        new_entry("alarm_cleared", by=DEVICES, at=now, subject_kind="fire_alarm", subject=alarm.pk,
                  area=places[alarm.device_id].area, before=alarm.kind,
                  facts={"device": alarm.device_id, "episode": alarm.episode_id, "premises": alarm.premises_id})
        for alarm in cleared
    ]  # fmt: skip
    return entries + release_points({alarm.device_id for alarm in cleared if alarm.kind in INHIBITING}, now)


def is_cleared_by(alarm: Alarm, off: Raised) -> bool:
    """Out of order is no clearing; but a device whose clock ran ahead must still be able to clear."""
    if off.rule and alarm.rule and off.rule != alarm.rule and alarm.kind == "reading":
        return False
    return alarm.last_at <= off.at or alarm.last_at > off.received + SKEW


def release_points(panels: Iterable[int], now: datetime) -> list[Entry]:
    """The panel is back: what its points still say is now their own affair."""
    panels = set(panels)
    still_down = Alarm.objects.filter(device__in=panels, kind__in=INHIBITING, ended_at=None, cleared_at=None)
    panels -= set(still_down.values_list("device_id", flat=True))
    if not panels:
        return []
    held = Alarm.objects.filter(
        inhibited__in=[f"panel:{panel}" for panel in panels], ended_at=None, cleared_at=None
    )
    return raise_again(held, now)


def raise_again(held: Iterable[Alarm], now: datetime) -> list[Entry]:
    """Alarms that were muted or inhibited and are still on alarm now, as if they had just been heard."""
    held = list(held)
    places = places_of(alarm.device_id for alarm in held)
    alarms = [
        Folded(places[alarm.device_id], alarm.kind, alarm.first_at, alarm.last_at, alarm.received_at, 0, alarm.rule,
               alarm.facts)
        for alarm in held
        if alarm.device_id in places
    ]  # fmt: skip
    Alarm.objects.filter(pk__in=[alarm.pk for alarm in held], ended_at=None).update(window=None, inhibited="")
    entries = raise_alarms(alarms, now)
    known = {entry.subject for entry in entries if entry.subject_kind == "fire_alarm"}
    stored = {(alarm.device_id, alarm.kind): alarm for alarm in held}
    # They joined an episode that was open.
    missing = [each for each in alarms if stored[each.place.device, each.kind].pk not in known]
    joined = dict(
        Alarm.objects.filter(pk__in=[stored[e.place.device, e.kind].pk for e in missing]).values_list(
            "pk", "episode_id"
        )
    )
    return entries + [
        alarm_entry(each, pk, Stored(episode, False) if (episode := joined[pk]) else None, now)
        for each in missing
        if (pk := stored[each.place.device, each.kind].pk)
    ]
