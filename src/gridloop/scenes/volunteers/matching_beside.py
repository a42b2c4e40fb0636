"""What stands beside the matching to judge it: a second exact solver, and the greedy ways of dispatching.

Tests and `bench/matching.py` hold `matching.solve` against these; nothing is dispatched with them.
"""

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from gridloop.scenes.volunteers.matching import Problem, Solution, Whole


def solve_by_matching(problem: Problem) -> int:
    """The cheapest total, found as a full bipartite matching: a row a place wanted, a column a task a day takes.

    Every place has a column of its own for staying open. Where several people are wanted, no volunteer may come twice:
    each such arc becomes a pair of a row and a column, of which the row takes either its own column (nobody goes) or
    a task (somebody does, and leaves the column to one of the places).
    """
    needs, places = len(problem.places), problem.places
    if not needs:
        return 0
    first_place = np.cumsum(places) - places
    first_task = np.cumsum(problem.room) - problem.room
    rows, columns, prices = [], [], []

    def link(row: Whole, column: Whole, price: Whole) -> None:
        rows.append(row)
        columns.append(column)
        prices.append(price)

    at = np.searchsorted(problem.units, problem.unit)
    all_places, tasks = int(places.sum()), int(problem.room.sum())
    own = np.arange(all_places)
    link(own, tasks + own, np.repeat(problem.open_cost, places))

    alone = np.flatnonzero(places[problem.need] == 1)
    spread, task, load = _tasks(problem, first_task, at[alone])
    link(first_place[problem.need[alone]][spread], task, problem.cost[alone][spread] + load)

    shared = np.flatnonzero(places[problem.need] > 1)
    gate = np.arange(len(shared))
    gate_row, gate_column = all_places + gate, tasks + all_places + gate
    link(gate_row, gate_column, np.zeros(len(shared), np.int64))
    spread, task, load = _tasks(problem, first_task, at[shared])
    link(gate_row[spread], task, load)
    wanted = places[problem.need[shared]]
    spread = np.repeat(gate, wanted)
    nth = np.arange(len(spread)) - np.repeat(np.cumsum(wanted) - wanted, wanted)
    link(first_place[problem.need[shared]][spread] + nth, gate_column[spread], problem.cost[shared][spread])

    price = np.concatenate(prices)
    shift = 1 - min(int(price.min()), 0)  # a stored zero would be no edge
    height, width = all_places + len(shared), tasks + all_places + len(shared)
    graph = coo_matrix(
        (price.astype(float) + shift, (np.concatenate(rows), np.concatenate(columns))), (height, width)
    ).tocsr()
    row, column = min_weight_full_bipartite_matching(graph)
    return round(graph[row, column].sum()) - shift * height


def _tasks(problem: Problem, first_task: Whole, at: Whole) -> tuple[Whole, Whole, Whole]:
    """For each arc the tasks its volunteer's day takes: which arc, which column, what that task adds."""
    room = problem.room[at]
    spread = np.repeat(np.arange(len(at)), room)
    rank = np.arange(len(spread)) - np.repeat(np.cumsum(room) - room, room)
    return spread, first_task[at][spread] + rank, (problem.held[at][spread] + rank) * problem.step


def greedy_by_arrival(problem: Problem) -> Solution:
    """One need after the other takes whoever is cheapest then: what a dispatcher with a list does."""
    day = Day(problem)
    arcs_of: dict[int, list[int]] = {}
    for arc, row in enumerate(problem.need.tolist()):
        arcs_of.setdefault(row, []).append(arc)
    for row, arcs in arcs_of.items():
        for _place in range(day.left[row]):
            best = min((arc for arc in arcs if day.takes(arc)), key=day.price, default=None)
            if best is None:
                break
            day.ask(best)
    return day.solution()


def greedy_cheapest_first(problem: Problem) -> Solution:
    """The cheapest arc of all first."""
    day = Day(problem)
    for arc in np.argsort(problem.cost, kind="stable").tolist():
        if day.takes(arc):
            day.ask(arc)
    return day.solution()


class Day:
    """What is still open and who still has room while somebody dispatches one by one."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.at = np.searchsorted(problem.units, problem.unit).tolist()
        self.need, self.cost = problem.need.tolist(), problem.cost.tolist()
        self.room, self.held = problem.room.tolist(), problem.held.tolist()
        self.left, self.open_cost = problem.places.tolist(), problem.open_cost.tolist()
        self.chosen: set[int] = set()
        self.spent = 0

    def price(self, arc: int) -> int:
        return self.cost[arc] + self.held[self.at[arc]] * self.problem.step

    def takes(self, arc: int) -> bool:
        row = self.need[arc]
        free = self.left[row] > 0 and self.room[self.at[arc]] > 0 and arc not in self.chosen
        return free and self.price(arc) <= self.open_cost[row]

    def ask(self, arc: int) -> None:
        self.spent += self.price(arc)
        self.chosen.add(arc)
        self.left[self.need[arc]] -= 1
        self.room[self.at[arc]] -= 1
        self.held[self.at[arc]] += 1

    def solution(self) -> Solution:
        chosen = np.zeros(len(self.need), bool)
        chosen[list(self.chosen)] = True
        left = np.array(self.left, np.int64)
        return Solution(chosen, int(self.spent + (left * self.problem.open_cost).sum()), left)
