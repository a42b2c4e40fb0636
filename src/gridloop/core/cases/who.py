"""The people of the flows: named predicates a flow's `who` column is written with."""

from django.utils.translation import gettext_lazy as _

from gridloop.core.cases import kinds
from gridloop.core.cases.flow import Who
from gridloop.core.cases.requests import awaited_approval
from gridloop.core.cases.standing import Standing


def can_approve(standing: Standing) -> bool:
    """Whoever the asked move's row names, but never the one who asked."""
    waiting = awaited_approval(standing.case)
    if waiting is None or standing.actor.person in (None, waiting.asked_by_id):
        return False
    rows = kinds.kind(standing.case.kind).named(waiting.move)
    return any(row.approval is not None and row.approval.holds(standing) for row in rows)


grid_worker = Who(
    "grid_worker",
    _("Grid worker"),
    lambda standing: standing.covers("grid_worker", "grid_chief", "community_clerk"),
)
town_room = Who(
    "town_room",
    _("Town command room"),
    lambda standing: standing.covers("town_room") and standing.case.level != "county",
)
county_room = Who("county_room", _("County command centre"), lambda standing: standing.covers("county_room"))
command_room = Who("command_room", _("Command room"), (town_room | county_room).holds)
lead_unit = Who("lead_unit", _("Lead unit"), lambda standing: standing.serves(standing.case.lead_unit_id))
assisting_unit = Who("assisting_unit", _("Assisting unit"), lambda standing: standing.assists())
grid = Who(
    "grid", _("Grid worker"), lambda standing: grid_worker.holds(standing) and standing.case.level == "grid"
)
reporter = Who("reporter", _("Reporter"), lambda standing: standing.is_reporter())
first_reporter = Who("first_reporter", _("Whoever reported it"), lambda standing: standing.reported())
judge = Who("judge", _("Whoever asked for it"), lambda standing: standing.asked() and not standing.handled())
supervisor = Who("supervisor", _("Leader"), lambda standing: standing.covers("leader", "county_room"))
system = Who("system", _("gridloop itself"), lambda standing: standing.is_system)
holder = Who("holder", _("Whoever has it in hand"), lambda standing: standing.holds())
helper = Who("helper", _("Whoever helps"), lambda standing: standing.helps())
handler = Who("handler", _("Whoever handled it"), lambda standing: standing.handled())
approver = Who("approver", _("Another person who may approve it"), can_approve)
staff = Who("staff", _("Staff"), (grid_worker | command_room | lead_unit | assisting_unit | supervisor).holds)
resident = Who("resident", _("Any resident"), lambda standing: standing.actor.person is not None)
