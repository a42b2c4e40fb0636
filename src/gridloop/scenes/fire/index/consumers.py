"""What the index does with what the journal says: grids are counted again, and a real fire is kept."""

from collections.abc import Sequence

from gridloop.core.journal.consumers import consumer
from gridloop.core.journal.models import Entry
from gridloop.core.territory import tree
from gridloop.scenes.fire.alarms.models import Episode
from gridloop.scenes.fire.index.actions import mark_grids, note_fire

# Each of them changes a fact of its grid, or what makes it red at once.
COUNTED = frozenset(
    {
        "alarm_raised", "alarm_cleared", "alarm_inhibited", "alarm_muted", "episode_started", "fire_put_out",
        "hazard_found", "hazard_ordered", "hazard_rectified", "hazard_recovered", "hazard_closed", "fire_inspected",
        "device_claimed", "device_retired", "device_changed", "premises_retired", "premises_changed", "fire_verdict",
    }
)  # fmt: skip
# Moves every kind of case knows count only where the case is a hazard or a fire alarm.
OF_ANY_KIND = frozenset(
    {"case_reworked", "case_extended", "case_declined", "case_withdrawn", "case_closed", "case_linked"}
)
OWN_KINDS = frozenset({"hazard", "fire_alarm"})


@consumer("fire_index", events=COUNTED | OF_ANY_KIND, waited_for=True)
def count_again(entries: Sequence[Entry]) -> None:
    """However many entries of a moment: each grid is counted once."""
    for entry in entries:
        if entry.event == "fire_verdict":
            keep_fire(entry)
    grids = {
        grid_of(entry) for entry in entries if entry.event in COUNTED or entry.facts.get("kind") in OWN_KINDS
    }
    mark_grids(grid for grid in grids if grid is not None)


def grid_of(entry: Entry) -> int | None:
    """The grid an entry lies in, from its facts or its area."""
    if entry.facts.get("grid"):
        return int(entry.facts["grid"])
    return tree.chain(entry.area).grid if entry.area and entry.area in tree.current() else None


def keep_fire(entry: Entry) -> None:
    """A verdict that it burns makes a fire of the episode."""
    episode = Episode.objects.filter(case=entry.subject).select_related("premises").first()
    if episode is not None and episode.verdict == "real":
        note_fire(f"alarm:{episode.pk}", episode.premises, at=episode.started_at, source="alarm")
