"""The rules, as pure arithmetic: from one reading, or from time passing, to what is remembered and what is raised."""

import math
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

import msgspec

QUANTITIES = (
    "temperature",  # °C
    "smoke",  # dB/m
    "gas",  # % of the lower explosive limit
    "pressure",  # MPa
    "level",  # m
    "current",  # A
    "leakage",  # mA
    "voltage",  # V
    "battery",  # %
    "value",  # whatever the device calls its value
)
QUANTITY = {name: place for place, name in enumerate(QUANTITIES)}
DAY = 86400


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule in force. It begins beyond `on_limit` and is over only beyond `off_limit`: between the two nothing
    changes, so that a reading which trembles around a limit raises once."""

    name: str
    kinds: tuple[str, ...]
    shape: Literal["simple", "duration", "repeat", "silence"] = "simple"
    quantity: str = ""
    above: bool = True
    on_limit: float = 0.0
    off_limit: float = 0.0
    seconds: float = 0.0
    times: int = 1
    days: tuple[int, ...] = ()
    hours: tuple[tuple[int, int], ...] = ()
    raises: str = "reading"
    version: int = 1

    def is_over(self, value: float) -> bool:
        return value > self.on_limit if self.above else value < self.on_limit

    def is_clear(self, value: float) -> bool:
        return value < self.off_limit if self.above else value > self.off_limit


class Held(NamedTuple):
    """What a rule remembers of a device."""

    since: float
    last: float
    times: int = 0
    on: bool = False


class Step(NamedTuple):
    """What is remembered from now on (None: nothing), and whether the rule began (True) or is over (False)."""

    held: Held | None
    turned: bool | None = None


def in_hours(rule: Rule, at: float, offset: float) -> bool:
    """Whether a rule with a schedule looks at that moment; `offset`: the county's seconds east of Greenwich."""
    if not rule.days and not rule.hours:
        return True
    days, seconds = divmod(at + offset, DAY)
    weekday, minute = (int(days) + 3) % 7, seconds / 60  # 1970 began on a Thursday
    for begin, end in rule.hours or ((0, 1440),):
        if begin <= end:
            inside, belongs_to = begin <= minute < end, weekday
        else:  # over midnight: the early hours belong to the evening before
            inside = minute >= begin or minute < end
            belongs_to = weekday if minute >= begin else (weekday - 1) % 7
        if inside and (not rule.days or belongs_to in rule.days):
            return True
    return False


def weigh(rule: Rule, held: Held | None, value: float, at: float, offset: float = 0.0) -> Step:
    """One reading. A reading no newer than the last one weighed changes nothing."""
    if held is not None and at <= held.last:
        return Step(held)
    looks = in_hours(rule, at, offset)
    if rule.is_clear(value) or not looks:
        return Step(None, False if held is not None and held.on else None)
    if held is not None and held.on:
        return Step(held)  # on until it is clear; nothing new to remember
    if not rule.is_over(value):
        return Step(held)
    return begin(rule, held, at)


def begin(rule: Rule, held: Held | None, at: float) -> Step:
    """One more reading beyond the limit while nothing is raised yet."""
    if rule.shape == "simple":
        return Step(Held(at, at, 1, True), True)
    if rule.shape == "duration":
        since = held.since if held is not None else at
        if at - since >= rule.seconds:
            return Step(Held(since, at, 1, True), True)
        return Step(held or Held(at, at))  # `since` is all it needs: written once
    stale = held is not None and rule.seconds > 0 and at - held.since > rule.seconds
    times = 1 if held is None or stale else held.times + 1
    since = at if held is None or stale else held.since
    if times >= rule.times:
        return Step(Held(since, at, times, True), True)
    return Step(Held(since, at, times))


def pass_time(rule: Rule, held: Held, now: float) -> Step:
    """Time alone: what began and was never denied lasts, so its duration is over even if nothing more is heard."""
    if rule.shape == "duration" and not held.on and now - held.since >= rule.seconds:
        return Step(Held(held.since, held.last, 1, True), True)
    return Step(held)


class RuleSet:
    """The rules in force, laid out so that one comparison tells the few readings any rule cares for."""

    def __init__(
        self, rules: Iterable[Rule], device_kinds: tuple[str, ...], *, retired: Iterable[Rule] = ()
    ) -> None:
        import numpy

        self.rules = {rule.name: rule for rule in rules}
        self.retired = {rule.name: rule for rule in retired}  # what they raised must still be over some day
        shape = (len(device_kinds), len(QUANTITIES))
        self.trips_above = numpy.full(shape, math.inf, "f4")
        self.trips_below = numpy.full(shape, -math.inf, "f4")
        self.watching: dict[tuple[int, int], list[Rule]] = {}
        self.silence = [0.0] * len(device_kinds)
        for rule in self.rules.values():
            for kind in rule.kinds:
                if kind in device_kinds:
                    self.lay_out(rule, device_kinds.index(kind))

    def lay_out(self, rule: Rule, kind: int) -> None:
        if rule.shape == "silence":
            self.silence[kind] = rule.seconds
            return
        place = kind, QUANTITY[rule.quantity]
        self.watching.setdefault(place, []).append(rule)
        if rule.above:
            self.trips_above[place] = min(self.trips_above[place], rule.on_limit)
        else:
            self.trips_below[place] = max(self.trips_below[place], rule.on_limit)


def problem_with(rule: Rule) -> str:
    """Why a rule cannot be in force, in a word; empty when it can."""
    if rule.shape == "silence":
        return "" if rule.seconds > 0 else "seconds"
    if rule.quantity not in QUANTITY:
        return "quantity"
    if (rule.off_limit > rule.on_limit) if rule.above else (rule.off_limit < rule.on_limit):
        return "off_limit"
    if rule.shape == "duration" and rule.seconds <= 0:
        return "seconds"
    if rule.shape == "repeat" and rule.times < 1:
        return "times"
    return ""


HOUR = 3600.0
POINTS = ("smoke", "heat", "gas", "call_point")
SHIPPED: tuple[Rule, ...] = (
    Rule(name="hot", kinds=("heat", "smoke", "electrical", "bike"), quantity="temperature",
         on_limit=70, off_limit=55, raises="fire"),
    Rule(name="warm_long", kinds=("electrical", "bike"), shape="duration", quantity="temperature",
         on_limit=55, off_limit=50, seconds=120),
    Rule(name="smoke_repeated", kinds=("smoke",), shape="repeat", quantity="smoke",
         on_limit=0.15, off_limit=0.1, times=2, seconds=60, raises="fire"),
    Rule(name="gas_leak", kinds=("gas",), quantity="gas", on_limit=20, off_limit=10, raises="gas"),
    Rule(name="gas_traces", kinds=("gas",), shape="duration", quantity="gas", on_limit=5, off_limit=3, seconds=300),
    Rule(name="water_low", kinds=("water",), shape="duration", quantity="pressure", above=False,
         on_limit=0.14, off_limit=0.18, seconds=60),
    Rule(name="tank_low", kinds=("water",), shape="duration", quantity="level", above=False,
         on_limit=1.0, off_limit=1.3, seconds=300),
    Rule(name="leakage", kinds=("electrical",), shape="repeat", quantity="leakage", on_limit=300, off_limit=200,
         times=3, seconds=600),
    Rule(name="night_charging", kinds=("bike",), quantity="current", on_limit=0.5, off_limit=0.2,
         hours=((1380, 360),)),
    Rule(name="battery_low", kinds=("smoke", "heat", "gas", "call_point", "bike", "water"), quantity="battery",
         above=False, on_limit=15, off_limit=25, raises="battery"),
    Rule(name="silent_point", kinds=POINTS, shape="silence", seconds=26 * HOUR, raises="offline"),
    Rule(name="silent_meter", kinds=("electrical", "water", "bike"), shape="silence", seconds=2 * HOUR, raises="offline"),
    Rule(name="silent_panel", kinds=("panel", "transmitter"), shape="silence", seconds=120, raises="offline"),
)  # fmt: skip


def lay_over(rules: Mapping[str, Rule], changed: Iterable[tuple[Rule, bool]]) -> dict[str, Rule]:
    """The shipped rules with the county's own versions laid over them; (rule, False) takes one out of force."""
    laid = dict(rules)
    for rule, active in changed:
        if active:
            laid[rule.name] = rule
        else:
            laid.pop(rule.name, None)
    return laid
