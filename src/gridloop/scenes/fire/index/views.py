"""The four-colour map on the desk and on the wall, one grid's arithmetic, the worker's own grids, and the public map."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gridloop.core.territory import tree
from gridloop.core.territory.models import Level
from gridloop.scenes.fire.index.colours import SHOWN
from gridloop.scenes.fire.index.models import Standing
from gridloop.scenes.fire.index.queries import (
    LEVELS,
    arithmetic_of,
    grid_within_reach,
    grids_of_worker,
    latest_scores,
    public_standings,
    standings_within_reach,
    tally,
    worst_within_reach,
    year_of,
)
from gridloop.scenes.fire.index.wording import LEVEL_TITLES, OVERRIDE_WORDS, override_rows, reason_words
from gridloop.scenes.fire.risk import ORANGE, method_of
from gridloop.web.acting import staff_only, viewer

ABILITIES = ("dispatch", "see_measures", "audit", "supervise", "watch_fire", "work_in_grid", "administer")
SHOWN_ROWS = 40
WALL_ROWS = 14


def level_of(request: HttpRequest) -> str:
    wanted = request.GET.get("level", "")
    return wanted if wanted in LEVELS else Level.GRID


@dataclass(frozen=True, slots=True)
class Row:
    """One red or orange area in the list beside the map."""

    standing: Standing
    name: str
    place: str
    why: str
    url: str


def rows_of(standings: list[Standing]) -> list[Row]:
    picture = tree.current()
    rows = []
    for standing in standings:
        above = picture.parent(standing.area_id)
        around = [picture.name(each) for each in reversed(picture.around(above))][1:] if above else []
        is_grid = standing.level == Level.GRID
        url = reverse("fire:grid", args=[standing.area_id]) if is_grid else ""
        rows.append(
            Row(standing, picture.name(standing.area_id), " ".join(around), str(reason_words(standing)), url)
        )
    return rows


def map_context(request: HttpRequest, *, most: int) -> dict[str, Any]:
    """What the map and its list need, on the desk and on the wall alike."""
    person, level = viewer(request), level_of(request)
    least = {"red": 3, "orange": 2}.get(request.GET.get("colour", ""), ORANGE)
    start = int(request.GET["from"]) if request.GET.get("from", "").isdecimal() else 0
    ranks = list(standings_within_reach(person, level).values_list("colour", flat=True))
    worst = list(worst_within_reach(person, level, least=least)[start : start + most + 1])
    return {
        "level": level,
        "levels": [
            {"title": LEVEL_TITLES[each], "url": f"?level={each}", "current": each == level}
            for each in LEVELS
        ],
        "tally": tally(ranks),
        "areas": len(ranks),
        "rows": rows_of(worst[:most]),
        "older": f"?level={level}&from={start + most}" if len(worst) > most else "",
        "newer": f"?level={level}&from={max(start - most, 0)}" if start else "",
        "titles": "|".join(str(each.title) for each in SHOWN),
        "letters": "|".join(str(each.letter) for each in SHOWN),
        "reasons": "|".join(["", *(str(words) for words in OVERRIDE_WORDS.values())]),
        "outlines": {Level.GRID: "town", Level.COMMUNITY: "town"}.get(level, ""),  # type: ignore[call-overload]
    }


@require_safe
@staff_only(*ABILITIES)
def risk_map(request: HttpRequest) -> HttpResponse:
    """The map at the desk, with the list of what is red or orange and why."""
    return render(request, "fire/index/map.html", map_context(request, most=SHOWN_ROWS))


@require_safe
@staff_only(*ABILITIES)
def risk_rows(request: HttpRequest) -> HttpResponse:
    """The tally and the list alone, for a page that stays current."""
    return render(request, "fire/index/rows.html", map_context(request, most=SHOWN_ROWS))


@require_safe
@staff_only(*ABILITIES)
def wall(request: HttpRequest) -> HttpResponse:
    """The same on charcoal, for a screen on the wall."""
    part = request.GET.get("part") == "side"
    template = "fire/index/wall_side.html" if part else "fire/index/wall.html"
    return render(request, template, map_context(request, most=WALL_ROWS))


@require_safe
@staff_only(*ABILITIES)
def grid(request: HttpRequest, pk: int) -> HttpResponse:
    """One grid's score as a sum that anybody can check, where it was a year ago, and what would lower it."""
    standing = grid_within_reach(viewer(request), pk)
    if standing is None or standing.latest is None:
        raise Http404
    return render(request, "fire/index/grid.html", grid_context(standing))


def grid_context(standing: Standing) -> dict[str, Any]:
    assert standing.latest is not None
    picture, score = tree.current(), standing.latest
    sums = arithmetic_of(score)
    method = method_of(score.edition.method)
    thresholds = dict(zip(("yellow", "orange", "red"), method.thresholds, strict=True))
    return {
        "standing": standing,
        "name": picture.full_name(standing.area_id),
        "sums": sums,
        "score": score,
        "colour": SHOWN[standing.colour],
        "held": SHOWN[standing.held],
        "overrides": override_rows(standing.overrides),
        "thresholds": thresholds,
        "method": method,
        "lowering": sums.lowering(),
        "silent": [part for part in sums.parts if part.known < 2],
        "year": year_of(standing.area_id),
        "history": latest_scores(standing.area_id, 12),
        "trail": [
            {"title": _("Fire risk map"), "url": reverse("fire:map")},
            {"title": picture.name(standing.area_id), "url": ""},
        ],
    }


@require_safe
@staff_only("work_in_grid")
def my_grids(request: HttpRequest) -> HttpResponse:
    """The grids the worker walks, each on a card: its colour, why, and what would lower it."""
    standings = list(
        grids_of_worker(viewer(request)).select_related(
            "latest__facts", "latest__edition", "latest__baseline"
        )[:60]
    )
    cards = [
        {
            "standing": each,
            "name": tree.name(each.area_id),
            "why": reason_words(each),
            "overrides": override_rows(each.overrides),
            "lowering": arithmetic_of(each.latest).lowering(3) if each.latest else [],
            "url": reverse("fire:grid", args=[each.area_id]),
        }
        for each in standings[:12]
    ]
    return render(request, "fire/index/mine.html", {"cards": cards, "others": rows_of(standings[12:])})


@require_safe
def public_map(request: HttpRequest) -> HttpResponse:
    """For everybody: the communities in four colours, never a single grid."""
    ranks = list(public_standings(Level.COMMUNITY).values_list("colour", flat=True))
    context = {
        "tally": tally(ranks),
        "titles": "|".join(str(each.title) for each in SHOWN),
        "letters": "|".join(str(each.letter) for each in SHOWN),
        "rows": [
            replace(row, url="")
            for row in rows_of(list(public_standings(Level.COMMUNITY).order_by("-colour", "-score")[:10]))
        ],
    }
    return render(request, "fire/index/public.html", context)
