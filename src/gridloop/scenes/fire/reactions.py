"""What the scene does when something is announced, gathered from its parts: every part hears every event it names."""

from collections.abc import Callable, Mapping

from gridloop.core.journal.models import Entry
from gridloop.scenes.fire.index import reactions as index

Reaction = Callable[[Entry], None]


def joined(*parts: Mapping[str, Reaction]) -> dict[str, Reaction]:
    """One function for each event, calling those of all parts in order."""
    found: dict[str, list[Reaction]] = {}
    for part in parts:
        for event, reaction in part.items():
            found.setdefault(event, []).append(reaction)
    return {
        event: reactions[0] if len(reactions) == 1 else calling(reactions)
        for event, reactions in found.items()
    }


def calling(reactions: list[Reaction]) -> Reaction:
    def react(entry: Entry) -> None:
        for reaction in reactions:
            reaction(entry)

    return react


REACTIONS = joined(index.REACTIONS)
