"""The demo's part: fires, a year of scores, editions, and colours that differ over the county."""

from random import Random

import pytest
from django.utils import timezone

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.models import Entry
from gridloop.core.scenes.stage import Stage
from gridloop.core.territory.models import Area
from gridloop.scenes.fire.index import demo
from gridloop.scenes.fire.index.consumers import count_again
from gridloop.scenes.fire.index.evaluating import evaluate_index
from gridloop.scenes.fire.index.models import DayScore, Fire, GridFacts, IndexEdition, Standing
from gridloop.scenes.fire.index.recomputing import recompute
from tests.scenes.fire.index.world import a_burning_town, verified
from tests.world import a_report

pytestmark = pytest.mark.django_db


def test_a_year_is_made_and_the_same_seed_makes_the_same_one() -> None:
    a_burning_town(16)
    Area.objects.filter(level="grid").update(households=400)
    stage = Stage(Random("7"), timezone.now(), 6_000, lambda words: None, SYSTEM)
    demo.make(stage)

    assert Fire.objects.count() > 10
    assert DayScore.objects.values("day").distinct().count() == demo.WEEKS + 1
    assert GridFacts.objects.count() >= 17 * 13
    assert IndexEdition.objects.filter(state="draft").count() == 1
    assert len(set(Standing.objects.filter(level="grid").values_list("colour", flat=True))) > 1
    assert all(each.is_equal for each in recompute())
    assert evaluate_index().figures["windows"] >= 12


def test_a_county_without_premises_is_left_alone() -> None:
    demo.make(Stage(Random("7"), timezone.now(), 100, lambda words: None, SYSTEM))
    assert Fire.objects.count() == 0


def test_a_real_verdict_becomes_a_fire_once_and_a_false_one_does_not() -> None:
    town, premises = a_burning_town()
    for number, verdict in enumerate(("real", "false")):
        episode = verified(premises[0][number], verdict)
        episode.case = a_report(town)
        episode.save(update_fields=["case"])
        for _twice in range(2):
            count_again(
                [Entry(event="fire_verdict", subject=episode.case_id, facts={"grid": town.grids[0].pk})]
            )
    assert Fire.objects.count() == 1
    assert Fire.objects.get().source == "alarm"
