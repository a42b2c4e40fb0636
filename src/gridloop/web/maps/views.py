"""Shapes for maps; boundaries are public, what lies in them is not."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

from gridloop.core.territory.models import Level
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
    answer = HttpResponse(found.body, content_type="application/geo+json")
    answer["ETag"] = found.etag
    answer["Cache-Control"] = "no-cache"
    return answer
