"""Editions: drafted, tried, approved by a second person, never changed; scores name the one they were made by."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.people.models import Person
from gridloop.scenes.fire.index.actions import count_grids
from gridloop.scenes.fire.index.editing import approve_edition, change_draft, draft_edition, withdraw_draft
from gridloop.scenes.fire.index.editions import edition_in_force
from gridloop.scenes.fire.index.factors import add_factor
from gridloop.scenes.fire.index.forms import SheetForm
from gridloop.scenes.fire.index.models import Factor, IndexEdition, Score, Standing
from gridloop.scenes.fire.index.recomputing import recompute
from gridloop.scenes.fire.index.trying import ground, sensitivity, try_method
from gridloop.scenes.fire.risk import Method, Yardstick, method_of
from tests.scenes.fire.index.world import a_burning_town
from tests.world import acting, with_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def author() -> Person:
    return with_post("administrator", name="郑管理")


@pytest.fixture
def second() -> Person:
    return with_post("administrator", name="冯管理")


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def harsher(edition: IndexEdition) -> Method:
    return replace(method_of(edition.method), thresholds=(5.0, 10.0, 15.0))


def test_gridloop_ships_the_first_edition() -> None:
    assert edition_in_force().number == 1
    assert edition_in_force().pk == edition_in_force().pk


def test_a_second_person_puts_a_draft_in_force_and_it_never_changes_again(
    author: Person, second: Person
) -> None:
    draft = draft_edition(by=acting(author))
    change_draft(draft, harsher(draft), overrides=["hazard"], title="严", words="试", by=acting(author))
    with pytest.raises(NotAllowed):
        approve_edition(draft, since=timezone.localdate(), by=acting(author))
    approve_edition(draft, since=timezone.localdate(), by=acting(second))

    assert edition_in_force() == draft
    with pytest.raises(TooLate):
        change_draft(draft, harsher(draft), overrides=[], title="x", words="", by=acting(author))
    with pytest.raises(TooLate):
        approve_edition(draft, since=timezone.localdate(), by=acting(second))
    with pytest.raises(TooLate):
        withdraw_draft(draft, by=acting(author))


def test_what_changed_since_one_looked_is_not_approved_unseen(author: Person, second: Person) -> None:
    draft = draft_edition(by=acting(author))
    seen = IndexEdition.objects.get(pk=draft.pk)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        change_draft(draft, harsher(draft), overrides=[], title="严", words="", by=acting(author))
    with pytest.raises(TooLate):
        approve_edition(seen, since=timezone.localdate() + timedelta(days=1), by=acting(second))


def test_an_edition_waits_for_its_day(author: Person, second: Person) -> None:
    draft = draft_edition(by=acting(author))
    with pytest.raises(Refusal):
        approve_edition(draft, since=timezone.localdate() - timedelta(days=1), by=acting(second))
    approve_edition(draft, since=timezone.localdate() + timedelta(days=3), by=acting(second))
    assert edition_in_force().number == 1
    assert edition_in_force(timezone.localdate() + timedelta(days=3)) == draft


def test_only_administrators_draft() -> None:
    with pytest.raises(NotAllowed):
        draft_edition(by=acting(with_post("leader", name="领导")))


def test_a_sheet_that_rewards_danger_is_refused(author: Person) -> None:
    draft = draft_edition(by=acting(author))
    falling = Method((Yardstick("rentals", 10, ((0, 1), (10, 0))),))
    with pytest.raises(Refusal, match=r"出租房|rent"):
        change_draft(draft, falling, overrides=[], title="x", words="", by=acting(author))


def test_the_dry_run_says_what_would_change_and_then_it_does(author: Person, second: Person) -> None:
    town, _premises = a_burning_town()
    count_grids()
    draft = draft_edition(by=acting(author))
    draft = change_draft(draft, harsher(draft), overrides=[], title="严", words="", by=acting(author))
    tried = try_method(method_of(draft.method), draft.overrides)
    assert sum(map(sum, tried.matrix)) == 4
    assert {each.grid for each in tried.moved} >= {town.grids[0].pk}
    assert Score.objects.count() == 4

    approve_edition(draft, since=timezone.localdate(), by=acting(second))
    count_grids()
    for grid, (rank, score) in tried.ranks.items():
        standing = Standing.objects.get(area=grid)
        assert (standing.colour, standing.score) == (rank, pytest.approx(score, abs=0.02))
    assert set(Score.objects.values_list("edition__number", flat=True)) == {1, draft.number}
    assert all(each.is_equal for each in recompute())


def test_sensitivity_names_every_weight_and_the_worst_first() -> None:
    a_burning_town()
    count_grids()
    rows = sensitivity(method_of(edition_in_force().method), ground(["alarm"]))
    assert len(rows) == 20
    assert [row.tau for row in rows] == sorted(row.tau for row in rows)


def test_the_sheet_is_filled_in_row_by_row_and_tried(author: Person, second: Person) -> None:
    a_burning_town()
    count_grids()
    client = signed_in(author)
    assert client.get(reverse("fire:editions")).status_code == 200
    draft_page = client.post(reverse("fire:draft_edition"))
    edition = IndexEdition.objects.get(state="draft")
    assert draft_page.url == reverse("fire:edit_edition", args=[edition.pk])
    form = SheetForm(edition=edition)
    given = {name: form[name].value() for name in form.fields}
    bad = client.post(draft_page.url, {**given, "points-rentals": "many"})
    assert bad.status_code == 422
    falling = client.post(draft_page.url, {**given, "points-rentals": "0 → 1; 10 → 0"})
    assert falling.status_code == 422
    good = client.post(
        draft_page.url,
        {**given, "points-rentals": "0 → 0；10 -> 0.5; 20 = 1", "weight-rentals": "12", "red": "70"},
    )
    assert good.url == reverse("fire:edition", args=[edition.pk])
    edition.refresh_from_db()
    kept = {each.name: each for each in method_of(edition.method).yardsticks}["rentals"]
    assert (kept.weight, kept.points) == (12, ((0, 0), (10, 0.5), (20, 1)))

    shown = client.get(good.url)
    assert shown.status_code == 200 and not shown.context["may_approve"]
    assert client.get(reverse("fire:tried_colours", args=[edition.pk])).json()["values"]
    client.post(
        reverse("fire:approve_edition", args=[edition.pk]), {"since": timezone.localdate().isoformat()}
    )
    edition.refresh_from_db()
    assert edition.state == "draft"
    signed_in(second).post(
        reverse("fire:approve_edition", args=[edition.pk]), {"since": timezone.localdate().isoformat()}
    )
    edition.refresh_from_db()
    assert edition.state == "approved"


def test_others_do_not_open_the_settings() -> None:
    town, _premises = a_burning_town()
    worker = signed_in(with_post("grid_worker", area=town.grids[0]))
    assert worker.get(reverse("fire:editions")).status_code == 403
    assert (
        signed_in(with_post("leader", area=town.county, name="领导"))
        .get(reverse("fire:editions"))
        .status_code
        == 200
    )


def test_weather_raises_scores_for_its_days_and_area(author: Person) -> None:
    town, _premises = a_burning_town()
    count_grids()
    before = {each: Standing.objects.get(area=each).score for each in (*town.grids, town.other_grid)}
    today = timezone.localdate().isoformat()
    client = signed_in(author)
    page = client.post(
        reverse("fire:new_factor"),
        {
            "kind": "weather",
            "reason": "大风",
            "value": "1.2",
            "area": town.town.code,
            "since": today,
            "until": today,
        },
    )
    assert page.status_code == 302
    count_grids()
    assert Standing.objects.get(area=town.grids[0]).score == pytest.approx(
        before[town.grids[0]] * 1.2, abs=0.02
    )
    assert Standing.objects.get(area=town.other_grid).score == pytest.approx(
        before[town.other_grid], abs=0.02
    )
    client.post(reverse("fire:end_factor", args=[Factor.objects.get().pk]))
    count_grids()
    assert Standing.objects.get(area=town.grids[0]).score == pytest.approx(before[town.grids[0]], abs=0.02)


@pytest.mark.parametrize(("value", "days"), [(0.9, 0), (1.2, -1)])
def test_weather_never_lowers_a_score(value: float, days: int) -> None:
    today = timezone.localdate()
    with pytest.raises(Refusal):
        add_factor(
            "weather",
            value,
            since=today,
            until=today + timedelta(days=days),
            reason="x",
            area=None,
            by=SYSTEM,
        )
