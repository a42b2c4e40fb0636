"""What the index does when something is announced: the grid is counted again, and a real fire is kept."""

from collections.abc import Callable

from gridloop.core.journal.models import Entry
from gridloop.core.territory import tree
from gridloop.scenes.fire.alarms.models import Episode
from gridloop.scenes.fire.index.actions import mark_grid, note_fire

# Each of them changes a fact of its grid, or what makes it red at once.
COUNTED = (
    "alarm_raised", "alarm_cleared", "alarm_inhibited", "alarm_muted", "episode_started", "fire_put_out",
    "hazard_found", "hazard_ordered", "hazard_rectified", "hazard_recovered", "hazard_closed", "fire_inspected",
    "device_claimed", "device_retired", "device_changed", "premises_retired", "premises_changed",
)  # fmt: skip
OF_ANY_KIND = (
    "case_reworked",
    "case_extended",
    "case_declined",
    "case_withdrawn",
    "case_closed",
    "case_linked",
)
OWN_KINDS = frozenset({"hazard", "fire_alarm"})


def grid_of(entry: Entry) -> int | None:
    """The grid an entry lies in, from its facts or its area."""
    if entry.facts.get("grid"):
        return int(entry.facts["grid"])
    return tree.chain(entry.area).grid if entry.area and entry.area in tree.current() else None


def count_again(entry: Entry) -> None:
    """However many entries of a moment: the grid is counted once."""
    grid = grid_of(entry)
    if grid is not None:
        mark_grid(grid)


def count_own_kinds(entry: Entry) -> None:
    """Moves every kind of case knows count only where the case is a hazard or a fire alarm."""
    if entry.facts.get("kind") in OWN_KINDS:
        count_again(entry)


def keep_verdict(entry: Entry) -> None:
    """A verdict that it burns makes a fire of the episode; any verdict changes the grid's facts."""
    episode = Episode.objects.filter(case=entry.subject).select_related("premises").first()
    if episode is not None and episode.verdict == "real":
        note_fire(f"alarm:{episode.pk}", episode.premises, at=episode.started_at, source="alarm")
    count_again(entry)


REACTIONS: dict[str, Callable[[Entry], None]] = {
    **dict.fromkeys(COUNTED, count_again),
    **dict.fromkeys(OF_ANY_KIND, count_own_kinds),
    "fire_verdict": keep_verdict,
}
