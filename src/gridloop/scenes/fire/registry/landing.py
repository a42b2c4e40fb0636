"""How rows of the register's tables become rows of the database, two thousand at a time."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from django.contrib.auth.hashers import make_password
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridloop.core.journal.actions import new_entry, record_all
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Organisation, Person
from gridloop.core.people.personal_data import digest
from gridloop.core.spreadsheets import RowError
from gridloop.core.territory.models import Area
from gridloop.scenes.fire.registry.cells import (
    Meanings,
    day_in,
    number_in,
    phone_in,
    point_in,
    words_in,
    yes_in,
)
from gridloop.scenes.fire.registry.claim_keys import claim_digest
from gridloop.scenes.fire.registry.models import (
    Camera,
    Device,
    DeviceKind,
    Premises,
    PremisesKind,
    Station,
    Vendor,
)
from gridloop.scenes.fire.registry.placing import NOWHERE, Where, where_are, where_is

Values = Mapping[str, str]
AT_ONCE = 400  # values of one IN list


class Counts(Protocol):
    """Where the outcome of rows is counted."""

    made: int
    changed: int
    same: int
    errors: list[RowError]


@dataclass(slots=True)
class Judged:
    """One row that is right: what it is called, and what it says."""

    key: Any
    facts: dict[str, Any]
    more: dict[str, Any] = field(default_factory=dict)
    row: int = 0


@dataclass
class Landing:
    """What rows refer to, read once or once a chunk."""

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


Row = TypeVar("Row", bound=Model)


def in_parts(found: QuerySet[Row], name: str, values: Collection[Any]) -> QuerySet[Row]:
    """Rows whose column has one of the values; lists are short enough for any database (a chunk has 2,000 rows)."""
    return found.filter(**{f"{name}__in": list(values)})


def prepare_premises(place: Landing, rows: Sequence[Values]) -> None:
    place.locate(rows)
    codes = {values.get("organisation", "").strip() for values in rows} - {""}
    place.organisations = dict(
        Organisation.objects.filter(code__in=codes, retired_at=None).values_list("code", "pk")
    )


def judge_premises(place: Landing, values: Values) -> Judged:
    point = point_in(values, place.system)
    if point is not None:
        where = place.where(values)
    elif values.get("grid", "").strip():
        grid, *middle = place.grid(values["grid"].strip())
        where, point = place.within_reach(where_is(grid)), (middle[0], middle[1])
    else:
        raise Refusal(_("Write longitude and latitude, or the code of the grid."))
    organisation = values.get("organisation", "").strip()
    if organisation and organisation not in place.organisations:
        raise Refusal(_("There is no organisation with the code “%(code)s”.") % {"code": organisation[:40]})
    facts: dict[str, Any] = {
        "name": words_in(values, "name", 80),
        "kind": place.premises_kinds.of(values["kind"]),
        "longitude": point[0],
        "latitude": point[1],
        "grid_id": where.grid,
        "community_id": where.community,
        "town_id": where.town,
        "county_id": where.county,
    }
    facts |= given(
        address=words_in(values, "address", 200),
        organisation_id=place.organisations.get(organisation),
        duty_phone=words_in(values, "duty_phone", 30),
        built=number_in(values, "built", 1000, 2200),
        people=number_in(values, "people", 0, 1_000_000),
        electric_bikes=yes_in(values, "electric_bikes"),
    )
    owner = {"phone": phone_in(values, "owner_phone"), "name": words_in(values, "owner", 60)}
    return Judged(words_in(values, "code", 32), facts, owner)


def given(**facts: Any) -> dict[str, Any]:
    """Without what the file leaves empty: an empty cell changes nothing."""
    return {name: value for name, value in facts.items() if value not in (None, "")}


def settle_premises(place: Landing, rows: list[Judged], counts: Counts) -> None:
    owners = owners_of(rows, place.by)
    for each in rows:
        if each.more["phone"]:
            each.facts["owner_id"] = owners[digest(each.more["phone"])]
    known = {one.code: one for one in in_parts(Premises.objects.all(), "code", [each.key for each in rows])}
    write(Premises, ("code",), rows, known, counts, retired_at=None)


def owners_of(rows: Sequence[Judged], by: Actor) -> dict[str, int]:
    """Persons by digest of their number; those nobody knew are written down as residents."""
    wanted = {digest(each.more["phone"]): each.more for each in rows if each.more["phone"]}
    found = dict(Person.objects.filter(phone_digest__in=list(wanted)).values_list("phone_digest", "pk"))
    none = make_password(None)
    new = [
        Person(name=more["name"], phone=more["phone"], phone_digest=key, password=none)
        for key, more in wanted.items()
        if key not in found
    ]
    if new:
        Person.objects.bulk_create(new, ignore_conflicts=False)
        record_all(new_entry("person_joined", by=by, subject_kind="person", subject=one.pk) for one in new)
        found |= {one.phone_digest: one.pk for one in new}
    return found


def prepare_devices(place: Landing, rows: Sequence[Values]) -> None:
    place.read_premises(rows)


def judge_devices(place: Landing, values: Values) -> Judged:
    vendor, code = values["vendor"].strip(), words_in(values, "code", 64)
    facts: dict[str, Any] = {"kind": place.device_kinds.of(values["kind"])}
    facts |= given(
        premises_id=place.premises_at(values.get("premises", "").strip()),
        floor=words_in(values, "floor", 12),
        spot=words_in(values, "spot", 60),
        claim_digest=claim_digest(values.get("claim_key", "")),
        silence=number_in(values, "silence", 0, 31_536_000),
        installed_at=day_in(values, "installed"),
    )
    panel = words_in(values, "panel", 64)
    return Judged((place.vendor(vendor), code), facts, {"panel": panel, "vendor": vendor})


def settle_devices(place: Landing, rows: list[Judged], counts: Counts) -> None:
    codes = [each.key[1] for each in rows]
    known = {(one.vendor_id, one.code): one for one in in_parts(Device.objects.all(), "code", codes)}
    for each in rows:
        if each.more["panel"]:
            place.panels.append((each.row, each.key[0], each.key[1], each.more["panel"]))
    write(Device, ("vendor_id", "code"), rows, known, counts, retired_at=None)


def bind_panels(place: Landing, errors: list[RowError]) -> None:
    """Panels may stand further down in the same file, so they are bound when all rows are there."""
    below: dict[int, list[int]] = {}
    for start in range(0, len(place.panels), AT_ONCE):
        part = place.panels[start : start + AT_ONCE]
        codes = {code for _row, _vendor, *both in part for code in both}
        found = {(one.vendor_id, one.code): one for one in Device.objects.filter(code__in=codes)}
        for row, vendor, code, panel in part:
            device, above = found[int(vendor), code], found.get((int(vendor), panel))
            if above is None or above.pk == device.pk:
                errors.append(
                    RowError(row, _("There is no panel with the code “%(code)s”.") % {"code": panel})
                )
            elif device.panel_id != above.pk:
                below.setdefault(above.pk, []).append(device.pk)
    for panel_pk, devices in below.items():
        for start in range(0, len(devices), AT_ONCE):
            Device.objects.filter(pk__in=devices[start : start + AT_ONCE]).update(panel=panel_pk)


def prepare_cameras(place: Landing, rows: Sequence[Values]) -> None:
    place.locate(rows)
    place.read_premises(rows)


def judge_cameras(place: Landing, values: Values) -> Judged:
    point, where = point_in(values, place.system), place.where(values)
    assert point is not None  # both columns are needed
    address = words_in(values, "address", 300)
    if address and not address.startswith(("http://", "https://")):
        raise Refusal(_("A link begins with http:// or https://."))
    facts = {
        "name": words_in(values, "name", 80),
        "longitude": point[0],
        "latitude": point[1],
        "grid_id": where.grid,
    }
    facts |= given(premises_id=place.premises_at(values.get("premises", "").strip()), address=address)
    return Judged(words_in(values, "code", 40), facts)


def settle_cameras(place: Landing, rows: list[Judged], counts: Counts) -> None:
    known = {one.code: one for one in in_parts(Camera.objects.all(), "code", [each.key for each in rows])}
    write(Camera, ("code",), rows, known, counts, retired_at=None)


def prepare_stations(place: Landing, rows: Sequence[Values]) -> None:
    place.locate(rows)


def judge_stations(place: Landing, values: Values) -> Judged:
    point, where = point_in(values, place.system), place.where(values)
    assert point is not None
    facts: dict[str, Any] = {"longitude": point[0], "latitude": point[1]}
    facts |= given(crew=number_in(values, "crew", 0, 500), equipment=words_in(values, "equipment", 200))
    more = {"name": words_in(values, "name", 120), "area": where.community}
    return Judged(words_in(values, "code", 40), facts, more)


def settle_stations(place: Landing, rows: list[Judged], counts: Counts) -> None:
    """A station is an organisation with a place: the organisation is founded with it."""
    units = {one.code: one for one in Organisation.objects.filter(code__in=[each.key for each in rows])}
    new = [
        Organisation(code=each.key, name=each.more["name"], kind="team", area_id=each.more["area"])
        for each in rows
        if each.key not in units
    ]
    Organisation.objects.bulk_create(new)
    record_all(
        new_entry("organisation_founded", by=place.by, subject_kind="organisation", subject=one.pk, area=one.area_id, after=one.kind)
        for one in new
    )  # fmt: skip
    units |= {one.code: one for one in new}
    for each in rows:
        each.key = units[each.key].pk
    known = {
        one.organisation_id: one
        for one in Station.objects.filter(organisation__in=[each.key for each in rows])
    }
    write(Station, ("organisation_id",), rows, known, counts, retired_at=None)


def write(
    model: type[Any],
    names: tuple[str, ...],
    rows: list[Judged],
    known: Mapping[Any, Any],
    counts: Counts,
    **always: Any,
) -> None:
    """New rows and those that differ, each in a few statements."""
    new, changed, fields = [], [], set[str]()
    for each in rows:
        one, facts = known.get(each.key), {**each.facts, **always}
        if one is None:
            key = each.key if isinstance(each.key, tuple) else (each.key,)
            new.append(model(**dict(zip(names, key, strict=True)), **facts))
            continue
        different = {name for name, value in facts.items() if getattr(one, name) != value}
        if not different:
            counts.same += 1
            continue
        for name in different:
            setattr(one, name, facts[name])
        fields |= different
        one.pk = None  # the code decides which row it is; a second conflict, on the id, would stop SQLite
        changed.append(one)
    model.objects.bulk_create(new, batch_size=1_000)
    if changed:
        # One INSERT that updates on conflict is far cheaper than Django's CASE for each column.
        plain = [name.removesuffix("_id") if name in FOREIGN else name for name in sorted(fields)]
        unique = [name.removesuffix("_id") if name in FOREIGN else name for name in names]
        model.objects.bulk_create(
            changed, batch_size=1_000, update_conflicts=True, unique_fields=unique, update_fields=plain
        )
    counts.made += len(new)
    counts.changed += len(changed)


FOREIGN = frozenset(
    {
        "grid_id",
        "community_id",
        "town_id",
        "county_id",
        "owner_id",
        "organisation_id",
        "premises_id",
        "vendor_id",
    }
)
Step = tuple[
    Callable[[Landing, Sequence[Values]], None],
    Callable[[Landing, Values], Judged],
    Callable[[Landing, list[Judged], Counts], None],
]
STEPS: dict[str, Step] = {
    "premises": (prepare_premises, judge_premises, settle_premises),
    "devices": (prepare_devices, judge_devices, settle_devices),
    "cameras": (prepare_cameras, judge_cameras, settle_cameras),
    "stations": (prepare_stations, judge_stations, settle_stations),
}
