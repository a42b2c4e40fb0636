"""What pairs do when a volunteer leaves: each of their pairs is followed up, so that nobody waits at the door in vain."""

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import TooLate
from gridloop.core.journal.models import Entry
from gridloop.scenes.volunteers.pairs import queries
from gridloop.scenes.volunteers.pairs.actions import end_companion
from gridloop.scenes.volunteers.pairs.models import Companion


def follow_who_left(entry: Entry) -> None:
    """The backup steps up, the clerk is told, another backup is proposed."""
    theirs = Companion.objects.filter(
        volunteer=entry.subject or 0, state__in=["proposed", *queries.LIVE], pairing__ended_at=None
    ).select_related("pairing__vulnerable", "volunteer__person")
    for companion in theirs:
        try:
            end_companion(companion, reason="volunteer_left", by=SYSTEM)
        except TooLate:
            continue  # ended meanwhile


REACTIONS = {"volunteer_left": follow_who_left}
