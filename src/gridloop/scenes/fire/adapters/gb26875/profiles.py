"""Dialects: where a product leaves the letter of the standard, said once and by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gridloop.core.journal.errors import Refusal
from gridloop.scenes.fire.adapters.gb26875.addresses import PLACES, SOURCES, Format


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one family of devices speaks. A vendor names its dialect in `Vendor.profile`.

    `length`: byte order of the length; `clock`: plain numbers or BCD; `source` and `place`: names of address formats;
    `registration`: the private type of a first frame that names the device (0: none).
    """

    name: str
    title: str | Promise
    length: Literal["little", "big"] = "little"
    clock: Literal["binary", "bcd"] = "binary"
    source: str = "hex"
    place: str = "zone-position"
    registration: int = 0

    @property
    def bcd(self) -> bool:
        return self.clock == "bcd"

    @property
    def source_format(self) -> Format:
        return SOURCES[self.source]

    @property
    def place_format(self) -> Format:
        return PLACES[self.place]


STANDARD = Dialect("standard", _("GB/T 26875.3-2011 to the letter"))

DIALECTS: Mapping[str, Dialect] = {
    each.name: each
    for each in (
        STANDARD,
        Dialect("dahua", _("Dahua 1.03: BCD clock, a registration frame of 142 bytes"), clock="bcd", registration=128),
        Dialect("dahua-high", _("Dahua, builds that send the length high byte first"), clock="bcd", length="big",
                registration=128),
        Dialect("jk-gh2013g", _("JK-GH2013G: addresses high byte first"), source="hex-reversed",
                place="zone-position-high"),
        Dialect("octets", _("Component addresses as host, loop, number, sub-number"), place="octets"),
    )
}  # fmt: skip


def dialect(name: str) -> Dialect:
    """The dialect of this name."""
    if name not in DIALECTS:
        raise Refusal(_("There is no profile “%(name)s”.") % {"name": name}, field="profile")
    return DIALECTS[name]
