"""The roles a post can have: what each may do, and whether its reach is an area or an organisation."""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Role:
    """One role. `reach` says what its holder sees: everything inside the post's area, or what the post's
    organisation has to do with. `may` names abilities; flows name roles, settings pages name abilities. Who holds
    nothing but roles that are not `staff` stays a resident: no page of the desk opens to them."""

    name: str
    title: str | Promise
    reach: Literal["area", "organisation", "none"]
    may: frozenset[str] = frozenset()
    staff: bool = True
    home: str = ""  # the page its holder begins at, where a scene has one for them


def role(
    name: str,
    title: str | Promise,
    reach: Literal["area", "organisation", "none"],
    *may: str,
    staff: bool = True,
    home: str = "",
) -> Role:
    return Role(name, title, reach, frozenset(may), staff, home)


ROLES: dict[str, Role] = {
    each.name: each
    for each in (
        role("grid_worker", _("Grid worker"), "area", "work_in_grid"),
        role("grid_chief", _("Grid chief"), "area", "work_in_grid"),
        role("courier", _("Courier (part-time grid worker)"), "none", "snap"),
        role("community_clerk", _("Community clerk"), "area", "work_in_grid", "enter_for_others"),
        role("town_room", _("Town command room"), "area", "dispatch", "enter_for_others", "unmask", "export"),
        role(
            "county_room",
            _("County command centre"),
            "area",
            "dispatch",
            "arbitrate",
            "enter_for_others",
            "unmask",
            "export",
        ),
        role("unit_handler", _("Handler in a unit"), "organisation", "handle"),
        role("unit_head", _("Head of a unit"), "organisation", "handle", "export"),
        role("leader", _("Leader"), "area", "see_measures", "supervise", "export"),
        role("administrator", _("Administrator"), "none", "administer"),
        role("auditor", _("Auditor"), "area", "audit", "export"),
    )
}
