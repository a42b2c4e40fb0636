"""The matching: who comes into question, what each would cost, and that no cheaper way exists."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridloop.scenes.volunteers.matching import (
    DAYS,
    HALF_HOURS,
    Needs,
    Problem,
    Volunteers,
    Weights,
    acceptance_of,
    candidates,
    match,
    packed,
    problem_of,
    project,
    solve,
)
from gridloop.scenes.volunteers.matching_beside import (
    greedy_by_arrival,
    greedy_cheapest_first,
    solve_by_matching,
)

COOKING, PHONE = 1, 2
PLAIN = Weights(fairness=0, acceptance=0, load=0)


def whole(*numbers: int) -> Any:
    return np.array(numbers, np.int64)


def hours(*rows: tuple[int, int]) -> Any:
    """Half hours from one to another, a row each."""
    table = np.zeros((len(rows), HALF_HOURS), bool)
    for row, (since, until) in enumerate(rows):
        table[row, since:until] = True
    return packed(table)


def volunteers(*places: tuple[float, float], **other: Any) -> Volunteers:
    count = len(places)
    columns: dict[str, Any] = {
        "ids": np.arange(count) + 100,
        "x": np.array([x for x, _y in places], float),
        "y": np.array([y for _x, y in places], float),
        "radius": np.full(count, 1500.0),
        "remote_only": np.zeros(count, bool),
        "holds": {COOKING: np.arange(count), PHONE: np.arange(count)},
        "free": hours(*[(0, HALF_HOURS)] * count),
        "rested": np.full(count, np.inf),
        "asked": np.zeros(count, np.int64),
        "accepted": np.zeros(count, np.int64),
        "held": np.zeros((count, DAYS), np.int64),
        "cap": np.full(count, 2),
    }
    return Volunteers(**columns | other)


def needs(*places: tuple[float, float], **other: Any) -> Needs:
    count = len(places)
    columns: dict[str, Any] = {
        "ids": np.arange(count) + 500,
        "x": np.array([x for x, _y in places], float),
        "y": np.array([y for _x, y in places], float),
        "radius": np.full(count, 3000.0),
        "skill": np.full(count, COOKING),
        "remote": np.zeros(count, bool),
        "wanted": hours(*[(20 + 4 * row, 22 + 4 * row) for row in range(count)]),
        "day": np.zeros(count, np.int64),
        "places": np.ones(count, np.int64),
        "urgent": np.zeros(count, bool),
    }
    return Needs(**columns | other)


def asked(wanted: Needs, people: Volunteers, weights: Weights = PLAIN) -> list[tuple[int, int]]:
    """Who is asked, as (need id, volunteer id)."""
    found = candidates(wanted, people, weights)
    chosen = match(wanted, people, weights, found).chosen
    pairs = zip(found.need[chosen], found.volunteer[chosen], strict=True)
    return sorted((int(wanted.ids[need]), int(people.ids[volunteer])) for need, volunteer in pairs)


def test_the_nearer_of_two_is_asked() -> None:
    assert asked(needs((0, 0)), volunteers((900, 0), (400, 0))) == [(500, 101)]


def test_together_they_walk_less_even_if_one_walks_further() -> None:
    """Nearest first would send the middle one to the first need and leave the second with 1,900 m."""
    people = volunteers((1000, 0), (-500, 0), radius=np.full(2, 5000.0), cap=whole(1, 1))
    assert asked(needs((300, 0), (1400, 0)), people) == [(500, 101), (501, 100)]


def test_nobody_is_asked_beyond_the_radius_of_either() -> None:
    assert asked(needs((0, 0)), volunteers((1600, 0))) == []
    assert asked(needs((0, 0), radius=np.array([1000.0])), volunteers((1200, 0))) == []


def test_a_need_nobody_can_meet_stays_open() -> None:
    wanted, people = needs((0, 0), (90_000, 0)), volunteers((100, 0))
    found = candidates(wanted, people, PLAIN)
    assert list(match(wanted, people, PLAIN, found).open) == [0, 1]


def test_without_the_skill_nobody_comes() -> None:
    assert asked(needs((0, 0)), volunteers((100, 0), (700, 0), holds={COOKING: whole(1)})) == [(500, 101)]
    assert asked(needs((0, 0)), volunteers((100, 0), holds={})) == []


def test_who_has_no_time_is_not_asked() -> None:
    people = volunteers((100, 0), (700, 0), free=hours((0, 21), (20, 30)))
    assert asked(needs((0, 0)), people) == [(500, 101)]


def test_somebody_free_far_down_the_line_is_found() -> None:
    """Two hundred nearer ones have no time: the look widens until somebody has."""
    places = [(float(step), 0.0) for step in range(200)] + [(1400.0, 0.0)]
    free = hours(*[(0, 2)] * 200, (0, HALF_HOURS))
    assert asked(needs((0, 0)), volunteers(*places, free=free)) == [(500, 300)]


def test_a_task_by_phone_ignores_distance_and_reaches_those_without_a_place() -> None:
    people = volunteers((np.nan, np.nan), remote_only=np.array([True]))
    assert asked(needs((0, 0)), people) == []
    assert asked(needs((0, 0), skill=whole(PHONE), remote=np.array([True])), people) == [(500, 100)]


def test_tasks_by_phone_do_not_all_go_to_the_same_few() -> None:
    people = volunteers(*[(0.0, 0.0)] * 60, cap=np.ones(60, np.int64))
    wanted = needs(*[(0.0, 0.0)] * 40, skill=np.full(40, PHONE), remote=np.ones(40, bool))
    assert len({volunteer for _need, volunteer in asked(wanted, people)}) == 40


def test_two_people_wanted_are_two_people() -> None:
    people = volunteers((100, 0), (200, 0), (300, 0))
    assert asked(needs((0, 0), places=whole(2)), people) == [(500, 100), (500, 101)]


def test_no_one_is_asked_beyond_the_tasks_of_a_day() -> None:
    people = volunteers((100, 0), (1400, 0), cap=whole(2, 2))
    assert [volunteer for _need, volunteer in asked(needs(*[(0, 0)] * 3), people)].count(100) == 2
    full = volunteers((100, 0), held=np.full((1, DAYS), 2))
    assert asked(needs((0, 0)), full) == []


def test_a_second_task_costs_more_than_the_first() -> None:
    """600 m further away, but with nothing to do yet."""
    people = volunteers((100, 0), (700, 0))
    lively = Weights(fairness=0, acceptance=0, load=1000)
    assert asked(needs((0, 0), (0, 0)), people, PLAIN) == [(500, 100), (501, 100)]
    assert {volunteer for _need, volunteer in asked(needs((0, 0), (0, 0)), people, lively)} == {100, 101}


def test_nobody_is_asked_to_be_in_two_places_at_once() -> None:
    people = volunteers((100, 0), (900, 0))
    wanted = needs((0, 0), (0, 0), wanted=hours((20, 24), (22, 26)))
    assert {volunteer for _need, volunteer in asked(wanted, people)} == {100, 101}


def test_the_least_recently_asked_come_first() -> None:
    people = volunteers((100, 0), (250, 0), rested=np.array([0.0, 30.0]))
    assert asked(needs((0, 0)), people, Weights(acceptance=0)) == [(500, 101)]


def test_somebody_known_is_worth_a_longer_way() -> None:
    wanted = needs((0, 0), known=np.array([[0, 1]]))
    assert asked(wanted, volunteers((100, 0), (450, 0))) == [(500, 101)]


def test_who_mostly_declines_is_asked_when_no_one_else_is_near() -> None:
    people = volunteers((100, 0), (400, 0), asked=whole(10, 10), accepted=whole(0, 10))
    assert asked(needs((0, 0)), people, Weights()) == [(500, 101)]
    alone = volunteers((100, 0), asked=whole(10), accepted=whole(0))
    assert asked(needs((0, 0)), alone, Weights()) == [(500, 100)]


def test_one_refusal_is_not_a_verdict() -> None:
    likely = acceptance_of(whole(0, 1, 50), whole(0, 0, 0), Weights())
    assert likely[0] == 0.6 and likely[1] == 0.5 and likely[2] < 0.1


def test_who_declined_this_need_is_not_asked_for_it_again() -> None:
    wanted = needs((0, 0), barred=np.array([[0, 0]]))
    assert asked(wanted, volunteers((100, 0), (700, 0))) == [(500, 101)]


def test_of_two_needs_and_one_volunteer_the_urgent_one_is_met() -> None:
    people = volunteers((0, 0), cap=whole(1))
    assert asked(needs((10, 0), (900, 0), urgent=np.array([False, True])), people) == [(501, 100)]


def test_every_candidate_keeps_the_parts_of_its_price() -> None:
    people = volunteers((300, 400), rested=np.array([7.0]), held=np.ones((1, DAYS), np.int64))
    found = candidates(needs((0, 0), known=np.array([[0, 0]])), people, Weights())
    parts = found.metres[0], found.fairness[0], found.continuity[0], found.acceptance[0], found.load[0]
    assert [round(float(part), 3) for part in parts] == [500.0, 150.0, -400.0, 100.0, 300.0]
    assert found.cost[0] == 350


def test_degrees_become_metres() -> None:
    x, y = project(np.array([121.01, 121.0]), np.array([28.0, 28.01]), (121.0, 28.0))
    assert abs(x[0] - 981.8) < 1 and abs(y[1] - 1112) < 1 and x[1] == y[0] == 0


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Small dispatches of every shape: several people wanted, rooms from none to three, prices below nothing."""
    need_count, unit_count = draw(st.integers(1, 7)), draw(st.integers(1, 6))
    pairs = draw(
        st.lists(
            st.tuples(st.integers(0, need_count - 1), st.integers(0, unit_count - 1)),
            unique=True,
            max_size=30,
        )
    )
    cost = draw(st.lists(st.integers(-400, 3000), min_size=len(pairs), max_size=len(pairs)))
    several = st.lists(st.integers(1, 3), min_size=need_count, max_size=need_count)
    levels = st.lists(st.integers(0, 3), min_size=unit_count, max_size=unit_count)
    return Problem(
        need=whole(*[need for need, _unit in pairs]),
        unit=whole(*[unit for _need, unit in pairs]),
        cost=whole(*cost),
        places=whole(*draw(several)),
        open_cost=whole(*[draw(st.sampled_from([2000, 20_000, 40_000])) for _need in range(need_count)]),
        units=np.arange(unit_count),
        room=whole(*draw(levels)),
        held=whole(*draw(levels)),
        step=draw(st.sampled_from([0, 100, 300])),
    )


@settings(max_examples=300, deadline=None)
@given(problems())
def test_no_cheaper_way_exists(problem: Problem) -> None:
    """The flow costs what a second exact solver finds, and never more than a greedy dispatcher spends."""
    solution = solve(problem)
    assert solution.cost == solve_by_matching(problem)
    assert solution.cost <= greedy_by_arrival(problem).cost
    assert solution.cost <= greedy_cheapest_first(problem).cost


@settings(max_examples=200, deadline=None)
@given(problems())
def test_a_solution_keeps_every_rule_and_costs_what_it_says(problem: Problem) -> None:
    solution = solve(problem)
    need, unit = problem.need[solution.chosen], problem.unit[solution.chosen]
    filled = np.bincount(need, minlength=len(problem.places))
    taken = np.bincount(unit, minlength=len(problem.units))
    assert (filled + solution.open == problem.places).all()
    assert (taken <= problem.room).all()
    ranks = [problem.held[one] + rank for one in range(len(taken)) for rank in range(taken[one])]
    load = sum(ranks) * problem.step
    cost = problem.cost[solution.chosen].sum() + load + (solution.open * problem.open_cost).sum()
    assert solution.cost == cost


def test_nothing_to_do_is_done_at_once() -> None:
    nothing = needs()
    found = candidates(nothing, volunteers((0, 0)), Weights())
    assert match(nothing, volunteers((0, 0)), Weights(), found).cost == 0
    problem = problem_of(nothing, volunteers(), Weights(), candidates(nothing, volunteers(), Weights()))
    assert solve(problem).cost == 0
