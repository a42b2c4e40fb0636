"""What one journal entry of a case counts for: pure, so that counting as it happens and counting again agree.

Entries with subject_kind "case" are counted. Needed in `facts` of every one of them: kind, category, county, town,
community, grid, unit (ids or null), source, outcome ("" while open; fixed, unresolved, declined, withdrawn, duplicate),
reported_at, dispatched_at, completed_at (ISO or null). Needed besides:
- `completion_due_at`: when the completion deadline is or was due, at least on the entry that ends the case; without it
  a case is late only if `deadline_breached` with clock "completion" was announced;
- `unit_before` on case_returned: the unit that sent it back;
- `rating` (1 to 5) and `round` on case_reviewed;
- `clock` and `due_at` on deadline_breached.
The post comes from the entry's actor.

A case falls due to close once in each round (a reopening begins a new round): when it is closed, or when its completion
deadline passes, whichever is first. `closed_due` counts a closing for the day and the place where the case fell due, so
closed / due to close never exceeds one; `closed` counts it for the day and the place it happened.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple, Protocol

SATISFIED = 3  # of five levels the lowest two are bad
MINUTE = 60.0


class Told(Protocol):
    """A journal entry, as far as counting needs it."""

    pk: Any
    at: datetime
    event: str
    subject: int | None
    post: int | None
    facts: dict[str, Any]


class Place(NamedTuple):
    """Where, what and whose."""

    kind: str
    category: int | None
    county: int | None
    town: int | None
    community: int | None
    grid: int | None
    unit: int | None
    post: int | None


class Fact(NamedTuple):
    """One row of CaseFact, without its id."""

    entry: int
    case: int
    day: date
    measure: str
    value: float
    place: Place


ONE_TO_ONE: Mapping[str, str] = {
    "case_declined": "declined",
    "case_taken": "taken",
    "case_fixed": "fixed_on_the_spot",
    "case_completed": "completed",
    "case_verified": "verified",
    "case_reworked": "reworked",
    "case_extended": "extended",
    "case_suspended": "suspended",
    "case_withdrawn": "withdrawn",
    "case_linked": "linked",
    "case_reminded": "reminded",
    "case_supervised": "supervised",
    "case_arbitrated": "arbitrated",
    "escalated": "escalated",
}
ONCE: Mapping[str, str] = {
    "case_accepted": "accepted",
    "case_dispatched": "dispatched",
    "case_called_back": "called_back",
}
RESPONSES = frozenset(
    {"case_accepted", "case_declined", "case_dispatched", "case_taken", "case_fixed", "case_completed"}
)
OTHERS = frozenset({"case_reported", "case_returned", "case_reopened", "case_reviewed", "deadline_breached"})
FOUND_BY: Mapping[str, str] = {"field": "reported_by_grid", "device": "reported_by_device", "import": ""}
CLOSED = frozenset({"fixed", "unresolved"})
REMEMBERED = (
    "accepted", "dispatched", "called_back", "first_response", "due_to_close", "closed", "overdue", "reopened",
)  # fmt: skip


@dataclass(slots=True)
class Story:
    """What counting has to remember of one case: the last time of each measure, and what its present round has seen."""

    last: dict[str, Fact] = field(default_factory=dict)
    round: set[str] = field(default_factory=set)

    def remember(self, fact: Fact) -> None:
        self.last[fact.measure] = fact
        if fact.measure == "reopened":
            self.round.clear()
        else:
            self.round.add(fact.measure)


def place_of(entry: Told) -> Place:
    facts = entry.facts
    return Place(
        str(facts.get("kind") or ""), facts.get("category"), facts.get("county"), facts.get("town"),
        facts.get("community"), facts.get("grid"), facts.get("unit"), entry.post,
    )  # fmt: skip


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def counts(event: str) -> bool:
    """Whether an event can count for anything; a move of a scene's own counts when it ends its case."""
    return event.startswith("case_") or event in {"deadline_breached", "escalated"}


def facts_of(entry: Told, story: Story, zone: tzinfo) -> list[Fact]:
    """The facts of one entry, given the case's story so far, which they become part of."""
    if entry.subject is None:
        return []
    counting = Counting(entry, story, place_of(entry), zone)
    counting.count_event()
    counting.count_response()
    counting.count_closing()
    return counting.found


@dataclass(slots=True)
class Counting:
    """One entry being counted."""

    entry: Told
    story: Story
    place: Place
    zone: tzinfo
    found: list[Fact] = field(default_factory=list)

    def add(
        self, measure: str, value: float = 1, *, day: date | None = None, place: Place | None = None
    ) -> Fact:
        assert self.entry.subject is not None
        day = day or self.entry.at.astimezone(self.zone).date()
        fact = Fact(self.entry.pk, self.entry.subject, day, measure, float(value), place or self.place)
        self.found.append(fact)
        self.story.remember(fact)
        return fact

    def count_event(self) -> None:
        event, facts = self.entry.event, self.entry.facts
        if event in ONE_TO_ONE:
            self.add(ONE_TO_ONE[event])
        elif event in ONCE:
            if ONCE[event] not in self.story.last:
                self.add(ONCE[event])
        elif event == "case_reported":
            self.count_report(str(facts.get("source") or ""))
        elif event == "case_returned":
            self.add("returned", place=self.place._replace(unit=facts.get("unit_before") or self.place.unit))
        elif event == "case_reopened":
            closed = self.story.last.get("closed")  # it counts against the unit that closed
            self.add("reopened", place=closed.place if closed else None)
        elif event == "case_reviewed":
            self.count_review(facts)
        elif event == "deadline_breached":
            self.count_breach(facts)

    def count_report(self, source: str) -> None:
        self.add("reported")
        found_by = FOUND_BY.get(source, "reported_by_residents")
        if found_by:
            self.add(found_by)

    def count_review(self, facts: Mapping[str, Any]) -> None:
        """Only the first verdict counts; the follow-up after a rectification has a measure of its own."""
        rating = facts.get("rating")
        if not rating:
            return
        closed = self.story.last.get("closed")
        place = closed.place if closed else None
        if int(facts.get("round") or 1) > 1:
            self.add("reviewed_again", float(rating), place=place)
            return
        self.add("reviewed", float(rating), place=place)
        if float(rating) >= SATISFIED:
            self.add("satisfied", place=place)

    def count_breach(self, facts: Mapping[str, Any]) -> None:
        self.add("breached")
        if facts.get("clock") == "completion" and "due_to_close" not in self.story.round:
            due = moment(facts.get("due_at"))
            self.fall_due(late=True, day=due.astimezone(self.zone).date() if due else None)

    def count_response(self) -> None:
        reported = moment(self.entry.facts.get("reported_at"))
        if self.entry.event in RESPONSES and reported and "first_response" not in self.story.last:
            self.add("first_response", max((self.entry.at - reported).total_seconds() / MINUTE, 0))

    def count_closing(self) -> None:
        outcome = self.entry.facts.get("outcome")
        ends = outcome in CLOSED or (outcome is None and self.entry.event == "case_closed")
        if not ends or "closed" in self.story.round:
            return
        facts = self.entry.facts
        finished = moment(facts.get("completed_at")) or self.entry.at
        self.add("closed")
        if outcome == "unresolved":
            self.add("unresolved")
        begun = moment(facts.get("dispatched_at")) or moment(facts.get("reported_at"))
        if begun:
            self.add("handling", max((finished - begun).total_seconds() / MINUTE, 0))
        if "due_to_close" not in self.story.round:
            due = moment(facts.get("completion_due_at"))
            late = due is not None and finished > due
            self.fall_due(late=late, day=due.astimezone(self.zone).date() if late and due else None)
        fallen = self.story.last["due_to_close"]
        self.add("closed_due", day=fallen.day, place=fallen.place)
        if "overdue" not in self.story.round:
            self.add("closed_on_time", day=fallen.day, place=fallen.place)

    def fall_due(self, *, late: bool, day: date | None) -> None:
        self.add("due_to_close", day=day)
        if late:
            self.add("overdue", day=day)


def count_all(entries: Iterable[Told], stories: dict[int, Story], zone: tzinfo) -> list[Fact]:
    """The facts of many entries in their order; `stories` are made and carried on."""
    found: list[Fact] = []
    for entry in entries:
        if entry.subject is not None and counts(entry.event):
            found += facts_of(entry, stories.setdefault(entry.subject, Story()), zone)
    return found
