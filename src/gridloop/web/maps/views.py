"""Shapes and places for maps; boundaries are public, what lies in them is not."""

import gzip
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from gridloop.core.territory import tree
from gridloop.core.territory.addresses import match_address
from gridloop.core.territory.locating import locate
from gridloop.core.territory.models import Area, Level, Place
from gridloop.core.territory.shapes import layer_etag, map_layer

SIMPLER = {Level.TOWN: 60.0, Level.COMMUNITY: 30.0, Level.GRID: 12.0}  # metres


@require_safe
def layer(request: HttpRequest, level: str = "grid") -> HttpResponse:
    """All areas of one level as GeoJSON."""
    wanted = Level(level) if level in Level.values else Level.GRID
    metres = SIMPLER.get(wanted, 0.0)
    if request.headers.get("If-None-Match") == layer_etag(wanted, None, metres):
        return HttpResponseNotModified()
    found = map_layer(wanted, None, metres)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        answer = HttpResponse(packed(found.body), content_type="application/geo+json")
        answer["Content-Encoding"] = "gzip"
    else:
        answer = HttpResponse(found.body, content_type="application/geo+json")
    answer["Vary"] = "Accept-Encoding"
    answer["ETag"] = found.etag
    answer["Cache-Control"] = "no-cache"
    return answer


@lru_cache(maxsize=4)
def packed(body: bytes) -> bytes:
    """A layer is half a megabyte and the same for everybody until a boundary changes: compressed once."""
    return gzip.compress(body, 6)


@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """Suggestions while an address is typed: areas of the county's own tree and known places."""
    words = request.GET.get("place", "").strip()
    found: list[dict[str, Any]] = []
    if len(words) >= 2:
        picture = tree.current()
        for place in Place.objects.filter(name__contains=words).select_related("area")[:5]:
            where = picture.full_name(place.area_id)
            found.append(
                {"name": place.name, "where": where, "longitude": place.longitude, "latitude": place.latitude}
            )
        matches = match_address(words, limit=5)
        points = Area.objects.in_bulk([match.area for match in matches])
        for match in matches:
            area = points.get(match.area)
            point = (
                {"longitude": area.longitude, "latitude": area.latitude}
                if area and area.level == "grid"
                else {}
            )
            found.append({"name": picture.name(match.area), "where": picture.full_name(match.area), **point})
    return render(request, "web/places.html", {"found": found[:6]})


@require_GET
def here(request: HttpRequest) -> JsonResponse:
    """What the ground under a point is called, so that a person sees whether the phone is right. It is not kept."""
    try:
        found = locate(float(request.GET.get("longitude", "")), float(request.GET.get("latitude", "")))
    except ValueError:
        found = None
    if found is None:
        return JsonResponse({"inside": False})
    return JsonResponse({"inside": True, "name": tree.current().neighbourhood(found.area)})
