"""The figures: counted from facts, each leading to as many matters as it says, in a fixed number of statements."""

import pytest
from django.urls import reverse

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case, Deadline
from gridloop.scenes.enterprises.figures.counting import behind, figures
from gridloop.scenes.enterprises.figures.views import percent
from gridloop.scenes.enterprises.matters.queries import matters_within_reach
from tests.scenes.enterprises.stage import a_stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage():
    return a_stage()


def closed(stage, rating, *, late=False):
    case = move_case(stage.ask(f"第{rating}件贷款{late}"), "take", by=stage.by("banker"))
    if late:
        Deadline.objects.filter(case=case, name="completion").update(due_at=case.reported_at)
    case = move_case(case, "complete", by=stage.by("banker"), facts={"account": "办", "answer": "办结"})
    return move_case(case, "review", by=stage.by("contact"), facts={"rating": rating})


def test_every_number_opens_as_many_matters_as_it_says(stage):
    closed(stage, 5)
    closed(stage, 3)
    closed(stage, 2, late=True)
    stage.ask("还没人管的合同纠纷", "E1301")
    matters = matters_within_reach(stage.county)
    total = figures(matters).total

    assert (total.taken, total.closed, total.answered, total.on_time, total.reviewed, total.satisfied) == (
        4,
        2,
        3,
        2,
        3,
        2,
    )
    for name in ("closed", "answered", "on_time", "reviewed", "satisfied", "open"):
        assert behind(matters, name).count() == getattr(total, name), name
    assert behind(matters, "late").count() == 1
    assert behind(matters, "waiting").count() == 1


def test_parts_add_up_to_the_whole(stage):
    closed(stage, 5)
    stage.ask("厂房租约到期", "E0202")
    found = figures(matters_within_reach(stage.county))

    for parts in found.by.values():
        assert sum(count.taken for count in parts.values()) == found.total.taken
        assert sum(count.satisfied for count in parts.values()) == found.total.satisfied


def test_two_statements_however_many_matters(stage, django_assert_num_queries):
    for rating in (3, 4, 5):
        closed(stage, rating)
    matters = matters_within_reach(stage.county)

    with django_assert_num_queries(2):
        figures(matters)


def test_a_town_counts_what_lies_in_it(stage):
    stage.ask()
    elsewhere = stage.ask("另一件贷款诉求")
    Case.objects.filter(pk=elsewhere.pk).update(
        town=stage.town.other_town, community=stage.town.other_community
    )

    assert figures(matters_within_reach(stage.county)).total.taken == 2
    assert figures(matters_within_reach(stage.room)).total.taken == 1


def test_4738_matters_and_99_6_percent_stand_on_one_page(stage, client):
    assert percent(4719, 4738) == "99.6"
    assert percent(4738, 4738) == "100"
    assert percent(99_999, 100_000) == "99.9"  # one who was not satisfied stays visible
    assert percent(0, 0) == "—"
    closed(stage, 5)
    client.force_login(stage.county)
    page = client.get(reverse("enterprises:figures")).content.decode()
    assert "1 / 1 = 100%" in page
