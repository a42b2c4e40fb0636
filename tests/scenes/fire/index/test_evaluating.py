"""Judging: what a good, a useless and a perfect ranking score, and a run over kept days and fires."""

from datetime import timedelta

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from typer.testing import CliRunner

from gridloop.scenes.fire.index.actions import count_grids
from gridloop.scenes.fire.index.evaluating import evaluate_index
from gridloop.scenes.fire.index.judging import (
    Window,
    by_parent,
    calibration,
    caught,
    judge,
    recall,
    rises,
    stability,
)
from gridloop.scenes.fire.index.models import DayScore, Evaluation, Fire
from gridloop.scenes.fire.index.reporting import report
from gridloop.scenes.fire.index.shadow import shadow_figures
from tests.scenes.fire.index.world import a_burning_town
from tests.world import a_county_room


def window(score: np.ndarray, fires: np.ndarray, past: np.ndarray | None = None) -> Window:
    size = len(score)
    colour = np.digitize(score, np.quantile(score, [0.6, 0.85, 0.97])).astype(np.int64)
    return Window(score, colour, np.zeros(size) if past is None else past, fires, np.full(size, 300.0))


def test_a_perfect_ranking_finds_all_a_useless_one_its_share() -> None:
    fires = np.zeros(100)
    fires[:5] = 2
    perfect, flat = np.arange(100, 0, -1.0), np.zeros(100)
    rows = [window(perfect, fires)]
    assert recall([perfect], rows, 0.05) == 1
    assert recall([flat], rows, 0.05) == pytest.approx(0.05)
    assert recall([-perfect], rows, 0.20) == 0
    assert judge([perfect], rows)["auc"] == 1


def test_a_tie_at_the_border_counts_in_part() -> None:
    score = np.array([3.0, 1, 1, 1, 0])
    assert caught(score, np.array([1.0, 1, 0, 0, 0]), 0.4) == pytest.approx(1 + 1 / 3)


def test_fires_must_grow_denser_from_blue_to_red() -> None:
    random = np.random.default_rng(1)
    score = random.random(2000) * 100
    honest = random.poisson(0.3 * score / 100).astype(float)
    assert rises(calibration([window(score, honest)]))
    assert not rises(calibration([window(score, 3 - np.digitize(score, [40, 70]).astype(float))]))


def test_stability_and_fairness() -> None:
    colours = np.array([[0, 1, 2, 3], [0, 1, 2, 2], [0, 1, 2, 2]])
    assert stability(colours, [0, 7, 14]) == pytest.approx(1 / 8)
    rows = by_parent(np.array([9.0, 8, 1, 1]), np.array([0, 0, 1, 1]), 2, np.array([1.0, 0, 1, 0]), 0.5)
    assert [row["inspections"] for row in rows] == [1, 0]
    assert [row["fires"] for row in rows] == [0.5, 0.5]


def test_the_shadow_learns_from_the_past_and_is_judged_on_what_follows() -> None:
    random = np.random.default_rng(4)
    windows, values = [], []
    for _week in range(10):
        facts = random.normal(0, 1, (300, 3))
        fires = (random.random(300) < 0.15 * (facts[:, 0] > 0.8)).astype(float)
        windows.append(window(random.random(300), fires))
        values.append(facts)
    found = shadow_figures(windows, values)
    assert found is not None
    assert (found["trained_windows"], found["judged_windows"]) == (6, 4)
    assert found["beats_index"] and found["learned"][found["best"]]["auc"] > 0.8
    assert shadow_figures(windows[:3], values[:3]) is None


@pytest.mark.django_db
def test_a_run_is_kept_and_shown() -> None:
    town, _premises = a_burning_town(12)
    count_grids()
    today = timezone.localdate()
    DayScore.objects.all().delete()
    grids = [*town.grids, town.other_grid]
    for weeks in range(20, 0, -1):
        DayScore.objects.bulk_create(
            DayScore(
                grid=grid, day=today - timedelta(weeks=weeks), score=60.0 - 4 * at, colour=max(0, 3 - at)
            )
            for at, grid in enumerate(grids)
        )
    for number in range(10):
        at = timezone.now() - timedelta(days=5 + 10 * number)
        Fire.objects.create(key=f"x{number}", at=at, grid=grids[number % 2], source="demo")
    found = evaluate_index()

    assert found.figures["index"]["recall"]["20%"] > 0.9
    assert found.figures["rises"]
    assert found.figures["stability"] == 0
    assert "synthetic fires of the demo county" in found.data
    assert "Kendall's tau" in report(found)
    client = Client()
    client.force_login(a_county_room(town.county))
    page = client.get(reverse("fire:evaluation"))
    assert page.status_code == 200 and page.context["run"] == found


@pytest.mark.django_db
def test_nothing_to_judge_says_so(tmp_path) -> None:
    town, _premises = a_burning_town()
    count_grids()
    found = evaluate_index()
    assert "nothing to judge" in report(found)
    client = Client()
    client.force_login(a_county_room(town.county))
    assert client.get(reverse("fire:evaluation")).status_code == 200
    from gridloop.cli import app

    file = tmp_path / "figures.json"
    ran = CliRunner().invoke(app, ["fire", "evaluate", "--json", str(file)])
    assert ran.exit_code == 0 and '"grids": 4' in file.read_text()
    assert CliRunner().invoke(app, ["fire", "recompute"]).exit_code == 0
    assert Evaluation.objects.count() == 2
