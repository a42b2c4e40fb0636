"""The wall with its live fragments, the page of one area, and the rankings."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from gridloop.core.measures.daily import sums_of_members
from gridloop.core.measures.indicators import INDICATORS, figure
from gridloop.core.measures.open_cases import NOTHING, counts_of
from gridloop.core.measures.scoring import WEIGHTS, measures_needed, score
from gridloop.web.acting import person_of, staff_only
from gridloop.web.cockpit.choosing import ABILITIES, DAYS, Chosen, chosen
from gridloop.web.cockpit.figures import behind, six_figures
from gridloop.web.cockpit.lists import hot_issues, pressing_rows, ranked, scene_figures, to_decide
from gridloop.web.cockpit.map_views import legend, shades
from gridloop.web.cockpit.words import LEVELS, value_said

RANKING_SHOWN = 12
AREA_HEADS = (
    gettext_lazy("Open"),
    gettext_lazy("Overdue"),
    gettext_lazy("Needs a person now"),
    gettext_lazy("Reported"),
    gettext_lazy("Closed of those due"),
    gettext_lazy("Closed on time"),
    gettext_lazy("Satisfaction"),
)


@require_safe
@staff_only(*ABILITIES)
def wall(request: HttpRequest) -> HttpResponse:
    """Six figures, the map, what needs a person now, hot issues and the ranking; on a wall and on a laptop."""
    choice = chosen(request)
    breaks = shades(choice)
    context = {
        **frame(choice),
        **figures_context(request, choice),
        **side_context(request, choice),
        "breaks": ",".join(map(str, breaks)),
        "legend": legend(breaks),
        "shade_tabs": shade_tabs(choice),
        "periods": list(DAYS.items()),
        "now_url": choice.address(day=""),
        "below_query": choice.address(area="", shade=""),
        "map_base": choice.address(area="") + ("&" if "=" in choice.address(area="") else "") + "area=",
    }
    return render(request, "web/cockpit/wall.html", context)


def frame(choice: Chosen) -> dict[str, Any]:
    return {"choice": choice, "trail": choice.trail(), "here": choice.address()}


def shade_tabs(choice: Chosen) -> list[dict[str, Any]]:
    return [
        {
            "title": title,
            "url": choice.address(shade=name if name != "open" else ""),
            "current": name == choice.shade,
        }
        for name, title in (("open", _("Open")), ("overdue", _("Overdue")))
    ]


@require_safe
@staff_only(*ABILITIES)
def figures(request: HttpRequest) -> HttpResponse:
    """The six figures alone, for a screen that stays current."""
    choice = chosen(request)
    return render(request, "web/cockpit/figures.html", {**frame(choice), **figures_context(request, choice)})


def figures_context(request: HttpRequest, choice: Chosen) -> dict[str, Any]:
    person = person_of(request)
    assert person is not None  # staff_only let nobody else in
    waiting = [] if choice.past else [*to_decide(person), *scene_figures(choice)]
    return {"figures": six_figures(choice), "waiting": waiting}


@require_safe
@staff_only(*ABILITIES)
def side(request: HttpRequest) -> HttpResponse:
    """The lists beside the map alone."""
    choice = chosen(request)
    return render(request, "web/cockpit/side.html", {**frame(choice), **side_context(request, choice)})


def side_context(request: HttpRequest, choice: Chosen) -> dict[str, Any]:
    person = person_of(request)
    assert person is not None  # staff_only let nobody else in
    now = counts_of([choice.area]).get(choice.area, NOTHING)
    return {
        "pressing": [] if choice.past else pressing_rows(choice, person),
        "pressing_count": now.pressing,
        "pressing_url": behind(choice, "pressing"),
        "hot": [] if choice.past else hot_issues(choice),
        "ranking": ranked(choice)[:RANKING_SHOWN],
        "ranking_title": LEVELS.get(choice.below, ""),
        "ranking_url": reverse("cockpit:ranking") + choice.address(shade=""),
    }


@require_safe
@staff_only(*ABILITIES)
def area(request: HttpRequest, pk: int) -> HttpResponse:
    """One area with everything one level below it, side by side; every number opens its cases."""
    choice = chosen(request, area=pk)
    children = choice.children()
    context = {
        **frame(choice),
        **figures_context(request, choice),
        "level": LEVELS.get(choice.below, ""),
        "heads": AREA_HEADS,
        "period_tabs": choice.period_tabs(),
        "rows": area_rows(choice, children),
    }
    return render(request, "web/cockpit/area.html", context)


def area_rows(choice: Chosen, children: list[int]) -> list[dict[str, Any]]:
    counts = counts_of(children, choice.as_of)
    names = sorted({*measures_needed(), "reported"})
    sums = (
        sums_of_members(choice.below, children, choice.scope, names, choice.since, choice.day)  # type: ignore[arg-type]
        if children
        else {}
    )
    rows = []
    for child in children:
        mine, standing = sums.get(child, {}), counts.get(child, NOTHING)
        scored = score(child, mine)
        rows.append(
            {
                "title": choice.picture.name(child),
                "url": reverse("cockpit:area", args=[child]) + choice.address(area="", shade=""),
                "numbers": [
                    *(
                        (getattr(standing, part), case_link(choice, child, part))
                        for part in ("open", "overdue", "pressing")
                    ),
                    (f"{mine.get('reported', (0, 0))[0]:g}", case_link(choice, child, "reported")),
                    *(
                        (
                            value_said(figure(INDICATORS[name], mine, {})),
                            case_link(choice, child, f"{name}.numerator"),
                        )
                        for name in ("closure_rate", "on_time_closure_rate", "satisfaction")
                    ),
                ],
                "score": f"{scored.points:.1f}" if scored else "—",
            }
        )
    return rows


def case_link(choice: Chosen, child: int, part: str) -> str:
    return reverse("cockpit:cases") + choice.address(area=child, part=part, shade="")


@require_safe
@staff_only(*ABILITIES)
def ranking(request: HttpRequest) -> HttpResponse:
    """Towns, communities, grids, units or posts in order, each score with its arithmetic."""
    choice = chosen(request)
    offered = ranking_dimensions(choice)
    wanted = request.GET.get("of", "")
    dimension = wanted if wanted in offered else next(iter(offered), "")
    context = {
        **frame(choice),
        "tabs": [
            {"title": LEVELS[name], "url": choice.address(of=name, shade=""), "current": name == dimension}
            for name in offered
        ],
        "dimension": dimension,
        "ranking": ranked(choice, dimension) if dimension else [],
        "weights": weight_words(),
    }
    return render(request, "web/cockpit/ranking.html", context)


def ranking_dimensions(choice: Chosen) -> list[str]:
    """Grids and posts are compared inside a town: across a county they are thousands, and strangers to each other."""
    levels = {
        "county": ["town", "community"],
        "town": ["community", "grid"],
        "community": ["grid"],
        "grid": [],
    }
    return [*levels[choice.level], "unit", "category", *([] if choice.level == "county" else ["post"])]


def weight_words() -> list[tuple[Any, int]]:
    return [(INDICATORS[name].title, weight) for name, weight in WEIGHTS.items()]
