"""How a resident's report travels: from the phone to the resident's verdict, one row a move."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridloop.core.cases import effects, needs, reasons
from gridloop.core.cases.flow import CaseKind, Move, Step
from gridloop.core.cases.models import Case
from gridloop.core.cases.universal import UNIVERSAL, can_be_returned, choose
from gridloop.core.cases.who import (
    command_room,
    grid_worker,
    handler,
    judge,
    lead_unit,
    reporter,
    staff,
    system,
)

STEPS = (
    Step(
        "reported",
        pgettext_lazy("step", "Reported"),
        _("the grid worker or the command room accepts"),
        shape="open",
    ),
    Step("accepted", _("Accepted"), _("the grid worker fixes it, or the command room dispatches")),
    Step("dispatched", _("Dispatched"), _("the unit takes it"), shape="waiting"),
    Step("arbitration", _("Arbitration"), _("the command room decides who leads"), shape="waiting"),
    Step("handling", _("Being handled"), _("the unit handles it")),
    Step("outside", _("With another system"), _("the outside system answers"), shape="waiting"),
    Step("done", _("Done, to be checked"), _("somebody else checks on the spot"), shape="done"),
    Step("verified", _("Checked"), _("the reporter says whether it helped"), shape="done"),
    Step("callback", _("Callback"), _("the command room calls the reporter back"), shape="waiting"),
    Step("rectifying", _("Being rectified"), _("the unit puts it right"), shape="moving"),
    Step("rectified", _("Rectified"), _("the reporter judges once more"), shape="done"),
    Step("closed", _("Closed"), outcome="fixed", shape="ended"),
    Step("declined", _("Declined"), outcome="declined", shape="ended"),
    Step("withdrawn", _("Withdrawn"), outcome="withdrawn", shape="ended"),
)


def is_led(case: Case) -> bool:
    return case.lead_unit_id is not None


def is_own_work(case: Case) -> bool:
    return case.lead_unit_id is None


def has_returns_left(case: Case) -> bool:
    return can_be_returned(case) and case.returns < report.returns


def has_no_returns_left(case: Case) -> bool:
    return can_be_returned(case) and case.returns >= report.returns


def is_judged_by_nobody(case: Case) -> bool:
    """Found by a worker or reported without a way back: no reporter is there to judge."""
    return case.reporter_id is None and not case.tracking_digest


RETURN_NEEDS = (
    choose(_("Reason"), reasons.RETURN),
    needs.reason,
    needs.better_owner.optional(),
    needs.evidence.optional(),
)

MOVES = (
    #    from          move            to             who                         needs
    Move("reported", "accept", "accepted", grid_worker | command_room,
         (needs.category.optional(), needs.urgency.optional()), _("Accept"), "case_accepted",
         meets=("first_response",), starts=("completion",),
         then=(effects.correct_facts, effects.take_in_person), bulk=True, weight="main"),
    Move("reported", "decline", "declined", grid_worker | command_room,
         (choose(_("Reason"), reasons.DECLINE), needs.public_answer), _("Decline"), "case_declined",
         meets=("first_response",), then=(effects.answer_publicly,), bulk=True),
    Move("accepted", "fix", "done", grid_worker, (needs.photos_before.optional(), needs.photos_after, needs.public_answer,
         needs.position.optional()), _("Fixed on the spot"), "case_fixed", meets=("completion",), starts=("verification",),
         when=is_own_work, then=(effects.wait_for_assistants, effects.wait_for_parts, effects.show_photos, effects.answer_publicly), weight="main"),
    Move(("reported", "accepted"), "dispatch", "dispatched", command_room | system,
         (needs.lead_unit, needs.assistants.optional(), needs.words.optional(), needs.category.optional(), needs.urgency.optional()),
         _("Dispatch"), "case_dispatched", meets=("first_response",), starts=("arrival", "completion"),
         then=(effects.correct_facts, effects.give_to_unit, effects.call_assistants), bulk=True, weight="main"),
    Move("dispatched", "take", "handling", lead_unit, (), _("Take"), "case_taken", meets=("arrival",),
         then=(effects.take_task, effects.take_in_person), bulk=True, weight="main"),
    Move("dispatched", "return", "accepted", lead_unit, RETURN_NEEDS, _("Return"), "case_returned",
         when=has_returns_left, then=(effects.show_photos, effects.count_return), public=False),
    Move("dispatched", "return", "arbitration", lead_unit, RETURN_NEEDS, _("Return"), "case_returned",
         when=has_no_returns_left, then=(effects.show_photos, effects.count_return), public=False),
    Move("handling", "complete", "done", lead_unit,
         (needs.account, needs.public_answer, needs.photos_after.optional()), _("Complete"), "case_completed",
         meets=("completion",), starts=("verification",),
         then=(effects.wait_for_assistants, effects.wait_for_parts, effects.show_photos, effects.finish_lead_task, effects.answer_publicly),
         weight="main"),
    Move("done", "verify", "verified", (grid_worker | command_room).but(handler),
         (needs.photos_after.optional(), needs.position.optional(), needs.words.optional()), _("Verify"), "case_verified",
         meets=("verification",), then=(effects.show_photos, effects.await_review), bulk=True, weight="main"),
    Move("done", "rework", "dispatched", (grid_worker | command_room).but(handler), (needs.reason, needs.evidence.optional()),
         _("Send back for rework"), "case_reworked", meets=("verification",), when=is_led,
         then=(effects.show_photos, effects.count_rework, effects.give_to_unit)),
    Move("done", "rework", "accepted", (grid_worker | command_room).but(handler), (needs.reason, needs.evidence.optional()),
         _("Send back for rework"), "case_reworked", meets=("verification",), when=is_own_work,
         then=(effects.show_photos, effects.count_rework)),
    Move("verified", "review", "callback", judge, (needs.rating, needs.words.optional()), _("Say whether it helped"),
         "case_reviewed", given=effects.is_bad_rating, then=(effects.judge, effects.stop_awaiting_review), weight="main"),
    Move("verified", "review", "closed", judge, (needs.rating, needs.words.optional()), _("Say whether it helped"),
         "case_reviewed", then=(effects.judge, effects.stop_awaiting_review), weight="main"),
    Move("verified", "close", "closed", command_room, (needs.words.optional(),), _("Close the case"), "case_closed",
         when=is_judged_by_nobody, bulk=True, weight="main"),
    Move("verified", "review_over", "closed", system, (), _("Review time over"), "case_closed"),
    Move("callback", "call_back", "rectifying", command_room, (needs.account,), _("The reporter is right: rectify"),
         "case_called_back", then=(effects.rectify,), weight="main"),
    Move("callback", "explain", "closed", command_room, (choose(_("Outcome of the call"), {k: v for k, v in reasons.CALLBACK.items() if k != "justified"}),
         needs.account), _("Explained to the reporter"), "case_closed"),
    Move("rectifying", "rectify", "rectified", lead_unit | grid_worker, (needs.account, needs.public_answer, needs.photos_after.optional()),
         _("Rectified"), "case_rectified", meets=("rectification",),
         then=(effects.show_photos, effects.answer_publicly, effects.await_review), weight="main"),
    Move("rectified", "review", "closed", judge, (needs.rating, needs.words.optional()), _("Judge once more"),
         "case_reviewed", then=(effects.judge, effects.stop_awaiting_review), weight="main"),
    Move("rectified", "review_over", "closed", system, (), _("Review time over"), "case_closed"),
    Move("closed", "reopen", "dispatched", reporter | command_room, (choose(_("Reason"), reasons.REOPEN), needs.words, needs.evidence.optional()),
         _("Reopen"), "case_reopened", when=is_led, starts=("arrival",),
         then=(effects.show_photos, effects.count_reopening, effects.give_to_unit)),
    Move("closed", "reopen", "accepted", reporter | command_room, (choose(_("Reason"), reasons.REOPEN), needs.words, needs.evidence.optional()),
         _("Reopen"), "case_reopened", when=is_own_work, then=(effects.show_photos, effects.count_reopening)),
    Move(("closed", "declined", "withdrawn"), "note", "=", staff, (needs.words,), _("Add a note"), "case_noted", public=False, weight="quiet"),
    *UNIVERSAL,
)  # fmt: skip

report = CaseKind("report", title=_("Resident report"), steps=STEPS, moves=MOVES)
