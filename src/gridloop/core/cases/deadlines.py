"""The clocks on a case: started, met, paused and counted again, each with its explanation kept."""

from collections.abc import Callable, Iterable
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from gridloop.core.cases import kinds
from gridloop.core.cases.models import NEVER, Case, Deadline, Task, Urgency
from gridloop.core.clocks import ladder, limits, working_time

UNMET = {"met_at": None}
COUNTED = ["value", "unit", "due_at", "paused_at", "left", "breached_at", "explanation"]


class Allowed(NamedTuple):
    """How long something may take, and where that is written."""

    value: float
    unit: str
    source: str


def allowed_for(case: Case, names: Iterable[str]) -> dict[str, Allowed]:
    """The limits that hold for this case, one for each name; the kind's own defaults where the table is silent."""
    areas = [area for area in (case.grid_id, case.community_id, case.town_id, case.county_id) if area]
    table = limits.limits_for(case.kind, case.category.code if case.category else "", areas)
    defaults = kinds.kind(case.kind).default_limits
    found = {}
    for name in names:
        if name in table:
            found[name] = Allowed(
                table[name].value, table[name].unit, f"{table[name].edition}: {table[name].source}"
            )
        elif name in defaults:
            found[name] = Allowed(*defaults[name], "gridloop")
    return found


def start_deadlines(
    case: Case, names: Iterable[str], at: datetime, task: Task | None = None
) -> list[Deadline]:
    """Begin the named clocks unless they run: they count from the first dispatch, however often a unit returns the case.

    One that was met begins anew: a case done a second time is checked in time a second time.
    """
    wanted = set(names)
    if case.pk and wanted:
        running = case.deadlines.filter(name__in=wanted, task=task, **UNMET)
        wanted -= set(running.values_list("name", flat=True))
    return Deadline.objects.bulk_create(new_deadlines(case, wanted, at, task)) if wanted else []


def new_deadlines(case: Case, names: Iterable[str], at: datetime, task: Task | None = None) -> list[Deadline]:
    made = []
    for name, limit in sorted(allowed_for(case, names).items()):
        due = working_time.due(at, limit.value, limit.unit)
        made.append(
            Deadline(
                case=case,
                task=task,
                name=name,
                started_at=at,
                due_at=due.at,
                value=limit.value,
                unit=limit.unit,
                explanation={**due.explanation, "source": limit.source},
            )
        )
    return made


def restart_deadlines(case: Case, names: Iterable[str], at: datetime) -> None:
    """Begin the named clocks anew (a rework, a reopening): the old ones stay as history."""
    case.deadlines.filter(name__in=list(names), **UNMET).update(met_at=at)
    Deadline.objects.bulk_create(new_deadlines(case, names, at))


def meet_deadlines(case: Case, names: Iterable[str], at: datetime) -> None:
    case.deadlines.filter(name__in=list(names), **UNMET).update(met_at=at, paused_at=None)


def end_deadlines(case: Case, at: datetime) -> None:
    """The case has ended: nothing is due any more."""
    case.deadlines.filter(**UNMET).update(met_at=at, paused_at=None)


def pause_deadlines(case: Case, at: datetime) -> None:
    """Stop every running clock, remembering what was left in its own unit."""
    for deadline in case.deadlines.filter(paused_at=None, due_at__isnull=False, **UNMET):
        stop(deadline, at)
        deadline.save(update_fields=COUNTED)


def resume_deadlines(case: Case, at: datetime) -> None:
    """Let paused clocks run on with what was left."""
    for deadline in case.deadlines.filter(paused_at__isnull=False, **UNMET):
        go_on(deadline, at)
        deadline.save(update_fields=COUNTED)


def lengthen_deadline(case: Case, name: str, days: int, at: datetime) -> datetime | None:
    """Add working days to the case's own clock of that name; returns when it is due now, None while it stands."""
    deadline = case.deadlines.filter(name=name, task=None, **UNMET).order_by("-id").first()
    if deadline is None:
        return None
    lengthen(deadline, at, days)
    deadline.save(update_fields=COUNTED)
    return deadline.due_at


def recount_deadlines(case: Case) -> None:
    """The class was corrected: clocks take the new class's limits, counted from where they began."""
    clocks = list(case.deadlines.filter(task=None, **UNMET))
    found = allowed_for(case, [deadline.name for deadline in clocks])
    for deadline in clocks:
        limit = found.get(deadline.name)
        if limit is not None and (limit.value, limit.unit) != (deadline.value, deadline.unit):
            count_anew(deadline, limit)
            deadline.save(update_fields=COUNTED)


def stop(deadline: Deadline, at: datetime) -> None:
    assert deadline.due_at is not None
    deadline.left = working_time.left(at, deadline.due_at, deadline.unit)
    deadline.paused_at, deadline.due_at = at, None


def go_on(deadline: Deadline, at: datetime) -> None:
    assert deadline.paused_at is not None
    due = working_time.due(at, max(deadline.left or 0, 0), deadline.unit)
    pauses = [*deadline.explanation.get("pauses", []), [deadline.paused_at.isoformat(), at.isoformat()]]
    deadline.explanation = {**deadline.explanation, "pauses": pauses, "resumed": due.explanation}
    deadline.due_at, deadline.paused_at, deadline.left = due.at, None, None


def lengthen(deadline: Deadline, at: datetime, days: int) -> None:
    """More working days; a clock that stands has more left when it goes on."""
    if (stands := deadline.paused_at) is not None:
        was_due = working_time.due(stands, max(deadline.left or 0, 0), deadline.unit).at
        due = working_time.due(was_due, days, "working_days")
        deadline.left = working_time.left(stands, due.at, deadline.unit)
    else:
        assert deadline.due_at is not None
        due = working_time.due(max(deadline.due_at, at), days, "working_days")
        deadline.due_at = due.at
    extensions = [*deadline.explanation.get("extensions", []), {"days": days, "at": at.isoformat()}]
    deadline.explanation = {**deadline.explanation, "extensions": extensions, "extended": due.explanation}
    deadline.breached_at = None


def count_anew(deadline: Deadline, limit: Allowed) -> None:
    """Another limit for a clock that began long ago: its pauses and the time granted since are counted again."""
    told, stands = deadline.explanation, deadline.paused_at
    due = working_time.due(deadline.started_at, limit.value, limit.unit)
    deadline.value, deadline.unit, deadline.due_at = limit.value, limit.unit, due.at
    deadline.paused_at, deadline.left = None, None
    deadline.explanation = {**due.explanation, "source": limit.source, "recounted": True}
    happened: list[tuple[datetime, Callable[..., None], tuple[Any, ...]]] = [
        (datetime.fromisoformat(one["at"]), lengthen, (one["days"],)) for one in told.get("extensions", ())
    ]
    for begun, ended in told.get("pauses", ()):
        happened.append((datetime.fromisoformat(begun), stop, ()))
        happened.append((datetime.fromisoformat(ended), go_on, ()))
    if stands is not None:
        happened.append((stands, stop, ()))
    for at, again, more in sorted(happened, key=itemgetter(0)):
        again(deadline, at, *more)


def ladder_clocks(case: Case, running: Iterable[Deadline]) -> list[ladder.Clock]:
    """The running clocks as the ladders want them; what presses climbs the urgent one."""
    name = "urgent" if case.urgency <= Urgency.URGENT else "standard"
    return [
        ladder.Clock(
            f"assist-{clock.task_id}" if clock.task_id else clock.name,
            clock.started_at,
            clock.due_at,
            clock.pk,
            name,
        )
        for clock in running
        if clock.due_at
    ]


def settle_due(case: Case) -> None:
    """Bring `due_at` and `overdue` of the case, and its durable timers, in line with its running clocks."""
    running = list(case.deadlines.filter(**UNMET)) if case.open else []
    dues = [deadline.due_at for deadline in running if deadline.due_at and deadline.task_id is None]
    case.due_at = min(dues, default=None)
    case.queue_at = case.due_at or NEVER
    case.overdue = any(deadline.breached_at and deadline.due_at for deadline in running)
    ladder.keep_ladders(f"case:{case.pk}", ladder_clocks(case, running))
