"""How a request reads to those who asked: what comes next, and what happened so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridloop.core.cases.models import Case
from gridloop.core.cases.timeline import Happening
from gridloop.scenes.volunteers.requests.models import Need

ICONS = {
    "case_reported": "report",
    "case_accepted": "check",
    "offer_accepted": "heart",
    "help_handed_back": "return",
    "helper_arrived": "pin",
    "help_given": "check",
    "case_reviewed": "star",
    "case_declined": "close",
    "case_withdrawn": "leave",
    "case_closed": "check",
}
TITLES = {
    "case_reported": gettext_lazy("Help asked for"),
    "case_accepted": gettext_lazy("Accepted by the community"),
    "offer_accepted": gettext_lazy("A volunteer will come"),
    "help_handed_back": gettext_lazy("The volunteer cannot come; another is looked for"),
    "helper_arrived": gettext_lazy("The volunteer has arrived"),
    "help_given": gettext_lazy("Help given"),
}


@dataclass(frozen=True, slots=True)
class Next:
    """What happens now, by when, through whom."""

    words: str
    by: datetime | None = None
    who: str = ""


def what_next(case: Case, need: Need) -> Next:
    """One sentence for each step."""
    words = {
        "asked": _("Your community reads this and looks for a volunteer."),
        "seeking": _("Volunteers nearby are being asked. We tell you as soon as somebody comes."),
        "assigned": _("A volunteer comes at the time you named. Show them the code when they are there."),
        "underway": _("The volunteer is with you. When all is done, read the new code out to them."),
        "done": _("Please say how it was. It helps the volunteer and those who ask next."),
        "callback": _("Your community calls you: tell them what went wrong."),
        "rectifying": _("Your community puts it right."),
        "rectified": _("Please say whether it is right now."),
    }
    by = (
        case.due_at
        if case.step in ("asked", "seeking", "rectifying")
        else need.since
        if case.step == "assigned"
        else None
    )
    return Next(words.get(case.step, _("This request is closed.")), by)


def told_entries(case: Case, happenings: Sequence[Happening]) -> list[dict[str, Any]]:
    """What residents read of the story, newest first."""
    return [
        {
            "icon": ICONS.get(one.event, "information"),
            "title": TITLES.get(one.event, one.title),
            "who": one.who if one.event not in ("offer_accepted", "help_handed_back") else "",
            "when": one.at,
            "words": one.words,
        }
        for one in reversed(happenings)
    ]
