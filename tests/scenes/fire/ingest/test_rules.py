"""The rules as arithmetic: what begins, what lasts, what is over, and what a kill in between may not change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridloop.scenes.fire.ingest.rules import (
    SHIPPED,
    Held,
    Rule,
    in_hours,
    lay_over,
    pass_time,
    problem_with,
    weigh,
)

HOT = Rule(name="hot", kinds=("heat",), quantity="temperature", on_limit=70, off_limit=55, raises="fire")
LONG = Rule(
    name="long",
    kinds=("bike",),
    shape="duration",
    quantity="temperature",
    on_limit=55,
    off_limit=50,
    seconds=60,
)
TWICE = Rule(
    name="twice",
    kinds=("smoke",),
    shape="repeat",
    quantity="smoke",
    on_limit=0.15,
    off_limit=0.1,
    times=2,
    seconds=30,
)
LOW = Rule(name="low", kinds=("water",), quantity="pressure", above=False, on_limit=0.14, off_limit=0.18)


def run(rule: Rule, readings: list[tuple[float, float]]) -> list[bool]:
    """What the rule says to readings (at, value), one after another."""
    held, told = None, []
    for at, value in readings:
        held, turned = weigh(rule, held, value, at)
        if turned is not None:
            told.append(turned)
    return told


def test_simple_rule_raises_once_and_is_over_once() -> None:
    assert run(HOT, [(1, 60), (2, 71), (3, 90), (4, 60), (5, 71), (6, 54), (7, 54)]) == [True, False]


def test_reading_that_trembles_around_the_limit_raises_once() -> None:
    assert run(HOT, [(at, 69 + 2 * (at % 2)) for at in range(1, 50)]) == [True]


def test_rule_may_look_below() -> None:
    assert run(LOW, [(1, 0.3), (2, 0.13), (3, 0.16), (4, 0.19)]) == [True, False]


def test_duration_raises_when_it_lasted() -> None:
    assert run(LONG, [(0, 56), (30, 56), (59, 58)]) == []
    assert run(LONG, [(0, 56), (30, 52), (61, 58)]) == [True]  # 52 is no all-clear
    assert run(LONG, [(0, 56), (30, 49), (61, 58)]) == []


def test_duration_is_over_even_when_nothing_more_is_heard() -> None:
    held = weigh(LONG, None, 60, 100.0).held

    assert held is not None
    assert pass_time(LONG, held, 159.0).turned is None
    assert pass_time(LONG, held, 160.0) == (Held(100.0, 100.0, 1, True), True)


def test_repeated_means_repeated_in_time() -> None:
    assert run(TWICE, [(0, 0.2), (10, 0.2)]) == [True]
    assert run(TWICE, [(0, 0.2), (40, 0.2)]) == []
    assert run(TWICE, [(0, 0.2), (40, 0.2), (50, 0.2)]) == [True]
    assert run(TWICE, [(0, 0.2), (0, 0.2)]) == []  # the same reading twice


@pytest.mark.parametrize(
    ("at", "inside"),
    [(23 * 3600 + 60, True), (5 * 3600, True), (7 * 3600, False), (22 * 3600, False)],
)
def test_schedule_over_midnight(at: int, inside: bool) -> None:
    rule = Rule(name="night", kinds=("bike",), quantity="current", hours=((1380, 360),))

    assert in_hours(rule, at, 0) is inside


def test_early_hours_belong_to_the_evening_before() -> None:
    # Thursdays.
    rule = Rule(name="night", kinds=("bike",), quantity="current", days=(3,), hours=((1380, 360),))
    thursday = 0  # 1970-01-01

    assert in_hours(rule, thursday + 86400 + 3600, 0)
    assert not in_hours(rule, thursday + 3600, 0)


@given(
    rule=st.sampled_from([HOT, LONG, TWICE]),
    values=st.lists(st.sampled_from([0.05, 0.12, 0.2, 49.0, 52.0, 56.0, 75.0]), max_size=40),
    gaps=st.lists(st.integers(1, 40), min_size=40, max_size=40),
    kills=st.sets(st.integers(0, 39)),
)
def test_kill_between_two_readings_changes_nothing(
    rule: Rule, values: list[float], gaps: list[int], kills: set[int]
) -> None:
    """What is remembered is written whenever it changes: a process that starts from it goes on as if never killed."""
    readings = [(float(sum(gaps[: place + 1])), value) for place, value in enumerate(values)]
    undisturbed = run(rule, readings)
    held, written, told = None, None, []
    for place, (at, value) in enumerate(readings):
        before = held
        held, turned = weigh(rule, held, value, at)
        if held is not before:
            written = held  # the only thing a restart finds
        if turned is not None:
            told.append(turned)
        if place in kills:
            held = written

    assert told == undisturbed


@given(st.lists(st.tuples(st.integers(0, 100), st.floats(0, 100)), max_size=30))
def test_begin_and_end_take_turns(readings: list[tuple[int, float]]) -> None:
    told = run(HOT, [(float(at), value) for at, value in readings])

    assert told == [place % 2 == 0 for place in range(len(told))]


def test_shipped_rules_are_sound() -> None:
    assert [rule.name for rule in SHIPPED if problem_with(rule)] == []
    assert (
        problem_with(Rule(name="x", kinds=(), quantity="temperature", on_limit=5, off_limit=6)) == "off_limit"
    )
    assert problem_with(Rule(name="x", kinds=(), quantity="wishes")) == "quantity"
    assert problem_with(Rule(name="x", kinds=(), shape="silence")) == "seconds"


def test_county_lays_its_rules_over_the_shipped_ones() -> None:
    laid = lay_over({"hot": HOT, "long": LONG}, [(TWICE, True), (HOT, False)])

    assert list(laid) == ["long", "twice"]
