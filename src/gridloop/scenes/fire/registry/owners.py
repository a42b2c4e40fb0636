"""Who answers for premises, and which area they belong to."""

from gridloop.core.people.queries import persons_in
from gridloop.core.territory import tree
from gridloop.scenes.fire.registry.models import Premises


def owners_of(premises: Premises) -> list[int]:
    """The owner, and whoever holds that post in the owner's organisation; person ids."""
    found = [premises.owner_id] if premises.owner_id else []
    if premises.organisation_id:
        found += persons_in("premises_owner", organisation=premises.organisation_id).values_list(
            "pk", flat=True
        )
    return list(dict.fromkeys(found))


def area_of(premises: Premises) -> int:
    """The deepest area known; a place nobody has located belongs to the county."""
    area = premises.grid_id or premises.community_id or premises.town_id or premises.county_id
    return area or tree.current().at_level("county")[0]
