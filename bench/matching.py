"""Matching volunteers to needs: how long the exact answer takes, how much cheaper it is, and what declining does to it.

`python bench/matching.py [--volunteers 54000] [--seeds 5]`: 12 skills, 120 clusters on 30 by 30 km, needs spread
differently from volunteers, 20 candidates each. The cost is held against a second exact solver and against greedy
dispatchers. Then eight rounds of offers of which 40 % and 70 % are declined. Times are CPU seconds of this one process.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

if __name__ == "__main__":
    os.environ.setdefault("DATABASE_URL", "sqlite://:memory:")
    import surroundings

    surroundings.stand_up()

import numpy as np

from gridloop.scenes.volunteers.matching import (
    DAYS,
    HALF_HOURS,
    Needs,
    Volunteers,
    Weights,
    candidates,
    packed,
    problem_of,
    solve,
)
from gridloop.scenes.volunteers.matching_beside import (
    greedy_by_arrival,
    greedy_cheapest_first,
    solve_by_matching,
)

SKILLS, CLUSTERS, SIDE, ROUNDS = 12, 120, 30_000.0, 8
MOST_CHECKED = 20_000  # needs; beyond, the second solver takes a minute
WEIGHTS = Weights()


def spread(random: np.random.Generator, count: int) -> tuple[Any, Any]:
    """Points around the same places, each time with other weights: needs are not where volunteers are."""
    middles = np.random.default_rng(7).uniform(0, SIDE, (CLUSTERS, 2))
    weight = random.lognormal(0, 0.6, CLUSTERS)
    which = random.choice(CLUSTERS, count, p=weight / weight.sum())
    points = middles[which] + random.normal(0, 500, (count, 2))
    return points[:, 0], points[:, 1]


def make_volunteers(random: np.random.Generator, count: int, available: float) -> tuple[Volunteers, Any]:
    """Volunteers with one to three skills and past offers; and how likely each really says yes."""
    x, y = spread(random, count)
    skills = random.random((count, SKILLS)).argsort(axis=1)[:, :3]
    skills[np.arange(3) >= random.integers(1, 4, count)[:, None]] = -1
    free = np.zeros((count, DAYS, 48), bool)
    for day in range(DAYS):
        free[:, day, 14:44] = (random.random(count) < available)[:, None]
    willing = random.beta(3, 2, count)
    asked = random.poisson(8, count)
    people = Volunteers(
        ids=np.arange(count), x=x, y=y, radius=np.full(count, 3000.0), remote_only=np.zeros(count, bool),
        holds={skill: np.flatnonzero((skills == skill).any(axis=1)) for skill in range(SKILLS)},
        free=packed(free.reshape(count, HALF_HOURS)), rested=random.exponential(20, count), asked=asked,
        accepted=random.binomial(asked, willing), held=np.zeros((count, DAYS), np.int64), cap=np.full(count, 2),
    )  # fmt: skip
    return people, willing


def make_needs(random: np.random.Generator, count: int, days: int = DAYS) -> Needs:
    x, y = spread(random, count)
    day = random.integers(0, days, count)
    since = day * 48 + random.integers(16, 40, count)
    half_hours = np.arange(HALF_HOURS)
    wanted = (half_hours >= since[:, None]) & (half_hours < since[:, None] + 2)
    return Needs(
        ids=np.arange(count), x=x, y=y, radius=np.full(count, 3000.0), skill=random.integers(0, SKILLS, count),
        remote=random.random(count) < 0.02, wanted=packed(wanted), day=day,
        places=random.choice([1, 2, 3], count, p=[0.9, 0.08, 0.02]), urgent=random.random(count) < 0.03,
    )  # fmt: skip


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.process_time()
    found = work()
    return time.process_time() - begun, found


def one_size(random: np.random.Generator, volunteers: int, needs: int, available: float) -> dict[str, Any]:
    people, _willing = make_volunteers(random, volunteers, available)
    wanted = make_needs(random, needs)
    looked, found = seconds(lambda: candidates(wanted, people, WEIGHTS, most=20))
    problem = problem_of(wanted, people, WEIGHTS, found)
    solved, solution = seconds(lambda: solve(problem))
    second, other_cost = seconds(
        lambda: solve_by_matching(problem) if needs <= MOST_CHECKED else solution.cost
    )
    if solution.cost != other_cost:
        raise SystemExit(f"the two exact solvers differ: {solution.cost} and {other_cost}")
    greedy, by_arrival = seconds(lambda: greedy_by_arrival(problem))
    cheapest = greedy_cheapest_first(problem)
    return {
        "needs": needs, "free that day": f"{available:.0%}", "arcs": len(found.need), "candidates s": looked, "exact s": solved,
        "together s": looked + solved, "second solver s": second if needs <= MOST_CHECKED else "-", "greedy s": greedy, "cost": solution.cost,
        "by arrival %": 100 * (by_arrival.cost / solution.cost - 1), "cheapest first %": 100 * (cheapest.cost / solution.cost - 1),
        "open": int(solution.open.sum()), "open by arrival": int(by_arrival.open.sum()), "open cheapest first": int(cheapest.open.sum()),
    }  # fmt: skip


def gini(values: Any) -> float:
    ordered = np.sort(values)
    count = len(ordered)
    return float(
        2 * (np.arange(1, count + 1) * ordered).sum() / (count * ordered.sum()) - (count + 1) / count
    )


NEAREST = Weights(fairness=0, continuity=0, acceptance=0, load=0)
WAYS: dict[str, tuple[Any, Weights]] = {
    "exact": (solve, WEIGHTS),
    "exact, distance alone": (solve, NEAREST),
    "greedy, same cost": (greedy_cheapest_first, WEIGHTS),
    "greedy, nearest first": (greedy_cheapest_first, NEAREST),
}


def offer_rounds(seed: int, declined: float, way: str, volunteers: int, needs: int) -> dict[str, float]:
    """One day, eight rounds: who declines a need is not asked for it again, who accepts has a task more."""
    solver, weights = WAYS[way]
    random = np.random.default_rng(seed)
    people, willing = make_volunteers(random, volunteers, 1.0)
    wanted = replace(
        make_needs(random, needs, days=1),
        places=np.ones(needs, np.int64),
        remote=np.zeros(needs, bool),
        wanted=packed(np.eye(1, HALF_HOURS, 20, dtype=bool).repeat(needs, axis=0)),
    )
    likely = np.clip(willing * (1 - declined) / willing.mean(), 0, 1)
    yes = random.random((ROUNDS, needs))
    barred, left, offers, metres = np.empty((0, 2), np.int64), np.arange(needs), 0, []
    for round_ in range(ROUNDS):
        now = Needs(
            *(
                getattr(wanted, name)[left] if name not in ("known", "barred") else getattr(wanted, name)
                for name in Needs.__slots__
            )
        )
        place = np.full(needs, -1)
        place[left] = np.arange(len(left))
        told = np.column_stack((place[barred[:, 0]], barred[:, 1]))
        now = replace(now, barred=told[told[:, 0] >= 0])
        found = candidates(now, people, weights, most=20)
        solution = solver(problem_of(now, people, weights, found))
        need, volunteer = left[found.need[solution.chosen]], found.volunteer[solution.chosen]
        said_yes = yes[round_, need] < likely[volunteer]
        offers += len(need)
        people.asked[:] += np.bincount(volunteer, minlength=volunteers)
        taken = np.bincount(volunteer[said_yes], minlength=volunteers)
        people.accepted[:] += taken
        people.held[:, 0] += taken
        metres.extend(found.metres[solution.chosen][said_yes].tolist())
        barred = np.vstack((barred, np.column_stack((need[~said_yes], volunteer[~said_yes]))))
        left = np.setdiff1d(left, need[said_yes])
    filled = needs - len(left)
    load = people.held[:, 0]
    return {
        "mean metres": statistics.mean(metres),
        "filled": filled,
        "offers a filled need": offers / filled,
        "Gini of load": gini(load),
    }


def rounds(seeds: int, volunteers: int, needs: int) -> list[dict[str, Any]]:
    rows = []
    for declined in (0.4, 0.7):
        for way in WAYS:
            runs = [offer_rounds(seed, declined, way, volunteers, needs) for seed in range(seeds)]
            row: dict[str, Any] = {"declined": f"{declined:.0%}", "way": way}
            for name in runs[0]:
                values = [run[name] for run in runs]
                digits = 0 if name in ("mean metres", "filled") else 3
                row[name] = f"{statistics.mean(values):.{digits}f} ± {statistics.stdev(values):.{digits}f}"
            rows.append(row)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--volunteers", type=int, default=54_000)
    parser.add_argument("--seeds", type=int, default=5)
    given = parser.parse_args()
    random = np.random.default_rng(1)
    sizes = [(1000, 0.3), (5000, 0.3), (8000, 0.3), (8000, 0.05), (20_000, 0.3), (50_000, 0.3)]
    curve = [one_size(random, given.volunteers, needs, available) for needs, available in sizes]
    again = rounds(given.seeds, given.volunteers // 20, given.volunteers // 11)
    surroundings.tell("matching", curve, rounds=again, seeds=given.seeds)
    surroundings.tell("matching-rounds", again, seeds=given.seeds)


if __name__ == "__main__":
    main()
