"""Who has to do something: the lead unit, its assistants, returns, and the way up and down."""

from typing import Any

from django.utils.translation import gettext as _

from gridloop.core.cases import deadlines
from gridloop.core.cases.errors import CaseError, NeedNotMet
from gridloop.core.cases.models import Task
from gridloop.core.cases.moving import Moving

LEVELS = ("grid", "town", "county")


def give_to_unit(moving: Moving) -> None:
    """One unit leads: it gets a task; whoever led before is released."""
    unit = moving.facts.get("lead_unit") or moving.case.lead_unit_id
    if unit is None:
        raise NeedNotMet(_("Choose the unit that leads."), field="lead_unit")
    case = moving.case
    case.tasks.filter(role="lead", state__in=["sent", "taken"]).update(state="withdrawn")
    Task.objects.create(
        case=case, organisation_id=unit, role="lead", words=moving.facts.get("words", ""), sent_at=moving.now
    )
    moving.told["unit_before"] = case.lead_unit_id
    case.lead_unit_id, case.worker_id = unit, None
    case.dispatched_at = case.dispatched_at or moving.now


def call_assistants(moving: Moving) -> None:
    """The whistle: further units each get a task with a deadline of their own."""
    case = moving.case
    busy = set(case.tasks.filter(state__in=["sent", "taken"]).values_list("organisation_id", flat=True))
    for unit in moving.facts.get("assistants", ()):
        if unit in busy or unit == case.lead_unit_id:
            continue
        task = Task.objects.create(
            case=case,
            organisation_id=unit,
            role="assist",
            words=moving.facts.get("words", ""),
            sent_at=moving.now,
        )
        started = deadlines.start_deadlines(case, ["completion"], moving.now, task)
        if started:
            task.due_at = started[0].due_at
            task.save(update_fields=["due_at"])


def take_task(moving: Moving) -> None:
    moving.case.tasks.filter(organisation=moving.case.lead_unit, role="lead", state="sent").update(
        state="taken", taken_at=moving.now
    )


def _my_assist_tasks(moving: Moving) -> Any:
    mine = [hat.organisation for hat in moving.standing.hats if hat.organisation]
    return moving.case.tasks.filter(role="assist", organisation__in=mine, state__in=["sent", "taken"])


def finish_assistance(moving: Moving) -> None:
    tasks = list(_my_assist_tasks(moving))
    for task in tasks:
        task.state, task.done_at, task.result = "done", moving.now, moving.facts["account"]
        task.save(update_fields=["state", "done_at", "result"])
        task.deadlines.filter(met_at=None).update(met_at=moving.now)
    moving.told["tasks"] = [task.pk for task in tasks]


def finish_lead_task(moving: Moving) -> None:
    moving.case.tasks.filter(role="lead", state__in=["sent", "taken"]).update(
        state="done", done_at=moving.now, result=moving.facts.get("account", "")
    )


def wait_for_assistants(moving: Moving) -> None:
    """A lead unit cannot finish over the heads of those it called."""
    waiting = moving.case.tasks.filter(role="assist", state__in=["sent", "taken"]).select_related(
        "organisation"
    )
    names = ", ".join(task.organisation.name for task in waiting)
    if names:
        raise CaseError(
            _("These units have not finished yet: %(units)s. Wait for them or release them first.")
            % {"units": names}
        )


def release_assistants(moving: Moving) -> None:
    tasks = moving.case.tasks.filter(role="assist", state__in=["sent", "taken"])
    if moving.facts.get("assistants"):
        tasks = tasks.filter(organisation__in=moving.facts["assistants"])
    moving.case.deadlines.filter(task__in=tasks, met_at=None).update(met_at=moving.now)
    tasks.update(state="withdrawn")


def count_return(moving: Moving) -> None:
    moving.case.returns += 1
    moving.case.tasks.filter(role="lead", state__in=["sent", "taken"]).update(
        state="returned", done_at=moving.now
    )
    moving.told["unit"] = moving.case.lead_unit_id
    if "better_owner" in moving.facts:
        moving.case.facts = {**moving.case.facts, "better_owner": moving.facts["better_owner"]}
    moving.case.lead_unit_id = None


def bind_unit(moving: Moving) -> None:
    """Arbitration binds: this unit can no longer return the case."""
    moving.case.facts = {**moving.case.facts, "bound": True}


def hand_up(moving: Moving) -> None:
    _hand(moving, +1)


def hand_down(moving: Moving) -> None:
    _hand(moving, -1)


def _hand(moving: Moving, by: int) -> None:
    case = moving.case
    place = LEVELS.index(case.level) + by
    if not 0 <= place < len(LEVELS):
        raise CaseError(_("There is no level beyond this one."))
    if case.hands >= moving.kind.hands:
        raise CaseError(
            _(
                "This case has been handed up and down %(times)d times; the county command centre must now dispatch it."
            )
            % {"times": case.hands}
        )
    if by < 0 and getattr(case, f"{LEVELS[place]}_id") is None:
        raise CaseError(_("It is not known in which grid or town this lies, so nobody there could take it."))
    moving.told["level_before"] = case.level
    case.level, case.hands, case.worker_id = LEVELS[place], case.hands + 1, None
