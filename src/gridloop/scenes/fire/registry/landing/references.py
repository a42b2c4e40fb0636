"""What rows refer to: areas around their points, grids, vendors, premises and organisations by their codes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.territory.models import Area
from gridloop.scenes.fire.registry.cells import Meanings, point_in
from gridloop.scenes.fire.registry.models import DeviceKind, Premises, PremisesKind, Vendor
from gridloop.scenes.fire.registry.placing import NOWHERE, Where, where_are

Values = Mapping[str, str]
Row = TypeVar("Row", bound=Model)


@dataclass
class References:
    """What the rows of one file refer to, read once or once a chunk."""

    by: Actor
    system: str
    areas: Collection[int] | None
    seen: set[Any] = field(default_factory=set)
    panels: list[tuple[int, str, str, str]] = field(default_factory=list)  # row, vendor, code, panel's code
    places: dict[tuple[str, str], Where] = field(default_factory=dict)
    premises: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    organisations: dict[str, int] = field(default_factory=dict)
    grids: dict[str, tuple[int, float, float]] | None = None
    vendors: dict[str, int] | None = None

    def __post_init__(self) -> None:
        self.premises_kinds = Meanings(
            PremisesKind.choices, gettext_lazy("There is no kind of premises “%(words)s”.")
        )
        self.device_kinds = Meanings(
            DeviceKind.choices, gettext_lazy("There is no kind of device “%(words)s”.")
        )

    def locate(self, rows: Sequence[Values]) -> None:
        """The areas of all points of a chunk at once."""
        points: dict[tuple[str, str], tuple[float, float]] = {}
        for values in rows:
            try:
                point = point_in(values, self.system)
            except Refusal:
                continue
            if point is not None:
                points[values.get("longitude", ""), values.get("latitude", "")] = point
        self.places = dict(zip(points, where_are(list(points.values())), strict=True))

    def where(self, values: Values) -> Where:
        """The areas of a row's point; refuses what lies outside the county or outside the writer's reach."""
        found = self.places.get((values.get("longitude", ""), values.get("latitude", "")), NOWHERE)
        if found.grid is None:
            raise Refusal(
                _("This point lies in none of our grids. Check longitude, latitude and their system.")
            )
        return self.within_reach(found)

    def within_reach(self, found: Where) -> Where:
        if self.areas is not None and found.grid not in self.areas:
            raise Refusal(_("This place lies outside your area."))
        return found

    def grid(self, code: str) -> tuple[int, float, float]:
        if self.grids is None:
            rows = Area.objects.filter(level="grid", retired_at=None).values_list(
                "code", "pk", "longitude", "latitude"
            )
            self.grids = {
                code: (pk, longitude or 0.0, latitude or 0.0) for code, pk, longitude, latitude in rows
            }
        if code not in self.grids:
            raise Refusal(_("There is no grid with the code “%(code)s”.") % {"code": code[:24]})
        return self.grids[code]

    def vendor(self, code: str) -> int:
        if self.vendors is None:
            self.vendors = dict(Vendor.objects.values_list("code", "pk"))
        if code not in self.vendors:
            raise Refusal(
                _("There is no vendor with the code “%(code)s”. Enter it in the settings first.")
                % {"code": code[:32]}
            )
        return self.vendors[code]

    def read_premises(self, rows: Sequence[Values]) -> None:
        codes = {values.get("premises", "").strip() for values in rows} - {""}
        self.premises = {
            code: (pk, grid)
            for code, pk, grid in in_parts(
                Premises.objects.filter(retired_at=None), "code", codes
            ).values_list("code", "pk", "grid_id")
        }

    def premises_at(self, code: str) -> int | None:
        if not code:
            return None
        if code not in self.premises:
            raise Refusal(_("There are no premises with the code “%(code)s”.") % {"code": code[:32]})
        pk, grid = self.premises[code]
        if self.areas is not None and grid not in self.areas:
            raise Refusal(_("This place lies outside your area."))
        return pk


def in_parts(found: QuerySet[Row], name: str, values: Collection[Any]) -> QuerySet[Row]:
    """Rows whose column has one of the values; lists are short enough for any database (a chunk has 2,000 rows)."""
    return found.filter(**{f"{name}__in": list(values)})
