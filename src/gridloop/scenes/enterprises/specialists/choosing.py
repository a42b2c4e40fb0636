"""Which specialist gets a matter, and why: class, then town, then the least loaded; who is on leave hands to their stand-in.

Pure: no database. A duty fits when it names the matter's class (or a major class above it, or none) and the matter's
town (or none). Of those that fit, the one that names the class most exactly comes first, then the one that names the
town, then the one with the fewest open matters, then the one that has waited longest for one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

SHOWN = 8
LONGEST_CHAIN = 3  # a stand-in who is on leave has a stand-in too, but not for ever


@dataclass(frozen=True, slots=True)
class Duty:
    """One specialist as the choice sees them. `last` is the number of the last matter they got: the older the sooner."""

    person: int
    organisation: int
    classes: tuple[str, ...] = ()
    towns: tuple[int, ...] = ()
    open: int = 0
    last: int = 0
    stand_in: int | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """A duty that fits: how exactly, and how loaded whoever would get it is."""

    duty: Duty
    exact: int  # characters of the class code it names; 0: every class
    own_town: bool
    open: int
    holder: int  # the specialist, or who stands in

    @property
    def order(self) -> tuple[int, bool, int, int, int]:
        return (-self.exact, not self.own_town, self.open, self.duty.last, self.duty.person)

    def told(self) -> dict[str, Any]:
        return {
            "person": self.duty.person,
            "holder": self.holder,
            "organisation": self.duty.organisation,
            "exact": self.exact,
            "own_town": self.own_town,
            "open": self.open,
        }


@dataclass(frozen=True, slots=True)
class Chosen:
    """The choice with its reasons: first of `considered`."""

    best: Weighed
    considered: Sequence[Weighed]
    code: str
    left_out: int = 0
    reasons: dict[str, Any] = field(default_factory=dict)


def exactness(duty: Duty, code: str) -> int | None:
    """How many characters of the code the duty names; None when it is not theirs."""
    if not duty.classes:
        return 0
    named = [len(each) for each in duty.classes if code and code.startswith(each)]
    return max(named, default=None)


def holder_of(duty: Duty, stand_ins: dict[int, int]) -> int | None:
    """Who would really get it today; None when everybody in the chain is away."""
    holder = duty.person
    for _step in range(LONGEST_CHAIN + 1):
        if holder not in stand_ins:
            return holder
        holder = stand_ins[holder]
        if holder == duty.person:
            return None
    return None


def weigh(
    duties: Iterable[Duty], code: str, town: int | None, *, without: Iterable[int] = ()
) -> list[Weighed]:
    """The duties that fit, best first. `without`: organisations that have sent it back already."""
    duties = list(duties)
    refused = set(without)
    stand_ins = {duty.person: duty.stand_in for duty in duties if duty.stand_in is not None}
    loads = {duty.person: duty.open for duty in duties}
    fitting = []
    for duty in duties:
        exact = exactness(duty, code)
        if exact is None or duty.organisation in refused or (duty.towns and town not in duty.towns):
            continue
        holder = holder_of(duty, stand_ins)
        if holder is not None:
            fitting.append(Weighed(duty, exact, bool(duty.towns), loads.get(holder, duty.open), holder))
    return sorted(fitting, key=lambda weighed: weighed.order)


def choose(
    duties: Iterable[Duty], code: str, town: int | None, *, without: Iterable[int] = ()
) -> Chosen | None:
    """The specialist for a matter, or None when nobody's duty fits."""
    fitting = weigh(duties, code, town, without=without)
    if not fitting:
        return None
    best = fitting[0]
    equals = [other for other in fitting if other.order[:2] == best.order[:2]]
    reasons = {
        "class": code[: best.exact],
        "town": town if best.own_town else None,
        "open": best.open,
        "equals": len(equals),
        "leave": best.holder != best.duty.person,
    }
    return Chosen(best, fitting[:SHOWN], code, max(0, len(fitting) - SHOWN), reasons)
