"""Good answers for whoever has to write one: written, reviewed by another, offered where they fit, filled in."""

import pytest

from gridloop.core.cases.models import Category
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.notices.answer_wordings import retire_wording, review_wording, wordings_for, write_wording
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return world.a_town()


@pytest.fixture
def by(town):
    return {
        "room": world.acting(world.a_town_room(town.town)),
        "county": world.acting(world.a_county_room(town.county)),
        "worker": world.acting(world.a_grid_worker(town.grids[0])),
    }


def in_use(by, **given):
    wording = write_wording(**{"title": "办结", "words": "已处理完毕。", "by": by["room"], **given})
    return review_wording(wording, good=True, by=by["county"])


def titles(case, move="complete"):
    return [wording.title for wording, _words in wordings_for(case, move)]


def test_nobody_is_offered_what_no_second_person_has_reviewed(town, by):
    case = world.a_report(town)
    wording = write_wording(title="办结", words="已处理完毕。", by=by["room"])
    assert titles(case) == []
    with pytest.raises(NotAllowed):
        review_wording(wording, good=True, by=by["room"])
    review_wording(wording, good=True, by=by["county"])
    assert titles(case) == ["办结"]
    with pytest.raises(TooLate):
        review_wording(wording, good=False, reason="晚了", by=by["county"])


def test_what_is_not_good_enough_is_put_aside_with_a_reason(town, by):
    wording = write_wording(title="办结", words="知道了。", by=by["room"])
    with pytest.raises(Refusal):
        review_wording(wording, good=False, by=by["county"])
    review_wording(wording, good=False, reason="没有说明怎么处理的", by=by["county"])
    assert titles(world.a_report(town)) == []


def test_the_most_particular_comes_first_and_other_classes_and_moves_stay_away(town, by):
    major = Category.objects.create(edition="t", code="01", name="市容环境")
    rubbish = Category.objects.create(edition="t", code="0102", name="暴露垃圾", parent=major)
    noise = Category.objects.create(edition="t", code="0301", name="噪声")
    for title, category, occasion in (
        ("通用", None, ""), ("市容", major, "complete"), ("垃圾", rubbish, "complete"), ("噪声", noise, "complete"), ("不受理", None, "decline"),
    ):  # fmt: skip
        in_use(by, title=title, category=category, occasion=occasion)
    case = world.a_report(town)
    case.category = rubbish
    assert titles(case) == ["垃圾", "市容", "通用"]
    assert titles(case, "decline") == ["不受理", "通用"]


def test_it_is_filled_in_for_the_case_and_names_no_variable_nobody_fills(town, by):
    case = world.a_report(town)
    in_use(by, words="您好，{place}的“{title}”已处理。\n责任单位：{unit}")
    ((_wording, words),) = wordings_for(case, "complete")
    assert words == f"您好，玉环市玉城街道城中社区第1网格的“{case.title}”已处理。"
    with pytest.raises(Refusal) as refusal:
        write_wording(title="办结", words="{phone}", by=by["room"])
    assert refusal.value.field == "words"


def test_a_new_version_takes_the_place_of_the_old_one_when_it_is_reviewed(town, by):
    case = world.a_report(town)
    old = in_use(by)
    new = write_wording(title="办结", words="已处理，谢谢。", by=by["county"], replaces=old)
    assert [words for _one, words in wordings_for(case, "complete")] == ["已处理完毕。"]
    review_wording(new, good=True, by=by["room"])
    assert [words for _one, words in wordings_for(case, "complete")] == ["已处理，谢谢。"]
    retire_wording(new, by=by["room"])
    assert titles(case) == []


def test_grid_workers_neither_write_nor_review(by):
    with pytest.raises(NotAllowed):
        write_wording(title="办结", words="好。", by=by["worker"])


@pytest.mark.parametrize("how_many", [1, 3])
def test_what_is_offered_costs_the_same_however_much_it_is(town, by, how_many, django_assert_num_queries):
    for number in range(how_many):
        in_use(by, title=f"办结{number}")
    case = world.a_report(town)
    with django_assert_num_queries(
        2
    ):  # the wordings, and whether the tree of areas is still the one in memory
        wordings_for(case, "complete")
