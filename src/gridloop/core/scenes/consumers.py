"""Feeding scenes with what happened: each scene's REACTIONS, event -> function, read from the journal."""

from collections.abc import Callable, Sequence
from functools import cache

from gridloop.core.journal.consumers import consumer
from gridloop.core.journal.models import Entry
from gridloop.core.scenes import registry

Reaction = Callable[[Entry], None]


@cache
def reactions_to(event: str) -> list[Reaction]:
    """What scenes do when this is announced; asked for every entry of the journal."""
    found = []
    for scene in registry.scenes():
        module = registry.module_of(scene.name, "reactions")
        reaction = getattr(module, "REACTIONS", {}).get(event)
        if reaction is not None:
            found.append(reaction)
    return found


@consumer("scenes", waited_for=True)
def feed_scenes(entries: Sequence[Entry]) -> None:
    """Let every scene react to every entry it asked for; at least once, so reactions are idempotent."""
    for entry in entries:
        for reaction in reactions_to(entry.event):
            reaction(entry)
