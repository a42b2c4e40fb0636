"""Hot issues are found from open cases, keep their rows while they last, and go when nobody writes any more."""

import pytest

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case
from gridloop.core.clocks.periodic import JOBS
from gridloop.core.clocks.timers import PERIODIC, discover_handlers
from gridloop.core.dispatch.heat import find_hot_issues
from gridloop.core.dispatch.models import HotIssue
from tests import world

pytestmark = pytest.mark.django_db
SMELL = "化工厂夜间排放刺鼻气味，居民无法开窗，要求环保部门查处"


def told(town: world.Town, how_many: int, **more: object) -> list[Case]:
    return [
        world.a_report(town, title=f"化工厂夜间排放刺鼻气味{n}", words=SMELL, **more) for n in range(how_many)
    ]


def others(town: world.Town) -> None:
    for words in ("路灯不亮好几天", "井盖破了个洞", "垃圾桶满了没人收", "河里漂着死鱼", "消防通道被车堵住"):
        world.a_report(town, title=words, words=words, grid=1)


def test_many_alike_become_one_issue_that_keeps_its_row() -> None:
    town = world.a_town()
    cases = told(town, 4)
    others(town)
    assert find_hot_issues() == 1
    issue = HotIssue.objects.get()
    assert set(issue.cases.all()) == set(cases) and issue.area_id == town.grids[0].pk
    assert issue.heat == round(sum(issue.arithmetic.values()), 1)

    more = told(town, 2)
    assert find_hot_issues() == 1
    again = HotIssue.objects.get()
    assert again.pk == issue.pk and again.heat > issue.heat and set(again.cases.all()) == {*cases, *more}


def test_looking_twice_changes_nothing_and_closed_cases_cool_down() -> None:
    town = world.a_town()
    cases = told(town, 3)
    others(town)
    find_hot_issues()
    before = list(HotIssue.objects.values("pk", "title", "area", "heat"))
    find_hot_issues()
    assert list(HotIssue.objects.values("pk", "title", "area", "heat")) == before

    room = world.acting(world.a_town_room(town.town))
    for case in cases:
        move_case(case, "decline", by=room, facts={"reason_code": "unclear", "answer": "请补充"})
    assert find_hot_issues() == 0 and not HotIssue.objects.exists()


def test_nothing_is_hot_in_an_empty_county() -> None:
    assert find_hot_issues() == 0
    discover_handlers()
    assert f"{PERIODIC}hot_issues" in JOBS
