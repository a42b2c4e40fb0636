"""The moves every kind can use, in the words of the field; a kind adds its own steps and who acts first."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from gridloop.core.cases import effects, needs, reasons
from gridloop.core.cases.flow import ANY_OPEN, SAME, Move, Need
from gridloop.core.cases.models import Case
from gridloop.core.cases.requests import awaits_approval, awaits_decision
from gridloop.core.cases.who import (
    approver,
    assisting_unit,
    command_room,
    first_reporter,
    grid,
    grid_worker,
    lead_unit,
    reporter,
    resident,
    staff,
    supervisor,
    system,
)

WORKING = ("accepted", "dispatched", "handling")


def choose(title: object, choices: dict) -> Need:
    return Need("reason_code", "choice", title, choices=choices, public=True)  # type: ignore[arg-type]


def is_suspended(case: Case) -> bool:
    return case.suspended_at is not None


def is_overdue(case: Case) -> bool:
    return case.overdue


def can_be_returned(case: Case) -> bool:
    return not case.facts.get("bound")


days = Need("days", "days", _("Working days"))

UNIVERSAL: tuple[Move, ...] = (
    # from       move                to    who             needs
    Move(ANY_OPEN, "add", SAME, reporter, (replace(needs.words.optional(), longest=5000), needs.photos.optional()), _("Add words or photos"),
         "case_added_to", then=(effects.take_addition, effects.bring_photos), while_suspended=True),
    Move(ANY_OPEN, "remind", SAME, reporter | command_room | supervisor, (needs.words.optional(),),
         _("Remind"), "case_reminded", bulk=True, while_suspended=True),
    Move(ANY_OPEN, "supervise", SAME, supervisor | command_room,
         (Need("supervision", "choice", _("Level of supervision"), choices={"1": _("Level 1"), "2": _("Level 2"), "3": _("Level 3")}), needs.reason),
         _("Supervise"), "case_supervised", then=(effects.supervise,), bulk=True, while_suspended=True),
    Move(ANY_OPEN, "acknowledge", SAME, command_room | supervisor, (needs.words.optional(),), _("Acknowledge"),
         "case_acknowledged", when=is_overdue, then=(effects.acknowledge,), public=False, bulk=True, while_suspended=True),
    Move(ANY_OPEN, "note", SAME, staff, (needs.words,), _("Add a note"), "case_noted", public=False, weight="quiet",
         while_suspended=True),
    Move(ANY_OPEN, "correct", SAME, command_room | grid_worker, (needs.category.optional(), needs.urgency.optional()),
         _("Correct class or urgency"), "case_corrected", then=(effects.correct_facts,), public=False, bulk=True,
         weight="quiet"),
    Move(("reported", "accepted"), "place", SAME, command_room | grid_worker, (needs.place,), _("Correct the place"), "case_placed",
         then=(effects.place_anew,), weight="quiet"),
    Move(ANY_OPEN, "ask", SAME, lead_unit | command_room | grid_worker, (needs.words, days.optional()),
         _("Ask the reporter"), "case_question_asked", pauses=True, then=(effects.ask_reporter,)),
    Move(ANY_OPEN, "answer", SAME, first_reporter, (needs.words, needs.photos.optional()), _("Answer the question"),
         "case_answered", resumes=True, then=(effects.bring_photos, effects.take_answer), while_suspended=True, when=is_suspended, weight="main"),
    Move(ANY_OPEN, "question_over", SAME, system, (), _("Question time over"), "case_question_over", resumes=True,
         then=(effects.take_answer,), while_suspended=True, when=is_suspended, public=False),
    Move(("dispatched", "handling"), "suspend", SAME, command_room,
         (choose(_("Reason"), reasons.SUSPEND), days, needs.reason), _("Suspend"), "case_suspended", pauses=True,
         then=(effects.suspend,)),
    Move(ANY_OPEN, "resume", SAME, command_room | lead_unit | system, (needs.words.optional(),), _("Resume"),
         "case_resumed", resumes=True, then=(effects.resume,), while_suspended=True, when=is_suspended, weight="main"),
    Move(("dispatched", "handling"), "extend", SAME, lead_unit, (days, needs.reason), _("Ask for more time"),
         "case_extension_asked", then=(effects.ask_for_extension,), public=False),
    Move(ANY_OPEN, "grant_extension", SAME, command_room, (needs.words.optional(),), _("Grant more time"),
         "case_extended", then=(effects.decide_extension,), when=awaits_decision, while_suspended=True),
    Move(ANY_OPEN, "refuse_extension", SAME, command_room, (needs.words,), _("Refuse more time"),
         "case_extension_refused", then=(effects.decide_extension,), when=awaits_decision, public=False,
         while_suspended=True),
    Move(ANY_OPEN, "approve", SAME, approver, (needs.words.optional(),), _("Approve"), "case_approved",
         then=(effects.approve,), when=awaits_approval, public=False, while_suspended=True, weight="main"),
    Move(ANY_OPEN, "refuse_approval", SAME, approver, (needs.reason,), _("Do not approve"), "case_approval_refused",
         then=(effects.refuse_approval,), when=awaits_approval, public=False, while_suspended=True),
    Move(WORKING, "co_dispatch", SAME, command_room, (needs.assistants, needs.words), _("Call further units"),
         "case_co_dispatched", then=(effects.call_assistants,)),
    Move(WORKING, "release", SAME, command_room, (needs.assistants.optional(), needs.reason), _("Release assisting units"),
         "case_assistants_released", then=(effects.release_assistants,), public=False, weight="quiet"),
    Move(WORKING, "assist", SAME, assisting_unit, (needs.account, needs.photos_after.optional()), _("Our part is done"),
         "case_assisted", then=(effects.show_photos, effects.finish_assistance), weight="main"),
    Move(("dispatched", "handling"), "reassign", "dispatched", command_room, (needs.lead_unit, needs.reason),
         _("Give to another unit"), "case_reassigned", then=(effects.give_to_unit,), bulk=True),
    Move("accepted", "hand_up", SAME, grid | command_room, (choose(_("Why"), reasons.HAND_UP), needs.words.optional()),
         _("Hand up"), "case_handed_up", then=(effects.hand_up,), bulk=True),
    Move("accepted", "hand_down", SAME, command_room, (needs.reason,), _("Hand down"), "case_handed_down",
         then=(effects.hand_down,), bulk=True),
    Move(WORKING, "close_unresolved", "closed", command_room,
         (choose(_("Why it stays unresolved"), reasons.UNRESOLVED), needs.public_answer), _("Close unresolved"),
         "case_closed", then=(effects.answer_publicly,), approval=command_room | supervisor),
    Move(ANY_OPEN, "link_duplicate", "closed", command_room, (Need("case", "case", _("Number of the other case")),),
         _("Link as duplicate"), "case_linked", then=(effects.fold_into,)),
    Move(ANY_OPEN, "join", SAME, resident, (), _("Me too"), "case_joined", then=(effects.join,), while_suspended=True,
         weight="quiet"),
    Move(("reported", "accepted"), "split", SAME, command_room | grid_worker,
         (Need("parts", "parts", _("Parts, one on each line")),), _("Split"), "case_split", then=(effects.split,)),
    Move(("reported", *WORKING), "withdraw", "withdrawn", first_reporter, (choose(_("Reason"), reasons.WITHDRAW),),
         _("Withdraw"), "case_withdrawn", then=(effects.speak_for_oneself,), while_suspended=True),
    Move("accepted", "transfer_out", "outside", command_room,
         (Need("system", "text", _("Which system"), longest=60), Need("outside_number", "text", _("Number there"), longest=60),
          needs.reason), _("Transfer to an outside system"), "case_transferred_out", pauses=True),
    Move("outside", "transfer_back", "accepted", command_room | system, (needs.words,), _("Came back"),
         "case_transferred_back", resumes=True, weight="main"),
    Move("arbitration", "arbitrate", "dispatched", command_room, (needs.lead_unit, needs.reason),
         _("Decide who leads (binding)"), "case_arbitrated",
         then=(effects.give_to_unit, effects.bind_unit), weight="main"),
)  # fmt: skip
