"""How a hazard travels: found, ordered to be put right, rectified, looked at again by somebody else, closed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridloop.core.cases import effects, needs
from gridloop.core.cases.flow import SAME, CaseKind, Move, Need, Step
from gridloop.core.cases.models import Case
from gridloop.core.cases.requests import awaits_decision
from gridloop.core.cases.universal import UNIVERSAL
from gridloop.core.cases.who import grid_worker, reporter, system
from gridloop.scenes.fire.alarms.people import duty_room, owner, rectifier
from gridloop.scenes.fire.hazards import effects as own
from gridloop.scenes.fire.hazards.kinds import HazardGrade

USUAL = tuple(
    move
    for move in UNIVERSAL
    if move.name in ("remind", "supervise", "note", "ask", "answer", "question_over")
)

STEPS = (
    Step(
        "found",
        _("Hazard found"),
        _("the grid worker or the duty room orders that it is put right"),
        shape="open",
    ),
    Step("ordered", _("To be rectified"), _("whoever answers for the premises puts it right")),
    Step(
        "rectified", _("Rectified, to be checked"), _("another person looks at it on the spot"), shape="done"
    ),
    Step("closed", pgettext_lazy("hazard", "Closed"), outcome="fixed", shape="ended"),
    Step("declined", _("No hazard"), outcome="declined", shape="ended"),
)

grade = Need("grade", "choice", _("How grave is it?"), choices={g.value: g.label for g in HazardGrade})
days = Need("days", "days", _("Working days"))
on_the_spot = Need("position", "position", _("Position on site"), metres=500)
NO_HAZARD = {
    "not_there": _("Nothing of the kind is there"),
    "allowed": _("It is allowed as it is"),
    "elsewhere": _("It belongs to another office"),
    "twice": _("It was reported already"),
}


def is_major(case: Case) -> bool:
    return case.facts.get("grade") == HazardGrade.MAJOR


def is_general(case: Case) -> bool:
    return not is_major(case)


def is_graded_major(facts: Mapping[str, Any]) -> bool:
    return facts.get("grade") == HazardGrade.MAJOR


ordering = (grade, needs.words.optional())
repair = (
    replace(needs.account, title=_("What was put right")),
    needs.photos_after,
    needs.position.optional(),
)

MOVES = (
    #    from        move        to           who                      needs
    Move("found", "order", "ordered", grid_worker | duty_room, ordering, _("Order it to be rectified"), "hazard_ordered",
         meets=("first_response",), starts=("rectification",), given=is_graded_major, then=(own.grade,), weight="main"),
    Move("found", "order", "ordered", grid_worker | duty_room, ordering, _("Order it to be rectified"), "hazard_ordered",
         meets=("first_response",), starts=("completion",), then=(own.grade,), weight="main"),
    Move(("found", "ordered"), "rectify", "rectified", owner | grid_worker, repair, _("Rectified"), "hazard_rectified",
         meets=("first_response", "completion", "rectification"), starts=("verification",),
         then=(effects.show_photos, own.keep_rectifier), weight="main"),
    Move("rectified", "reinspect", "closed", (grid_worker | duty_room).but(rectifier),
         (needs.photos_after, on_the_spot, needs.words.optional()), _("Looked at again: it is right"), "hazard_closed",
         meets=("verification",), then=(effects.show_photos, own.close_hazard), weight="main"),
    Move("rectified", "rework", "ordered", (grid_worker | duty_room).but(rectifier), (needs.reason, needs.evidence.optional()),
         _("Not put right"), "case_reworked", meets=("verification",), then=(effects.show_photos, effects.count_rework)),
    Move("found", "decline", "declined", grid_worker | duty_room,
         (Need("reason_code", "choice", _("Reason"), choices=NO_HAZARD, public=True), needs.public_answer), _("No hazard"),
         "case_declined", meets=("first_response",), then=(effects.answer_publicly, own.close_hazard)),
    Move("ordered", "extend", SAME, owner | grid_worker, (days, needs.reason), _("Ask for more time"),
         "case_extension_asked", when=is_general, then=(effects.ask_for_extension,), public=False),
    Move("ordered", "grant_extension", SAME, duty_room, (needs.words.optional(),), _("Grant more time"), "case_extended",
         then=(effects.decide_extension,), when=awaits_decision),
    Move("ordered", "refuse_extension", SAME, duty_room, (needs.words,), _("Refuse more time"), "case_extension_refused",
         then=(effects.decide_extension,), when=awaits_decision, public=False),
    Move(("found", "ordered"), "recover", "rectified", system, (), _("The device reads normally again"), "hazard_recovered",
         meets=("first_response", "completion", "rectification"), starts=("verification",)),
    Move("found", "withdraw", "declined", reporter, (needs.words,), _("Take it back"), "case_withdrawn",
         then=(own.close_hazard,)),
    *USUAL,
)  # fmt: skip

hazard = CaseKind(
    "hazard",
    title=_("Fire hazard"),
    own_door=True,
    steps=STEPS,
    moves=MOVES,
    first="found",
    page="/fire/case/{number}/",
    default_limits={
        "first_response": (1, "working_days"),
        "completion": (15, "working_days"),
        "rectification": (3, "working_days"),
        "verification": (2, "working_days"),
    },
)
