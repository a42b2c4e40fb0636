"""Finds the people and units behind the words of the audience table, for a whole batch of journal entries at once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from gridloop.core.cases.effects.judging import BAD_RATING
from gridloop.core.cases.models import REPORTERS, Case, Urgency
from gridloop.core.journal.models import Entry
from gridloop.core.people.models import Organisation, OrganisationKind, Post
from gridloop.core.people.queries import current_delegations, current_posts
from gridloop.core.territory import tree

LEVELS = ("grid", "town", "county")
GRID_ROLES = ("grid_worker", "grid_chief")
ROOM_ROLES = ("town_room", "county_room")


class Hearer(NamedTuple):
    """A person or an organisation, by id."""

    person: int | None = None
    organisation: int | None = None


class Batch:
    """The cases of some entries, and everything needed to tell of them, in a fixed number of queries.

    `places` has no house numbers: notices leave the house, the exact place stays on the page.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        numbers = {entry.subject for entry in entries if entry.subject and entry.subject_kind == "case"}
        cases = Case.objects.filter(pk__in=numbers).prefetch_related("parties", "tasks", "deadlines")
        self.cases = {case.pk: case for case in cases}
        pictured = tree.current()
        self.places = {
            case.area_id: pictured.full_name(case.area_id)
            for case in self.cases.values()
            if case.area_id in pictured
        }
        self.grid_people = people_in_grids({case.grid_id for case in self.cases.values() if case.grid_id})
        areas = {area for case in self.cases.values() for area in (case.town_id, case.county_id) if area}
        self.rooms = rooms_of(areas)
        units = {case.lead_unit_id for case in self.cases.values()} | {
            entry.facts[name]
            for entry in entries
            for name in ("unit", "unit_before")
            if entry.facts.get(name)
        }
        self.units = dict(
            Organisation.objects.filter(pk__in=[number for number in units if number]).values_list(
                "pk", "name"
            )
        )
        others = {entry.facts["case"] for entry in entries if entry.facts.get("case")}
        self.numbers = dict(Case.objects.filter(pk__in=others).values_list("pk", "number")) if others else {}

    def room_at(self, case: Case, level: str) -> list[Hearer]:
        """The command room of a level, or the one above where that level has none."""
        areas = {"grid": case.town_id, "town": case.town_id, "county": case.county_id}
        return self.rooms.get(areas[level] or 0) or self.rooms.get(case.county_id or 0) or []


def rooms_of(areas: set[int]) -> dict[int, list[Hearer]]:
    """Each area's command room: the organisation, or where none is set up the people who hold the room's post."""
    found: dict[int, list[Hearer]] = defaultdict(list)
    for area, person in (
        current_posts()
        .filter(role__in=ROOM_ROLES, area__in=areas, organisation=None)
        .order_by("pk")
        .values_list("area", "person")
    ):
        found[area].append(Hearer(person=person))
    rooms = Organisation.objects.filter(kind=OrganisationKind.COMMAND, retired_at=None, area__in=areas)
    return found | {
        area: [Hearer(organisation=room)] for area, room in rooms.order_by("-pk").values_list("area", "pk")
    }


def people_in_grids(grids: set[int]) -> dict[int, list[int]]:
    """Who works in each grid today, stand-ins included."""
    found: dict[int, list[int]] = defaultdict(list)
    if grids:
        posts = current_posts().filter(role__in=GRID_ROLES, area__in=grids)
        for area, person in posts.order_by("pk").values_list("area", "person"):
            found[area].append(person)
        lent = current_delegations().filter(post__in=Post.objects.filter(role__in=GRID_ROLES, area__in=grids))
        for area, person in lent.values_list("post__area", "stand_in"):
            found[area].append(person)
    return found


def hearers(who: str, entry: Entry, batch: Batch) -> list[Hearer]:
    """Whom one entry of the table means, each once; never the person who did it, unless the table says so."""
    found = dict.fromkeys(FINDERS[who](entry, batch.cases[entry.subject or 0], batch))
    itself = entry.person is not None and who not in TOLD_OF_THEMSELVES and entry.event != "case_reported"
    return [hearer for hearer in found if not (itself and hearer.person == entry.person)]


def people(numbers: Iterable[int | None]) -> list[Hearer]:
    return [Hearer(person=number) for number in numbers if number]


def units(numbers: Iterable[int | None]) -> list[Hearer]:
    return [Hearer(organisation=number) for number in numbers if number]


def reporters(entry: Entry, case: Case, batch: Batch) -> list[Hearer]:
    """Everybody who stood behind the case then."""
    return people(
        party.person_id for party in case.parties.all() if party.at <= entry.at and party.role in REPORTERS
    )


def reporter_alone(entry: Entry, case: Case, batch: Batch) -> list[Hearer]:
    """Who can answer a question: the reporter, not those who only joined."""
    return people([case.reporter_id])


def whoever_did_it(entry: Entry, case: Case, batch: Batch) -> list[Hearer]:
    return people([entry.person])


def grid_workers(entry: Entry, case: Case, batch: Batch) -> list[Hearer]:
    return people(batch.grid_people.get(case.grid_id or 0, []))


def worker(entry: Entry, case: Case, batch: Batch) -> list[Hearer]:
    """Who holds the case in person, where no unit does."""
    return people([case.worker_id]) if case.lead_unit_id is None else []


def lead_unit(entry: Entry, case: Case, batch: Batch) -> list[Hearer]:
    return units([entry.facts.get("unit") or case.lead_unit_id])


def former_unit(entry: Entry, case: Case, batch: Batch) -> list[Hearer]:
    before = entry.facts.get("unit_before")
    return units([before]) if before != case.lead_unit_id else []


def called_units(entry: Entry, case: Case, batch: Batch) -> list[Hearer]:
    return units(entry.facts.get("assistants") or [])


def assistants(entry: Entry, case: Case, batch: Batch) -> list[Hearer]:
    return units(
        task.organisation_id
        for task in case.tasks.all()
        if task.role == "assist" and task.state in {"sent", "taken"}
    )


def room(entry: Entry, case: Case, batch: Batch) -> list[Hearer]:
    return batch.room_at(case, case.level)


def rooms_upwards(entry: Entry, case: Case, batch: Batch) -> list[Hearer]:
    """The case's own command room and the one above: who asked for an approval may be alone in the first."""
    above = LEVELS[min(max(LEVELS.index(case.level), 1) + 1, len(LEVELS) - 1)]
    return [*batch.room_at(case, case.level), *batch.room_at(case, above)]


def asker(entry: Entry, case: Case, batch: Batch) -> list[Hearer]:
    """Who asked for what is decided here."""
    return people([entry.facts.get("asked_by")])


def room_if_needed(entry: Entry, case: Case, batch: Batch) -> list[Hearer]:
    """A new report waits for the room when it is an emergency, lies above the grids, or nobody works in its grid."""
    needed = (
        case.urgency == Urgency.EMERGENCY
        or case.level != "grid"
        or not batch.grid_people.get(case.grid_id or 0)
    )
    return room(entry, case, batch) if needed else []


def room_without_unit(entry: Entry, case: Case, batch: Batch) -> list[Hearer]:
    return room(entry, case, batch) if case.lead_unit_id is None else []


def room_if_arbitrating(entry: Entry, case: Case, batch: Batch) -> list[Hearer]:
    return room(entry, case, batch) if entry.after == "arbitration" else []


def room_unless_arbitrating(entry: Entry, case: Case, batch: Batch) -> list[Hearer]:
    return room(entry, case, batch) if entry.after != "arbitration" else []


def room_if_bad_review(entry: Entry, case: Case, batch: Batch) -> list[Hearer]:
    return room(entry, case, batch) if 0 < int(entry.facts.get("rating") or 0) <= BAD_RATING else []


def higher_room(entry: Entry, case: Case, batch: Batch) -> list[Hearer]:
    """Escalation level 1 reaches the case's own command room, each further level the one above."""
    steps = max(0, int(entry.facts.get("level") or 1) - 1)
    place = min(max(LEVELS.index(case.level), 1) + steps, len(LEVELS) - 1)
    return batch.room_at(case, LEVELS[place])


FINDERS: dict[str, Callable[[Entry, Case, Batch], list[Hearer]]] = {
    finder.__name__: finder
    for finder in (
        reporters, reporter_alone, whoever_did_it, grid_workers, worker, lead_unit, former_unit, called_units, assistants,
        room, rooms_upwards, asker, room_if_needed, room_without_unit, room_if_arbitrating, room_unless_arbitrating, room_if_bad_review,
        higher_room,
    )
}  # fmt: skip
TOLD_OF_THEMSELVES = frozenset({"whoever_did_it"})
