"""Which units have to do with a case, and at which level it lies."""

from typing import TYPE_CHECKING

from gridloop.core.cases import effects
from gridloop.core.cases.effects.units import LEVELS
from gridloop.core.cases.models import Task
from gridloop.core.cases.moving import Moving
from gridloop.demo.twins.registry import twin_of

if TYPE_CHECKING:
    from gridloop.demo.playing import Played


def lead_tasks(played: "Played", *states: str) -> list[Task]:
    return [task for task in played.tasks if task.role == "lead" and task.state in states]


def new_task(played: "Played", unit: int, role: str, moving: Moving) -> Task:
    task = Task(pk=played.stage.ids.take("task"), case=played.case, organisation_id=unit, role=role,
                words=moving.facts.get("words", ""), sent_at=moving.now)  # fmt: skip
    played.tasks.append(task)
    return task


@twin_of(effects.give_to_unit)
def give_to_unit(played: "Played", moving: Moving) -> None:
    case, unit = played.case, moving.facts.get("lead_unit") or played.case.lead_unit_id
    assert unit is not None
    for task in lead_tasks(played, "sent", "taken"):
        task.state = "withdrawn"
    new_task(played, unit, "lead", moving)
    moving.told["unit_before"] = case.lead_unit_id
    case.lead_unit_id, case.worker_id = unit, None
    case.dispatched_at = case.dispatched_at or moving.now


@twin_of(effects.call_assistants)
def call_assistants(played: "Played", moving: Moving) -> None:
    busy = {task.organisation_id for task in played.tasks if task.state in ("sent", "taken")}
    for unit in moving.facts.get("assistants", ()):
        if unit in busy or unit == played.case.lead_unit_id:
            continue
        task = new_task(played, unit, "assist", moving)
        started = played.start(("completion",), moving.now, task)
        task.due_at = started[0].due_at if started else None


@twin_of(effects.take_task)
def take_task(played: "Played", moving: Moving) -> None:
    for task in lead_tasks(played, "sent"):
        task.state, task.taken_at = "taken", moving.now


@twin_of(effects.finish_assistance)
def finish_assistance(played: "Played", moving: Moving) -> None:
    mine = played.stage.organisation_of.get(moving.by.post or 0)
    tasks = [
        t
        for t in played.tasks
        if t.role == "assist" and t.organisation_id == mine and t.state in ("sent", "taken")
    ]
    for task in tasks:
        task.state, task.done_at, task.result = "done", moving.now, moving.facts["account"]
        for clock in played.unmet():
            if clock.task_id == task.pk:
                clock.met_at = moving.now
    moving.told["tasks"] = [task.pk for task in tasks]


@twin_of(effects.finish_lead_task)
def finish_lead_task(played: "Played", moving: Moving) -> None:
    for task in lead_tasks(played, "sent", "taken"):
        task.state, task.done_at, task.result = "done", moving.now, moving.facts.get("account", "")


@twin_of(effects.wait_for_assistants)
def wait_for_assistants(played: "Played", moving: Moving) -> None:
    assert not [task for task in played.tasks if task.role == "assist" and task.state in ("sent", "taken")]


@twin_of(effects.release_assistants)
def release_assistants(played: "Played", moving: Moving) -> None:
    for task in played.tasks:
        if task.role == "assist" and task.state in ("sent", "taken"):
            task.state = "withdrawn"
            for clock in played.unmet():
                if clock.task_id == task.pk:
                    clock.met_at = moving.now


@twin_of(effects.count_return)
def count_return(played: "Played", moving: Moving) -> None:
    case = played.case
    case.returns += 1
    for task in lead_tasks(played, "sent", "taken"):
        task.state, task.done_at = "returned", moving.now
    moving.told["unit"] = case.lead_unit_id
    if "better_owner" in moving.facts:
        case.facts = {**case.facts, "better_owner": moving.facts["better_owner"]}
    case.lead_unit_id = None


@twin_of(effects.bind_unit)
def bind_unit(played: "Played", moving: Moving) -> None:
    played.case.facts = {**played.case.facts, "bound": True}


def hand(played: "Played", moving: Moving, by: int) -> None:
    case = played.case
    moving.told["level_before"] = case.level
    case.level, case.hands, case.worker_id = LEVELS[LEVELS.index(case.level) + by], case.hands + 1, None


@twin_of(effects.hand_up)
def hand_up(played: "Played", moving: Moving) -> None:
    hand(played, moving, +1)


@twin_of(effects.hand_down)
def hand_down(played: "Played", moving: Moving) -> None:
    hand(played, moving, -1)
