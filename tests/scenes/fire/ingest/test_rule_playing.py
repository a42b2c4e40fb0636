"""A rule played on typed readings says what the listener would say, with what the clock alone brings about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridloop.scenes.fire.ingest.rule_playing import Told, example_of, play
from gridloop.scenes.fire.ingest.rules import SHIPPED, Held, Rule, pass_time, weigh

LONG = Rule(name="long", kinds=("bike",), shape="duration", quantity="temperature", on_limit=55, off_limit=50, seconds=60)  # fmt: skip
TWICE = Rule(name="twice", kinds=("smoke",), shape="repeat", quantity="smoke", on_limit=0.15, off_limit=0.1, times=2, seconds=30)  # fmt: skip
SILENT = Rule(name="silent", kinds=("water",), shape="silence", seconds=100, raises="offline")
NIGHT = Rule(
    name="night", kinds=("bike",), quantity="current", on_limit=0.5, off_limit=0.2, hours=((1380, 360),)
)


def turns(told: list[Told]) -> list[tuple[float, bool, bool]]:
    return [(each.at, each.turned, each.ahead) for each in told if each.turned is not None]


def test_duration_ends_between_two_readings() -> None:
    assert turns(play(LONG, [(0, 56), (90, 49)])) == [(60, True, False), (90, False, False)]


def test_duration_may_end_after_the_last_reading() -> None:
    assert turns(play(LONG, [(0, 56), (30, 58)])) == [(60, True, True)]
    assert turns(play(LONG, [(0, 56), (30, 49)])) == []


def test_repetition_is_counted() -> None:
    told = play(TWICE, [(0, 0.2), (10, 0.12), (20, 0.2), (30, 0.05)])

    assert [each.times for each in told] == [1, 1, 0, 0]
    assert turns(told) == [(20, True, False), (30, False, False)]


def test_silence_is_told_by_the_clock_and_over_with_a_message() -> None:
    assert turns(play(SILENT, [(0, 1), (100, 1), (250, 1)])) == [
        (200, True, False),
        (250, False, False),
        (350, True, True),
    ]
    assert play(SILENT, []) == []


def test_outside_its_hours_a_rule_does_not_look() -> None:
    noon, night = 12 * 3600.0, 23 * 3600.0
    told = play(NIGHT, [(noon, 2), (night, 2)])

    assert [(each.looks, each.turned) for each in told] == [(False, None), (True, True)]


@pytest.mark.parametrize("rule", SHIPPED, ids=lambda rule: rule.name)
def test_example_lets_each_shipped_rule_begin(rule: Rule) -> None:
    values, every = example_of(rule)
    start = 23 * 3600.0 if rule.hours else 8 * 3600.0
    row = [(start + place * every, value) for place, value in enumerate(values) if value is not None]
    told = play(rule, row)

    assert [each.turned for each in told if each.turned is not None][:2] == [True, False]


@given(
    rule=st.sampled_from([LONG, TWICE]),
    readings=st.lists(st.tuples(st.integers(1, 40), st.sampled_from([0.05, 0.12, 0.2, 49.0, 52.0, 56.0])), max_size=40),
)  # fmt: skip
def test_says_what_the_listener_says_that_sweeps_every_second(
    rule: Rule, readings: list[tuple[int, float]]
) -> None:
    at, row = 0, []
    for gap, value in readings:
        at += gap
        row.append((float(at), value))
    held: Held | None = None
    said: list[tuple[float, bool]] = []
    values = dict(row)
    for second in range(at + 1):
        if second in values:
            held, turned = weigh(rule, held, values[second], float(second))
            if turned is not None:
                said.append((second, turned))
        if held is not None:
            held, turned = pass_time(rule, held, float(second))
            if turned is not None:
                said.append((second, turned))

    assert [(when, turned) for when, turned, ahead in turns(play(rule, row)) if not ahead] == said
