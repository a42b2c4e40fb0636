"""How a request for help travels: asked, accepted, somebody found, somebody there, both sides content."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridloop.core.cases import effects, needs, reasons
from gridloop.core.cases.flow import CaseKind, Move, Need, Step
from gridloop.core.cases.models import Case
from gridloop.core.cases.universal import UNIVERSAL, choose
from gridloop.core.cases.who import reporter, staff, system
from gridloop.scenes.volunteers.requests import effects as own
from gridloop.scenes.volunteers.requests.models import LIVE, Assignment
from gridloop.scenes.volunteers.requests.models import Need as HelpNeed
from gridloop.scenes.volunteers.requests.reasons import CANNOT, DECLINE, HAND_BACK, UNMET
from gridloop.scenes.volunteers.requests.who import asked_volunteer, coming_volunteer, community

STEPS = (
    Step("asked", _("Help asked for"), _("the community accepts"), shape="open"),
    Step("seeking", _("Looking for a volunteer"), _("volunteers say whether they can come"), shape="waiting"),
    Step("assigned", _("Volunteer found"), _("the volunteer comes")),
    Step("underway", _("Help under way"), _("the volunteer helps")),
    Step("done", _("Help given"), _("whoever asked says how it was"), shape="done"),
    Step("callback", _("Callback"), _("the community calls back"), shape="waiting"),
    Step("rectifying", _("Being put right"), _("the community puts it right")),
    Step("rectified", _("Put right"), _("whoever asked judges once more"), shape="done"),
    Step("closed", pgettext_lazy("request", "Closed"), outcome="fixed", shape="ended"),
    Step("declined", _("Declined"), outcome="declined", shape="ended"),
    Step("withdrawn", _("Withdrawn"), outcome="withdrawn", shape="ended"),
)


def takes_last_place(case: Case) -> bool:
    return HelpNeed.objects.filter(case=case, taken__gte=F("people") - 1).exists()


def has_somebody(case: Case) -> bool:
    return HelpNeed.objects.filter(case=case, taken__gt=0).exists()


def is_last_at_work(case: Case) -> bool:
    return Assignment.objects.filter(case=case, state__in=LIVE).count() <= 1


def others_stay(case: Case) -> bool:
    return not is_last_at_work(case)


volunteer_numbers = Need("volunteers", "text", _("Numbers of the volunteers"), hint=_("Separated by blanks."))
one_volunteer = Need("volunteer", "text", _("Number of the volunteer"), longest=24)
PROOF = (
    Need("code", "text", _("Rotating code"), required=False, longest=12),
    Need("position", "position", _("Position on site"), required=False),
    Need("device_at", "text", _("Time of the phone"), required=False, longest=40),
)
TAKEN_FROM_UNIVERSAL = (
    "add",
    "remind",
    "supervise",
    "acknowledge",
    "note",
    "correct",
    "ask",
    "answer",
    "question_over",
)

MOVES = (
    #    from     move       to         who                   needs
    Move("asked", "accept", "seeking", community | system, (needs.words.optional(), needs.urgency.optional()),
         _("Accept and look for a volunteer"), "case_accepted", meets=("first_response",), starts=("arrival", "completion"),
         then=(effects.correct_facts,), bulk=True, weight="main"),
    Move("asked", "decline", "declined", community, (choose(_("Reason"), DECLINE), needs.public_answer), _("Decline"),
         "case_declined", meets=("first_response",), then=(effects.answer_publicly,)),
    Move("seeking", "offer", "=", community | system, (volunteer_numbers,), _("Ask volunteers"), "help_offered",
         then=(own.send_offers,), public=False, while_suspended=True, weight="main"),
    Move("seeking", "say_yes", "assigned", asked_volunteer, (), _("I will come"), "offer_accepted", meets=("arrival",),
         when=takes_last_place, then=(own.take_place, own.withdraw_offers), while_suspended=True, weight="main"),
    Move("seeking", "say_yes", "=", asked_volunteer, (), _("I will come"), "offer_accepted", then=(own.take_place,),
         while_suspended=True, weight="main"),
    Move("seeking", "say_no", "=", asked_volunteer, (choose(_("Reason"), CANNOT), needs.words.optional()), _("I cannot come"),
         "offer_declined", then=(own.refuse_place,), public=False, while_suspended=True),
    Move("seeking", "lapse", "=", system, (Need("offer", "text", _("Offer"), longest=20),), _("Offer not answered"),
         "offer_expired", then=(own.lapse_offer,), public=False, while_suspended=True),
    Move("seeking", "call_off", "=", system | community, (one_volunteer,), _("Take an offer back"), "offer_withdrawn",
         then=(own.call_off_offer,), public=False, while_suspended=True, weight="quiet"),
    Move("seeking", "enough", "assigned", community, (needs.words.optional(),), _("Enough people"), "help_places_closed",
         meets=("arrival",), when=has_somebody, then=(own.close_places, own.withdraw_offers)),
    Move("underway", "hand_back", "=", coming_volunteer, (choose(_("Reason"), HAND_BACK), needs.words.optional()),
         _("Hand the task back"), "help_handed_back", when=others_stay, then=(own.hand_back, own.close_places),
         while_suspended=True),
    Move(("seeking", "assigned", "underway"), "hand_back", "seeking", coming_volunteer,
         (choose(_("Reason"), HAND_BACK), needs.words.optional()), _("Hand the task back"), "help_handed_back",
         then=(own.hand_back,), while_suspended=True),
    Move("underway", "release", "=", community | system, (one_volunteer, needs.words.optional()),
         _("Take the task off a volunteer"), "help_handed_back", when=others_stay, then=(own.release, own.close_places),
         while_suspended=True, weight="quiet"),
    Move(("seeking", "assigned", "underway"), "release", "seeking", community | system, (one_volunteer, needs.words.optional()),
         _("Take the task off a volunteer"), "help_handed_back", when=has_somebody, then=(own.release,), while_suspended=True,
         weight="quiet"),
    Move(("seeking", "assigned", "underway"), "arrive", "underway", coming_volunteer, PROOF, _("I am there"), "helper_arrived",
         meets=("arrival",), then=(own.arrive, own.close_places, own.withdraw_offers), while_suspended=True, weight="main"),
    Move("underway", "complete", "done", coming_volunteer, (*PROOF, needs.words.optional()), _("The task is done"), "help_given",
         meets=("completion",), when=is_last_at_work, then=(own.complete, own.finish, effects.await_review), while_suspended=True,
         weight="main"),
    Move("underway", "complete", "=", coming_volunteer, (*PROOF, needs.words.optional()), _("The task is done"), "help_given",
         then=(own.complete,), while_suspended=True, weight="main"),
    Move(("assigned", "underway"), "vouch", "done", community, (needs.account,), _("Help was given, confirmed by a call"),
         "help_given", meets=("arrival", "completion"), when=has_somebody, then=(own.vouch, own.finish, effects.await_review),
         while_suspended=True),
    Move("done", "review", "callback", reporter, (needs.rating, needs.words.optional()), _("Say how it was"), "case_reviewed",
         given=effects.is_bad_rating, then=(effects.judge, own.rate_volunteers, effects.stop_awaiting_review), weight="main"),
    Move("done", "review", "closed", reporter, (needs.rating, needs.words.optional()), _("Say how it was"), "case_reviewed",
         then=(effects.judge, own.rate_volunteers, effects.stop_awaiting_review), weight="main"),
    Move("done", "review_over", "closed", system, (), _("Review time over"), "case_closed"),
    Move("callback", "call_back", "rectifying", community, (needs.account,), _("They are right: put it right"),
         "case_called_back", then=(effects.rectify,), weight="main"),
    Move("callback", "explain", "closed", community,
         (choose(_("Outcome of the call"), {k: v for k, v in reasons.CALLBACK.items() if k != "justified"}), needs.account),
         _("Explained to whoever asked"), "case_closed"),
    Move("rectifying", "rectify", "rectified", community | coming_volunteer, (needs.account, needs.public_answer),
         _("Put right"), "case_rectified", meets=("rectification",), then=(effects.answer_publicly, effects.await_review),
         weight="main"),
    Move("rectifying", "seek_again", "seeking", community, (needs.words.optional(),), _("Look for somebody else"),
         "help_sought_again", starts=("arrival",), then=(own.open_places,)),
    Move("rectified", "review", "closed", reporter, (needs.rating, needs.words.optional()), _("Judge once more"),
         "case_reviewed", then=(effects.judge, effects.stop_awaiting_review), weight="main"),
    Move("rectified", "review_over", "closed", system, (), _("Review time over"), "case_closed"),
    Move(("asked", "seeking", "assigned"), "withdraw", "withdrawn", reporter, (choose(_("Reason"), reasons.WITHDRAW),),
         _("Help is no longer needed"), "case_withdrawn", then=(own.end_everything,), while_suspended=True),
    Move(("seeking", "assigned", "underway"), "close_unresolved", "closed", community,
         (choose(_("Why no help came"), UNMET), needs.public_answer), _("Close without help"), "case_closed",
         then=(effects.answer_publicly, own.end_everything), while_suspended=True),
    Move(("closed", "declined", "withdrawn"), "note", "=", staff, (needs.words,), _("Add a note"), "case_noted", public=False,
         weight="quiet"),
    *[move for move in UNIVERSAL if move.name in TAKEN_FROM_UNIVERSAL],
)  # fmt: skip

request = CaseKind(
    "request",
    title=_("Request for help"),
    own_door=True,
    steps=STEPS,
    moves=MOVES,
    first="asked",
    page="/help/{number}/",
    default_limits={
        "first_response": (2, "working_hours"),
        "arrival": (1, "working_days"),
        "completion": (10, "working_days"),
        "rectification": (5, "working_days"),
    },
)
