"""Alarm rules on their settings page: what is in force, a rule tried and saved, a rule retired, and who may not."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.journal.models import Entry
from gridloop.core.people.models import Person
from gridloop.scenes.fire.ingest.registering import Watch, rule_edition, rules_in_force
from gridloop.scenes.fire.ingest.rule_editing import (
    SHIPPED_RULES,
    newest_versions,
    retire_rule,
    rule_versions,
    save_rule,
)
from gridloop.scenes.fire.ingest.rule_forms import AlarmRuleForm, initial_of
from gridloop.scenes.fire.ingest.rule_words import SHIPPED_TITLES, sentence, span_words
from gridloop.scenes.fire.ingest.rules import SHIPPED, Rule
from gridloop.scenes.fire.models import AlarmRule
from tests import world

pytestmark = pytest.mark.django_db
COLD_STORE = Rule(
    name="冷库温度", kinds=("heat",), shape="duration", quantity="temperature", on_limit=-5, off_limit=-10, seconds=600
)  # fmt: skip


@pytest.fixture
def admin() -> Person:
    return world.with_post("administrator")


def as_person(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def typed(rule: Rule, **more: Any) -> dict[str, Any]:
    """The form of a rule as a browser would send it."""
    given = initial_of(rule)
    start: datetime = given["start"]
    return {**given, "start": timezone.localtime(start).strftime("%Y-%m-%dT%H:%M"), "reason": "", **more}


def address(name: str = "hot", what: str = "alarm_rule") -> str:
    return reverse(f"fire:{what}", args=[name])


def test_page_lists_shipped_rules_in_words(admin: Person) -> None:
    page = as_person(admin).get(reverse("fire:alarm_rules")).content.decode()

    for said in (
        "温度高于70 °C；低于55 °C解除",
        "火灾报警",
        "系统自带",
        "26小时没有任何消息",
        "仅在23:00–06:00",
    ):
        assert said in page
    assert "规则只作用于读数" in page
    with override("en"):
        assert sentence(SHIPPED_RULES["water_low"]) == (
            "Water pressure below 0.14 MPa for 1 min; over above 0.18 MPa"
        )
        assert sentence(SHIPPED_RULES["leakage"]).startswith(
            "Leakage current above 300 mA 3 times within 10 min"
        )
        assert span_words(90) == "90 s"
    assert set(SHIPPED_TITLES) == set(SHIPPED_RULES)


def test_rules_are_the_administrators(admin: Person) -> None:
    town = world.a_town()
    duty = world.with_post("fire_duty", area=town.county)
    for each in (reverse("fire:alarm_rules"), reverse("fire:new_alarm_rule"), address()):
        assert as_person(duty).get(each).status_code == 403
        assert Client().get(each).status_code == 302
    assert as_person(duty).post(address(), typed(SHIPPED_RULES["hot"], seen=1)).status_code == 403
    assert as_person(duty).post(address(what="retire_alarm_rule"), {"reason": "不再需要"}).status_code == 403
    with pytest.raises(NotAllowed):
        save_rule(COLD_STORE, seen=0, by=world.acting(duty))
    with pytest.raises(NotAllowed):
        retire_rule("hot", seen=1, reason="不再需要", by=world.acting(duty))
    assert not AlarmRule.objects.exists()


def test_list_costs_the_same_for_one_own_rule_and_for_three(
    admin: Person, django_assert_max_num_queries
) -> None:
    client = as_person(admin)
    client.get(reverse("fire:alarm_rules"))
    for number in range(3):
        save_rule(Rule(name=f"第{number}条", kinds=("heat",), quantity="temperature", on_limit=9, off_limit=8),
                  seen=0, by=world.acting(admin))  # fmt: skip
        with django_assert_max_num_queries(14):
            client.get(reverse("fire:alarm_rules"))


def test_changed_limit_is_a_new_version_the_listener_hears_of(admin: Person) -> None:
    client, watch = as_person(admin), Watch()
    watch.has_changed()
    page = client.get(address())
    assert page.status_code == 200 and page.context["seen"] == 1
    given = typed(SHIPPED_RULES["hot"], on_limit="60", off_limit="50", seen=1, reason="夏季误报少")

    assert client.post(address(), given).status_code == 302
    kept = AlarmRule.objects.get()
    assert (kept.version, kept.on_limit, kept.off_limit, kept.raises, kept.made_by) == (
        2,
        60,
        50,
        "fire",
        admin.pk,
    )
    assert watch.has_changed()
    assert rule_edition.current().rules["hot"].on_limit == 60
    entry = Entry.objects.get(event="alarm_rule_kept")
    assert (entry.subject, entry.person, entry.words) == (kept.pk, admin.pk, "夏季误报少")
    listed = client.get(reverse("fire:alarm_rules")).content.decode()
    assert "温度高于60 °C" in listed and "报警规则已保存" in listed and "夏季误报少" in listed
    one = client.get(address()).content.decode()
    assert "温度高于70 °C" in one and "?version=1" in one


@pytest.mark.parametrize("rule", SHIPPED, ids=lambda rule: rule.name)
def test_every_shipped_rule_goes_through_the_form_unchanged(rule: Rule, admin: Person) -> None:
    form = AlarmRuleForm(typed(rule))

    assert form.is_valid(), form.errors
    back = form.rule()
    same = (
        "name",
        "kinds",
        "shape",
        "quantity",
        "above",
        "on_limit",
        "off_limit",
        "seconds",
        "times",
        "hours",
        "raises",
    )
    assert [getattr(back, part) for part in same] == [getattr(rule, part) for part in same]
    answer = as_person(admin).post(address(rule.name), typed(rule, seen=1, **{"try": "1"}))
    assert answer.status_code == 200
    told = [each["tone"] for each in answer.context["tried"]]
    assert "late" in told and "done" in told


def test_new_rule_with_a_chinese_name_days_and_hours(admin: Person) -> None:
    client = as_person(admin)
    given = typed(
        COLD_STORE, days=["0", "4"], hours="22:30-6:00；12:00–13:00", unit="60", seconds="10", seen=0
    )

    assert client.post(reverse("fire:new_alarm_rule"), given).status_code == 302
    rule = rules_in_force().rules["冷库温度"]
    assert (rule.seconds, rule.days, rule.hours) == (600, (0, 4), ((1350, 360), (720, 780)))
    assert client.get(address("冷库温度")).status_code == 200
    again = client.post(reverse("fire:new_alarm_rule"), given)
    assert again.status_code == 422 and "已有同名规则" in again.content.decode()
    assert client.get(address("没有")).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"off_limit": "80"}, "off_limit", "解除值不得高于"),
        ({"above": "0", "off_limit": "60"}, "off_limit", "解除值不得低于"),
        ({"on_limit": "9000"}, "on_limit", "1500 °C"),
        ({"on_limit": ""}, "on_limit", "限值须在"),
        ({"on_limit": "热"}, "on_limit", ""),
        ({"quantity": ""}, "quantity", "请选择监测的量"),
        ({"kinds": []}, "kinds", ""),
        ({"shape": "duration", "seconds": "0"}, "seconds", "至少1秒"),
        ({"shape": "duration", "seconds": "900", "unit": "3600"}, "seconds", "31天"),
        ({"shape": "repeat", "times": "1", "seconds": "60"}, "times", "至少为2次"),
        ({"shape": "silence", "seconds": "5"}, "seconds", "30秒"),
        ({"shape": "silence", "seconds": "2", "unit": "3600"}, "kinds", "探测器静默"),
        ({"hours": "晚上"}, "hours", "23:00–06:00"),
        ({"hours": "25:00-26:00"}, "hours", "00:00至24:00"),
        ({"hours": "23:70-06:00"}, "hours", "60分钟"),
        ({"raises": "offline"}, "raises", ""),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(
    admin: Person, wrong: dict[str, Any], field: str, words: str
) -> None:
    answer = as_person(admin).post(address(), typed(SHIPPED_RULES["hot"], seen=1) | wrong)

    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert not AlarmRule.objects.exists()


def test_rule_is_tried_without_being_saved(admin: Person) -> None:
    client = as_person(admin)
    given = typed(
        SHIPPED_RULES["warm_long"], values="50 56 58 – 52 49", every="60", start="2026-09-21T08:00", seen=1
    )
    page = client.post(address("warm_long"), given | {"try": "1"})

    assert page.status_code == 200
    told = [(f"{each['at']:%H:%M:%S}", each["tone"]) for each in page.context["tried"]]
    assert told == [
        ("08:00:00", ""), ("08:01:00", ""), ("08:02:00", ""), ("08:03:00", "late"), ("08:04:00", "moving"),
        ("08:05:00", "done"),
    ]  # fmt: skip
    assert "仅因时间到" in page.content.decode()
    assert not AlarmRule.objects.exists()
    nothing = client.post(address("warm_long"), given | {"try": "1", "values": ""})
    assert nothing.status_code == 422 and "请至少填写一个读数" in nothing.content.decode()
    words = client.post(address("warm_long"), given | {"try": "1", "values": "56 很热"})
    assert "“很热”不是数字" in words.content.decode()
    new = typed(COLD_STORE, name="", seen=0, **{"try": "1"})
    assert client.post(reverse("fire:new_alarm_rule"), new).status_code == 200


def test_retired_rule_raises_no_more_and_can_be_taken_again(admin: Person) -> None:
    client = as_person(admin)
    retire = address("leakage", "retire_alarm_rule")
    client.post(retire, {"seen": 1, "reason": ""})
    assert not AlarmRule.objects.exists()
    assert client.post(retire, {"seen": 1, "reason": "改由电力部门监测"}).status_code == 302

    assert "leakage" not in rule_edition.current().rules
    assert Entry.objects.get(event="alarm_rule_retired").words == "改由电力部门监测"
    assert "已停用的规则" in client.get(reverse("fire:alarm_rules")).content.decode()
    with pytest.raises(TooLate):
        retire_rule("leakage", seen=2, reason="改由电力部门监测", by=world.acting(admin))
    again = client.get(address("leakage"), {"version": "1"})
    assert "第1版" in again.content.decode() and again.context["seen"] == 2
    assert client.post(address("leakage"), typed(SHIPPED_RULES["leakage"], seen=2)).status_code == 302
    assert rule_edition.current().rules["leakage"].version == 3
    assert [each.active for each in rule_versions("leakage")] == [True, False, True]
    assert client.post(address("没有", "retire_alarm_rule"), {"reason": "不再需要"}).status_code == 404


def test_two_who_change_a_rule_at_once_do_not_overwrite_each_other(admin: Person) -> None:
    first, second = as_person(admin), as_person(world.with_post("administrator"))
    given = typed(SHIPPED_RULES["hot"], seen=1)
    assert first.post(address(), given | {"on_limit": "65"}).status_code == 302
    late = second.post(address(), given | {"on_limit": "75"})

    assert late.status_code == 422 and "刚被他人修改" in late.content.decode()
    assert late.context["seen"] == 1  # nobody saves over it by pressing again
    assert rule_edition.current().rules["hot"].on_limit == 65


def test_nothing_of_a_refused_rule_stays(admin: Person) -> None:
    with pytest.raises(Refusal):
        save_rule(Rule(name="../x", kinds=("heat",), quantity="temperature"), seen=0, by=world.acting(admin))
    with pytest.raises(Refusal):
        save_rule(Rule(name="x", kinds=("castle",), quantity="temperature"), seen=0, by=world.acting(admin))

    assert not Entry.objects.filter(event="alarm_rule_kept").exists()
    assert [each.rule.name for each in newest_versions()] == list(SHIPPED_RULES)
