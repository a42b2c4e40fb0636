"""How good the index is: the last run, with the learned ranking beside it as a shadow."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gridloop.scenes.fire.index.colours import SHOWN
from gridloop.scenes.fire.index.models import Evaluation
from gridloop.scenes.fire.index.sheet import INDICATORS
from gridloop.scenes.fire.risk import COLOURS
from gridloop.web.acting import staff_only


@require_safe
@staff_only("dispatch", "see_measures", "audit", "supervise", "watch_fire", "administer")
def evaluation(request: HttpRequest) -> HttpResponse:
    """The newest run and the ones before it; runs are made by `gridloop fire evaluate`."""
    runs = list(Evaluation.objects.select_related("edition").order_by("-pk")[:10])
    shown = runs[0] if runs else None
    context = {
        "run": shown,
        "earlier": runs[1:],
        "trail": [
            {"title": _("Fire risk map"), "url": reverse("fire:map")},
            {"title": _("How good it is"), "url": ""},
        ],
        **(figures_context(shown.figures) if shown and "index" in shown.figures else {}),
    }
    return render(request, "fire/index/evaluation.html", context)


def figures_context(figures: dict[str, Any]) -> dict[str, Any]:
    shadow = figures.get("shadow")
    calibration = [
        {**row, "rank": COLOURS.index(row["colour"]), "title": SHOWN[COLOURS.index(row["colour"])].title}
        for row in reversed(figures["calibration"])
    ]
    most = max(row["per_100_grids"] for row in calibration) or 1
    return {
        "figures": figures,
        "judged": [
            line(_("Index"), figures["index"], strong=True),
            line(_("Fires of the year before"), figures["last_year"]),
            line(_("Most addresses first"), figures["most_addresses"]),
            {"title": _("By chance"), "recall": [5.0, 10.0, 20.0], "auc": 0.5, "strong": False},
        ],
        "precision": [100 * each for each in figures["index"]["precision"].values()],
        "lift": figures["lift"]["10%"],
        "calibration": [{**row, "width": f"{100 * row['per_100_grids'] / most:.1f}"} for row in calibration],
        "sensitive": [
            {"title": INDICATORS[row["name"]].title, **row}
            for row in figures["sensitivity"]["rows"][:6]
            if row["name"] in INDICATORS
        ],
        "fairness": sorted(figures["fairness"], key=lambda row: -row["inspections"]),
        "shadow": shadow,
        "shadow_lines": shadow_lines(shadow) if shadow else [],
    }


def shadow_lines(shadow: dict[str, Any]) -> list[dict[str, Any]]:
    names = {"logistic regression": _("Logistic regression"), "gradient boosting": _("Gradient boosting")}
    learned = [line(names.get(name, name), judged) for name, judged in shadow["learned"].items()]
    return [
        *learned,
        line(_("Index on the same weeks"), shadow["index"], strong=True),
        line(_("Fires of the year before"), shadow["last_year"]),
    ]


def line(title: str, judged: dict[str, Any], *, strong: bool = False) -> dict[str, Any]:
    return {
        "title": title,
        "recall": [100 * each for each in judged["recall"].values()],
        "auc": judged["auc"],
        "strong": strong,
    }
