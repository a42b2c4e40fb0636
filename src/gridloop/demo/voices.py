"""Several people with one matter: a case folded into another, and residents who join one."""

from collections.abc import Callable
from datetime import datetime

from gridloop.core.cases.models import Party
from gridloop.demo.cast import actor
from gridloop.demo.playing import Played


def fold_voice(played: Played, person: int | None) -> Callable[[datetime], None]:
    """The other side of `link_duplicate`: the case that stays takes the voice over."""

    def take(at: datetime) -> None:
        known = {party.person_id for party in played.parties}
        arriving = [person] if person and person not in known else []
        played.parties += [Party(case=played.case, person_id=each, role="joined", at=at) for each in arriving]
        played.case.voices += max(len(arriving), 1)
        played.case.turn += 1

    return take


def join_in(played: Played, person: int) -> Callable[[datetime], None]:
    """One more resident says "me too", unless the case has meanwhile been closed."""

    def join(at: datetime) -> None:
        if played.case.open and person not in {party.person_id for party in played.parties}:
            played.move("join", at, actor(person))

    return join
