"""The manifest of resident reports: the first scene on the loop."""

from django.utils.translation import gettext_lazy as _

from gridloop.core.scenes.manifest import MenuItem, Scene, Tile
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
    tiles=(
        Tile("closure_rate", _("Closed of those due")),
        Tile("on_time_closure_rate", _("Closed on time")),
        Tile("satisfaction", _("Satisfaction")),
    ),
    roles=("grid_worker", "town_room", "county_room", "unit_handler"),
)
