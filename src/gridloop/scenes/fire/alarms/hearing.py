"""Who hears of alarms: owner, grid worker, village, town and county, found for many places at once."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from gridloop.core.journal.models import Entry
from gridloop.core.notices.hearers import Hearer, people_in_grids, rooms_of
from gridloop.core.people.models import Organisation
from gridloop.core.people.queries import current_posts
from gridloop.core.territory import tree
from gridloop.scenes.fire.registry.models import Premises


class Listener(NamedTuple):
    """Somebody who is told, in whose words, and which page it leads to."""

    audience: str
    hearer: Hearer
    page: str


OWNER, WORKER, CREW, ROOM = "fire_owner", "fire_worker", "fire_crew", "fire_room"
PAGES = {
    OWNER: "/fire/alarm/{episode}/",
    WORKER: "/field/fire/{episode}/",
    CREW: "/field/fire/{episode}/",
    ROOM: "/desk/fire/alarm/{episode}/",
}


class Ground:
    """The places some entries speak of, and the people around them, in a fixed number of queries."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        entries = list(entries)
        self.pictured = tree.current()  # once: asking for it looks whether the territory has changed
        self.premises = Premises.objects.in_bulk(
            {e.facts["premises"] for e in entries if e.facts.get("premises")}
        )
        at = {
            level: {e.facts[level] for e in entries if e.facts.get(level)}
            for level in ("grid", "community", "town", "county")
        }
        self.grid_people = people_in_grids(at["grid"])
        self.villages = people_with("community_clerk", at["community"])
        self.rooms = rooms_of(at["town"] | at["county"])
        self.duty = people_with("fire_duty", at["town"] | at["county"])
        self.owners = owners_by_organisation(
            {p.organisation_id for p in self.premises.values() if p.organisation_id}
        )

    def owner(self, entry: Entry) -> list[int]:
        premises = self.premises.get(entry.facts.get("premises") or 0)
        if premises is None:
            return []
        mine = [premises.owner_id] if premises.owner_id else []
        return list(dict.fromkeys([*mine, *self.owners.get(premises.organisation_id or 0, [])]))

    def listeners(self, entry: Entry, *levels: str) -> list[Listener]:
        """Those of the named levels, each once; without names everybody."""
        levels = levels or ("owner", "grid_worker", "village", "town", "county")
        episode = entry.facts.get("episode") or (entry.subject if entry.subject_kind == "fire_episode" else 0)
        found: list[tuple[str, Hearer]] = []
        for level in levels:
            found += self.at_level(entry, level)
        return [
            Listener(audience, hearer, PAGES[audience].format(episode=episode) if episode else "/desk/fire/")
            for audience, hearer in {
                hearer: (audience, hearer) for audience, hearer in reversed(found)
            }.values()
        ]

    def at_level(self, entry: Entry, level: str) -> list[tuple[str, Hearer]]:
        facts: dict[str, Any] = entry.facts
        if level == "owner":
            return [(OWNER, Hearer(person=person)) for person in self.owner(entry)]
        if level == "grid_worker":
            return [(WORKER, Hearer(person=one)) for one in self.grid_people.get(facts.get("grid") or 0, [])]
        if level == "village":
            return [
                (WORKER, Hearer(person=one)) for one in self.villages.get(facts.get("community") or 0, [])
            ]
        area = facts.get(level) or 0
        rooms = [(ROOM, hearer) for hearer in self.rooms.get(area, [])]
        return rooms + [(ROOM, Hearer(person=person)) for person in self.duty.get(area, [])]

    def words_of(self, entry: Entry) -> dict[str, Any]:
        """What the words of a notice can speak of. The house is named to those who must go there, so without masks."""
        premises = self.premises.get(entry.facts.get("premises") or 0)
        area = entry.area or 0
        pictured = self.pictured
        floor = entry.facts.get("floor") or ""
        return {
            "premises": premises.name if premises else "",
            "address": premises.address if premises else "",
            "floor": floor,
            "place": pictured.full_name(area) if area in pictured else "",
            "minutes": entry.facts.get("minutes") or "",
        }


def people_with(role: str, areas: set[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    if areas:
        for area, person in (
            current_posts().filter(role=role, area__in=areas).order_by("pk").values_list("area", "person")
        ):
            found[area].append(person)
    return found


def owners_by_organisation(organisations: set[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    if organisations:
        posts = current_posts().filter(role="premises_owner", organisation__in=organisations)
        for organisation, person in posts.order_by("pk").values_list("organisation", "person"):
            found[organisation].append(person)
    return found


def names_of(organisations: Iterable[int]) -> dict[int, str]:
    return dict(Organisation.objects.filter(pk__in=set(organisations)).values_list("pk", "name"))
