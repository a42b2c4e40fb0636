"""The plan of the year against a second exact solver, and what it promises."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from gridloop.scenes.volunteers.pairs.pairing import (
    KNOWN,
    UNCOVERED,
    UNPAIRED,
    Helper,
    Person,
    arcs_between,
    load_cost,
    parts_of,
    plan_pairs,
)

place = st.integers(-1500, 1500)


def optimum(people, helpers):
    """The same problem as an integer programme: x per (arc, role), y per (volunteer, place), a gap per want."""
    arcs = arcs_between(people, helpers)
    wants = [(row, role) for row, person in enumerate(people) for role in person.wants]
    uses = [
        (want, number)
        for want, (row, _role) in enumerate(wants)
        for number, arc in enumerate(arcs)
        if arc.person == row
    ]
    loads = [(number, held) for number, one in enumerate(helpers) for held in range(one.held, one.capacity)]
    costs = [
        sum(parts_of(arcs[arc], people[wants[want][0]], helpers[arcs[arc].helper], wants[want][1]).values())
        for want, arc in uses
    ]
    costs += [load_cost(held) for _helper, held in loads]
    costs += [UNPAIRED if role == "primary" else UNCOVERED for _row, role in wants]
    width, gap = len(costs), len(uses) + len(loads)
    rows, low, high = [], [], []
    for want in range(len(wants)):
        row = np.zeros(width)
        row[[place for place, use in enumerate(uses) if use[0] == want]] = 1
        row[gap + want] = 1
        rows, low, high = [*rows, row], [*low, 1], [*high, 1]
    for number in range(len(arcs)):
        row = np.zeros(width)
        row[[place for place, use in enumerate(uses) if use[1] == number]] = 1
        rows, low, high = [*rows, row], [*low, 0], [*high, 1]
    for number in range(len(helpers)):
        row = np.zeros(width)
        row[[place for place, use in enumerate(uses) if arcs[use[1]].helper == number]] = 1
        row[[len(uses) + place for place, load in enumerate(loads) if load[0] == number]] = -1
        rows, low, high = [*rows, row], [*low, -np.inf], [*high, 0]
    solved = milp(
        costs,
        constraints=LinearConstraint(np.array(rows), low, high),
        integrality=np.ones(width),
        bounds=Bounds(0, 1),
    )
    return round(solved.fun)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(place, place, st.integers(0, 3)), min_size=1, max_size=5),
    st.lists(st.tuples(place, place, st.integers(300, 4000), st.integers(1, 3)), min_size=1, max_size=4),
)
def test_the_plan_costs_what_the_optimum_costs(spots, homes):
    people = [Person(row, x, y, known=frozenset({known})) for row, (x, y, known) in enumerate(spots)]
    helpers = [Helper(row, x, y, radius, capacity) for row, (x, y, radius, capacity) in enumerate(homes)]
    plan = plan_pairs(people, helpers)
    assert plan.cost == optimum(people, helpers)
    assert len({(pair.person, pair.helper) for pair in plan.pairs}) == len(plan.pairs)
    assert len({(pair.person, pair.role) for pair in plan.pairs}) == len(plan.pairs)
    for one in helpers:
        mine = [pair for pair in plan.pairs if pair.helper == one.id]
        assert len(mine) <= one.capacity and all(pair.metres <= one.radius for pair in mine)


def test_who_knows_somebody_keeps_them_unless_it_is_far():
    near, known = Helper(1, 100, 0, 2000), Helper(2, 300, 0, 2000)
    person = Person(7, 0, 0, known=frozenset({2}))
    plan = plan_pairs([person], [near, known])
    first = next(pair for pair in plan.pairs if pair.role == "primary")
    assert first.helper == 2 and first.parts == {"way": 300, "known": -300} and KNOWN == 400


def test_nobody_beyond_their_radius_or_barred_and_gaps_are_named():
    person = Person(7, 0, 0, barred=frozenset({1}))
    plan = plan_pairs([person], [Helper(1, 10, 0, 2000), Helper(2, 900, 0, 800)])
    assert plan.pairs == () and plan.unpaired == (7,) and plan.uncovered == (7,)
    one = plan_pairs([person], [Helper(3, 10, 0, 500)])
    assert [(pair.helper, pair.role) for pair in one.pairs] == [(3, "primary")] and one.uncovered == (7,)


def test_load_is_spread_before_anybody_has_three():
    people = [Person(row, 0, row) for row in range(4)]
    helpers = [Helper(row, 10 * row, 0, 5000, capacity=5) for row in range(4)]
    plan = plan_pairs(people, helpers)
    held = [sum(1 for pair in plan.pairs if pair.helper == one.id) for one in helpers]
    assert sorted(held) == [2, 2, 2, 2]


def test_nothing_asked_for_costs_nothing():
    assert plan_pairs([], [Helper(1, 0, 0, 100)]).cost == 0
    assert plan_pairs([Person(1, 0, 0)], []).unpaired == (1,)
