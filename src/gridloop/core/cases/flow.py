"""A flow is a table: the words a case kind is written in (kinds, moves, who may, what a move must bring)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from gridloop.core.cases.models import Case
    from gridloop.core.cases.moving import Moving
    from gridloop.core.cases.standing import Standing

Words = str | Promise
Condition = Callable[["Case"], bool]
Given = Callable[[Mapping[str, Any]], bool]
Effect = Callable[["Moving"], None]
NeedKind = Literal[
    "text", "choice", "photos", "position", "organisation", "organisations", "category", "urgency",
    "case", "days", "date", "rating", "parts", "level", "person", "yes_no", "place",
]  # fmt: skip

SAME = "="  # the case stays at its step
ANY_OPEN = "*"  # from every step of an open case


class Listed(Mapping[Any, Any]):
    """Choices read when they are asked for: a list that changes while the flow, a table, stays as it is."""

    def __init__(self, read: Callable[[], Mapping[Any, Any]]) -> None:
        self.read = read

    def __getitem__(self, key: Any) -> Any:
        return self.read()[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.read())

    def __len__(self) -> int:
        return len(self.read())

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Need:
    """One thing a move brings. `choices` are code -> words; `metres` bounds a position's distance to the case."""

    name: str
    kind: NeedKind
    title: Words
    required: bool = True
    choices: Mapping[str, Words] = field(default_factory=dict)
    hint: Words = ""
    public: bool = False  # residents may read it
    metres: int = 0
    longest: int = 2000

    def optional(self) -> "Need":
        return Need(
            self.name,
            self.kind,
            self.title,
            False,
            self.choices,
            self.hint,
            self.public,
            self.metres,
            self.longest,
        )


@dataclass(frozen=True, slots=True)
class Who:
    """Who may make a move: a named predicate over the actor's standing in the case; `|` joins two."""

    name: str
    title: Words
    holds: Callable[["Standing"], bool]

    def __or__(self, other: "Who") -> "Who":
        return Who(
            f"{self.name}|{other.name}",
            format_lazy(_("{one} or {other}"), one=self.title, other=other.title),
            lambda standing: self.holds(standing) or other.holds(standing),
        )

    def but(self, exception: "Who") -> "Who":
        """This one, except where the other holds (not the one who handled it)."""
        return Who(
            f"{self.name}-{exception.name}",
            self.title,
            lambda standing: self.holds(standing) and not exception.holds(standing),
        )


@dataclass(frozen=True, slots=True)
class Move:
    """One row of a flow: from these steps, by these people, to that step, bringing these needs.

    `meets`, `starts`: names of deadlines. `pauses`/`resumes`: the clocks. `when` (asked of the case) and `given`
    (asked of what the move brings) pick between rows of one name. `then`: what else changes, in order. `event` is what
    the journal says. `public`: reporters read of it.
    `approval`: whose approval it takes; until another of them gives it the case stays as it is.
    """

    start: str | tuple[str, ...]
    name: str
    to: str
    who: Who
    needs: tuple[Need, ...] = ()
    title: Words = ""
    event: str = ""
    meets: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    pauses: bool = False
    resumes: bool = False
    when: Condition | None = None
    given: Given | None = None
    then: tuple[Effect, ...] = ()
    while_suspended: bool = False
    approval: Who | None = None
    public: bool = True
    bulk: bool = False
    weight: Literal["main", "side", "quiet"] = "side"

    def leads_from(self, step: str, *, open: bool) -> bool:
        if self.start == ANY_OPEN:
            return open
        return step == self.start or (isinstance(self.start, tuple) and step in self.start)


@dataclass(frozen=True, slots=True)
class Step:
    """A place in a flow. `outcome` marks an end; `turn_of` says in plain words who is to act now."""

    name: str
    title: Words
    turn_of: Words = ""
    outcome: str = ""  # fixed, unresolved, declined, withdrawn, duplicate: the case ends here
    shape: Literal["open", "moving", "waiting", "done", "ended"] = "moving"


@dataclass(frozen=True, slots=True)
class CaseKind:
    """A kind of case: its steps and moves as a table, its clocks, and who hears when time runs out.

    `starts` names the deadlines that begin with the report. `returns` is how often a unit may send a case back
    before the command room decides for good; `hands` how often it may be handed up or down. `edition` and `page` are
    for kinds with classes and resident pages of their own. `own_door`: only its scene's pages open one, for it needs
    facts that a report from elsewhere does not bring.
    """

    name: str
    title: Words
    steps: tuple[Step, ...]
    moves: tuple[Move, ...]
    first: str = "reported"
    starts: tuple[str, ...] = ("first_response",)
    returns: int = 2
    hands: int = 4
    review_days: int = 7
    reopen_days: int = 30
    questions: tuple[Need, ...] = ()
    edition: str = ""  # the edition of its classes; empty: every edition no other kind has for itself
    page: str = "/c/{number}/"  # where those behind the case read of it
    own_door: bool = False
    untold: frozenset[str] = frozenset()  # events its own scene tells people of, so that notices keep quiet
    default_limits: Mapping[str, tuple[float, str]] = field(
        default_factory=lambda: {
            "first_response": (4, "working_hours"),
            "arrival": (2, "working_hours"),
            "completion": (5, "working_days"),
            "verification": (2, "working_days"),
            "rectification": (15, "working_days"),
        }
    )

    def step(self, name: str) -> Step:
        return next(step for step in self.steps if step.name == name)

    def stands_still(self, step: str) -> bool:
        """Whether the clocks stand at this step, because the move that leads there pauses them."""
        return any(move.pauses and move.to == step for move in self.moves)

    def named(self, name: str) -> list[Move]:
        return [move for move in self.moves if move.name == name]
