"""The territory over the JSON API: areas, classes, organisations, and what lies where."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field, StringConstraints

from gridloop.api import schemas, showing
from gridloop.api.bearer import TERRITORY, person_in
from gridloop.core.cases.models import Category
from gridloop.core.journal.errors import NotFound
from gridloop.core.people.models import Organisation
from gridloop.core.people.queries import organisations_within
from gridloop.core.territory import tree
from gridloop.core.territory.addresses import match_address
from gridloop.core.territory.coordinates import to_wgs84
from gridloop.core.territory.locating import locate
from gridloop.core.territory.models import Area
from gridloop.core.territory.queries import find_areas

router = Router(tags=["territory"])
Level = Literal["", "province", "city", "county", "town", "community", "grid", "building"]
PAGE = 500


@router.get("/classes", auth=TERRITORY, response=list[schemas.ClassLine], summary="List classes")
def list_classes(request: HttpRequest) -> list[dict[str, Any]]:
    """The class list in force, major classes and what belongs to them."""
    rows = Category.objects.filter(retired_at=None).select_related("parent").order_by("edition", "code")
    return [showing.shown_class(category) for category in rows]


@router.get("/areas", auth=TERRITORY, response=schemas.AreaPage, summary="List or find areas")
def list_areas(
    request: HttpRequest,
    level: Level = "",
    within: schemas.Id | None = None,
    q: Annotated[str, StringConstraints(max_length=60)] = "",
    page: Annotated[int, Field(ge=0, le=2**53, description="`older` of the page before.")] = 0,
) -> dict[str, Any]:
    """Areas in the order of their ids, 500 a page; with `q` the best twenty by name, alias or code."""
    picture = tree.current()
    if q.strip():
        return {
            "areas": [showing.shown_area(area.pk, picture) for area in find_areas(q) if area.pk in picture]
        }
    rows = Area.objects.filter(retired_at=None, pk__gt=page)
    if level:
        rows = rows.filter(level=level)
    if within is not None:
        path = Area.objects.filter(pk=within).values_list("path", flat=True).first()
        if path is None:
            raise NotFound(_("There is no such area."), field="within")
        rows = rows.filter(path__startswith=path)
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[: PAGE + 1])
    shown = [showing.shown_area(area, picture) for area in ids[:PAGE] if area in picture]
    return {"areas": shown, "older": ids[PAGE - 1] if len(ids) > PAGE else None}


@router.get("/areas/{area}", auth=TERRITORY, response=schemas.AreaLine, summary="Read an area")
def read_area(request: HttpRequest, area: schemas.Id) -> dict[str, Any]:
    """One area by its id, which stays when its name or code changes."""
    return showing.shown_area(area)


@router.get("/locate", auth=TERRITORY, response=schemas.LocatedAt, summary="What lies at a point")
def locate_point(
    request: HttpRequest,
    longitude: schemas.Longitude,
    latitude: schemas.Latitude,
    system: Literal["wgs84", "gcj02", "bd09", "cgcs2000"] = "wgs84",
) -> dict[str, Any]:
    """The deepest area at a point, or the nearest within 500 m; 404 when it lies outside the territory."""
    if system in ("gcj02", "bd09"):
        longitude, latitude = map(float, to_wgs84(longitude, latitude, system))
    found = locate(longitude, latitude)
    if found is None:
        raise NotFound(_("That place lies outside this county. Choose a place inside it."))
    picture = tree.current()
    around = [showing.shown_area(area, picture) for area in reversed(picture.around(found.area))]
    return {"area": around[-1], "around": around, "how": found.how, "metres": found.metres}


@router.get("/addresses", auth=TERRITORY, response=list[schemas.AddressGuess], summary="Match an address")
def match_addresses(
    request: HttpRequest, q: Annotated[str, StringConstraints(min_length=2, max_length=200)]
) -> list[dict[str, Any]]:
    """Areas an address may mean, best first, from the county's own names and aliases."""
    return [
        {"area": showing.shown_area(match.area), "score": match.score, "matched": str(match.matched)}
        for match in match_address(q, limit=5)
    ]


@router.get(
    "/organisations", auth=TERRITORY, response=list[schemas.OrganisationLine], summary="List organisations"
)
def list_organisations(
    request: HttpRequest,
    kind: Annotated[str, StringConstraints(max_length=12)] = "",
    page: Annotated[int, Field(ge=0, le=2**53, description="The last id of the page before.")] = 0,
) -> list[dict[str, Any]]:
    """Organisations within reach in the order of their ids, 500 a page; `page` is the last id of the page before."""
    person = person_in(request)
    rows = organisations_within(person) if person else Organisation.objects.none()
    rows = rows.filter(retired_at=None, pk__gt=page)
    if kind:
        rows = rows.filter(kind=kind)
    return [showing.shown_organisation(one) for one in rows.distinct().order_by("pk")[:PAGE]]
