"""A rule tried on a row of readings: what it would say to each, and what time alone would bring about. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from gridloop.scenes.fire.ingest.rules import Held, Rule, in_hours, pass_time, weigh


class Told(NamedTuple):
    """One moment: a reading (None: time alone), and whether the rule begins (True) or is over (False) with it."""

    at: float
    value: float | None = None
    turned: bool | None = None
    on: bool = False  # raised from now on
    times: int = 0  # how many readings it has counted while nothing is raised
    since: float | None = None  # when what it watches began, while nothing is raised
    looks: bool = True  # False: outside its hours
    ahead: bool = False  # after the last reading, if nothing else is heard


def play(rule: Rule, readings: Sequence[tuple[float, float]], offset: float = 0.0) -> list[Told]:
    """`readings`: (at, value), oldest first; `offset`: the county's seconds east of Greenwich."""
    if rule.shape == "silence":
        return play_silence(rule, [at for at, _value in readings], [value for _at, value in readings])
    told: list[Told] = []
    held: Held | None = None
    for at, value in readings:
        if held is not None and held.since + rule.seconds < at:
            held, told = wait(rule, held, at, told)
        held, turned = weigh(rule, held, value, at, offset)
        told.append(seen(rule, held, at, value, turned, offset))
    if held is not None:
        _held, told = wait(rule, held, held.since + rule.seconds, told, ahead=True)
    return told


def seen(rule: Rule, held: Held | None, at: float, value: float, turned: bool | None, offset: float) -> Told:
    looks = in_hours(rule, at, offset)
    if held is None:
        return Told(at, value, turned, looks=looks)
    waiting = not held.on
    return Told(
        at, value, turned, held.on, held.times if waiting else 0, held.since if waiting else None, looks
    )


def wait(
    rule: Rule, held: Held, now: float, told: list[Told], *, ahead: bool = False
) -> tuple[Held | None, list[Told]]:
    """Until `now` nothing is heard: a duration may be over."""
    after, turned = pass_time(rule, held, now)
    if turned:
        told = [*told, Told(held.since + rule.seconds, turned=True, on=True, ahead=ahead)]
    return after, told


def play_silence(rule: Rule, ats: Sequence[float], values: Sequence[float]) -> list[Told]:
    told: list[Told] = []
    before: float | None = None
    for at, value in zip(ats, values, strict=True):
        silent = before is not None and at - before > rule.seconds
        if before is not None and silent:
            told.append(Told(before + rule.seconds, turned=True, on=True))
        told.append(Told(at, value, False if silent else None))
        before = at
    if before is not None:
        told.append(Told(before + rule.seconds, turned=True, on=True, ahead=True))
    return told


def example_of(rule: Rule) -> tuple[list[float | None], float]:
    """Values that let the rule begin and be over (None: nothing comes), and so many seconds between them."""
    if rule.shape == "silence":
        return [1, 1, None, 1], max(1.0, rule.seconds * 2 // 3)
    away = max(abs(rule.on_limit - rule.off_limit), abs(rule.on_limit) / 10, 0.01)
    sign = 1 if rule.above else -1
    over, clear = rule.on_limit + sign * away, rule.off_limit - sign * away
    between = (rule.on_limit + rule.off_limit) / 2
    often = {"duration": 3, "repeat": max(rule.times, 2)}.get(rule.shape, 2)
    step = {"duration": rule.seconds / 2, "repeat": rule.seconds / (2 * often)}.get(rule.shape, 60.0)
    values = [clear, between, *[over] * often, between, clear]
    return [round(max(value, 0.0) if rule.on_limit >= 0 else value, 3) for value in values], max(
        1.0, step // 1
    )
