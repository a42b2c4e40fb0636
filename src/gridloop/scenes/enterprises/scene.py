"""The manifest of help for enterprises."""

from django.utils.translation import gettext_lazy as _

from gridloop.core.people.acquaintance import ways
from gridloop.core.people.roles import role
from gridloop.core.scenes.manifest import MenuItem, Panel, Scene, Tile
from gridloop.scenes.enterprises import privacy  # noqa: F401  its import says what is held, kept and erased
from gridloop.scenes.enterprises.firms.queries import contact_lies_within
from gridloop.scenes.enterprises.flow import matter
from gridloop.scenes.enterprises.matters.panels import matter_facts
from gridloop.scenes.enterprises.specialists import sheets  # noqa: F401  its import adds the specialists' spreadsheet

SCENE = Scene(
    name="enterprises",
    title=_("Help for enterprises"),
    purpose=_("A firm asks, the platform dispatches, a specialist takes, the firm judges."),
    icon="organisation",
    kinds=(matter,),
    menu=(
        MenuItem("public", _("For firms"), "enterprises:start", "organisation", 50, "ask_for_firm"),
        MenuItem("start", _("For firms"), "enterprises:start", "organisation", 50),
        MenuItem("desk", _("Figures"), "enterprises:figures", "organisation", 30),
        MenuItem(
            "settings",
            _("Specialists for enterprises"),
            "enterprises:specialists",
            "users",
            40,
            "administer",
            _("Who answers which classes of matters for which towns, deputies and leave"),
        ),
    ),
    tiles=(
        Tile(_("Firms' matters to dispatch"), "matter", "asked"),
        Tile(_("Matters at the round table"), "matter", "on_table"),
    ),
    roles=("unit_handler", "town_room", "county_room", "specialist", "firm_contact"),
    brings=(
        role("specialist", _("Enterprise specialist"), "none", "answer_firms", home="/desk/?queue=mine"),
        role(
            "firm_contact",
            _("Contact of a firm"),
            "organisation",
            "ask_for_firm",
            staff=False,
            home="/firms/",
        ),
    ),
    panels=(Panel(("matter",), "enterprises/matters/panel.html", matter_facts),),
)

if contact_lies_within not in ways:  # a firm's contact may be looked up by whoever watches the firm's area
    ways.append(contact_lies_within)
