"""The story of a report in plain words: what happened, what happens next, who does it and by when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gridloop.core.cases.models import Case
from gridloop.core.cases.timeline import Happening
from gridloop.web.move_forms import MoveForm
from gridloop.web.stories import ICONS, TONES

# What reporter and handlers wrote to each other; others read that it happened, and the public answer.
BETWEEN_US = {"case_question_asked", "case_answered", "case_added_to", "case_reviewed", "case_reopened"}


@dataclass(frozen=True, slots=True)
class Next:
    """What happens next: the sentence, until when, and whether the reporter is to act."""

    words: str
    by: datetime | None
    who: str
    yours: bool = False


def what_next(case: Case, *, own: bool = True) -> Next:
    """Plain words, never a step's code: to the reporter, who may have to act, or to a neighbour who looks on."""
    unit = case.lead_unit.name if case.lead_unit else gettext("the grid worker")
    if case.suspended_at and own and case.questions.filter(answered_at=None).exists():
        return Next(
            gettext("We have a question for you. Please answer it, so that we can go on."), None, "", True
        )
    if case.suspended_at:
        return Next(gettext("The matter is waiting. You will hear as soon as it goes on."), None, unit)
    words = {
        "reported": gettext("Somebody looks at the report and accepts it."),
        "accepted": gettext("The grid worker puts it right, or it goes to the office in charge."),
        "dispatched": gettext("%(unit)s takes it on."),
        "arbitration": gettext("The command room decides which office is in charge."),
        "handling": gettext("%(unit)s is putting it right."),
        "outside": gettext("It was passed to another system; we follow it up."),
        "done": gettext("It is said to be done. Somebody else checks on the spot."),
        "rectifying": gettext("%(unit)s is putting it right once more."),
        "declined": gettext("It was not accepted; the reason stands below."),
    } | (to_the_reporter() if own else to_a_neighbour())
    return Next(
        words[case.step] % {"unit": unit}, case.due_at, "", own and case.step in ("verified", "rectified")
    )


def to_the_reporter() -> dict[str, str]:
    return {
        "verified": gettext("It was checked. Did it help? Please tell us."),
        "callback": gettext("You were not satisfied. The command room will call you."),
        "rectified": gettext("It was put right once more. Please judge again."),
        "closed": gettext("The case is closed. If it comes back, you can reopen it."),
        "withdrawn": gettext("You have withdrawn it."),
    }


def to_a_neighbour() -> dict[str, str]:
    return {
        "verified": gettext("It was checked. Whoever reported it says whether it helped."),
        "callback": gettext("The command room asks whoever reported it what is still wrong."),
        "rectified": gettext("It was put right once more. Whoever reported it judges again."),
        "closed": gettext("The case is closed."),
        "withdrawn": gettext("Whoever reported it has withdrawn it."),
    }


# What a need of a move is called when a resident is asked, who has not read the flow.
ASKED = {
    ("answer", "words"): _("Your answer"),
    ("review", "words"): _("What else would you like to say?"),
    ("reopen", "reason_code"): _("Why should it be taken up again?"),
    ("reopen", "words"): _("What is it like now?"),
    ("reopen", "evidence"): _("Photos"),
    ("withdraw", "reason_code"): _("Why do you withdraw it?"),
    ("remind", "words"): _("What would you like to say?"),
    ("add", "words"): _("What should we know as well?"),
}


SENDS = {"answer": _("Send the answer"), "review": _("Send my verdict"), "join": _("Me too")}


def asked_by(form: MoveForm) -> MoveForm:
    """A move's form in the resident's words."""
    form.sends = SENDS.get(form.move.name, form.move.title)
    for name, field in form.fields.items():
        field.label = ASKED.get((form.move.name, name), field.label)
    return form


TO_YOU = {
    "case_question_asked": _("A question for you"),
    "case_answered": _("You answered"),
    "case_reviewed": _("You said whether it helped"),
}


def told_entries(
    case: Case, happenings: Iterable[Happening], *, own: bool, wrote: bool
) -> list[dict[str, Any]]:
    """Entries for the timeline component, newest first; those who stand behind it are led to each proof."""
    return [
        {
            "icon": ICONS.get(one.event, "information"),
            "title": (wrote and TO_YOU.get(one.event)) or one.title,
            "who": one.who,
            "when": one.at,
            "words": one.words if wrote or one.event not in BETWEEN_US else "",
            "tone": TONES.get(one.event, ""),
            "proof_of": reverse("reports:proof", args=[case.number, one.entry]) if own else "",
        }
        for one in happenings
    ][::-1]
