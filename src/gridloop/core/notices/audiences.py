"""Who hears what: one row for each event of a case. This table is meant to be read by people from the town hall.

Each entry says who hears, as what (whose words they get), and, where it differs, under which name the words are kept.
`inside` entries appear on people's pages only and send nothing outside: steps that matter little to them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hears:
    """One group that hears of an event. `who` is a finder in `hearers.py`, `audience` names the words."""

    who: str
    audience: str
    words: str = ""
    inside: bool = False


reporters = Hears("reporters", "reporter")
reporters_inside = Hears("reporters", "reporter", inside=True)
grid_workers = Hears("grid_workers", "worker")
worker = Hears("worker", "worker")
unit = Hears("lead_unit", "unit")
unit_inside = Hears("lead_unit", "unit", inside=True)
assistants = Hears("called_units", "unit")
all_assistants = Hears("assistants", "unit")
room = Hears("room", "room")
rooms_upwards = Hears("rooms_upwards", "room")
asker = Hears("asker", "room")
room_if_needed = Hears("room_if_needed", "room")

AUDIENCES: dict[str, tuple[Hears, ...]] = {
    # what happened             who hears of it
    "case_reported":            (reporters, grid_workers, room_if_needed),
    "case_accepted":            (reporters,),
    "case_declined":            (reporters,),
    "case_dispatched":          (reporters, unit, Hears("called_units", "unit", "case_co_dispatched")),
    "case_reassigned":          (reporters, unit, Hears("former_unit", "unit", "case_taken_away")),
    "case_taken":               (reporters_inside,),
    "case_co_dispatched":       (assistants,),
    "case_assisted":            (unit,),
    "case_returned":            (Hears("room_unless_arbitrating", "room"), Hears("room_if_arbitrating", "room", "case_to_arbitrate")),
    "case_arbitrated":          (Hears("reporters", "reporter", "case_dispatched"), unit),
    "case_handed_up":           (reporters_inside, room),
    "case_handed_down":         (grid_workers,),
    "case_extension_asked":     (room,),
    "case_extended":            (reporters, unit, all_assistants),
    "case_extension_refused":   (unit,),
    "case_approval_asked":      (rooms_upwards,),
    "case_approved":            (asker,),
    "case_approval_refused":    (asker,),
    "case_question_asked":      (Hears("reporter_alone", "reporter"),),
    "case_answered":            (unit, worker),
    "case_added_to":            (unit, worker, Hears("room_without_unit", "room")),
    "case_question_over":       (unit,),
    "case_suspended":           (reporters,),
    "case_resumed":             (reporters_inside, unit),
    "case_split":               (reporters_inside,),
    "case_transferred_out":     (reporters,),
    "case_transferred_back":    (room,),
    "case_fixed":               (reporters,),
    "case_completed":           (reporters, Hears("grid_workers", "worker")),
    "case_verified":            (reporters,),
    "case_reworked":            (reporters_inside, unit, worker),
    "case_closed":              (reporters,),
    "case_reviewed":            (unit_inside, Hears("room_if_bad_review", "room", "case_reviewed_badly")),
    "case_called_back":         (reporters, unit, worker),
    "case_rectified":           (reporters,),
    "case_reopened":            (reporters, unit, worker, room),
    "case_joined":              (Hears("whoever_did_it", "reporter"),),
    "case_linked":              (reporters,),
    "case_supervised":          (reporters_inside, unit, worker),
    "case_reminded":            (unit, worker, Hears("room_without_unit", "room")),
    "case_withdrawn":           (reporters_inside, unit),
    "deadline_due_soon":        (unit, worker),
    "deadline_breached":        (unit, worker, Hears("room_without_unit", "room")),
    "escalated":                (unit, Hears("higher_room", "room")),
}  # fmt: skip
