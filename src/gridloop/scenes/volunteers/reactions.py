"""What the scene does when something is announced, gathered from its parts."""

from collections.abc import Callable, Mapping

from gridloop.core.journal.models import Entry
from gridloop.scenes.volunteers.activities import reactions as activities
from gridloop.scenes.volunteers.pairs import reactions as pairs
from gridloop.scenes.volunteers.requests import reactions as requests

Reaction = Callable[[Entry], None]


def joined(*parts: Mapping[str, Reaction]) -> dict[str, Reaction]:
    """One function an event, which calls every part that asked for it, in this order."""
    wanted: dict[str, list[Reaction]] = {}
    for part in parts:
        for event, reaction in part.items():
            wanted.setdefault(event, []).append(reaction)
    return {event: in_turn(reactions) for event, reactions in wanted.items()}


def in_turn(reactions: list[Reaction]) -> Reaction:
    def react(entry: Entry) -> None:
        for reaction in reactions:
            reaction(entry)

    return react


REACTIONS = joined(requests.REACTIONS, activities.REACTIONS, pairs.REACTIONS)
