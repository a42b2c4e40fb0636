"""Telling town and county that a grid has turned red."""

from collections.abc import Sequence
from typing import Any

from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from gridloop.core.notices.actions import tell_many
from gridloop.core.notices.hearers import rooms_of
from gridloop.core.notices.telling import Telling
from gridloop.core.territory import tree
from gridloop.scenes.fire.index.colours import Change

EVENT = "grid_turned_red"
REASONS: dict[str, Any] = {
    "": _("its score has passed the red threshold"),
    "hazard": _("a major hazard is open there"),
    "alarm": _("a fire alarm is open there"),
}


def tell_of_red(changes: Sequence[Change]) -> None:
    """Once a room and change. A grid red for an alarm alone is left out: the alarm itself has told them already."""
    picture = tree.current()
    tellings = []
    told = [each for each in changes if each.reasons != ("alarm",)]
    around = {each.grid: picture.chain(each.grid) for each in told}
    rooms = rooms_of({area for chain in around.values() for area in (chain.town, chain.county) if area})
    for each in told:
        chain = around[each.grid]
        reason = next((kind for kind in each.reasons if kind != "alarm"), "")
        facts = {
            "place": picture.full_name(each.grid), "score": f"{each.score:.1f}", "reason": lazystr(REASONS[reason]),
        }  # fmt: skip
        for area in (chain.town, chain.county):
            for hearer in rooms.get(area or 0, []):
                key = f"{EVENT}:{each.row}:{hearer.person or 0}:{hearer.organisation or 0}"
                tellings.append(
                    Telling(
                        EVENT,
                        key,
                        "room",
                        person=hearer.person,
                        organisation=hearer.organisation,
                        facts=facts,
                    )
                )
    if tellings:
        tell_many(tellings)
