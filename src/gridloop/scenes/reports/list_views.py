"""Lists for residents: the reports they stand behind, and what is public around them."""

import json
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gridloop.core.cases.queries import coarse
from gridloop.core.notices.pages import case_page
from gridloop.scenes.reports import queries
from gridloop.scenes.reports.flow import report
from gridloop.web.acting import person_of
from gridloop.web.asking import is_current, mark_of
from gridloop.web.paging import page_of
from gridloop.web.templatetags.ui_cases import public_title
from gridloop.web.tracking import tracked_cases

SHOWN = 30
ON_MAP = 500


@require_safe
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """What a resident stands behind: signed in, or reported from this browser; what waits for them can be seen alone."""
    person = person_of(request)
    tracked = tracked_cases(request)
    found = queries.stood_behind(person, tracked).select_related("category")
    waiting = set(queries.waiting_for(person, tracked).values_list("pk", flat=True)[:200])
    typed, show = request.GET.get("q", "").strip(), request.GET.get("show", "")
    shown = {
        "yours": found.filter(pk__in=waiting),
        "open": found.filter(open=True),
        "closed": found.filter(open=False),
    }
    matching = Q(title__icontains=typed) | Q(category__name__icontains=typed) | Q(number__startswith=typed)
    page = page_of(request, found.filter(matching) if typed else shown.get(show, found), SHOWN)
    mark = mark_of([*page.rows, (len(waiting), typed, show)])
    if is_current(request, mark):
        return HttpResponse(status=204)
    query = request.GET.copy()
    query["seen"] = mark
    wrote = queries.brought_among(page.rows, person, tracked)
    context = {
        "asked_at": f"{request.path}?{query.urlencode()}",
        "rows": [
            (
                case,
                case.title if case.pk in wrote else public_title(case),
                case_page(case, "reporter"),
                case.pk in waiting,
            )
            for case in page.rows
        ],
        "page": page,
        "filters": filters_for("" if typed else show, len(waiting)),
        "typed": typed,
        "narrowed": bool(typed or show),
        "signed_in": person is not None,
    }
    return render(request, "reports/mine.html", context)


def filters_for(show: str, waiting: int) -> list[dict[str, Any]]:
    titles = {"": _("All"), "yours": _("Waits for you"), "open": _("Under way"), "closed": _("Finished")}
    filters: list[dict[str, Any]] = [
        {"title": title, "url": f"?show={name}" if name else "?", "current": show == name}
        for name, title in titles.items()
    ]
    if waiting:
        filters[1] |= {"count": waiting, "urgent": True}
    return filters


@require_safe
def nearby(request: HttpRequest) -> HttpResponse:
    """The neighbourhood: public reports on a map and as a list; nearest first for whoever says where they are."""
    try:
        longitude, latitude = float(request.GET["longitude"]), float(request.GET["latitude"])
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            raise ValueError
        near = queries.public_reports_near(longitude, latitude, SHOWN)
        context: dict[str, Any] = {"near": near, "at": f"{longitude:.3f},{latitude:.3f}"}
    except (KeyError, ValueError):
        context = {"cases": queries.public_reports().order_by("-id")[:SHOWN]}
    return render(request, "reports/nearby.html", context)


@require_safe
def nearby_points(request: HttpRequest) -> HttpResponse:
    """Public reports as GeoJSON, rounded to about 100 m: no map shows an exact home."""
    rows = queries.public_reports().filter(open=True, longitude__isnull=False).order_by("-id")
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": coarse(longitude, latitude)},
            "properties": {
                "number": number,
                "title": title or "",
                "step": step,
                "url": report.page.format(number=number),
            },
        }
        for number, title, step, longitude, latitude in rows.values_list(
            "number", "category__name", "step", "longitude", "latitude"
        )[:ON_MAP]
    ]
    body = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    return HttpResponse(body, content_type="application/geo+json")
