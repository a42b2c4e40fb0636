"""The one place where a case changes state: `move_case`, alone or in bulk."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.cases import deadlines, kinds
from gridloop.core.cases.effects.approving import asking_for
from gridloop.core.cases.ending import end_case
from gridloop.core.cases.errors import CaseError, MoveNotAllowed, MoveNotPossible, overtaken
from gridloop.core.cases.facts import WORDS_OF_PEOPLE, told_facts, told_needs
from gridloop.core.cases.flow import SAME, CaseKind, Move
from gridloop.core.cases.models import Case, MoveKey, Request
from gridloop.core.cases.moving import Moving
from gridloop.core.cases.needs import clean_needs
from gridloop.core.cases.opening import open_case
from gridloop.core.cases.standing import Standing
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.journal.queries import entries_of

__all__ = ["MoveResult", "move_case", "move_cases", "open_case"]


@dataclass(frozen=True, slots=True)
class MoveResult:
    """What became of one case in a bulk move."""

    case: Case
    refusal: Refusal | None = None


def move_case(
    case: Case,
    move: str,
    *,
    by: Actor,
    facts: Mapping[str, Any] | None = None,
    key: uuid.UUID | None = None,
    turn: int | None = None,
    told: Mapping[str, Any] | None = None,
) -> Case:
    """Make one move of the case's flow.

    `key` is the sender's id of the move: sent twice, made once. `turn` is the turn the sender saw: if the case has
    moved on since, the sender is told instead of overruling somebody. `told` is what the journal keeps beside the
    needs (when a phone made the move). A move that takes an approval is asked for and made once another person has
    approved it. Raises MoveNotPossible, MoveNotAllowed,
    NeedNotMet, or the CaseError of an effect; then nothing has changed.
    """
    try:
        with transaction.atomic():
            return _make_move(case, move, by, dict(facts or {}), key, turn, dict(told or {}))
    except MoveNotPossible:
        # The same sending may have arrived twice at once: then the other one has made this move.
        if _is_made(key, case):
            return Case.objects.get(pk=case.pk)
        raise


def _make_move(
    case: Case,
    move: str,
    by: Actor,
    facts: dict[str, Any],
    key: uuid.UUID | None,
    turn: int | None,
    told: dict[str, Any],
    *,
    approved: bool = False,
) -> Case:
    if _is_made(key, case):
        return Case.objects.get(pk=case.pk)
    case = Case.objects.select_related("category").get(pk=case.pk)
    if turn is not None and case.turn != turn:
        raise overtaken()
    kind = kinds.kind(case.kind)
    row = row_for(kind, case, move, facts)
    standing = Standing.of(case, by)
    if not row.who.holds(standing):
        raise MoveNotAllowed(
            _("Only this role can do “%(move)s” here: %(who)s.")
            % {"move": row.title or move, "who": row.who.title}
        )
    cleaned = clean_needs(case, row.needs, facts)
    if row.approval is not None and not approved and not standing.is_system:
        row = asking_for(row)

    now = timezone.now()
    moving = Moving(case, kind, row, by, cleaned, now, standing, told)
    before = case.step
    _claim(case)
    _change(moving)

    entry = record(
        row.event or f"case_{move}",
        by=by,
        subject_kind="case",
        subject=case.pk,
        area=case.area_id,
        before=before,
        after=case.step,
        words="\n".join(str(cleaned[name]) for name in WORDS_OF_PEOPLE if name in cleaned),
        facts={
            **told_facts(case),
            **told_needs(cleaned),
            **moving.told,
            "move": move,
        },
    )
    if key is not None:
        MoveKey.objects.create(key=key, case=case, entry=entry.pk)
    if moving.approved is not None:
        return _make_approved(case, moving.approved, by)

    return case


def _make_approved(case: Case, request: Request, by: Actor) -> Case:
    """The move a second person has just approved, as if whoever asked for it made it now."""
    asked = entries_of("case", case.pk).filter(event="case_approval_asked").latest("id")
    asker = Actor(asked.actor_kind, asked.person, asked.post, asked.actor_name)  # type: ignore[arg-type]
    told = {"approved_by": by.person}
    return _make_move(case, request.move, asker, request.facts, None, None, told, approved=True)


def _is_made(key: uuid.UUID | None, case: Case) -> bool:
    """Whether the move sent under this key has been made; one key stands for one move of one case."""
    made = MoveKey.objects.filter(key=key).first() if key is not None else None
    if made is not None and made.case_id != case.pk:
        raise CaseError(
            _("This key was used for another case already. Send each move with a key of its own.")
        )
    return made is not None


def row_for(kind: CaseKind, case: Case, name: str, facts: Mapping[str, Any]) -> Move:
    """The row of the flow that applies now; says in words why none does."""
    if case.emptied_at is not None:
        raise MoveNotPossible(
            _(
                "It was closed so long ago that what was written in it has been erased. Nothing can be added any more."
            ),
            code="forgotten",
        )
    for move in kind.named(name):
        if not move.leads_from(case.step, open=case.open) or (move.when and not move.when(case)):
            continue
        if move.given and not move.given(facts):
            continue
        if case.suspended_at is not None and not move.while_suspended:
            raise MoveNotPossible(
                _("The case is waiting (suspended, or for the reporter's answer). Resume it first."),
                code="suspended",
            )
        return move
    raise MoveNotPossible(
        _("This cannot be done now: the case is at “%(step)s”. Perhaps somebody else was faster.")
        % {"step": kind.step(case.step).title}
    )


def _claim(case: Case) -> None:
    """Of two people moving at once one wins: the turn is taken by a conditional update, which also locks the row."""
    if Case.objects.filter(pk=case.pk, turn=case.turn, step=case.step).update(turn=case.turn + 1) != 1:
        raise overtaken()
    case.turn += 1


def _change(moving: Moving) -> None:
    case, row, now = moving.case, moving.move, moving.now
    if row.to != SAME:
        case.step = row.to
    for effect in row.then:
        effect(moving)
    step = moving.kind.step(case.step)
    deadlines.meet_deadlines(case, row.meets, now)
    if row.pauses:
        deadlines.pause_deadlines(case, now)
    if row.resumes and not (row.to == SAME and moving.kind.stands_still(case.step)):
        deadlines.resume_deadlines(case, now)
    if step.shape == "ended":
        end_case(case, _outcome(moving, step.outcome), now)
    deadlines.start_deadlines(case, row.starts, now)
    deadlines.settle_due(case)
    case.save()


def _outcome(moving: Moving, default: str) -> str:
    """Closed is not fixed: how the case ended is kept apart from that it ended."""
    if moving.move.name == "close_unresolved":
        return "unresolved"
    if moving.move.name == "link_duplicate":
        return "duplicate"
    return moving.case.outcome or default


def move_cases(
    cases: Iterable[Case], move: str, *, by: Actor, facts: Mapping[str, Any] | None = None
) -> list[MoveResult]:
    """The same move for many cases, each one guarded and journalled for itself; refusals are told, not raised."""
    results = []
    for case in cases:
        try:
            results.append(MoveResult(move_case(case, move, by=by, facts=facts)))
        except Refusal as refusal:
            results.append(MoveResult(case, refusal))
    return results
