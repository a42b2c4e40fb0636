"""How long something may take: the county's table of limits, the most particular row winning."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from gridloop.core.clocks import shipped
from gridloop.core.clocks.editions import Shelf
from gridloop.core.clocks.models import TimeLimit, Unit

REMEMBERED = 20_000  # answers a table remembers before it starts anew


@dataclass(frozen=True, slots=True)
class Limit:
    """One row: `category` may be the beginning of a class code, empty means any class; no area means any area."""

    kind: str
    name: str
    value: float
    unit: str
    category: str = ""
    area: int | None = None
    edition: str = ""
    source: str = ""


@dataclass(frozen=True, eq=False)
class LimitTable:
    """An immutable table of limits with its index; of two rows for the same place the later one holds."""

    limits: tuple[Limit, ...]

    @cached_property
    def index(self) -> dict[str, dict[str, dict[tuple[str, int | None], Limit]]]:
        """kind -> name -> (class code, area) -> limit."""
        index: dict[str, dict[str, dict[tuple[str, int | None], Limit]]] = {}
        for limit in self.limits:
            index.setdefault(limit.kind, {}).setdefault(limit.name, {})[limit.category, limit.area] = limit
        return index

    @cached_property
    def areas(self) -> frozenset[int]:
        return frozenset(limit.area for limit in self.limits if limit.area is not None)

    @cached_property
    def answers(self) -> dict[tuple, dict[str, Limit]]:
        return {}

    def limits_for(self, kind: str, category_code: str, areas: tuple[int, ...]) -> dict[str, Limit]:
        key = (kind, category_code, areas)
        if key not in self.answers:
            if len(self.answers) >= REMEMBERED:
                self.answers.clear()
            self.answers[key] = self.look_up(kind, category_code, areas)
        return self.answers[key]

    def look_up(self, kind: str, category_code: str, areas: tuple[int, ...]) -> dict[str, Limit]:
        """Class before area: "0102 anywhere" beats "any class in this town"."""
        codes = [category_code[:length] for length in range(len(category_code), -1, -1)]
        places = [(code, area) for code in codes for area in (*areas, None)]
        found = {}
        for name, rows in self.index.get(kind, {}).items():
            limit = next((rows[place] for place in places if place in rows), None)
            if limit is not None:
                found[name] = limit
        return found


def limit_from(row: Mapping[str, object]) -> Limit:
    """A limit from one row of a table; raises ValueError or KeyError when it makes no sense."""
    area = str(row.get("area") or "").strip()
    value = float(str(row["value"]))
    if not 0 < value <= 10_000:
        raise ValueError(f"value {value:g}")
    return Limit(
        kind=str(row["kind"]).strip(),
        name=str(row["name"]).strip(),
        value=value,
        unit=str(Unit(str(row["unit"]).strip())),
        category=str(row.get("category") or "").strip(),
        area=int(area) if area else None,
        edition=str(row.get("edition") or "").strip(),
        source=str(row.get("source") or "").strip(),
    )


def shipped_table() -> LimitTable:
    return LimitTable((*map(limit_from, shipped.limit_rows()), *BROUGHT))


def load_table(_token: str) -> LimitTable:
    own = TimeLimit.objects.order_by("id").values_list(
        "kind", "name", "value", "unit", "category", "area", "edition", "source"
    )
    return LimitTable((*shipped_table().limits, *(Limit(*row) for row in own)))


BROUGHT: list[Limit] = []
SHELF: Shelf[LimitTable] = Shelf("limits", shipped_table, load_table)


def bring_limits(limits: Iterable[Limit]) -> None:
    """A scene's own default limits; the county's rows win over them."""
    BROUGHT.extend(limit for limit in limits if limit not in BROUGHT)
    SHELF.value = SHELF.token = None


def limits_for(kind: str, category_code: str = "", area_ids: Iterable[int | None] = ()) -> dict[str, Limit]:
    """Every limit that holds, by name. `area_ids` go from the smallest area to the largest; gaps may be None."""
    table = SHELF.current()
    return table.limits_for(kind, category_code, tuple(area for area in area_ids if area in table.areas))


def limit_for(kind: str, category_code: str, area_ids: Iterable[int | None], name: str) -> Limit | None:
    return limits_for(kind, category_code, area_ids).get(name)


def table() -> tuple[Limit, ...]:
    """Every row in force, shipped ones first."""
    return SHELF.current().limits
