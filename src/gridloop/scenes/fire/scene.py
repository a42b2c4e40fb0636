"""The manifest of fire early warning."""

from django.utils.translation import gettext_lazy as _

from gridloop.core.people.roles import role
from gridloop.core.scenes.manifest import MenuItem, Panel, Scene, Tile
from gridloop.scenes.fire import privacy  # noqa: F401  its import says what is held, kept and erased
from gridloop.scenes.fire.alarms.showing import panel as alarm_panel
from gridloop.scenes.fire.flow import KINDS
from gridloop.scenes.fire.hazards.showing import panel as hazard_panel

SCENE = Scene(
    name="fire",
    title=_("Fire early warning"),
    purpose=_("Devices and people find what could burn; whoever answers for it puts it right; others check."),
    icon="flame",
    kinds=KINDS,
    menu=(
        MenuItem("desk", _("Fire duty room"), "fire:board", "flame", 33, "dispatch"),
        MenuItem("desk", _("Fire hazards"), "fire:difficulties", "warning", 35, "dispatch"),
        MenuItem("field", _("Fire alarms"), "fire:field_alarms", "flame", 79),
        MenuItem("start", _("Fire risk"), "fire:public_map", "flame", 25),
        MenuItem("public", _("My premises"), "fire:mine", "building", 60, "answer_for_premises"),
        MenuItem("desk", _("Fire risk map"), "fire:map", "map", 34, "dispatch"),
        MenuItem("desk", _("Premises"), "fire:premises_list", "building", 36, "dispatch"),
        MenuItem("desk", _("Devices"), "fire:device_list", "gauge", 37, "dispatch"),
        MenuItem(
            "settings",
            _("Vendors of devices"),
            "fire:vendors",
            "device",
            41,
            words=_("Who runs a fleet, how it speaks, from where it may call, and its secret"),
        ),
        MenuItem("field", _("Fire risk"), "fire:my_grids", "gauge", 80, "work_in_grid"),
        MenuItem(
            "settings",
            _("Risk index"),
            "fire:editions",
            "flame",
            40,
            words=_("Weights, breakpoints and thresholds of the four-colour map, tried before use"),
        ),
        MenuItem(
            "settings",
            _("Alarm rules"),
            "fire:alarm_rules",
            "rules",
            42,
            words=_("When readings of devices become alarms, and how long a device may be silent"),
        ),
        MenuItem(
            "settings",
            _("Inspection checklists"),
            "fire:checklists",
            "list",
            43,
            words=_("What inspections look at, premises by premises, and which hazard each answer makes"),
        ),
    ),
    tiles=(
        Tile(_("Alarms nobody has acknowledged"), "fire_alarm", "raised", urgent=True),
        Tile(_("Fire hazards to be put right"), "hazard", "ordered"),
    ),
    panels=(
        Panel(("fire_alarm", "device_fault"), "fire/alarms/panel.html", alarm_panel),
        Panel(("hazard",), "fire/hazards/panel.html", hazard_panel),
    ),
    live={
        "grid_colour_changed": ("fire_map",),
        "episode_started": ("fire",),
        "alarm_joined": ("fire",),
        "alarm_cleared": ("fire",),
        "alarm_unplaced": ("fire",),
        "fire_escalated": ("fire",),
    },
    roles=("grid_worker", "town_room", "county_room"),
    brings=(
        role(
            "fire_duty",
            _("Fire duty room"),
            "area",
            "dispatch",
            "watch_fire",
            "unmask",
            "export",
            home="/desk/fire/",
        ),
        role(
            "station_crew",
            _("Crew of a micro fire station"),
            "organisation",
            "handle",
            "fight_fire",
            home="/field/fire/",
        ),
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
