"""Checklists on their settings page: questions changed, added, taken out and reordered, each time as a new version."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.journal.models import Entry
from gridloop.core.people.models import Person
from gridloop.scenes.fire.hazards.actions import keep_inspection
from gridloop.scenes.fire.hazards.checklists import (
    checklist_for,
    checklist_versions,
    checklists,
    keep_checklist,
)
from gridloop.scenes.fire.models import Checklist, Inspection
from tests import world
from tests.scenes.fire.ground import a_ground, some_premises

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Person:
    return world.with_post("administrator")


def as_person(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(code: str = "rental") -> str:
    return reverse("fire:edit_checklist", args=[code])


def newest(code: str = "rental") -> Checklist:
    return checklist_versions(code)[0]


def typed(checklist: Checklist, **more: Any) -> dict[str, Any]:
    """The form of a checklist as a browser would send it, with its blank rows."""
    given: dict[str, Any] = {
        "title": checklist.title,
        "english": checklist.english,
        "premises_kinds": checklist.premises_kinds,
        "seen": checklist.version,
    }
    blank = {"title": "", "english": "", "hazard": "other", "grade": "general", "code": ""}
    for row, item in enumerate([*checklist.items, *[blank] * 4]):
        given |= {f"{part}_{row}": item[part] for part in blank} | {f"place_{row}": row + 1}
    return given | more


def titles(checklist: Checklist) -> list[str]:
    return [item["title"] for item in checklist.items]


def test_list_shows_what_is_followed_where(admin: Person) -> None:
    client = as_person(admin)
    page = client.get(reverse("fire:checklists")).content.decode()
    assert "自建出租房防火检查" in page and "居民住宅" in page and "第1版" in page

    rental = newest()
    keep_checklist("rental", rental.title, rental.items, premises_kinds=["rental"], by=world.acting(admin))
    page = client.get(reverse("fire:checklists")).content.decode()
    assert "以下场所没有专用检查表" in page and "第2版" in page and admin.name in page
    in_english = client.get(reverse("fire:checklists"), headers={"Accept-Language": "en"})
    assert "Rented houses: fire check" in in_english.content.decode()


def test_checklists_are_the_administrators(admin: Person) -> None:
    ground = a_ground(stations=0)
    for each in (reverse("fire:checklists"), reverse("fire:new_checklist"), address()):
        assert as_person(ground.duty).get(each).status_code == 403
        assert Client().get(each).status_code == 302
    assert as_person(ground.grid_worker).post(address(), typed(newest())).status_code == 403
    with pytest.raises(NotAllowed):
        keep_checklist("rental", "x", newest().items, by=world.acting(ground.duty))
    assert newest().version == 1


def test_questions_are_changed_added_taken_out_and_put_in_order(admin: Person) -> None:
    old = newest()
    given = typed(
        old,
        title_0="",  # out
        title_1="楼梯间是否堆放杂物", grade_1="major",
        place_7="1.5", title_7="是否配备逃生绳", english_7="Is there an escape rope?", hazard_7="exit", grade_7="general",
    )  # fmt: skip
    assert as_person(admin).post(address(), given).status_code == 302

    kept = newest()
    assert kept.version == 2
    assert titles(kept) == ["是否配备逃生绳", "楼梯间是否堆放杂物", *titles(old)[2:]]
    assert [item["code"] for item in kept.items] == ["item_1", *[item["code"] for item in old.items[1:]]]
    assert kept.items[1]["grade"] == "major"
    assert kept.premises_kinds == old.premises_kinds and kept.made_by == admin
    entry = Entry.objects.get(event="checklist_kept")
    assert (entry.subject, entry.facts["version"]) == (kept.pk, 2)
    assert titles(checklist_versions("rental")[1]) == titles(old)  # the old one stays as it was


def test_code_of_an_item_that_went_is_never_given_again(admin: Person) -> None:
    client = as_person(admin)
    client.post(address(), typed(newest(), title_7="甲"))
    client.post(address(), typed(newest(), title_7=""))
    client.post(address(), typed(newest(), title_7="乙"))

    assert [item["code"] for item in newest().items][-1] == "item_2"


def test_inspection_keeps_the_version_it_was_made_by(admin: Person) -> None:
    ground = a_ground(stations=0)
    old = checklist_for(ground.premises)
    answers = {item["code"]: "good" for item in old.items}
    kept = keep_inspection(ground.premises, old, answers, by=world.acting(ground.grid_worker))
    as_person(admin).post(address(old.code), typed(old, title_0="出口是否上锁"))

    kept.refresh_from_db()
    assert kept.checklist == old and kept.checklist.items[0]["title"] != "出口是否上锁"
    page = as_person(ground.grid_worker).get(reverse("fire:inspect", args=[ground.premises.pk]))
    assert "出口是否上锁" in page.content.decode()


def test_who_is_inspecting_while_it_changes_is_not_asked_anew(admin: Person) -> None:
    ground = a_ground(stations=0)
    old = checklist_for(ground.premises)
    client, inspect = as_person(ground.grid_worker), reverse("fire:inspect", args=[ground.premises.pk])
    assert f'name="checklist" value="{old.pk}"' in client.get(inspect).content.decode()
    as_person(admin).post(address(old.code), typed(old, title_8="是否配备应急照明"))
    given = {f"item_{item['code']}": "good" for item in old.items}

    assert client.post(inspect, given | {"checklist": old.pk}).status_code == 302
    assert Inspection.objects.get().checklist == old
    other = newest("works")  # a list of other premises is not taken, whatever the phone says
    assert client.post(inspect, given | {"checklist": other.pk}).status_code == 422
    assert client.post(inspect, given | {"checklist": "9" * 30}).status_code == 422


def test_new_checklist_for_premises_taken_out_of_another(admin: Person) -> None:
    client, town = as_person(admin), world.a_town()
    given = {
        "title": "学校防火检查", "english": "", "premises_kinds": ["school"], "seen": 0, "title_0": "宿舍是否留有逃生窗",
        "hazard_0": "exit", "grade_0": "major", "place_0": "1", "english_0": "", "code_0": "",
    }  # fmt: skip
    refused = client.post(reverse("fire:new_checklist"), given)
    assert refused.status_code == 422
    assert "九小场所防火检查" in refused.content.decode() and "宿舍是否留有逃生窗" in refused.content.decode()
    small = newest("nine_small")
    without = [kind for kind in small.premises_kinds if kind != "school"]
    client.post(address("nine_small"), typed(small, premises_kinds=without))

    assert client.post(reverse("fire:new_checklist"), given).status_code == 302
    made = checklist_for(some_premises(town, kind="school"))
    assert (made.code, made.title, made.version, made.items[0]["code"]) == (
        "own_1",
        "学校防火检查",
        1,
        "item_1",
    )
    assert checklist_for(some_premises(town, kind="hotel")).code == "nine_small"


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"title": ""}, "title", ""),
        ({"premises_kinds": []}, "premises_kinds", "请选择按此表检查的场所类别"),
        ({f"title_{row}": "" for row in range(7)}, "title_0", "请至少填写一项"),
        ({"title_0": "问" * 121}, "title_0", ""),
        ({"hazard_0": "aftermath"}, "hazard_0", ""),
        ({"grade_0": "terrible"}, "grade_0", ""),
        ({"code_0": "stairs"}, None, "出现了两次"),
    ],
)
def test_what_cannot_be_is_told_and_what_was_typed_stays(
    admin: Person, wrong: dict[str, Any], field: str | None, words: str
) -> None:
    answer = as_person(admin).post(address(), typed(newest(), english_3="my words") | wrong)

    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field or "__all__"])
    assert "my words" in answer.content.decode()
    assert newest().version == 1


def test_two_who_change_a_list_at_once_do_not_overwrite_each_other(admin: Person) -> None:
    old = newest()
    first, second = as_person(admin), as_person(world.with_post("administrator"))
    assert first.post(address(), typed(old, title_0="甲")).status_code == 302
    late = second.post(address(), typed(old, title_0="乙"))

    assert late.status_code == 422 and "刚被他人修改" in late.content.decode()
    assert titles(newest())[0] == "甲"
    with pytest.raises(TooLate):
        keep_checklist("rental", "x", old.items, seen=1, by=world.acting(admin))


def test_earlier_version_is_taken_again(admin: Person) -> None:
    client, old = as_person(admin), newest()
    client.post(address(), typed(old, title_0="甲"))
    page = client.get(address(), {"version": "1"})

    assert "第1版" in page.content.decode() and page.context["seen"] == 2
    assert client.post(address(), typed(old, seen=2)).status_code == 302
    assert (newest().version, titles(newest())) == (3, titles(old))
    assert client.get(address("nowhere")).status_code == 404


def test_unknown_kinds_of_premises_are_refused(admin: Person) -> None:
    with pytest.raises(Refusal):
        keep_checklist("rental", "x", newest().items, premises_kinds=["castle"], by=world.acting(admin))

    assert len(checklists()) == 3


def test_pages_cost_the_same_however_many_versions(admin: Person, django_assert_max_num_queries) -> None:
    client = as_person(admin)
    for each in (reverse("fire:checklists"), address()):
        client.get(each)
    for _turn in range(3):
        client.post(address(), typed(newest()))
        for each in (reverse("fire:checklists"), address()):
            with django_assert_max_num_queries(14):
                assert client.get(each).status_code == 200
