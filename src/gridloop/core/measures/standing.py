"""What one journal entry says of how a case stands: open or not, where, whose, overdue, pressing; pure, like counting.

A case is overdue when the next deadline of the case is past. Journal entries tell that deadline (`due_at`, null while
the clocks are paused); a breach is announced as it happens. Pressing is who needs a person now: escalated cases first,
then overdue ones, emergencies, and supervised ones.
"""

from collections.abc import Iterator
from datetime import date, datetime, tzinfo
from typing import NamedTuple

from gridloop.core.measures.counting import Told, moment

ESCALATED, OVERDUE, EMERGENCY, SUPERVISED = 100, 50, 20, 5  # what each adds to how much a case presses
ASSISTING = "assist-"  # clocks of units called to help; the case itself is not overdue by them
Key = tuple[str, int]
Change = tuple[int, int, int]  # open, overdue, pressing


class Standing(NamedTuple):
    """How a case stands while it is open."""

    category: int | None = None
    county: int | None = None
    town: int | None = None
    community: int | None = None
    grid: int | None = None
    unit: int | None = None
    overdue: bool = False
    emergency: bool = False
    escalated: int = 0
    supervised: int = 0

    @property
    def pressing(self) -> int:
        return (
            ESCALATED * self.escalated
            + OVERDUE * self.overdue
            + EMERGENCY * self.emergency
            + SUPERVISED * self.supervised
        )


def standing_after(before: Standing | None, entry: Told) -> Standing | None:
    """How the case stands once this entry is told; None when it is not open."""
    facts = entry.facts
    outcome = facts.get("outcome")
    if outcome or (outcome is None and entry.event == "case_closed"):
        return None
    known = before or Standing()
    overdue = is_overdue(known, entry)
    urgency = facts.get("urgency")
    return Standing(
        facts.get("category"), facts.get("county"), facts.get("town"), facts.get("community"), facts.get("grid"),
        None if entry.event == "case_returned" else facts.get("unit"),
        overdue,
        known.emergency if urgency is None else urgency == 1,
        escalated_after(known, entry) if overdue else 0,
        int(facts.get("level") or 0) if entry.event == "case_supervised" else known.supervised,
    )  # fmt: skip


def is_overdue(known: Standing, entry: Told) -> bool:
    facts, event = entry.facts, entry.event
    if event == "deadline_breached":
        return known.overdue or not str(facts.get("clock", "")).startswith(ASSISTING)
    if event in {"deadline_due_soon", "escalated"} or "due_at" not in facts:
        return known.overdue
    if event == "case_question_asked":
        return False  # the clocks wait for the answer; the time told is the question's
    due = moment(facts["due_at"])
    return due is not None and (due <= entry.at or (event == "case_extended" and bool(facts.get("overdue"))))


def escalated_after(known: Standing, entry: Told) -> int:
    if entry.event == "escalated" and not str(entry.facts.get("clock", "")).startswith(ASSISTING):
        return max(known.escalated, int(entry.facts.get("level") or 0))
    return known.escalated


def counted(standing: Standing, sign: int) -> Iterator[tuple[Key, Change]]:
    """What one standing adds to the counts of every member, or takes away from them."""
    change = (sign, sign * standing.overdue, sign * (standing.pressing > 0))
    yield ("all", 0), change
    for area in (standing.county, standing.town, standing.community, standing.grid):
        if area:
            yield ("area", area), change
    for dimension, member in (("unit", standing.unit), ("category", standing.category)):
        if member:
            yield (dimension, member), change


def day_of(at: datetime, zone: tzinfo) -> date:
    return at.astimezone(zone).date()
