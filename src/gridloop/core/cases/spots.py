"""Where a case lies: from a point, or from words the county's own tree knows."""

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from gridloop.core.cases.errors import CaseError
from gridloop.core.territory.addresses import match_address
from gridloop.core.territory.coordinates import to_wgs84
from gridloop.core.territory.locating import locate


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a case lies: the deepest area known, the point if there is one (WGS84), and how it was found."""

    area: int
    longitude: float | None = None
    latitude: float | None = None
    address: str = ""
    placed_by: Literal["point", "nearest", "address", "code", "person", "none"] = "person"


def spot_at(longitude: float, latitude: float, address: str = "", *, system: str = "wgs84") -> Spot:
    """The spot of a point; raises CaseError when it lies too far outside the territory."""
    longitude, latitude = to_wgs84(longitude, latitude, system)
    found = locate(longitude, latitude)
    if found is None:
        raise CaseError(_("That place lies outside this county. Choose a place inside it."), field="place")
    return Spot(found.area, longitude, latitude, address, "point" if found.how == "point" else "nearest")


def spot_named(words: str) -> Spot | None:
    """The spot of the deepest area the words speak of; None where the county's tree knows none."""
    known = match_address(words, limit=1) if words.strip() else []
    return Spot(known[0].area, address=words.strip(), placed_by="address") if known else None


def spot_given(longitude: float | None, latitude: float | None, words: str, *, system: str = "wgs84") -> Spot:
    """The point where there is one, else the words; raises CaseError when neither is known here."""
    if longitude is not None and latitude is not None:
        return spot_at(longitude, latitude, words.strip(), system=system)
    if not words.strip():
        raise CaseError(
            _("Say where it is: your position, a touch on the map, or an address."), field="place"
        )
    if (spot := spot_named(words)) is None:
        raise CaseError(
            _("We do not know that place. Name a street, an estate or a village, or touch the map."),
            field="place",
        )
    return spot
