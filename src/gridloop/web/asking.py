"""The page of a case for those who asked: the moves open to them as forms, one of them made, and whether the page is current."""

import uuid
from collections.abc import Collection, Iterable
from hashlib import blake2s

from django.http import HttpRequest
from django.utils.translation import gettext as _

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.errors import MoveNotPossible
from gridloop.core.cases.flow import Move
from gridloop.core.cases.models import Case, MoveKey
from gridloop.core.cases.queries import moves_open_to
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.web.acting import person_of
from gridloop.web.move_forms import MoveForm
from gridloop.web.refusals import show_refusal


def forms_for(
    request: HttpRequest, case: Case, *, by: Actor, among: Collection[str], bound: MoveForm | None = None
) -> list[tuple[Move, MoveForm]]:
    """The moves of those named that are open now, each with its form; `bound` is the one that came back with errors."""
    offered = [move for move in moves_open_to(case, by, person_of(request)) if move.name in among]
    return [
        (move, bound if bound is not None and bound.move.name == move.name else MoveForm(move, case))
        for move in offered
    ]


def make_posted(
    request: HttpRequest, case: Case, name: str, *, by: Actor, among: Collection[str] | None = None
) -> MoveForm | None:
    """Make one move (of those named) as its form was sent; None: it was made, else the form says why not.

    Raises MoveNotPossible when it is not open (any more).
    """
    move = next((one for one in moves_open_to(case, by, person_of(request)) if one.name == name), None)
    if move is None or (among is not None and name not in among):
        if is_known(case, request.POST.get(f"{name}-key", "")):
            return None
        raise MoveNotPossible(_("This cannot be done any more. Look at what has happened meanwhile."))
    form = MoveForm(move, case, request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data
        try:
            move_case(case, name, by=by, facts=form.facts(by), key=given.get("key"), turn=given.get("turn"))
            return None
        except Refusal as refusal:
            show_refusal(form, refusal)
    return form


def is_known(case: Case, key: str) -> bool:
    """Whether this very sending has arrived before: a phone on a bad network sends it again."""
    try:
        return MoveKey.objects.filter(case=case, key=uuid.UUID(key)).exists()
    except ValueError:
        return False


def mark_of(shown: Iterable[Case | tuple[object, ...]]) -> str:
    """What a page shows, as a short mark: another one as soon as one of its cases has moved on (or a tuple says else)."""
    states = ((one.pk, one.turn) if isinstance(one, Case) else one for one in shown)
    return blake2s(repr(list(states)).encode(), digest_size=8).hexdigest()


def is_current(request: HttpRequest, mark: str) -> bool:
    """Whether a page that asks for news (`data-ask`, `?seen=`) already shows this mark: it is answered 204 then."""
    return request.GET.get("seen") == mark
