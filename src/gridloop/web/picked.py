"""What a place picker posts, as the spot it means (components/place_picker.html)."""

from collections.abc import Mapping
from typing import Any

from gridloop.core.cases.spots import Spot, spot_given


def spot_picked(given: Mapping[str, Any], name: str = "place") -> Spot:
    """The point that was touched or that the phone gave, else the words; raises CaseError in words for the field."""
    system = "gcj02" if given.get(f"{name}_source") == "gcj02" else "wgs84"
    words = str(given.get(name) or "")
    return spot_given(given.get(f"{name}_longitude"), given.get(f"{name}_latitude"), words, system=system)
