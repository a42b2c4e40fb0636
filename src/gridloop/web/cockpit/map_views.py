"""What the cockpit's map is coloured by: open and overdue cases of each grid, and single cases close up."""

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gridloop.core.cases.queries import cases_within_reach
from gridloop.core.cases.worklist import Filters, filtered
from gridloop.core.measures.open_cases import NOTHING, Counts, counts_of
from gridloop.web.acting import person_of, staff_only
from gridloop.web.cockpit.choosing import ABILITIES, Chosen, chosen

MOST_POINTS = 600
STEPS = (
    (1, 2, 3, 4, 6),
    (1, 2, 4, 7, 11),
    (1, 3, 6, 10, 16),
    (1, 5, 10, 20, 40),
    (1, 20, 50, 100, 200),
    (1, 100, 250, 500, 1000),
)


def grids_of(choice: Chosen) -> list[int]:
    return choice.picture.at_level("grid", choice.area)


def shades(choice: Chosen) -> list[int]:
    """Where the colours change: the fullest few grids get the darkest, and one heap does not pale all the others."""
    counts = counts_of(grids_of(choice), choice.as_of)
    values = sorted(value for each in counts.values() if (value := getattr(each, choice.shade)) > 0)
    high = values[int(0.97 * (len(values) - 1))] if values else 0
    return list(next((steps for steps in STEPS if high <= steps[-1]), STEPS[-1]))


def legend(breaks: list[int]) -> list[dict[str, Any]]:
    """0, then from each break to the next."""
    ends = [*breaks[1:], 0]
    steps = [{"shade": 0, "words": "0"}]
    for place, (start, end) in enumerate(zip(breaks, ends, strict=True), start=1):
        words = f"{start}+" if not end else str(start) if end == start + 1 else f"{start}–{end - 1}"
        steps.append({"shade": place, "words": words})
    return steps


@require_safe
@staff_only(*ABILITIES)
def grid_values(request: HttpRequest) -> HttpResponse:
    """{"values": {grid: [open, overdue, the area a click leads to]}, "outlines": [areas one level down]}."""
    choice = chosen(request)
    grids = grids_of(choice)
    counts = counts_of(grids, choice.as_of)
    values = {grid: value_of(choice, grid, counts.get(grid, NOTHING)) for grid in grids}
    outlines = choice.children() if choice.below in {"town", "community"} else []
    body = json.dumps({"values": values, "outlines": outlines}, separators=(",", ":")).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    return HttpResponse(
        body, content_type="application/json", headers={"ETag": etag, "Cache-Control": "private, no-cache"}
    )


def value_of(choice: Chosen, grid: int, counts: Counts) -> list[int]:
    around = choice.picture.around(grid)
    here = around.index(choice.area) if choice.area in around else 0
    return [counts.open, counts.overdue, around[max(here - 1, 0)]]


@require_safe
@staff_only(*ABILITIES)
def case_points(request: HttpRequest) -> HttpResponse:
    """Open cases within reach inside a box, as GeoJSON; asked for only when the map is close up."""
    choice, person = chosen(request), person_of(request)
    box = box_of(request.GET.get("box", ""))
    features: list[dict[str, Any]] = []
    if box and not choice.past:
        west, south, east, north = box
        cases = filtered(cases_within_reach(person), Filters(area=choice.area))
        rows = cases.filter(longitude__range=(west, east), latitude__range=(south, north)).order_by(
            "queue_at"
        )
        now = timezone.now()
        features = [
            {
                "type": "Feature",
                "geometry": {
                    "type": "Point",
                    "coordinates": [round(longitude or 0, 6), round(latitude or 0, 6)],
                },
                "properties": {
                    "name": title,
                    "words": number,
                    "overdue": queue_at < now,
                    "url": reverse("desk:case", args=[number]),
                },
            }
            for number, title, longitude, latitude, queue_at in rows.values_list(
                "number", "title", "longitude", "latitude", "queue_at"
            )[:MOST_POINTS]
        ]
    return JsonResponse(
        {"type": "FeatureCollection", "features": features}, headers={"Cache-Control": "no-store"}
    )


def box_of(text: str) -> tuple[float, float, float, float] | None:
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError:
        return None
    return west, south, east, north
