"""What one alarm looks like to a person: the next action, who is coming, what rings, cameras, the device's history."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gridloop.core.cases import kinds
from gridloop.core.cases.flow import Move
from gridloop.core.cases.models import Case
from gridloop.core.cases.queries import moves_open_to
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.models import Entry
from gridloop.core.people.models import Person
from gridloop.core.people.queries import reach_of
from gridloop.core.territory import tree
from gridloop.scenes.fire.alarms.kinds import OWNER_WORDS
from gridloop.scenes.fire.alarms.models import Alarm, Call, Episode
from gridloop.scenes.fire.alarms.queries import FalseRate, cameras_of, false_alarm_rates
from gridloop.scenes.fire.registry.models import Camera, Premises, Station


@dataclass(frozen=True, slots=True)
class Rings:
    """One alarm of the episode with how often its device rang for nothing."""

    alarm: Alarm
    rate: FalseRate


@dataclass(frozen=True, slots=True)
class Comes:
    """One station that was called."""

    call: Call
    tone: str
    words: str


def answer_words(answer: str) -> str:
    """Looked up when shown, in the reader's language."""
    return {
        "": _("no answer yet"), "going": _("on the way"), "busy": _("cannot come"), "arrived": _("arrived"),
        "stood_down": _("stood down"),
    }[answer]  # fmt: skip


TONES = {"": "waiting", "going": "moving", "busy": "refused", "arrived": "done", "stood_down": "closed"}


def alarms_of(episode: Episode, limit: int = 20) -> list[Rings]:
    """What rings, newest first; two queries."""
    alarms = list(episode.alarms.select_related("device").order_by("-pk")[:limit])
    rates = false_alarm_rates({alarm.device_id for alarm in alarms})
    return [Rings(alarm, rates[alarm.device_id]) for alarm in alarms]


def calls_of(episode: Episode) -> list[Comes]:
    calls = episode.calls.select_related("station__organisation").order_by("rank")
    return [Comes(call, TONES[call.answer], answer_words(call.answer)) for call in calls]


def cameras_shown(premises: Premises) -> list[tuple[Camera, bool]]:
    """Each with whether its address is one a browser may follow; the registry keeps what the platform gave."""
    return [
        (camera, camera.address.startswith(("http://", "https://", "/"))) for camera in cameras_of(premises)
    ]


def moves_shown(case: Case | None, by: Actor, person: Person) -> tuple[Move | None, list[Move]]:
    """The one next action, and the others. A call that was answered is not offered again."""
    if case is None:
        return None, []
    offered = [
        move for move in moves_open_to(case, by, person) if move.name not in ("note", "remind", "supervise")
    ]
    if answered := my_answers(case, person):
        done = {"going": {"go", "busy"}, "arrived": {"go", "busy", "arrive"}, "busy": {"busy"}}
        hidden = set().union(*(done.get(answer, set()) for answer in answered))
        offered = [move for move in offered if move.name not in hidden]
    main = next((move for move in rank(case, offered) if move.weight == "main"), None)
    return main, [move for move in offered if move is not main]


def rank(case: Case, moves: Iterable[Move]) -> list[Move]:
    """Who may go does not only acknowledge; who may set out is asked that before whether they have arrived."""
    order = ("go", "verdict", "put_out", "arrive", "acknowledge") if case.kind == "fire_alarm" else ()
    return sorted(moves, key=lambda move: order.index(move.name) if move.name in order else len(order))


def my_answers(case: Case, person: Person) -> set[str]:
    """What the stations of this person have answered."""
    mine = reach_of(person).organisations
    if not mine:
        return set()
    return set(
        Call.objects.filter(episode__case=case, station__organisation__in=mine).values_list(
            "answer", flat=True
        )
    )


def shown(episode: Episode, person: Person, by: Actor) -> dict[str, Any]:
    """Everything an alarm's page shows, in a fixed number of queries."""
    case, premises = episode.case, episode.premises
    main, others = moves_shown(case, by, person)
    area = premises.grid_id or premises.community_id or premises.town_id or premises.county_id
    return {
        "episode": episode,
        "case": case,
        "premises": premises,
        "step": kinds.kind(case.kind).step(case.step) if case else None,
        "place": tree.current().full_name(area) if area else "",
        "rings": alarms_of(episode),
        "calls": calls_of(episode),
        "cameras": cameras_shown(premises),
        "owner_says": OWNER_WORDS.get((case.facts if case else {}).get("owner_says", ""), ""),
        "main": main,
        "others": others,
        "points": reverse("fire:alarm_points", args=[episode.pk]),
    }


def panel(case: Case, person: Person) -> dict[str, Any] | None:
    """The part of the case page that only alarms have."""
    episode = Episode.objects.select_related("premises", "case").filter(case=case).first()
    if episode is None:
        return None
    return {
        "episode": episode,
        "premises": episode.premises,
        "rings": alarms_of(episode),
        "calls": calls_of(episode),
        "cameras": cameras_shown(episode.premises),
        "owner_says": OWNER_WORDS.get(case.facts.get("owner_says", ""), ""),
        "passed_over": passed_over(case),
    }


def passed_over(case: Case) -> list[dict[str, Any]]:
    """Nearer stations that were not called, and why, as the journal keeps it."""
    entry = (
        Entry.objects.filter(subject_kind="case", subject=case.pk, event="fire_stations_called")
        .order_by("id")
        .first()
    )
    told = entry.facts.get("passed_over", []) if entry else []
    names = dict(
        Station.objects.filter(pk__in=[one["station"] for one in told]).values_list(
            "pk", "organisation__name"
        )
    )
    why = {"off": _("not available"), "busy": _("out at another alarm")}
    return [
        {"name": names.get(one["station"], ""), "metres": one["metres"], "why": why.get(one["why"], "")}
        for one in told
    ]


def points_of(episode: Episode) -> dict[str, Any]:
    """The place, the stations called and the cameras, as GeoJSON."""

    def feature(longitude: float, latitude: float, name: str, here: bool) -> dict[str, Any]:
        point = {"type": "Point", "coordinates": [longitude, latitude]}
        return {
            "type": "Feature",
            "geometry": point,
            "properties": {"name": name, "overdue": here, "words": name},
        }

    premises = episode.premises
    found = [feature(premises.longitude, premises.latitude, premises.name, True)]
    for one in calls_of(episode):
        station = one.call.station
        found.append(feature(station.longitude, station.latitude, station.organisation.name, False))
    return {"type": "FeatureCollection", "features": found}
