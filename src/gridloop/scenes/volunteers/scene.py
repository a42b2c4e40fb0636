"""The manifest of volunteering."""

from django.utils.translation import gettext_lazy as _

from gridloop.core.people.roles import role
from gridloop.core.scenes.manifest import MenuItem, Scene, Tile
from gridloop.scenes.volunteers.flow import KINDS
from gridloop.scenes.volunteers.hours import privacy as hours_privacy  # noqa: F401  likewise for hours
from gridloop.scenes.volunteers.listings import privacy as listings_privacy  # noqa: F401  likewise for the lists
from gridloop.scenes.volunteers.pairs import panel as pairs_panel
from gridloop.scenes.volunteers.pairs import privacy as pairs_privacy  # noqa: F401  likewise for the register
from gridloop.scenes.volunteers.requests import panel as requests_panel
from gridloop.scenes.volunteers.requests import privacy as requests_privacy  # noqa: F401  likewise for requests
from gridloop.scenes.volunteers.roster import privacy  # noqa: F401  its import says what is held, kept and erased

SCENE = Scene(
    name="volunteers",
    title=_("Volunteering"),
    purpose=_("People ask for help, neighbours who can help are asked, they come, and both say how it was."),
    icon="heart",
    kinds=KINDS,
    menu=(
        MenuItem("start", _("Ask for help"), "volunteers:help", "heart", 10),
        MenuItem("start", _("Volunteering"), "volunteers:home", "users", 20),
        MenuItem("desk", _("Volunteers"), "volunteers:people", "heart", 30, "enter_for_others"),
        MenuItem("desk", _("My team"), "volunteers:desk_teams", "users", 31, "lead_team"),
        MenuItem("public", _("Help"), "volunteers:help", "heart", 22),
        MenuItem("desk", _("Help by phone"), "volunteers:enter_request", "phone", 32, "enter_for_others"),
        MenuItem("desk", _("Fair asking"), "volunteers:fairness", "chart", 33, "enter_for_others"),
        MenuItem("desk", _("Activities"), "volunteers:activities_desk", "calendar", 34, "enter_for_others"),
        MenuItem(
            "desk", _("Activities of my team"), "volunteers:activities_desk", "calendar", 34, "lead_team"
        ),
        MenuItem("desk", _("Volunteer hours"), "volunteers:hours_desk", "clock", 35, "enter_for_others"),
        MenuItem("desk", _("Pairs"), "volunteers:pairs_desk", "me-too", 36, "enter_for_others"),
        MenuItem(
            "settings",
            _("Rules for volunteer hours"),
            "volunteers:hours_rules",
            "clock",
            32,
            words=_("Publicity, overlaps, and when hours are back-dated"),
        ),
        MenuItem(
            "settings",
            _("Matching of volunteers"),
            "volunteers:matching_modes",
            "users",
            31,
            words=_("Off, dry run or on, community by community"),
        ),
        MenuItem(
            "settings",
            _("Volunteers' skills"),
            "volunteers:skills",
            "star",
            30,
            words=_("What volunteers can do, and what needs a paper"),
        ),
    ),
    tiles=(Tile(_("Requests without a volunteer"), "request", "seeking"),),
    panels=(requests_panel.PANEL, pairs_panel.PANEL),
    roles=("community_clerk", "town_room", "county_room"),
    brings=(
        role(
            "team_leader",
            _("Leader of a volunteer team"),
            "organisation",
            "lead_team",
            home="/desk/volunteers/teams/",
        ),
    ),
)
