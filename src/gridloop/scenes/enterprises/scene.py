"""The manifest of help for enterprises."""

from django.utils.translation import gettext_lazy as _

from gridloop.core.scenes.manifest import Scene

SCENE = Scene(
    name="enterprises",
    title=_("Help for enterprises"),
    purpose=_("A firm asks, the platform dispatches, a specialist takes, the firm judges."),
    icon="organisation",
    roles=("unit_handler", "town_room", "county_room"),
)
