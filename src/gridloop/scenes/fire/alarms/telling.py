"""Telling of alarms: everybody at once, in bulk, never muted; and nobody two thousand times in one minute."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from gridloop.core.journal.models import Entry
from gridloop.core.notices.actions import tell_many
from gridloop.core.notices.hearers import Hearer
from gridloop.core.notices.telling import Telling
from gridloop.core.territory import tree
from gridloop.scenes.fire.alarms.hearing import CREW, ROOM, WORKER, Ground, Listener
from gridloop.scenes.fire.alarms.kinds import OWNER_WORDS, VERDICT_WORDS, Grade
from gridloop.scenes.fire.alarms.ladder import RUNGS
from gridloop.scenes.fire.alarms.models import Episode

TOO_OLD = timedelta(hours=6)  # nobody is woken by a replay
SINGLY = 5  # alarms of one batch that a person is told of one by one; the others come as one notice
LEVELS_TOLD = {1: ("grid_worker",), 2: ("village",), 3: ("town",), 4: ("county",)}
EVENTS = (
    "episode_started", "alarm_joined", "fire_escalated", "fire_stations_called", "fire_station_busy", "fire_arrived",
    "fire_owner_said", "fire_verdict", "fire_put_out", "alarm_unplaced",
)  # fmt: skip
ALARMING = frozenset(
    {
        "episode_started",
        "alarm_joined",
        "fire_escalated",
        "fire_stations_called",
        "fire_station_busy",
        "alarm_unplaced",
    }
)


def tell_of_alarms(entries: Sequence[Entry]) -> None:
    """Everybody an entry concerns hears of it; a fixed number of queries, however many entries."""
    recent = [entry for entry in with_place(entries) if entry.at > timezone.now() - TOO_OLD]
    if not recent:
        return
    ground = Ground(recent)
    tellings: dict[Listener | Hearer, list[Telling]] = defaultdict(list)
    for entry in recent:
        facts = ground.words_of(entry) | words_of(entry)
        for listener in listeners_of(entry, ground):
            tellings[listener.hearer].append(telling_of(entry, listener, facts))
    tell_many([telling for each in tellings.values() for telling in gathered(each)])


def with_place(entries: Sequence[Entry]) -> list[Entry]:
    """Entries of cases name their episode; where it stands is looked up once for all. Faults alarm nobody here."""
    cases = {e.subject for e in entries if e.subject_kind == "case"}
    rows = Episode.objects.filter(case__in=cases).values_list(
        "case_id", "pk", "premises_id", "floor", "premises__grid_id", "premises__community_id", "premises__town_id",
        "premises__county_id",
    )  # fmt: skip
    names = ("episode", "premises", "floor", "grid", "community", "town", "county")
    placed = {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows} if cases else {}
    counties = tree.current().at_level("county")
    kept = []
    for entry in entries:
        if entry.event == "alarm_unplaced" and counties:
            entry.facts = {**entry.facts, "county": counties[0]}
        if entry.event == "episode_started" and entry.after != Grade.FIRE:
            continue
        if entry.subject_kind == "case":
            if entry.subject not in placed:
                continue
            entry.facts = {**entry.facts, **placed[entry.subject]}
        kept.append(entry)
    return kept


def listeners_of(entry: Entry, ground: Ground) -> list[Listener]:
    match entry.event:
        case "fire_escalated":
            return ground.listeners(entry, *LEVELS_TOLD[int(entry.facts["rung"])])
        case "fire_stations_called" | "fire_station_busy":
            page = f"/field/fire/{entry.facts['episode']}/"
            return [
                Listener(CREW, Hearer(organisation=one["organisation"]), page)
                for one in entry.facts.get("stations", ())
            ]
        case "fire_owner_said" | "alarm_joined":
            return ground.listeners(entry, "grid_worker", "town", "county")
        case "alarm_unplaced":
            return [
                Listener(ROOM, hearer, "/desk/fire/") for rooms in ground.rooms.values() for hearer in rooms
            ]
        case _:
            return ground.listeners(entry)


def words_of(entry: Entry) -> dict[str, Any]:
    rung = int(entry.facts.get("rung") or 0)
    return {
        "rung": RUNGS[rung - 1].title if rung else "",
        "verdict": VERDICT_WORDS.get(entry.facts.get("verdict", ""), ""),
        "said": OWNER_WORDS.get(entry.facts.get("said", ""), ""),
        "words": entry.words,
    }


def telling_of(entry: Entry, listener: Listener, facts: dict[str, Any]) -> Telling:
    hearer = listener.hearer
    whom = f"p{hearer.person}" if hearer.person else f"o{hearer.organisation}"
    metres = next(
        (
            one["metres"]
            for one in entry.facts.get("stations", ())
            if one["organisation"] == hearer.organisation
        ),
        "",
    )
    words = "fire_stations_called" if entry.event == "fire_station_busy" else entry.event
    return Telling(
        event=words,
        key=f"fire:{entry.pk}:{whom}",
        audience=listener.audience,
        person=hearer.person,
        organisation=hearer.organisation,
        case=entry.subject if entry.subject_kind == "case" else entry.facts.get("case"),
        facts=facts | {"metres": metres} if metres else facts,
        address=listener.page,
        emergency=entry.event in ALARMING,
    )


def gathered(tellings: list[Telling]) -> list[Telling]:
    """A storm reaches each person as a few notices and one that counts the rest; the first is never held back."""
    alarms = [each for each in tellings if each.event in ("episode_started", "alarm_joined")]
    others = [each for each in tellings if each.event not in ("episode_started", "alarm_joined")]
    if len(alarms) <= SINGLY:
        return alarms + others
    first, rest = alarms[:SINGLY], alarms[SINGLY:]
    head = rest[0]
    count = Telling(
        event="fire_alarms_many", key=f"{head.key}:many", audience=ROOM if head.audience == ROOM else WORKER,
        person=head.person, organisation=head.organisation,
        facts={"count": len(rest), "place": head.facts["place"], "premises": head.facts["premises"]},
        address="/desk/fire/" if head.audience == ROOM else "/field/fire/", emergency=True,
    )  # fmt: skip
    return [*first, count, *others]
