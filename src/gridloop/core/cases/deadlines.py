"""The clocks on a case: started, met, paused and counted again, each with its explanation kept."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from gridloop.core.cases import kinds
from gridloop.core.cases.models import NEVER, Case, Deadline, Task, Urgency
from gridloop.core.clocks import ladder, limits, working_time

UNMET = {"met_at": None}


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
    """Begin the named clocks unless they have begun: they count from the first dispatch, whatever happens later."""
    wanted = set(names)
    if case.pk and wanted:
        wanted -= set(case.deadlines.filter(name__in=wanted, task=task).values_list("name", flat=True))
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
        deadline.left = working_time.left(at, deadline.due_at, deadline.unit) if deadline.due_at else 0
        deadline.paused_at, deadline.due_at = at, None
        deadline.save(update_fields=["left", "paused_at", "due_at"])


def resume_deadlines(case: Case, at: datetime) -> None:
    """Let paused clocks run on with what was left."""
    for deadline in case.deadlines.filter(paused_at__isnull=False, **UNMET):
        due = working_time.due(at, max(deadline.left or 0, 0), deadline.unit)
        pauses = [*deadline.explanation.get("pauses", []), [deadline.paused_at.isoformat(), at.isoformat()]]  # type: ignore[union-attr]
        deadline.explanation = {**deadline.explanation, "pauses": pauses, "resumed": due.explanation}
        deadline.due_at, deadline.paused_at, deadline.left = due.at, None, None
        deadline.save(update_fields=["explanation", "due_at", "paused_at", "left"])


def lengthen_deadline(case: Case, name: str, days: int, at: datetime) -> datetime | None:
    """Add working days to a running clock; returns when it is due now."""
    deadline = case.deadlines.filter(name=name, **UNMET).order_by("-id").first()
    if deadline is None or deadline.due_at is None:
        return None
    due = working_time.due(max(deadline.due_at, at), days, "working_days")
    extensions = [*deadline.explanation.get("extensions", []), {"days": days, "at": at.isoformat()}]
    deadline.explanation = {**deadline.explanation, "extensions": extensions, "extended": due.explanation}
    deadline.due_at, deadline.breached_at = due.at, None
    deadline.save(update_fields=["explanation", "due_at", "breached_at"])
    return due.at


def recount_deadlines(case: Case) -> None:
    """The class was corrected: running clocks take the new class's limits, counted from where they began."""
    running = list(case.deadlines.filter(paused_at=None, task=None, **UNMET))
    found = allowed_for(case, [deadline.name for deadline in running])
    for deadline in running:
        limit = found.get(deadline.name)
        if limit is None or (limit.value, limit.unit) == (deadline.value, deadline.unit):
            continue
        due = working_time.due(deadline.started_at, limit.value, limit.unit)
        deadline.value, deadline.unit, deadline.due_at = limit.value, limit.unit, due.at
        deadline.explanation = {**due.explanation, "source": limit.source, "recounted": True}
        deadline.save(update_fields=["value", "unit", "due_at", "explanation"])


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
