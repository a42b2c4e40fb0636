"""Who is asked to help whom: candidates by distance, skill and time, and the cheapest way to ask them all at once.

Pure functions over arrays; the database is read in `requests/running.py`. Everything is counted in metres: the way
there, and what other reasons are worth in metres (`Weights`). The cheapest set of offers is found exactly, as a
min-cost flow: needs send as many units as people are wanted, a volunteer's day takes them at a rising price, and a dear
way past everybody keeps a need open that nobody can meet.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Times = NDArray[np.uint64]  # one row of half hours, as bits, for each need or volunteer

EARTH = 6_371_008.8  # metres
DAYS = 7  # how far ahead needs are matched
HALF_HOURS = 48 * DAYS
FURTHER = 4  # how much wider the next look is where the first found too few
CLASH_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Weights:
    """What each reason is worth, in metres. `prior` and `against`: what is thought of a volunteer not asked yet."""

    fairness: float = 300.0  # asked just now; fades away over `rest_days`
    rest_days: float = 14.0
    continuity: float = 400.0  # taken off for somebody the person knows
    acceptance: float = 150.0  # for each further offer to be expected before somebody says yes
    prior: float = 3.0
    against: float = 2.0
    load: float = 300.0  # for each task of the day before this one
    open: float = 20_000.0  # a place left open
    urgent: float = 2.0  # times as dear to leave open


@dataclass(frozen=True, slots=True)
class Volunteers:
    """Volunteers as columns. Without a place (nan) only phone tasks reach them."""

    ids: Whole
    x: Floats
    y: Floats
    radius: Floats
    remote_only: Flags
    holds: Mapping[int, Whole]  # skill -> rows of those who have it, 0: of everybody
    free: Times
    rested: Floats  # days since last asked, inf: never
    asked: Whole
    accepted: Whole
    held: Whole  # tasks already held, a row each, a column a day
    cap: Whole  # most tasks a day


@dataclass(frozen=True, slots=True)
class Needs:
    """Needs as columns. Pairs (need row, volunteer row): `known` helped that person before, `barred` is not asked."""

    ids: Whole
    x: Floats
    y: Floats
    radius: Floats
    skill: Whole
    remote: Flags
    wanted: Times
    day: Whole
    places: Whole
    urgent: Flags
    known: Whole = field(default_factory=lambda: np.empty((0, 2), np.int64))
    barred: Whole = field(default_factory=lambda: np.empty((0, 2), np.int64))


@dataclass(frozen=True, slots=True)
class Candidates:
    """Who could do what, with every part of the price; `load` is what the next task of that day adds."""

    need: Whole
    volunteer: Whole
    metres: Floats
    fairness: Floats
    continuity: Floats
    acceptance: Floats
    load: Floats
    cost: Whole  # all but the load, in whole metres: what the solver counts with


@dataclass(frozen=True, slots=True)
class Problem:
    """What is to be solved: arcs from needs to volunteers' days, how much they take, and what staying open costs."""

    need: Whole
    unit: Whole  # volunteer * DAYS + day
    cost: Whole
    places: Whole
    open_cost: Whole
    units: Whole  # the distinct units, sorted
    room: Whole  # how many more tasks each of these takes
    held: Whole
    step: int  # what each task before adds


@dataclass(frozen=True, slots=True)
class Solution:
    """Which candidates are asked, what that costs altogether, and how many places of each need stay open."""

    chosen: Flags
    cost: int
    open: Whole


def project(longitude: Floats, latitude: Floats, origin: tuple[float, float]) -> tuple[Floats, Floats]:
    """Degrees to metres east and north of an origin: flat over a county to far less than anybody's guess of a way."""
    scale = np.pi / 180 * EARTH
    east = (np.asarray(longitude, float) - origin[0]) * scale * np.cos(np.radians(origin[1]))
    return east, (np.asarray(latitude, float) - origin[1]) * scale


def packed(hours: Flags) -> Times:
    """A table of half hours (true: wanted, or free) as bits."""
    bits = np.packbits(hours, axis=1)
    padding = -bits.shape[1] % 8
    return np.ascontiguousarray(np.pad(bits, ((0, 0), (0, padding)))).view(np.uint64)


def acceptance_of(asked: Whole, accepted: Whole, weights: Weights) -> Floats:
    """How likely each says yes, as far as they have been asked; smoothed, so that one refusal is not a verdict."""
    return (accepted + weights.prior) / (asked + weights.prior + weights.against)


def candidates(needs: Needs, volunteers: Volunteers, weights: Weights, *, most: int = 20) -> Candidates:
    """For each need the nearest volunteers who have the skill and the time, within both radiuses, priced."""
    found = [
        *_near(needs, volunteers, most),
        *_by_phone(needs, volunteers, weights, most),
    ]
    need = np.concatenate([rows for rows, _people, _metres in found] or [np.empty(0, np.int64)])
    volunteer = np.concatenate([people for _rows, people, _metres in found] or [np.empty(0, np.int64)])
    metres = np.concatenate([far for _rows, _people, far in found] or [np.empty(0)])
    order = np.lexsort((metres, need))
    return priced(needs, volunteers, weights, need[order], volunteer[order], metres[order])


Found = tuple[Whole, Whole, Floats]


def _near(needs: Needs, volunteers: Volunteers, most: int) -> Iterator[Found]:
    """Around each need, with a tree of places for each skill and day."""
    placed = ~volunteers.remote_only & np.isfinite(volunteers.x)
    for skill in np.unique(needs.skill[~needs.remote]):
        able = volunteers.holds.get(int(skill), np.empty(0, np.int64))
        able = able[placed[able]]
        for day in range(DAYS):
            rows = np.flatnonzero((needs.skill == skill) & (needs.day == day) & ~needs.remote)
            if len(rows):
                yield from _around(needs, volunteers, rows, able[_free_on(volunteers, able, day)], most)


def _free_on(volunteers: Volunteers, people: Whole, day: int) -> Flags:
    """Who of them has any time that day, and room for a task."""
    hours = volunteers.free[people].view(np.uint8)[:, day * 6 : day * 6 + 6]  # 48 half hours are six bytes
    return hours.any(axis=1) & (volunteers.held[people, day] < volunteers.cap[people])


def _around(needs: Needs, volunteers: Volunteers, rows: Whole, people: Whole, most: int) -> Iterator[Found]:
    """The nearest of these people for each of these needs, looking further where the first look found too few."""
    if not len(people):
        return
    from scipy.spatial import cKDTree  # half a second to load, and every command knows this scene

    tree = cKDTree(np.column_stack((volunteers.x[people], volunteers.y[people])))
    farthest = float(volunteers.radius[people].max())
    look = most * FURTHER // 2
    while len(rows):
        look = min(look, len(people))
        points = np.column_stack((needs.x[rows], needs.y[rows]))
        metres, at = tree.query(points, k=np.arange(1, look + 1), distance_upper_bound=farthest + 1e-6)
        need = np.repeat(rows, look).reshape(len(rows), look)
        inside = np.isfinite(metres)
        chosen = people[np.where(inside, at, 0)]
        fits = inside & (metres <= np.minimum(volunteers.radius[chosen], needs.radius[need]))
        fits[fits] = _may(needs, volunteers, need[fits], chosen[fits])
        # Whoever has too few and saw no edge of the radius or of the crowd looks further.
        again = (fits.sum(axis=1) < most) & inside[:, -1] & (look < len(people))
        fits &= np.cumsum(fits, axis=1) <= most
        fits[again] = False
        yield need[fits], chosen[fits], metres[fits]
        rows, look = rows[again], look * FURTHER


def _by_phone(needs: Needs, volunteers: Volunteers, weights: Weights, most: int) -> Iterator[Found]:
    """Tasks by phone ignore distance: those next in line, each need beginning further down so that all get a turn."""
    merit = _fairness(volunteers, weights) + _doubt(volunteers, weights)
    for skill in np.unique(needs.skill[needs.remote]):
        people = volunteers.holds.get(int(skill), np.empty(0, np.int64))
        people = people[np.argsort(merit[people], kind="stable")]
        for turn, row in enumerate(np.flatnonzero((needs.skill == skill) & needs.remote)):
            line = np.roll(people, -turn * most)
            for start in range(0, len(line), most * FURTHER * FURTHER):
                part = line[start : start + most * FURTHER * FURTHER]
                fit = part[_may(needs, volunteers, np.full(len(part), row), part)][:most]
                if len(fit) or start + len(part) >= len(line):
                    yield np.full(len(fit), row), fit, np.zeros(len(fit))
                    break


def _may(needs: Needs, volunteers: Volunteers, need: Whole, volunteer: Whole) -> Flags:
    """Free at that time, with room on that day, and not among those who are not to be asked."""
    wanted = needs.wanted[need]
    free = ((volunteers.free[volunteer] & wanted) == wanted).all(axis=1)
    room = volunteers.held[volunteer, needs.day[need]] < volunteers.cap[volunteer]
    return free & room & ~_paired(needs.barred, need, volunteer, len(volunteers.ids))


def _paired(pairs: Whole, need: Whole, volunteer: Whole, width: int) -> Flags:
    """Which of these arcs are among the pairs."""
    if not len(pairs):
        return np.zeros(len(need), bool)
    return np.isin(need * width + volunteer, pairs[:, 0] * width + pairs[:, 1])


def _fairness(volunteers: Volunteers, weights: Weights) -> Floats:
    return weights.fairness * np.clip(1 - volunteers.rested / weights.rest_days, 0, 1)


def _doubt(volunteers: Volunteers, weights: Weights) -> Floats:
    likely = acceptance_of(volunteers.asked, volunteers.accepted, weights)
    return weights.acceptance * (1 - likely) / likely


def priced(
    needs: Needs, volunteers: Volunteers, weights: Weights, need: Whole, volunteer: Whole, metres: Floats
) -> Candidates:
    """The parts of the price of each arc."""
    fairness = _fairness(volunteers, weights)[volunteer]
    acceptance = _doubt(volunteers, weights)[volunteer]
    known = _paired(needs.known, need, volunteer, len(volunteers.ids))
    continuity = np.where(known, -weights.continuity, 0.0)
    load = (weights.load * volunteers.held[volunteer, needs.day[need]]).astype(np.float64)
    cost = np.rint(metres + fairness + acceptance + continuity).astype(np.int64)
    return Candidates(need, volunteer, metres, fairness, continuity, acceptance, load, cost)


def problem_of(needs: Needs, volunteers: Volunteers, weights: Weights, found: Candidates) -> Problem:
    """The candidates as a flow: needs on one side, the days of volunteers on the other."""
    unit = found.volunteer * DAYS + needs.day[found.need]
    units = np.unique(unit)
    person, day = units // DAYS, units % DAYS
    held = volunteers.held[person, day]
    open_cost = np.rint(weights.open * np.where(needs.urgent, weights.urgent, 1.0)).astype(np.int64)
    room = np.maximum(volunteers.cap[person] - held, 0)
    return Problem(
        found.need, unit, found.cost, needs.places, open_cost, units, room, held, round(weights.load)
    )


def solve(problem: Problem) -> Solution:
    """The cheapest way to fill the places, exactly: a min-cost flow with a parallel arc for each further task."""
    needs, arcs = len(problem.places), len(problem.need)
    if not needs:
        return Solution(np.zeros(0, bool), 0, np.zeros(0, np.int64))
    sink = needs + len(problem.units)
    at = np.searchsorted(problem.units, problem.unit)
    tasks = np.repeat(np.arange(len(problem.units)), problem.room)
    rank = np.arange(len(tasks)) - np.repeat(np.cumsum(problem.room) - problem.room, problem.room)
    start = np.concatenate((problem.need, needs + tasks, np.arange(needs)))
    end = np.concatenate((needs + at, np.full(len(tasks) + needs, sink)))
    capacity = np.concatenate((np.ones(arcs + len(tasks), np.int64), problem.places))
    price = np.concatenate((problem.cost, (problem.held[tasks] + rank) * problem.step, problem.open_cost))

    from ortools.graph.python import min_cost_flow  # likewise

    flow = min_cost_flow.SimpleMinCostFlow()
    added = flow.add_arcs_with_capacity_and_unit_cost(start, end, capacity, price)
    supply = np.zeros(sink + 1, np.int64)
    supply[:needs], supply[sink] = problem.places, -problem.places.sum()
    flow.set_nodes_supplies(np.arange(sink + 1), supply)
    if flow.solve() != flow.OPTIMAL:
        raise ArithmeticError("the flow of needs to volunteers has no solution; each need has a way past all")
    flows = flow.flows(added)
    return Solution(flows[:arcs] > 0, int(flow.optimal_cost()), flows[arcs + len(tasks) :].astype(np.int64))


def match(needs: Needs, volunteers: Volunteers, weights: Weights, found: Candidates) -> Solution:
    """`solve`, and nobody is asked to be in two places at once: of two tasks at one time the dearer is asked anew."""
    allowed = np.ones(len(found.need), bool)
    for _round in range(CLASH_ROUNDS):
        solution = _solve_allowed(needs, volunteers, weights, found, allowed)
        clashing = _clashes(needs, found, solution.chosen)
        if not len(clashing):
            return solution
        allowed[clashing] = False
    solution = _solve_allowed(needs, volunteers, weights, found, allowed)
    clashing = _clashes(needs, found, solution.chosen)
    chosen = solution.chosen.copy()
    chosen[clashing] = False
    left = np.bincount(found.need[clashing], minlength=len(needs.ids))
    return replace(solution, chosen=chosen, open=solution.open + left)


def _solve_allowed(
    needs: Needs, volunteers: Volunteers, weights: Weights, found: Candidates, allowed: Flags
) -> Solution:
    kept = Candidates(*(getattr(found, name)[allowed] for name in Candidates.__slots__))
    solution = solve(problem_of(needs, volunteers, weights, kept))
    chosen = np.zeros(len(allowed), bool)
    chosen[np.flatnonzero(allowed)[solution.chosen]] = True
    return replace(solution, chosen=chosen)


def _clashes(needs: Needs, found: Candidates, chosen: Flags) -> Whole:
    """The chosen arcs that overlap a cheaper one of the same volunteer."""
    arcs = np.flatnonzero(chosen)
    arcs = arcs[np.lexsort((found.cost[arcs], found.volunteer[arcs]))]
    people = found.volunteer[arcs]
    clashing = []
    for first in np.flatnonzero(
        np.r_[True, people[1:] != people[:-1]] & np.r_[people[1:] == people[:-1], False]
    ):
        taken = np.zeros(needs.wanted.shape[1], np.uint64)
        for arc in arcs[first : np.searchsorted(people, people[first], "right")]:
            wanted = needs.wanted[found.need[arc]]
            if (taken & wanted).any():
                clashing.append(arc)
            else:
                taken |= wanted
    return np.array(clashing, np.int64)
