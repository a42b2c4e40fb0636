"""What the words of a notice can speak of: the facts of one journal entry and its case, in the listener's language."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gridloop.core.cases import kinds
from gridloop.core.cases.models import Case
from gridloop.core.journal.models import Entry
from gridloop.core.notices.hearers import Batch

CLOCKS = {
    "first_response": _("First response"),
    "arrival": _("Taking"),
    "completion": _("Completion"),
    "verification": _("Check on the spot"),
    "rectification": _("Rectification"),
}
OUTCOMES = {
    "fixed": _("Solved"),
    "unresolved": _("Not solved"),
    "declined": _("Declined"),
    "withdrawn": _("Withdrawn"),
    "duplicate": _("Handled together with another report"),
}
# Which of a case's clocks the words mean by "due"; elsewhere it is the completion.
MEANT = {
    "case_reported": "first_response",
    "case_completed": "verification",
    "case_called_back": "rectification",
}
SOME_UNIT = _("the unit in charge")
NO_UNIT = _("none yet")  # said to those who must see to it that one takes it
OVERDUE = ("deadline_breached", "escalated")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def said_moment(moment: datetime) -> str:
    """11月21日14:30, or 21 Nov 14:30."""
    local = timezone.localtime(moment)
    if (get_language() or "").startswith("zh"):
        return f"{local.month}月{local.day}日{local:%H:%M}"
    return f"{local.day} {MONTHS[local.month - 1]} {local:%H:%M}"


moment_in_words = lazy(said_moment, str)


def facts_of(entry: Entry, case: Case, batch: Batch) -> dict[str, Any]:
    """The variables of the words."""
    told = entry.facts
    unit = told.get("unit") or case.lead_unit_id
    return {
        "number": case.number,
        "title": case.title,
        "place": batch.places.get(case.area_id, ""),
        "unit": batch.units.get(unit or 0, "") or (NO_UNIT if entry.event in OVERDUE else SOME_UNIT),
        "due": due_of(entry, case),
        "until": in_words(told.get("due_at")) if entry.event == "case_question_asked" else "",
        "days": told.get("days", ""),
        "reason": reason_of(entry, case),
        "words": entry.words,
        "answer": case.answer,
        "question": entry.words if entry.event == "case_question_asked" else "",
        "rating": told.get("rating", ""),
        "level": told.get("level", ""),
        "clock": CLOCKS.get(told.get("clock", ""), ""),
        "outcome": OUTCOMES.get(case.outcome, ""),
        "voices": case.voices,
        "move": moves_title(case, told.get("asked_move") or told.get("move", "")),
        "system": told.get("system", ""),
        "outside_number": told.get("outside_number", ""),
        "first_number": batch.numbers.get(told.get("case") or 0, ""),
    }


def due_of(entry: Entry, case: Case) -> Any:
    """The moment the words mean, as it stands now."""
    if entry.event.startswith(("deadline_", "escalated")):
        return in_words(entry.facts.get("due_at"))
    meant = MEANT.get(entry.event, "completion")
    running = [
        clock
        for clock in case.deadlines.all()
        if clock.name == meant and clock.task_id is None and clock.due_at
    ]
    moment = max(running, key=lambda clock: clock.pk).due_at if running else case.due_at
    return moment_in_words(moment) if moment else ""


def in_words(moment: str | None) -> Any:
    return moment_in_words(datetime.fromisoformat(moment)) if moment else ""


def moves_title(case: Case, name: str) -> Any:
    return next((move.title for move in kinds.kind(case.kind).named(name)), "")


def reason_of(entry: Entry, case: Case) -> Any:
    """The listed reason a move brought, by the words its flow gives it."""
    code = entry.facts.get("reason_code", "")
    if not code:
        return ""
    for move in kinds.kind(case.kind).named(entry.facts.get("move", "")):
        for need in move.needs:
            if code in need.choices:
                return need.choices[code]
    return ""
