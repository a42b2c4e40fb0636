"""Service stations: founded, changed, closed, and the lines of their menus."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.cases.models import Case, Party
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal, TooLate
from gridloop.core.notices.actions import tell_many
from gridloop.core.notices.telling import Telling
from gridloop.core.people.models import Organisation
from gridloop.core.people.queries import require
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.listings.models import ItemKind, Station, StationItem
from gridloop.scenes.volunteers.listings.queries import open_orders
from gridloop.scenes.volunteers.roster.models import Skill
from gridloop.scenes.volunteers.roster.queries import CARE

LONGEST = 1000


@transaction.atomic
def found_station(
    name: str,
    *,
    area: Area,
    organisation: Organisation | None = None,
    words: str = "",
    longitude: float | None = None,
    latitude: float | None = None,
    by: Actor,
) -> Station:
    """A service station of a community, with an empty menu."""
    require(by, CARE, area.pk)
    guard_name(name, area)
    station = Station.objects.create(
        name=name.strip(), area=area, organisation=organisation, words=words.strip()[:LONGEST],
        longitude=area.longitude if longitude is None else longitude,
        latitude=area.latitude if latitude is None else latitude,
    )  # fmt: skip

    record("station_founded", by=by, subject_kind="station", subject=station.pk, area=area.pk)
    return station


def guard_name(name: str, area: Area, but: Station | None = None) -> None:
    if not 1 <= len(name.strip()) <= 80:
        raise Refusal(_("The name has 1 to 80 characters."), field="name")
    same = Station.objects.filter(area=area, name=name.strip(), retired_at=None)
    if same.exclude(pk=but.pk if but else 0).exists():
        raise Refusal(_("This area has a station of this name already."), field="name")


@transaction.atomic
def change_station(
    station: Station,
    *,
    name: str,
    area: Area,
    words: str = "",
    longitude: float | None = None,
    latitude: float | None = None,
    by: Actor,
) -> Station:
    """Another name, place or opening hours; moved without a point, it stands in the middle of its new community."""
    require(by, CARE, station.area_id)
    require(by, CARE, area.pk)
    guard_name(name, area, but=station)
    if longitude is None or latitude is None:
        moved = area.pk != station.area_id
        longitude, latitude = (
            (area.longitude, area.latitude) if moved else (station.longitude, station.latitude)
        )
    after = {
        "name": name.strip(), "area_id": area.pk, "words": words.strip()[:LONGEST],
        "longitude": longitude, "latitude": latitude,
    }  # fmt: skip
    before = {field: getattr(station, field) for field in after}
    changed = [field.removesuffix("_id") for field, value in after.items() if value != before[field]]
    if not changed:
        return station
    if Station.objects.filter(pk=station.pk, retired_at=None, **before).update(**after) != 1:
        raise TooLate(_("Somebody else has changed or closed this station meanwhile. Look at it again."))
    station.refresh_from_db()

    record("station_changed", by=by, subject_kind="station", subject=station.pk, area=area.pk,
           before=before["name"][:48], after=station.name[:48], facts={"changed": changed})  # fmt: skip
    return station


@transaction.atomic
def close_station(station: Station, *, reason: str, by: Actor) -> int:
    """The station is no more, with its menu; who has ordered there and waits for help hears that it goes on.

    Returns how many orders are open.
    """
    require(by, CARE, station.area_id)
    if not reason.strip():
        raise Refusal(_("Say why, so that people who come here know."), field="reason")
    now = timezone.now()
    if Station.objects.filter(pk=station.pk, retired_at=None).update(retired_at=now) != 1:
        raise TooLate(_("This station has closed already."))
    lines = station.items.filter(retired_at=None).update(retired_at=now)
    station.refresh_from_db()
    orders = list(open_orders(station))

    record("station_closed", by=by, subject_kind="station", subject=station.pk, area=station.area_id,
           before=station.name[:48], words=reason.strip()[:200], facts={"lines": lines, "orders": len(orders)})  # fmt: skip

    tell_of_closing(station, orders, reason.strip()[:200])
    return len(orders)


def tell_of_closing(station: Station, orders: Sequence[Case], reason: str) -> None:
    """Everybody behind an open order."""
    behind = Party.objects.behind().filter(case__in=orders).values_list("case", "person")
    case_of = {case.pk: case for case in orders}
    tell_many(
        [
            Telling(
                "station_closed", f"station_closed:{station.pk}:{case}:{person}", "lister", person=person, case=case,
                facts={"name": station.name, "reason": reason, "number": case_of[case].number},
                address=reverse("volunteers:request", args=[case_of[case].number]),
            )
            for case, person in behind
        ]
    )  # fmt: skip


@transaction.atomic
def add_item(
    station: Station,
    title: str,
    *,
    kind: str,
    words: str = "",
    skill: Skill | None = None,
    minutes: int = 60,
    by: Actor,
) -> StationItem:
    """A line of the menu: for everybody, or on order."""
    require(by, CARE, station.area_id)
    if not Station.objects.select_for_update().filter(pk=station.pk, retired_at=None).exists():
        raise TooLate(_("This station has closed already."))
    if kind not in ItemKind.values:
        raise Refusal(_("Choose what it is from the list."), field="kind")
    if not title.strip() or len(title.strip()) > 60:
        raise Refusal(_("The name has 1 to 60 characters."), field="title")
    if not 5 <= minutes <= 1440:
        raise Refusal(_("Say how long it takes: 5 to 1440 minutes."), field="minutes")
    try:
        with transaction.atomic():
            item = StationItem.objects.create(
                station=station,
                title=title.strip(),
                kind=kind,
                words=words.strip()[:200],
                skill=skill,
                minutes=minutes,
            )
    except IntegrityError as twice:
        raise Refusal(_("This menu has such a line already."), field="title") from twice

    record("station_menu_changed", by=by, subject_kind="station", subject=station.pk, area=station.area_id,
           after=item.title, facts={"item": item.pk})  # fmt: skip
    return item


@transaction.atomic
def retire_item(item: StationItem, *, by: Actor) -> None:
    """The line leaves the menu; what was ordered through it stays."""
    require(by, CARE, item.station.area_id)
    if StationItem.objects.filter(pk=item.pk, retired_at=None).update(retired_at=timezone.now()) != 1:
        raise TooLate(_("This line has left the menu already."))

    record("station_menu_changed", by=by, subject_kind="station", subject=item.station_id,
           area=item.station.area_id, before=item.title, facts={"item": item.pk})  # fmt: skip
