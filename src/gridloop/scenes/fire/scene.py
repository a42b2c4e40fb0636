"""The manifest of fire early warning."""

from django.utils.translation import gettext_lazy as _

from gridloop.core.people.roles import role
from gridloop.core.scenes.manifest import MenuItem, Scene
from gridloop.scenes.fire.flow import KINDS

SCENE = Scene(
    name="fire",
    title=_("Fire early warning"),
    purpose=_("Devices and people find what could burn; whoever answers for it puts it right; others check."),
    icon="flame",
    kinds=KINDS,
    menu=(
        MenuItem("desk", _("Fire risk map"), "fire:map", "map", 34, "dispatch"),
        MenuItem("field", _("Fire risk"), "fire:my_grids", "flame", 80, "work_in_grid"),
        MenuItem(
            "settings",
            _("Risk index"),
            "fire:editions",
            "flame",
            40,
            words=_("Weights, breakpoints and thresholds of the four-colour map, tried before use"),
        ),
    ),
    live={"grid_colour_changed": ("fire_map",)},
    roles=("grid_worker", "town_room", "county_room"),
    brings=(
        role("fire_duty", _("Fire duty room"), "area", "dispatch", "watch_fire", "unmask", "export"),
        role("station_crew", _("Crew of a micro fire station"), "organisation", "handle", "fight_fire"),
        role(
            "premises_owner",
            _("Who answers for premises"),
            "organisation",
            "answer_for_premises",
            staff=False,
            home="/fire/",
        ),
    ),
)
