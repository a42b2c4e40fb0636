"""What time brings to shifts: looks at missing people before, and closing after."""

from gridloop.core.clocks.models import Timer
from gridloop.core.clocks.timers import on
from gridloop.scenes.volunteers.activities.attending import close_shift
from gridloop.scenes.volunteers.activities.models import Shift
from gridloop.scenes.volunteers.activities.risks import look_at_shift


def shift_of(timer: Timer) -> Shift | None:
    return (
        Shift.objects.select_related("activity__team", "activity__skill")
        .filter(pk=timer.facts["shift"])
        .first()
    )


@on("shift_at_risk")
def look_when_due(timer: Timer) -> None:
    if (shift := shift_of(timer)) is not None:
        look_at_shift(shift, hours=timer.facts["hours"])


@on("shift_close")
def close_when_over(timer: Timer) -> None:
    if (shift := shift_of(timer)) is not None:
        close_shift(shift)
