"""The manifest of volunteering."""

from django.utils.translation import gettext_lazy as _

from gridloop.core.people.roles import role
from gridloop.core.scenes.manifest import MenuItem, Scene
from gridloop.scenes.volunteers.roster import privacy  # noqa: F401  its import says what is held, kept and erased

SCENE = Scene(
    name="volunteers",
    title=_("Volunteers"),
    purpose=_("People ask for help, neighbours who can help are asked, they come, and both say how it was."),
    icon="heart",
    menu=(
        MenuItem("public", _("Volunteers"), "volunteers:home", "heart", 25),
        MenuItem("desk", _("Volunteers"), "volunteers:people", "heart", 30, "enter_for_others"),
        MenuItem("desk", _("My team"), "volunteers:desk_teams", "users", 31, "lead_team"),
        MenuItem("settings", _("Volunteers' skills"), "volunteers:skills", "star", 30,
                 words=_("What volunteers can do, and what needs a paper")),
    ),
    roles=("community_clerk", "town_room", "county_room"),
    brings=(role("team_leader", _("Leader of a volunteer team"), "organisation", "lead_team"),),
)
