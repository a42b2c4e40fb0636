"""How a firm's matter travels: asked, dispatched to a specialist, answered, called back, judged; hard ones by the round table."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from gridloop.core.cases import effects as core
from gridloop.core.cases import needs, reasons
from gridloop.core.cases.flow import CaseKind, Listed, Move, Need, Step, Who
from gridloop.core.cases.models import Case
from gridloop.core.cases.standing import Standing
from gridloop.core.cases.universal import UNIVERSAL, can_be_returned, choose, days
from gridloop.core.cases.who import (
    assisting_unit,
    command_room,
    county_room,
    handler,
    helper,
    holder,
    lead_unit,
    reporter,
    staff,
    supervisor,
    system,
)
from gridloop.scenes.enterprises import effects
from gridloop.scenes.enterprises.matters.models import Matter
from gridloop.scenes.enterprises.matters.queries import CONTACT, EDITION
from gridloop.scenes.enterprises.specialists.queries import specialist_names

STEPS = (
    Step("asked", _("Asked by the firm"), _("the platform finds the specialist"), shape="open"),
    Step("dispatched", _("Dispatched"), _("the specialist takes it"), shape="waiting"),
    Step("arbitration", _("Arbitration"), _("the platform decides who leads"), shape="waiting"),
    Step("handling", _("Being handled"), _("the specialist answers")),
    Step("on_table", _("At the round table"), _("the county round table decides"), shape="waiting"),
    Step("answered", _("Answered"), _("the platform calls the firm"), shape="done"),
    Step("called", _("Called back"), _("the firm says whether it helped"), shape="done"),
    Step("displeased", _("Not satisfied"), _("the platform looks into it with the firm"), shape="waiting"),
    Step("rectifying", _("Being rectified"), _("the specialist puts it right")),
    Step("rectified", _("Rectified"), _("the firm judges once more"), shape="done"),
    Step("closed", _("Closed"), outcome="fixed", shape="ended"),
    Step("declined", _("Declined"), outcome="declined", shape="ended"),
    Step("withdrawn", _("Withdrawn"), outcome="withdrawn", shape="ended"),
)
TABLE_REASONS = {
    "departments": _("Several departments must act together"),
    "policy": _("No policy covers it"),
    "land": _("Land, plan or quota is missing"),
    "money": _("Money is missing"),
    "powers": _("Beyond the powers of the county's departments"),
}
DECLINE_REASONS = {
    "not_a_firm": _("Not a matter of a firm"),
    "in_court": _("Before a court or in arbitration"),
    "already_decided": _("Already decided; the answer is attached"),
    "unclear": _("Cannot be understood, and the firm could not be asked"),
}
REACHED = {"reached": _("The firm was reached"), "unreachable": _("Nobody could be reached")}


def speaks_for_the_firm(standing: Standing) -> bool:
    """Whoever asked, and everybody who holds the firm's contact post."""
    if standing.is_reporter():
        return True
    firms = [hat.organisation for hat in standing.hats if hat.role == CONTACT and hat.organisation]
    return bool(firms) and Matter.objects.filter(case=standing.case.pk, firm__in=firms).exists()


def stands_in(standing: Standing) -> bool:
    """Holds the specialist's post while the specialist is on leave."""
    worker = standing.case.worker_id
    return worker is not None and any(
        hat.on_behalf_of == worker and hat.role == "specialist" for hat in standing.hats
    )


firm = Who("firm", _("The firm"), speaks_for_the_firm)
stand_in = Who("stand_in", _("Whoever stands in"), stands_in)
specialist = Who(
    "specialist", _("The specialist, or the unit that leads"), (holder | stand_in | lead_unit).holds
)
assistant = Who("assistant", _("Assisting unit"), (assisting_unit | helper).holds)
everybody = Who("staff", _("Staff"), (staff | specialist | helper).holds)

named = Need(
    "specialist", "person", _("Specialist (empty: as the rule says)"), choices=Listed(specialist_names)
)


def has_returns_left(case: Case) -> bool:
    return can_be_returned(case) and case.returns < matter.returns


def has_no_returns_left(case: Case) -> bool:
    return can_be_returned(case) and case.returns >= matter.returns


def is_led(case: Case) -> bool:
    return case.lead_unit_id is not None


def has_good_rating(facts: Mapping[str, Any]) -> bool:
    return bool(facts.get("rating")) and not core.is_bad_rating(facts)


RETURN_NEEDS = (
    choose(_("Reason"), reasons.RETURN),
    needs.reason,
    needs.better_owner.optional(),
    needs.evidence.optional(),
)
CALL_NEEDS = (
    Need("reached", "choice", _("Was the firm reached?"), choices=REACHED),
    needs.account,
    replace(needs.rating, title=_("What the firm said, if it judged"), required=False),
)
GIVEN = (effects.choose_specialist, core.give_to_unit, effects.put_in_hand)

MOVES = (
    #    from       move         to            who            needs
    Move("asked", "dispatch", "dispatched", command_room | system,
         (named.optional(), needs.lead_unit.optional(), needs.assistants.optional(), needs.words.optional(),
          needs.category.optional(), needs.urgency.optional()),
         _("Dispatch"), "case_dispatched", meets=("first_response",), starts=("arrival", "completion"),
         then=(core.correct_facts, *GIVEN, core.call_assistants, effects.call_helpers), bulk=True, weight="main"),
    Move("asked", "decline", "declined", command_room, (choose(_("Reason"), DECLINE_REASONS), needs.public_answer),
         _("Decline the matter"), "case_declined", meets=("first_response",), then=(core.answer_publicly,)),
    Move("dispatched", "take", "handling", specialist, (), _("Take it on"), "case_taken", meets=("arrival",),
         then=(core.take_task, core.take_in_person), bulk=True, weight="main"),
    Move("dispatched", "return", "asked", specialist, RETURN_NEEDS, _("Return"), "case_returned", when=has_returns_left,
         then=(core.show_photos, core.count_return, effects.let_go), public=False),
    Move("dispatched", "return", "arbitration", specialist, RETURN_NEEDS, _("Return"), "case_returned",
         when=has_no_returns_left, then=(core.show_photos, core.count_return, effects.let_go), public=False),
    Move("arbitration", "arbitrate", "dispatched", command_room, (needs.lead_unit, named.optional(), needs.reason),
         _("Decide who leads (binding)"), "case_arbitrated", then=(*GIVEN, core.bind_unit), weight="main"),
    Move(("dispatched", "handling"), "reassign", "dispatched", command_room,
         (named.optional(), needs.lead_unit.optional(), needs.reason), _("Give to another specialist"), "case_reassigned",
         then=GIVEN, bulk=True),
    Move("handling", "complete", "answered", specialist, (needs.account, needs.public_answer, needs.evidence.optional()),
         _("Complete"), "case_completed", meets=("completion",), starts=("verification",),
         then=(core.wait_for_assistants, core.show_photos, core.finish_lead_task, core.answer_publicly), weight="main"),
    Move("answered", "call_firm", "displeased", command_room.but(handler), CALL_NEEDS, _("Call the firm"), "case_reviewed",
         meets=("verification",), given=core.is_bad_rating, then=(effects.judge_or_wait,), public=False, weight="main"),
    Move("answered", "call_firm", "closed", command_room.but(handler), CALL_NEEDS, _("Call the firm"), "case_reviewed",
         meets=("verification",), given=has_good_rating, then=(effects.judge_or_wait,), public=False, weight="main"),
    Move("answered", "call_firm", "called", command_room.but(handler), CALL_NEEDS, _("Call the firm"), "case_verified",
         meets=("verification",), then=(effects.judge_or_wait,), public=False, weight="main"),
    Move(("answered", "called"), "review", "displeased", firm, (needs.rating, needs.words.optional()),
         _("Say whether it helped"), "case_reviewed", given=core.is_bad_rating, then=(core.judge, core.stop_awaiting_review),
         weight="main"),
    Move(("answered", "called"), "review", "closed", firm, (needs.rating, needs.words.optional()),
         _("Say whether it helped"), "case_reviewed", then=(core.judge, core.stop_awaiting_review), weight="main"),
    Move("called", "review_over", "closed", system, (), _("Review time over"), "case_closed"),
    Move("displeased", "call_back", "rectifying", command_room, (needs.account,), _("The firm is right: rectify"),
         "case_called_back", then=(core.rectify,), weight="main"),
    Move("displeased", "explain", "closed", command_room,
         (choose(_("Outcome of the call"), {key: words for key, words in reasons.CALLBACK.items() if key != "justified"}),
          needs.account), _("Explained to the firm"), "case_closed"),
    Move("rectifying", "rectify", "rectified", specialist, (needs.account, needs.public_answer, needs.evidence.optional()),
         _("Rectified"), "case_rectified", meets=("rectification",),
         then=(core.show_photos, core.answer_publicly, core.await_review), weight="main"),
    Move("rectified", "review", "closed", firm, (needs.rating, needs.words.optional()), _("Judge once more"),
         "case_reviewed", then=(core.judge, core.stop_awaiting_review), weight="main"),
    Move("rectified", "review_over", "closed", system, (), _("Review time over"), "case_closed"),
    Move(("dispatched", "handling", "arbitration"), "raise", "on_table", specialist | command_room,
         (choose(_("Why it needs the round table"), TABLE_REASONS), needs.words), _("Send up to the round table"),
         "case_raised_to_table", pauses=True, then=(effects.raise_to_table,)),
    Move("on_table", "decide", "dispatched", county_room,
         (needs.lead_unit, named.optional(), replace(days, title=_("Working days to solve it")),
          replace(needs.reason, title=_("The decision"))), _("Decide at the round table"), "case_decided_at_table", resumes=True,
         starts=("arrival",), then=(*GIVEN, core.bind_unit, effects.decide_at_table), weight="main"),
    Move(("asked", "dispatched", "handling", "on_table"), "close_unresolved", "closed", command_room,
         (choose(_("Why it stays unresolved"), reasons.UNRESOLVED), needs.public_answer), _("Close unresolved"),
         "case_closed", then=(core.answer_publicly, effects.leave_table), approval=command_room | supervisor),
    Move("closed", "reopen", "dispatched", firm | command_room, (choose(_("Reason"), reasons.REOPEN), needs.words),
         _("Reopen"), "case_reopened", when=is_led, starts=("arrival",),
         then=(core.count_reopening, core.give_to_unit, effects.back_in_hand)),
    Move(("dispatched", "handling", "rectifying"), "hand_over", "=", specialist | command_room,
         (replace(named, title=_("Specialist")), needs.reason), _("Hand over to a colleague"), "case_handed_over",
         then=(effects.put_in_hand,), public=False),
    Move(("closed", "declined", "withdrawn"), "note", "=", everybody, (needs.words,), _("Add a note"), "case_noted",
         public=False, weight="quiet"),
)  # fmt: skip

# What every kind can do, here with the firm as the one who asked and the specialist as the one who answers.
WHO = {
    "add": firm | reporter,
    "remind": firm | command_room | supervisor,
    "note": everybody,
    "ask": specialist | command_room,
    "answer": firm,
    "resume": specialist | command_room | system,
    "extend": specialist,
    "co_dispatch": command_room | specialist,
    "assist": assistant,
    "withdraw": firm | reporter,
    "correct": command_room,
}
STARTS: dict[str, str | tuple[str, ...]] = {
    "co_dispatch": ("dispatched", "handling"),
    "release": ("dispatched", "handling"),
    "assist": ("dispatched", "handling"),
    "withdraw": ("asked", "dispatched", "handling"),
}
SHARED = ("add", "remind", "supervise", "acknowledge", "note", "correct", "ask", "answer", "question_over", "suspend", "resume", "extend",
          "grant_extension", "refuse_extension", "approve", "refuse_approval", "co_dispatch", "release", "assist", "link_duplicate", "withdraw")  # fmt: skip


def as_here(move: Move) -> Move:
    changed = replace(move, who=WHO.get(move.name, move.who), start=STARTS.get(move.name, move.start))
    return (
        replace(changed, then=(*move.then, effects.call_helpers)) if move.name == "co_dispatch" else changed
    )


matter = CaseKind(
    "matter",
    title=_("Enterprise matter"),
    own_door=True,
    steps=STEPS,
    moves=(*MOVES, *(as_here(move) for move in UNIVERSAL if move.name in SHARED)),
    first="asked",
    edition=EDITION,
    page="/firms/c/{number}/",
    default_limits={
        "first_response": (2, "working_hours"),
        "arrival": (1, "working_days"),
        "completion": (7, "working_days"),
        "verification": (2, "working_days"),
        "rectification": (10, "working_days"),
    },
)
