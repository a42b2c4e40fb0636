"""Judging the index on what is kept: windows of four weeks, each ranking made before the fires it is judged by."""

from datetime import date
from typing import Any

import numpy as np
from django.utils import timezone

from gridloop.core.territory import tree
from gridloop.scenes.fire.index.editions import edition_in_force
from gridloop.scenes.fire.index.facts import parents_of
from gridloop.scenes.fire.index.judging import (
    CAPACITIES,
    by_parent,
    calibration,
    judge,
    recall,
    rises,
    stability,
)
from gridloop.scenes.fire.index.models import Evaluation
from gridloop.scenes.fire.index.past import DAYS, Past, read_past, values_at, window_days
from gridloop.scenes.fire.index.shadow import shadow_figures
from gridloop.scenes.fire.index.trying import SWING, ground, sensitivity
from gridloop.scenes.fire.risk import method_of

SOURCES = {
    "demo": "synthetic fires of the demo county",
    "alarm": "verified alarms",
    "brigade": "the fire brigade's list",
}


def evaluate_index(*, shadow: bool = True, today: date | None = None) -> Evaluation:
    """Judge and keep the run."""
    today = today or timezone.localdate()
    edition = edition_in_force(today)
    past = read_past(today)
    figures = figures_of(past, today, shadow=shadow)
    figures["sensitivity"] = sensitivity_figures(edition.overrides, edition.method)
    return Evaluation.objects.create(edition=edition, data=data_words(past, figures), figures=figures)


def data_words(past: Past, figures: dict[str, Any]) -> str:
    """On what it was judged, so that nobody takes synthetic fires for real ones."""
    fires = (
        ", ".join(f"{n} of {SOURCES.get(name, name)}" for name, n in sorted(past.fires.items())) or "no fires"
    )
    return f"{len(past.grids)} grids, {figures['windows']} windows of {DAYS} days; fires: {fires}"[:200]


def figures_of(past: Past, today: date, *, shadow: bool) -> dict[str, Any]:
    """Everything but the sensitivity."""
    days = window_days(past, today)
    windows = [past.window(at) for at in days]
    towns, parent = parents_of(tree.current(), past.grids)
    found: dict[str, Any] = {
        "windows": len(windows),
        "grids": len(past.grids),
        "from": past.days[days[0]].isoformat() if days else "",
        "until": past.days[days[-1]].isoformat() if days else "",
        "fires": int(sum(window.fires.sum() for window in windows)),
        "sources": past.fires,
        "stability": round(stability(past.colour, [day.toordinal() for day in past.days]), 4),
    }
    if not windows or not found["fires"]:
        return found
    index, before = [window.score for window in windows], [window.past for window in windows]
    per_address = [window.past / np.maximum(window.addresses, 1) for window in windows]
    found["index"], found["last_year"] = judge(index, windows), judge(before, windows)
    found["last_year_per_address"] = judge(per_address, windows)
    found["most_addresses"] = judge([window.addresses for window in windows], windows)
    found["lift"] = {
        f"{share:.0%}": {
            "over_random": round(recall(index, windows, share) / share, 2),
            "over_last_year": round(
                recall(index, windows, share) / max(recall(before, windows, share), 1e-9), 2
            ),
        }
        for share in CAPACITIES
    }
    rows = calibration(windows)
    found["calibration"], found["rises"] = rows, rises(rows)
    burnt = np.sum([window.fires for window in windows], axis=0)
    mean_score = np.mean(index, axis=0)
    found["fairness"] = [
        {"town": tree.name(town) if town else "", **row}
        for town, row in zip(towns, by_parent(mean_score, parent, len(towns), burnt), strict=True)
    ]
    if shadow:
        method = method_of(edition_in_force(today).method)
        values = values_at(past, [past.days[at] for at in days], method)
        found["shadow"] = shadow_figures(windows, values)
    return found


def sensitivity_figures(overrides: list[str], method: Any) -> dict[str, Any]:
    """Kendall's tau of the order under weights a fifth up and down."""
    rows = sensitivity(method_of(method), ground(overrides))
    return {
        "swing": SWING,
        "worst_tau": round(rows[0].tau, 4) if rows else None,
        "most_changed": round(max(row.changed for row in rows), 4) if rows else None,
        "rows": [
            {"name": row.name, "tau": round(row.tau, 4), "changed": round(row.changed, 4)} for row in rows
        ],
    }
