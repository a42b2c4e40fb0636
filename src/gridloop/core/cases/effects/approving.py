"""Moves that take a second person: one asks, another approves or refuses, and until then the case stays as it is."""

from dataclasses import replace

from django.utils.translation import gettext as _

from gridloop.core.cases.errors import CaseError
from gridloop.core.cases.flow import SAME, Move
from gridloop.core.cases.models import Request
from gridloop.core.cases.moving import Moving
from gridloop.core.cases.requests import awaited_approval, decide


def asking_for(row: Move) -> Move:
    """The row that is made in place of one that takes an approval: it brings the same and changes nothing yet."""
    return replace(
        row,
        to=SAME,
        event="case_approval_asked",
        meets=(),
        starts=(),
        pauses=False,
        resumes=False,
        then=(ask_approval,),
        public=False,
    )


def ask_approval(moving: Moving) -> None:
    if (waiting := awaited_approval(moving.case)) is not None:
        title = moving.kind.named(waiting.move)[0].title
        raise CaseError(
            _("“%(move)s” waits for its approval already; it must be decided first.") % {"move": title}
        )
    Request.objects.create(
        case=moving.case,
        move=moving.move.name,
        facts=moving.facts,
        asked_by_id=moving.by.person,
        asked_at=moving.now,
    )


def approve(moving: Moving) -> None:
    """The move that was asked for follows at once (`actions.move_case`)."""
    moving.approved = _decide(moving, granted=True)


def refuse_approval(moving: Moving) -> None:
    _decide(moving, granted=False)


def _decide(moving: Moving, *, granted: bool) -> Request:
    waiting = awaited_approval(moving.case)
    if waiting is None:
        raise CaseError(_("Nothing waits for an approval here any more."))
    words = moving.facts.get("words") or moving.facts.get("reason", "")
    decide(waiting, granted=granted, by=moving.by, at=moving.now, words=words)
    moving.told |= {"asked_move": waiting.move, "asked_by": waiting.asked_by_id}
    return waiting
