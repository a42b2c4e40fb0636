"""Who looks after whom for the year: the cheapest set of first and reserve companions, found exactly.

Pure functions over dataclasses. Distances in metres on a flat plane; everything else is worth metres. Each person asks
for one first companion and one in reserve; a volunteer takes up to their capacity, the next person always dearer than
the last. A pair of person and volunteer is used once, whatever the role, by a node of its own between the two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from ortools.graph.python import min_cost_flow
from scipy.spatial import cKDTree

RESERVE = 0.5  # a metre to somebody in reserve counts half: they come rarely
KNOWN = 400  # metres taken off for who looks after the person already
LOAD = 250  # metres added with every further person of one volunteer
UNPAIRED = 20_000  # a person without a first companion
UNCOVERED = 8_000  # a person without one in reserve


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be looked after; `known`: volunteers who do so already. `wants`: which companions are missing."""

    id: int
    x: float
    y: float
    known: frozenset[int] = frozenset()
    barred: frozenset[int] = frozenset()  # declined before, or the two do not get on
    wants: tuple[str, ...] = ("primary", "backup")


@dataclass(frozen=True, slots=True)
class Helper:
    """A volunteer: from where, how far, how many people in all, and how many they have already."""

    id: int
    x: float
    y: float
    radius: float
    capacity: int = 3
    held: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """One companion found, with what each reason was worth in metres."""

    person: int
    helper: int
    role: str
    metres: int
    cost: int
    parts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """All companions found, what they cost with loads and gaps, and who stays without."""

    pairs: tuple[Pair, ...]
    cost: int
    unpaired: tuple[int, ...]
    uncovered: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Arc:
    """A possible companion, by their places in the two lists."""

    person: int
    helper: int
    metres: int


def arcs_between(people: Sequence[Person], helpers: Sequence[Helper], *, most: int = 20) -> list[Arc]:
    """For each person the nearest volunteers whose radius reaches them, and those they know."""
    if not people or not helpers:
        return []
    spots = np.array([(one.x, one.y) for one in helpers])
    tree = cKDTree(spots)
    place = {one.id: row for row, one in enumerate(helpers)}
    _far, near = tree.query([(one.x, one.y) for one in people], k=min(most * 3, len(helpers)))
    arcs = []
    for row, (person, found) in enumerate(
        zip(people, np.atleast_2d(near.reshape(len(people), -1)), strict=True)
    ):
        chosen: list[Arc] = []
        known = [place[one] for one in person.known if one in place]
        for helper in dict.fromkeys([*known, *(int(one) for one in found)]):
            metres = float(np.hypot(spots[helper][0] - person.x, spots[helper][1] - person.y))
            one = helpers[helper]
            if metres <= one.radius and one.id not in person.barred and one.capacity > one.held:
                chosen.append(Arc(row, helper, round(metres)))
        arcs += sorted(chosen, key=lambda arc: (arc.helper not in known, arc.metres))[:most]
    return arcs


def parts_of(arc: Arc, person: Person, helper: Helper, role: str) -> dict[str, int]:
    """What an arc costs in this role, reason by reason."""
    way = arc.metres if role == "primary" else round(arc.metres * RESERVE)
    known = -min(KNOWN, way) if helper.id in person.known else 0
    return {"way": way, "known": known}


def load_cost(place: int) -> int:
    """What the next person adds for a volunteer who has `place` already."""
    return LOAD * place


def plan_pairs(people: Sequence[Person], helpers: Sequence[Helper], *, most: int = 20) -> Plan:
    """The cheapest plan (min-cost flow, OR-Tools); exact over the candidate arcs."""
    arcs = arcs_between(people, helpers, most=most)
    wants = [(row, role) for row, person in enumerate(people) for role in person.wants]
    if not wants:
        return Plan((), 0, (), ())
    nodes = Nodes(len(wants), len(arcs), len(helpers))
    flow = min_cost_flow.SimpleMinCostFlow()
    offers = add_offers(flow, nodes, wants, arcs, people, helpers)
    add_loads(flow, nodes, helpers)
    gaps = [
        flow.add_arc_with_capacity_and_unit_cost(
            want, nodes.sink, 1, UNPAIRED if role == "primary" else UNCOVERED
        )
        for want, (_row, role) in enumerate(wants)
    ]
    for want in range(len(wants)):
        flow.set_node_supply(want, 1)
    flow.set_node_supply(nodes.sink, -len(wants))
    if flow.solve() != flow.OPTIMAL:
        raise ArithmeticError("the flow of the pairs has no optimum")
    return read_plan(flow, wants, offers, gaps, people, helpers, arcs)


@dataclass(frozen=True, slots=True)
class Nodes:
    """Numbers of the nodes: wants, then one for each arc, then volunteers, then the sink."""

    wants: int
    arcs: int
    helpers: int

    def arc(self, number: int) -> int:
        return self.wants + number

    def helper(self, number: int) -> int:
        return self.wants + self.arcs + number

    @property
    def sink(self) -> int:
        return self.wants + self.arcs + self.helpers


def add_offers(
    flow: min_cost_flow.SimpleMinCostFlow,
    nodes: Nodes,
    wants: Sequence[tuple[int, str]],
    arcs: Sequence[Arc],
    people: Sequence[Person],
    helpers: Sequence[Helper],
) -> list[tuple[int, int, int]]:
    """From each want to the node of an arc, and on to the volunteer, once; (flow arc, want, arc)."""
    by_person: dict[int, list[int]] = {}
    for want, (row, _role) in enumerate(wants):
        by_person.setdefault(row, []).append(want)
    offers = []
    for number, arc in enumerate(arcs):
        for want in by_person.get(arc.person, ()):
            cost = sum(parts_of(arc, people[arc.person], helpers[arc.helper], wants[want][1]).values())
            offers.append(
                (flow.add_arc_with_capacity_and_unit_cost(want, nodes.arc(number), 1, cost), want, number)
            )
        flow.add_arc_with_capacity_and_unit_cost(nodes.arc(number), nodes.helper(arc.helper), 1, 0)
    return offers


def add_loads(flow: min_cost_flow.SimpleMinCostFlow, nodes: Nodes, helpers: Sequence[Helper]) -> None:
    """Parallel arcs of rising cost: the flow fills the cheap ones first."""
    for number, helper in enumerate(helpers):
        for place in range(helper.held, helper.capacity):
            flow.add_arc_with_capacity_and_unit_cost(nodes.helper(number), nodes.sink, 1, load_cost(place))


def read_plan(
    flow: min_cost_flow.SimpleMinCostFlow,
    wants: Sequence[tuple[int, str]],
    offers: Sequence[tuple[int, int, int]],
    gaps: Sequence[int],
    people: Sequence[Person],
    helpers: Sequence[Helper],
    arcs: Sequence[Arc],
) -> Plan:
    pairs = []
    for number, want, arc in offers:
        if flow.flow(number):
            found, role = arcs[arc], wants[want][1]
            parts = parts_of(found, people[found.person], helpers[found.helper], role)
            pairs.append(
                Pair(
                    people[found.person].id,
                    helpers[found.helper].id,
                    role,
                    found.metres,
                    sum(parts.values()),
                    parts,
                )
            )
    left = [wants[want] for want, gap in enumerate(gaps) if flow.flow(gap)]
    return Plan(
        tuple(sorted(pairs, key=lambda pair: (pair.person, pair.role != "primary"))),
        int(flow.optimal_cost()),
        tuple(people[row].id for row, role in left if role == "primary"),
        tuple(people[row].id for row, role in left if role == "backup"),
    )
