"""The story of a report in plain words: what happened, what happens next, who does it and by when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from gridloop.core.cases import kinds
from gridloop.core.cases.models import Case
from gridloop.core.cases.timeline import Happening
from gridloop.web.stories import ICONS, TONES

# What reporter and handlers wrote to each other; others read that it happened, and the public answer.
BETWEEN_US = {"case_question_asked", "case_answered", "case_reviewed", "case_reopened"}


@dataclass(frozen=True, slots=True)
class Next:
    """What happens next: the sentence, until when, and whether the reporter is to act."""

    words: str
    by: datetime | None
    who: str
    yours: bool = False


def what_next(case: Case) -> Next:
    """For the reporter: plain words, never a step's code."""
    unit = case.lead_unit.name if case.lead_unit else _("the grid worker")
    if case.suspended_at and case.questions.filter(answered_at=None).exists():
        return Next(_("We have a question for you. Please answer it, so that we can go on."), None, "", True)
    if case.suspended_at:
        return Next(_("The matter is waiting. You will hear as soon as it goes on."), None, unit)
    words = {
        "reported": _("Somebody looks at your report and accepts it."),
        "accepted": _("The grid worker puts it right, or it goes to the office in charge."),
        "dispatched": _("%(unit)s takes it on."),
        "arbitration": _("The command room decides which office is in charge."),
        "handling": _("%(unit)s is putting it right."),
        "outside": _("It was passed to another system; we follow it up."),
        "done": _("It is said to be done. Somebody else checks on the spot."),
        "verified": _("It was checked. Did it help? Please tell us."),
        "callback": _("You were not satisfied. The command room will call you."),
        "rectifying": _("%(unit)s is putting it right once more."),
        "rectified": _("It was put right once more. Please judge again."),
        "closed": _("The case is closed. If it comes back, you can reopen it."),
        "declined": _("It was not accepted; the reason stands below."),
        "withdrawn": _("You have withdrawn it."),
    }
    return Next(words[case.step] % {"unit": unit}, case.due_at, "", case.step in ("verified", "rectified"))


def told_entries(
    case: Case, happenings: Iterable[Happening], *, own: bool, wrote: bool
) -> list[dict[str, Any]]:
    """Entries for the timeline component, newest first; those who stand behind it get a link to each proof."""
    kind = kinds.kind(case.kind)
    told = []
    for one in happenings:
        moved = one.after and one.after != one.before
        told.append(
            {
                "icon": ICONS.get(one.event, "information"),
                "title": one.title
                if not moved or one.event != "case_reported"
                else kind.step(one.after).title,
                "who": one.who,
                "when": one.at,
                "words": one.words if wrote or one.event not in BETWEEN_US else "",
                "tone": TONES.get(one.event, ""),
                "proof": reverse("reports:proof", args=[case.number, one.entry]) if own else "",
            }
        )
    return told[::-1]
