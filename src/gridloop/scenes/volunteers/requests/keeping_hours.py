"""What a finished task leaves in the ledger of hours, and who speaks there for the person helped."""

from typing import Final

from gridloop.core.cases.moving import Moving
from gridloop.core.journal.actor import SYSTEM, Actor
from gridloop.core.journal.errors import Refusal
from gridloop.scenes.volunteers.hours.actions import claim_hours, confirm_hours
from gridloop.scenes.volunteers.hours.models import HoursEntry, HoursState
from gridloop.scenes.volunteers.requests.models import Assignment
from gridloop.scenes.volunteers.requests.proving import Proof

KIND: Final = "request"
PROVED = ("code", "position")  # the code was read out by the person helped, the position was theirs


def keep_hours(assignment: Assignment, proof: Proof, moving: Moving) -> None:
    """From arriving to completing; less than a minute claims nothing, and a full day leaves the task without."""
    assignment.refresh_from_db()
    begun, ended = assignment.arrived_at, assignment.done_at
    if begun is None or ended is None or (ended - begun).total_seconds() < 60:
        return
    try:
        claim_hours(
            assignment.volunteer, kind=KIND, source=assignment.pk, started_at=begun, ended_at=ended,
            area=moving.case.area, by=moving.by, key=f"request:{assignment.pk}",
        )  # fmt: skip
    except Refusal:
        return
    if proof.how in PROVED:
        confirm_for_receiver(assignment, by=SYSTEM)
    elif proof.how == "staff":
        confirm_for_receiver(assignment, by=moving.by)


def confirm_for_receiver(assignment: Assignment, *, by: Actor) -> None:
    """The other side of the hours: a proof, the community that called, or the verdict of the person helped."""
    claimed = HoursEntry.objects.filter(kind=KIND, source=assignment.pk, standing__state=HoursState.CLAIMED)
    entry = claimed.select_related("volunteer").first()
    if entry is not None and by.person != entry.volunteer.person_id:
        confirm_hours(entry, side="receiver", by=by)
