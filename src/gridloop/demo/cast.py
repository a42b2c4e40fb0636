"""Everybody the history is played with: who works where, by area and unit, and the residents."""

from collections import defaultdict
from dataclasses import dataclass, field
from random import Random

from gridloop.core.journal.actor import Actor
from gridloop.core.people.models import Organisation, Person, Post
from gridloop.core.people.queries import current_posts
from gridloop.core.territory import tree

LEVELS = {"leader": 3, "county_room": 2}


def actor(person: int, post: int | None = None) -> Actor:
    return Actor("person", person=person, post=post)


@dataclass
class Cast:
    """Actors by where they act; read from the database, so that the live county and the history share it."""

    # Grid or community -> who works there.
    workers: dict[int, list[Actor]] = field(default_factory=lambda: defaultdict(list))
    clerks: dict[int, list[Actor]] = field(default_factory=lambda: defaultdict(list))  # community
    rooms: dict[int, list[Actor]] = field(default_factory=lambda: defaultdict(list))  # town or county
    leaders: dict[int, list[Actor]] = field(default_factory=lambda: defaultdict(list))
    handlers: dict[int, list[Actor]] = field(default_factory=lambda: defaultdict(list))  # organisation
    units: dict[str, int] = field(default_factory=dict)  # code -> organisation
    organisation_of: dict[int, int] = field(default_factory=dict)  # post -> organisation
    levels: dict[int, int] = field(default_factory=dict)  # post -> how high it acknowledges an escalation
    residents: list[int] = field(default_factory=list)
    property_of: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))  # town -> firms
    committee_of: dict[int, int] = field(default_factory=dict)

    @classmethod
    def gather(cls) -> "Cast":
        cast = cls()
        for organisation in Organisation.objects.filter(retired_at=None):
            cast.units[organisation.code] = organisation.pk
            if organisation.kind == "property" and organisation.area_id:
                cast.property_of[organisation.area_id].append(organisation.pk)
            if organisation.kind == "committee" and organisation.area_id:
                cast.committee_of[organisation.area_id] = organisation.pk
        places = {
            "grid_worker": cast.workers, "grid_chief": cast.workers, "community_clerk": cast.clerks,
            "town_room": cast.rooms, "county_room": cast.rooms, "leader": cast.leaders,
        }  # fmt: skip
        for post in current_posts().order_by("pk"):
            who = actor(post.person_id, post.pk)
            if post.organisation_id:
                cast.organisation_of[post.pk] = post.organisation_id
            if post.role in ("unit_handler", "unit_head") and post.organisation_id:
                cast.handlers[post.organisation_id].append(who)
            elif post.role in places and post.area_id:
                cast.levels[post.pk] = LEVELS.get(post.role, 1)
                places[post.role][post.area_id].append(who)
        staff = Post.objects.values("person")
        cast.residents = list(
            Person.objects.filter(is_active=True)
            .exclude(pk__in=staff)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        return cast

    def worker(self, area: int, random: Random) -> Actor | None:
        """Who walks that grid, or looks after the community around it."""
        for each in tree.current().around(area):
            if self.workers.get(each):
                return random.choice(self.workers[each])
        return None

    def clerk(self, community: int | None, random: Random) -> Actor | None:
        found = self.clerks.get(community or 0)
        return random.choice(found) if found else None

    def room(self, town: int | None, county: int, random: Random, *, level: str = "grid") -> Actor:
        """The town's room, unless the case lies with the county or the town has none."""
        if level != "county" and self.rooms.get(town or 0):
            return random.choice(self.rooms[town or 0])
        return random.choice(self.rooms[county])

    def handler(self, unit: int, random: Random) -> Actor:
        return random.choice(self.handlers[unit])

    def unit_for(self, code: str, *, town: int | None, community: int | None, random: Random) -> int:
        """Which organisation a class belongs to, for a place: bureaus serve everybody, others their own ground."""
        if code == "property" and self.property_of.get(town or 0):
            return random.choice(self.property_of[town or 0])
        if code in ("property", "committee"):
            return (
                self.committee_of.get(community or 0)
                or self.committee_of.get(town or 0)
                or self.units["bureau-enforcement"]
            )
        return self.units.get(f"bureau-{code}") or self.units[f"firm-{code}"]
