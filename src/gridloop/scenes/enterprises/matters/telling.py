"""The story of a matter as the firm reads it: what happens next, who does it and by when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from gridloop.core.cases.models import Case
from gridloop.core.cases.timeline import Happening
from gridloop.web.stories import ICONS, TONES


@dataclass(frozen=True, slots=True)
class Next:
    """The sentence, until when, and whether the firm is to act."""

    words: str
    by: datetime | None
    yours: bool = False


def what_next(case: Case) -> Next:
    """Plain words, never a step's code."""
    unit = case.lead_unit.name if case.lead_unit else _("the unit in charge")
    if case.suspended_at and case.questions.filter(answered_at=None).exists():
        return Next(
            _("The specialist has a question for you. Please answer it, so that it can go on."), None, True
        )
    if case.suspended_at:
        return Next(_("The matter is waiting. You will hear as soon as it goes on."), None)
    words = {
        "asked": _("The platform finds the specialist for it."),
        "dispatched": _("It lies with a specialist of %(unit)s, who takes it on."),
        "arbitration": _("The platform decides which unit is in charge."),
        "handling": _("A specialist of %(unit)s is working on your answer."),
        "on_table": _("It needs several departments: the county round table decides."),
        "answered": _("Here is your answer. The platform will call you; you may judge at once."),
        "called": _("Here is your answer. Did it help? Please tell us."),
        "displeased": _("You were not satisfied. The platform looks into it with you."),
        "rectifying": _("%(unit)s is putting it right."),
        "rectified": _("It was put right. Please judge once more."),
        "closed": _("The matter is closed. If it comes back, you can open it again."),
        "declined": _("It was not taken on; the reason stands below."),
        "withdrawn": _("You have taken it back."),
    }
    return Next(
        words[case.step] % {"unit": unit}, case.due_at, case.step in ("answered", "called", "rectified")
    )


def told_entries(happenings: Iterable[Happening]) -> list[dict[str, Any]]:
    """Entries for the timeline component, newest first."""
    return [
        {
            "icon": ICONS.get(one.event, "users" if one.event == "case_raised_to_table" else "information"),
            "title": one.title,
            "who": one.who,
            "when": one.at,
            "words": one.words,
            "tone": TONES.get(one.event, ""),
        }
        for one in happenings
    ][::-1]
