"""The field map: the worker's own grids, and the cases of today as points."""

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gridloop.core.people.queries import reach_of
from gridloop.core.territory import tree
from gridloop.core.territory.models import Level
from gridloop.core.territory.shapes import map_layer
from gridloop.web.acting import person_of
from gridloop.web.field.sync import signed_out
from gridloop.web.field.today import MOST, cases_of_today

METRES = 8.0


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """Today's cases that have a point."""
    person = person_of(request)
    if person is None:
        return signed_out()
    now = timezone.now()
    placed = cases_of_today(person).filter(longitude__isnull=False, latitude__isnull=False)[:MOST]
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [case.longitude, case.latitude]},
            "properties": {
                "name": case.title,
                "overdue": case.queue_at < now,
                "url": reverse("field:case", args=[case.number]),
            },
        }
        for case in placed
    ]
    return geojson(features)


@require_safe
def grids(request: HttpRequest) -> HttpResponse:
    """The grids the person has to do with; for others (couriers, units) the towns of the county."""
    person = person_of(request)
    if person is None:
        return signed_out()
    picture = tree.current()
    roots = [root for root in reach_of(person).roots if root in picture]
    if not roots:
        return HttpResponse(map_layer(Level.TOWN, None, 60.0).body, content_type="application/geo+json")
    features = [
        feature
        for root in roots
        for feature in json.loads(map_layer(Level.GRID, root, METRES).body)["features"]
    ]
    return geojson(features)


def geojson(features: list) -> JsonResponse:
    answer = JsonResponse(
        {"type": "FeatureCollection", "features": features}, content_type="application/geo+json"
    )
    answer["Cache-Control"] = "private, no-cache"
    return answer
