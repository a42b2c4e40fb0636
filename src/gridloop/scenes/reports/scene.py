"""The manifest of resident reports: the first scene on the loop."""

from django.utils.translation import gettext_lazy as _

from gridloop.core.scenes.manifest import MenuItem, Scene
from gridloop.scenes.reports.flow import report

SCENE = Scene(
    name="reports",
    title=_("Resident reports"),
    purpose=_("Residents report what troubles them; grid workers and units put it right; residents judge."),
    icon="report",
    kinds=(report,),
    menu=(
        MenuItem("public", _("Report"), "reports:report", "report", 10),
        MenuItem("public", _("Nearby"), "reports:nearby", "map", 20),
        MenuItem("public", _("My reports"), "reports:mine", "list", 30),
    ),
    roles=("grid_worker", "town_room", "county_room", "unit_handler"),
)
