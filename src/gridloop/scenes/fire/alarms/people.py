"""The people of an alarm, as the flow's `who` column names them."""

from django.utils.translation import gettext_lazy as _

from gridloop.core.cases.flow import Who
from gridloop.core.cases.who import command_room

duty_room = Who(
    "fire_duty",
    _("Fire duty room"),
    lambda standing: standing.covers("fire_duty") or command_room.holds(standing),
)
crew = Who("station_crew", _("Crew that was called"), lambda standing: standing.assists())
owner = Who(
    "premises_owner",
    _("Who answers for the premises"),
    lambda standing: (
        standing.actor.person is not None and standing.actor.person in standing.case.facts.get("owners", ())
    ),
)
rectifier = Who(
    "rectifier",
    _("Whoever rectified it"),
    lambda standing: (
        standing.actor.person is not None and standing.actor.person == standing.case.facts.get("rectified_by")
    ),
)
