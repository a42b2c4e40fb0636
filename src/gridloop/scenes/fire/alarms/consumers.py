"""What happens after signals were stored: people are told first, then cases are opened, then readings become hazards."""

from collections.abc import Sequence

from gridloop.core.journal.consumers import consumer
from gridloop.core.journal.models import Entry
from gridloop.scenes.fire.alarms.kinds import Grade
from gridloop.scenes.fire.alarms.opening import open_episode
from gridloop.scenes.fire.alarms.telling import EVENTS, tell_of_alarms

AT_ONCE = 10  # cases opened while the journal is read; more at once are a storm


@consumer("fire_telling", events=EVENTS, waited_for=True)
def tell(entries: Sequence[Entry]) -> None:
    """Nobody waits for a case to be opened before they hear that it burns."""
    tell_of_alarms(entries)


@consumer("fire_opening", events=("episode_started",), waited_for=True)
def open_cases(entries: Sequence[Entry]) -> None:
    """A fire episode is a case at once. In a storm nobody waits behind cases: `open_waiting` opens them one by one.

    Faults wait until they have lasted (see `settle_faults`).
    """
    episodes = [entry.subject or 0 for entry in entries if entry.after == Grade.FIRE]
    if len(episodes) <= AT_ONCE:
        for episode in episodes:
            open_episode(episode)
