"""Grids counted: facts to scores to colours to whoever must know; and made again to the same number."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from gridloop.core.clocks.models import Timer
from gridloop.core.clocks.timers import handle_due
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.models import Entry
from gridloop.core.notices.models import Notice
from gridloop.scenes.fire.index.actions import count_grids, mark_grid, note_fire
from gridloop.scenes.fire.index.factors import add_factor, withdraw_factor
from gridloop.scenes.fire.index.models import Baseline, DayScore, Fire, GridFacts, Score, Standing
from gridloop.scenes.fire.index.recomputing import differing, recompute
from gridloop.scenes.fire.risk import RED
from tests.scenes.fire.index.world import a_burning_town, a_fire_alarm, an_alarm, devices_of, verified
from tests.world import a_county_room, a_town_room

pytestmark = pytest.mark.django_db


def standing(grid) -> Standing:
    return Standing.objects.get(area=grid)


def test_what_burns_scores_higher_and_villages_towns_and_the_county_are_rolled_up() -> None:
    town, _premises = a_burning_town()
    counted = count_grids()

    scores = [standing(grid).score for grid in town.grids]
    assert scores[0] > scores[1] + 20
    assert counted.grids == 4 and counted.changes == []
    for area in (town.community, town.town, town.county):
        assert sum(standing(area).counts) in (3, 4)
    assert standing(town.community).score < scores[0]


def test_nothing_new_writes_nothing() -> None:
    a_burning_town()
    count_grids()
    before = Score.objects.count(), GridFacts.objects.count(), Entry.objects.count()
    again = count_grids()

    assert again.written == 0
    assert (Score.objects.count(), GridFacts.objects.count(), Entry.objects.count()) == before


def test_a_fire_alarm_makes_its_grid_red_at_once_and_its_end_gives_the_colour_back() -> None:
    town, premises = a_burning_town()
    devices = devices_of(premises[1])
    count_grids()
    before = standing(town.grids[1]).colour
    alarm = a_fire_alarm(devices[0])
    mark_grid(town.grids[1].pk)
    mark_grid(town.grids[1].pk)
    assert Timer.objects.filter(topic="fire_index", done_at=None).count() == 1
    handle_due("test")

    red = standing(town.grids[1])
    assert (red.colour, red.held) == (RED, before)
    assert red.overrides[0]["kind"] == "alarm"
    entry = Entry.objects.get(event="grid_colour_changed")
    assert (entry.subject, entry.before, entry.after) == (town.grids[1].pk, "blue", "red")
    assert entry.facts["town"] == town.town.pk and entry.facts["reasons"] == ["alarm"]

    type(alarm.episode).objects.filter(pk=alarm.episode_id).update(ended_at=timezone.now(), verdict="false")
    type(alarm).objects.update(ended_at=timezone.now())
    count_grids([town.grids[1].pk])
    assert standing(town.grids[1]).colour == before


def test_a_muted_or_inhibited_alarm_paints_nothing_red() -> None:
    town, premises = a_burning_town()
    device = devices_of(premises[1])[0]
    alarm = a_fire_alarm(device)
    type(alarm).objects.update(inhibited="test")
    count_grids()
    assert standing(town.grids[1]).overrides == []


def test_town_and_county_hear_once_that_a_grid_turned_red() -> None:
    town, premises = a_burning_town()
    room, centre = a_town_room(town.town), a_county_room(town.county)
    count_grids()
    assert not Notice.objects.filter(event="grid_turned_red").exists()
    for number in range(40):
        note_fire(f"f{number}", premises[0][0], at=timezone.now(), source="brigade")
    for device in devices_of(premises[0]):
        an_alarm(device)
    for episode in range(8):
        verified(premises[0][episode], "real")
    Standing.objects.filter(area=town.grids[0]).update(colour=2, held=2)
    add_factor(
        "weather",
        2.0,
        since=timezone.localdate(),
        until=timezone.localdate(),
        reason="大风干燥",
        area=None,
        by=SYSTEM,
    )
    count_grids()

    assert standing(town.grids[0]).colour == RED, standing(town.grids[0]).score
    told = Notice.objects.filter(event="grid_turned_red")
    assert {notice.person_id for notice in told} == {room.pk, centre.pk}
    count_grids()
    assert told.count() == 2


def test_devices_that_go_silent_raise_the_score_and_never_lower_it() -> None:
    town, premises = a_burning_town()
    devices = devices_of(premises[1])
    count_grids()
    before = standing(town.grids[1]).score
    for device in devices[:10]:
        an_alarm(device)
    count_grids()
    some = standing(town.grids[1]).score
    for device in devices[10:]:
        an_alarm(device)
    count_grids()
    assert before < some < standing(town.grids[1]).score


def test_a_register_that_loses_its_answers_keeps_the_last_known() -> None:
    town, premises = a_burning_town()
    count_grids()
    before = standing(town.grids[0]).score
    type(premises[0][0]).objects.filter(grid=town.grids[0]).update(built=None, electric_bikes=None)
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        count_grids()
    now = standing(town.grids[0])
    assert now.score >= before - 0.011
    row = now.latest
    assert row.parts["old_buildings"][1] == 1
    assert row.facts.values["old_buildings"][2:4] == [20, 20]


def test_every_score_can_be_made_again_from_what_is_kept() -> None:
    town, premises = a_burning_town()
    devices = devices_of(premises[1])
    moments = []
    with time_machine.travel("2026-11-02 08:00+08:00", tick=False) as clock:
        count_grids()
        moments.append(timezone.now())
        for step in range(3):
            clock.shift(timedelta(days=1))
            an_alarm(devices[step])
            note_fire(f"f{step}", premises[step][0], at=timezone.now(), source="brigade")
            factor = add_factor(
                "weather",
                1.1,
                since=timezone.localdate(),
                until=timezone.localdate(),
                reason="大风",
                area=None,
                by=SYSTEM,
            )
            count_grids()
            moments.append(timezone.now())
            clock.shift(timedelta(hours=3))
            withdraw_factor(factor, by=SYSTEM)
            a_fire_alarm(devices[10 + step])
            count_grids([town.grids[1].pk])
            moments.append(timezone.now())
    for moment in moments:
        made = recompute(moment)
        assert len(made) == 4
        assert all(each.is_equal for each in made)
    assert len({tuple(each.kept for each in recompute(moment)) for moment in moments}) > 3

    GridFacts.objects.filter(grid=town.grids[0]).update(values={"rentals": [0, 20]})
    assert [each.grid for each in differing(moments[-1])] == [town.grids[0].pk]


def test_a_day_keeps_its_means_its_scores_and_a_digest_in_the_journal() -> None:
    town, _premises = a_burning_town()
    count_grids()
    count_grids([town.grids[0].pk])
    assert Baseline.objects.count() == 1
    assert DayScore.objects.count() == 4
    entry = Entry.objects.get(event="risk_index_counted")
    assert entry.facts["grids"] == 4 and len(entry.facts["digest"]) == 64


def test_a_count_that_began_earlier_leaves_alone_what_a_later_one_found() -> None:
    town, premises = a_burning_town()
    count_grids()
    past = timezone.now() - timedelta(minutes=1)
    kept = standing(town.grids[0]).at
    for device in devices_of(premises[0]):
        an_alarm(device)
    assert count_grids([town.grids[0].pk], at=past).written == 0
    assert standing(town.grids[0]).at == kept


def test_a_fire_is_kept_once() -> None:
    _town, premises = a_burning_town()
    at = timezone.now()
    assert note_fire("alarm:1", premises[0][0], at=at, source="alarm")
    assert note_fire("alarm:1", premises[0][0], at=at, source="alarm") is None
    assert Fire.objects.count() == 1


def test_counting_takes_the_same_queries_for_few_and_many(django_assert_max_num_queries) -> None:
    a_burning_town(2)
    count_grids()
    with django_assert_max_num_queries(40):
        count_grids()
