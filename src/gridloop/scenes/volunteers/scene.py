"""The manifest of volunteering."""

from django.utils.translation import gettext_lazy as _

from gridloop.core.people.roles import role
from gridloop.core.scenes.manifest import Scene

SCENE = Scene(
    name="volunteers",
    title=_("Volunteers"),
    purpose=_("People ask for help, neighbours who can help are asked, they come, and both say how it was."),
    icon="heart",
    roles=("community_clerk", "town_room", "county_room"),
    brings=(role("team_leader", _("Leader of a volunteer team"), "organisation", "lead_team"),),
)
