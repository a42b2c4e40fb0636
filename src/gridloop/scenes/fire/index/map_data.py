"""What the maps are coloured by: small answers with an ETag, numbers apart from shapes, and layers of points."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gridloop.core.cases.queries import cases_within_reach
from gridloop.core.people.models import Person
from gridloop.core.people.queries import areas_around_roots, may, reach_of
from gridloop.core.territory.models import Level
from gridloop.scenes.fire.alarms.models import Episode
from gridloop.scenes.fire.hazards.models import Hazard
from gridloop.scenes.fire.index.queries import PUBLIC_LEVELS, public_standings, standings_within_reach
from gridloop.scenes.fire.index.views import ABILITIES, level_of
from gridloop.scenes.fire.index.wording import OVERRIDE_WORDS
from gridloop.scenes.fire.registry.models import Station
from gridloop.web.acting import staff_only, viewer

REASONS = {kind: place for place, kind in enumerate(OVERRIDE_WORDS, start=1)}
MOST = 1000


def values_of(rows: Iterable[tuple[int, int, float, list[dict[str, Any]]]]) -> dict[int, list[float]]:
    """{area: [rank, score, reason]}; the reason is the place of the first override, 0 for none."""
    return {
        area: [colour, score, REASONS.get(overrides[0]["kind"], 0) if overrides else 0]
        for area, colour, score, overrides in rows
    }


def answer(request: HttpRequest, values: dict[int, list[float]], control: str) -> HttpResponse:
    body = json.dumps({"values": values}, separators=(",", ":")).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    return HttpResponse(
        body, content_type="application/json", headers={"ETag": etag, "Cache-Control": control}
    )


@require_safe
@staff_only(*ABILITIES)
def colours(request: HttpRequest) -> HttpResponse:
    """{"values": {area: [rank, score, reason]}} of one level, within reach."""
    rows = standings_within_reach(viewer(request), level_of(request))
    return answer(
        request, values_of(rows.values_list("area_id", "colour", "score", "overrides")), "private, no-cache"
    )


@require_safe
def public_colours(request: HttpRequest) -> HttpResponse:
    """The same for everybody, no finer than a community, and without reasons."""
    wanted = request.GET.get("level", "")
    rows = public_standings(wanted if wanted in PUBLIC_LEVELS else Level.COMMUNITY)
    found = rows.values_list("area_id", "colour", "score")
    return answer(request, values_of((*row, []) for row in found), "public, max-age=60")


@require_safe
@staff_only(*ABILITIES)
def marks(request: HttpRequest, layer: str) -> HttpResponse:
    """Open fire alarms, open hazards or stations within reach, as points."""
    found = LAYERS[layer](viewer(request)) if layer in LAYERS else []
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(x, 6), round(y, 6)]},
            "properties": {"name": name, "words": words, "url": url},
        }
        for name, words, x, y, url in found
    ]
    return JsonResponse(
        {"type": "FeatureCollection", "features": features}, headers={"Cache-Control": "private, no-store"}
    )


Mark = tuple[str, str, float, float, str]


def in_reach(person: Person, field: str) -> Q:
    """A condition on a grid reached through `field`."""
    if may(person, "administer"):
        return Q()
    return Q(**{f"{field}__in": areas_around_roots(reach_of(person))})


def open_alarms(person: Person) -> list[Mark]:
    episodes = Episode.objects.filter(in_reach(person, "premises__grid"), grade="fire", ended_at=None)
    rows = episodes.order_by("-pk").values_list(
        "premises__name", "floor", "premises__longitude", "premises__latitude", "case__number"
    )
    return [
        (name, floor or _("open fire alarm"), x, y, reverse("desk:case", args=[number]) if number else "")
        for name, floor, x, y, number in rows[:MOST]
    ]


def open_hazards(person: Person) -> list[Mark]:
    hazards = Hazard.objects.filter(closed_at=None, case__in=cases_within_reach(person))
    rows = hazards.exclude(case__longitude=None).select_related("case").order_by("-grade", "-pk")
    return [
        (each.case.title, str(each.get_grade_display()), each.case.longitude or 0, each.case.latitude or 0,
         reverse("desk:case", args=[each.case.number]))
        for each in rows[:MOST]
    ]  # fmt: skip


def stations(person: Person) -> list[Mark]:
    """All stations of the county: the nearest one may lie across a border."""
    rows = Station.objects.filter(retired_at=None).select_related("organisation").order_by("pk")
    return [
        (
            each.organisation.name,
            _("on duty") if each.available else _("not on duty"),
            each.longitude,
            each.latitude,
            "",
        )
        for each in rows[:MOST]
    ]


LAYERS = {"alarms": open_alarms, "hazards": open_hazards, "stations": stations}
