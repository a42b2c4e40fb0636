"""Words for what the index found: levels, reasons of a colour, values with their units."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridloop.core.territory.models import Level
from gridloop.scenes.fire.index.models import Standing
from gridloop.scenes.fire.index.queries import reasons_of

LEVEL_TITLES = {
    Level.GRID: gettext_lazy("Grids"),
    Level.COMMUNITY: gettext_lazy("Villages and communities"),
    Level.TOWN: gettext_lazy("Towns and subdistricts"),
}
OVERRIDE_WORDS = {
    "alarm": gettext_lazy("open fire alarm"),
    "hazard": gettext_lazy("open major hazard"),
}


def reason_words(standing: Standing) -> str:
    """Why an area has its colour, in one line."""
    if standing.level != Level.GRID:
        counts = standing.counts or [0, 0, 0, 0]
        return _("%(red)d red, %(orange)d orange of %(all)d grids") % {
            "red": counts[3], "orange": counts[2], "all": sum(counts),
        }  # fmt: skip
    reasons = reasons_of(standing)
    said = [
        str(OVERRIDE_WORDS.get(each["kind"], each["kind"])) if each["kind"] else str(each["indicator"].title)
        for each in reasons
    ]
    return _(", ").join(dict.fromkeys(said))


def override_rows(overrides: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What makes a grid red at once, each with the page it stands on."""
    return [
        {
            "words": OVERRIDE_WORDS.get(each["kind"], each["kind"]),
            "number": each["number"],
            "since": each["since"],
            "url": reverse("desk:case", args=[each["number"]]) if each["kind"] == "hazard" else "",
        }
        for each in overrides
    ]
