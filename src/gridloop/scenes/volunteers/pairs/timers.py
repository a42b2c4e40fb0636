"""What time brings to visits: a reminder the day before, and what follows when nobody came."""

from gridloop.core.clocks.models import Timer
from gridloop.core.clocks.timers import on
from gridloop.scenes.volunteers.pairs.models import Visit
from gridloop.scenes.volunteers.pairs.visiting import look_at_overdue, remind


def visit_of(timer: Timer) -> Visit | None:
    return (
        Visit.objects.select_related(
            "pairing__vulnerable", "companion__volunteer__person", "companion__pairing__vulnerable"
        )
        .filter(pk=timer.facts["visit"])
        .first()
    )


@on("visit_remind")
def remind_when_due(timer: Timer) -> None:
    if (visit := visit_of(timer)) is not None:
        remind(visit)


@on("visit_overdue")
def look_when_overdue(timer: Timer) -> None:
    if (visit := visit_of(timer)) is not None:
        look_at_overdue(visit)
