"""What an administrator changes on the settings pages: once as it should go, once as it is refused."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gridloop.api.models import Token
from gridloop.core.cases.models import Category
from gridloop.core.clocks import calendar
from gridloop.core.clocks.limits import limit_for
from gridloop.core.clocks.models import SpecialDay, TimeLimit
from gridloop.core.dispatch.admission import is_admitted
from gridloop.core.dispatch.models import Admission, ClassifierEdition, Rule
from gridloop.core.dispatch.rulebook import RULES
from gridloop.core.journal import consumers
from gridloop.core.journal.models import Entry
from gridloop.core.notices.models import Channel, Delivery, Notice, Template
from gridloop.core.notices.templates import template_in_force
from gridloop.core.people.models import Delegation, Organisation, Person
from gridloop.core.people.queries import current_posts
from gridloop.core.people.retention import periods
from gridloop.core.scenes import registry
from gridloop.core.territory.models import Area
from gridloop.web.administration import sheets  # noqa: F401  its import adds the sheets
from gridloop.web.administration.errands import claim, run_errand
from gridloop.web.administration.workers import READERS
from gridloop.web.models import Errand
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return world.a_town()


@pytest.fixture
def administrator(client):
    person = world.with_post("administrator", name="钱管理")
    client.force_login(person)
    return person


def at(name, *given):
    return reverse(f"settings:{name}", args=given)


def last(event):
    return Entry.objects.filter(event=event).order_by("-id").first()


def upload(client, kind, text, name="rows.csv", **more):
    return client.post(
        at("upload", kind), {"file": SimpleUploadedFile(name, text.encode()), **more}, follow=True
    )


# --- areas


def test_an_area_is_renamed_and_its_page_says_by_whom(client, town, administrator):
    page = client.post(at("area_tool", town.grids[0].pk, "rename"), {"name": "南门网格"}, follow=True)
    assert "南门网格" in page.text and "钱管理" in page.text
    assert last("area_renamed").person == administrator.pk
    refused = client.post(at("area_tool", town.grids[0].pk, "rename"), {"name": " "})
    assert refused.status_code == 422


def test_a_grid_is_split_by_a_drawn_line(client, town, administrator):
    grid = town.grids[0]
    line = json.dumps([[121.207, 28.09], [121.207, 28.13]])
    answer = client.post(at("area_tool", grid.pk, "split"), {"line": line, "first": "东半", "second": "西半"})
    assert answer.status_code == 302
    parts = Area.objects.filter(name__in=["东半", "西半"], retired_at=None)
    assert parts.count() == 2 and parts.get(name="东半").pk == grid.pk
    short = client.post(
        at("area_tool", grid.pk, "split"),
        {"line": json.dumps([[121.0, 28.0], [121.1, 28.0]]), "first": "a", "second": "b"},
    )
    assert short.status_code == 422 and Area.objects.filter(parent=grid.parent).count() == 3


def test_drawing_over_a_neighbour_warns_before_it_is_done(client, town, administrator):
    shape = json.dumps(world.square(121.20, 28.10, 0.03))
    form = {"shape": shape, "words": "边界核定"}
    warned = client.post(at("area_tool", town.grids[0].pk, "draw"), form)
    assert warned.status_code == 422 and town.grids[1].name in warned.text and "all_the_same" in warned.text
    assert (
        client.post(at("area_tool", town.grids[0].pk, "draw"), {**form, "all_the_same": "on"}).status_code
        == 302
    )
    assert last("area_redrawn").words == "边界核定"


def test_grids_are_merged_and_areas_moved_and_retired(client, town, administrator):
    one, two = town.grids
    client.post(at("area_tool", one.pk, "merge"), {"others": [two.pk], "name": "大网格"})
    two.refresh_from_db()
    assert two.retired_at is not None
    client.post(at("area_tool", town.community.pk, "move"), {"parent": town.other_town.code})
    town.community.refresh_from_db()
    assert town.community.parent_id == town.other_town.pk
    refused = client.post(at("area_tool", town.county.pk, "retire"), {"words": "撤并"})
    assert refused.status_code == 422


def test_areas_land_from_a_table_after_a_dry_look(client, town, administrator):
    rows = "level,code,name,parent\ngrid,331083001001009,新设网格,331083001001\ngrid,331083001001010,,331083001001\n"
    looked = upload(client, "areas", rows, system="wgs84")
    assert not Area.objects.filter(name="新设网格").exists() and "331083001001010" in looked.text
    errand = Errand.objects.get()
    errors = client.get(at("errors", errand.key))
    assert b"".join(errors.streaming_content).startswith(b"PK")
    done = client.post(at("land", errand.key), follow=True)
    assert done.status_code == 200 and Area.objects.filter(name="新设网格").count() == 1
    again = client.post(at("land", errand.key))
    assert again.status_code == 422 and Area.objects.filter(name="新设网格").count() == 1


def test_a_file_that_is_no_table_is_refused_in_words(client, town, administrator):
    page = upload(client, "areas", "…", name="picture.png", system="wgs84")
    assert page.status_code == 422 and not Errand.objects.exists()
    broken = upload(client, "persons", "a\n1\n")
    assert Errand.objects.get().step == "failed" and ("missing" in broken.text or "缺少" in broken.text)


def test_a_large_file_waits_for_a_worker(client, town, administrator, monkeypatch):
    monkeypatch.setattr("gridloop.web.administration.errands.AT_ONCE", 1)
    waiting = upload(client, "classes", "code,name\n0777,海岸垃圾\n")
    errand = Errand.objects.get()
    assert errand.step == "waiting" and "hx-trigger" in waiting.text
    assert claim(errand) and not claim(errand)
    run_errand(errand)
    assert errand.step == "done" and errand.result["counts"]["made"] == 1
    assert not Category.objects.filter(code="0777").exists()  # a dry look changes nothing


# --- organisations and people


def test_an_organisation_is_founded_paired_and_dissolved(client, town, administrator):
    form = {"name": "海洋局", "kind": "bureau", "code": "HY-1", "area": town.county.code}
    client.post(at("new_organisation"), form)
    one, other = Organisation.objects.get(code="HY-1"), world.a_unit()
    assert client.post(at("new_organisation"), form).status_code == 422
    page = client.post(at("pair", one.pk), {"kind": "twinning", "other": other.code}, follow=True)
    assert other.name in page.text
    world.a_handler(one)
    client.post(at("retire_organisation", one.pk))
    one.refresh_from_db()
    assert one.retired_at is None  # somebody holds a post there


def test_an_account_is_opened_given_a_post_and_a_password_shown_once(client, town, administrator):
    client.post(at("new_person"), {"handle": "zhou", "name": "周新人", "phone": "13911112222"})
    person = Person.objects.get(handle="zhou")
    page = client.post(
        at("new_post", person.pk), {"role": "grid_worker", "area": town.grids[0].code}, follow=True
    )
    assert (
        current_posts().filter(person=person, role="grid_worker").exists() and "13911112222" not in page.text
    )
    issued = client.post(at("reset", person.pk, "password"))
    secret = re.search(r"<code>([^<]+)</code>", issued.text)[1]
    person.refresh_from_db()
    assert person.check_password(secret) and secret not in client.get(at("person", person.pk)).text
    refused = client.post(at("new_post", person.pk), {"role": "grid_worker"})
    assert refused.status_code == 422


def test_leave_names_a_stand_in(client, town, administrator):
    holder, other = world.a_grid_worker(town.grids[0]), world.a_grid_worker(town.grids[1])
    form = {"stand_in": other.handle, "since": "2030-01-01", "until": "2030-01-07"}
    client.post(at("stand_in", holder.posts.get().pk), form)
    assert Delegation.objects.get().stand_in == other
    assert (
        client.post(at("stand_in", holder.posts.get().pk), {**form, "stand_in": "nobody"}).status_code == 422
    )
    client.post(at("withdraw", Delegation.objects.get().pk))
    assert Delegation.objects.get().withdrawn_at


# --- classes, limits, calendar


def test_a_class_is_written_and_retired(client, administrator):
    client.post(at("new_class"), {"edition": "county-1", "code": "05", "name": "海洋"})
    client.post(at("new_class"), {"edition": "county-1", "code": "0501", "name": "海漂垃圾", "parent": "05"})
    assert Category.objects.get(code="0501").parent.code == "05"
    major = Category.objects.get(code="05")
    client.post(at("retire_class", major.pk))
    assert Category.objects.get(pk=major.pk).retired_at is None  # a class stands below it
    assert (
        client.post(at("new_class"), {"edition": "county-1", "code": "05", "name": "重复"}).status_code == 422
    )
    assert last("class_saved").after == "海漂垃圾"


def test_a_limit_holds_from_now_on_and_can_be_given_up(client, town, administrator):
    form = {
        "kind": "report",
        "name": "completion",
        "value": "3",
        "unit": "working_days",
        "source": "县府办〔2026〕1号",
    }
    client.post(at("set_limit"), form)
    assert limit_for("report", "", [], "completion").value == 3
    assert last("limit_changed").after == "3 working_days"
    assert client.post(at("set_limit"), {**form, "value": "0"}).status_code == 422
    client.post(at("clear_limit", TimeLimit.objects.get().pk))
    assert limit_for("report", "", [], "completion").value == 7


def test_wrong_rows_of_limits_are_listed_and_the_rest_lands(client, town, administrator):
    rows = (
        "kind,category,area,name,value,unit\nreport,,,arrival,4,working_hours\nreport,,,arrival,many,hours\n"
    )
    page = upload(client, "limits", rows)
    assert (
        not TimeLimit.objects.exists()
        and len(Errand.objects.get().result["wrong"]) == 1
        and "many" not in page.text
    )
    client.post(at("land", Errand.objects.get().key))
    assert TimeLimit.objects.get().value == 4


def test_a_day_is_set_and_shown(client, administrator):
    client.post(at("set_day"), {"day": "2027-05-20", "works": "0", "name": "渔民节"})
    assert "渔民节" in client.get(at("calendar") + "?year=2027").text
    assert client.post(at("set_day"), {"day": "soon", "works": "0", "name": "x"}).status_code == 422
    client.post(at("clear_day"), {"day": "2027-05-20"})
    assert not SpecialDay.objects.exists()


def test_working_hours_need_both_ends(client, administrator):
    assert client.post(at("hours"), {"opens_0_1": "08:00"}).status_code == 422
    client.post(at("hours"), {"opens_0_1": "08:00", "closes_0_1": "12:00"})
    assert [f"{opens:%H}" for opens, _closes in calendar.current().hours[0]] == ["08"]


# --- rules and the admission list


def test_a_rule_is_written_tried_and_switched_on(client, town, administrator):
    unit, category = world.a_unit(), world.a_category()
    for title in ("路边积水", "树倒了"):
        world.a_report(town, title=title, category=category)
    form = {"name": "积水归执法", "words": "积水，内涝", "category": [category.code], "organisation": unit.pk}
    tried = client.post(at("new_rule"), form, follow=True)
    rule = Rule.objects.get()
    assert not rule.active and "路边积水" in tried.text and "树倒了" not in tried.text
    client.post(at("switch_rule", rule.pk), {"active": "1"})
    assert [each.pk for each in RULES.current()] == [rule.pk]
    assert client.post(at("new_rule"), {"name": "不做什么"}).status_code == 422
    assert "积水" in client.get(at("rules")).text


def test_rules_change_places_and_a_running_one_is_not_removed(client, administrator):
    unit = world.a_unit()
    one, two = (Rule.objects.create(position=p, name=f"规则{p}", organisation=unit) for p in (1, 2))
    client.post(at("shift_rule", two.pk), {"to": "up"})
    assert list(Rule.objects.values_list("pk", flat=True)) == [two.pk, one.pk]
    client.post(at("switch_rule", one.pk), {"active": "1"})
    client.post(at("remove_rule", one.pk))
    client.post(at("remove_rule", two.pk))
    assert Rule.objects.get().pk == one.pk


def test_admission_is_asked_decided_and_ended(client, town, administrator):
    category = world.a_category(admitted=False)
    client.post(at("ask_admission"), {"category": category.pk, "words": "日常巡查可顺带发现"})
    asked = Admission.objects.get()
    client.post(at("decide_admission", asked.pk), {"admit": "yes", "words": "同意"})
    assert is_admitted(category, frozenset())
    assert (
        client.post(at("decide_admission", asked.pk), {"admit": "no", "words": "不同意"}).status_code == 422
    )
    client.post(at("end_admission", asked.pk), {"words": "到期"})
    assert not is_admitted(category, frozenset())


# --- notices, scenes, classifier, retention, tokens, running


def test_a_channel_is_set_up_tested_and_its_dead_letters_sent_again(client, administrator):
    form = {"name": "演示短信", "demo": "works", "active": "on"}
    assert client.post(at("new_channel", "sms"), {"name": "真短信", "active": "on"}).status_code == 422
    client.post(at("new_channel", "sms"), form)
    channel = Channel.objects.get(adapter="sms")
    client.post(at("check_channel", channel.pk))
    channel.refresh_from_db()
    assert channel.working is True
    notice = Notice.objects.create(key="k", event="case_reported", subject="收到", words="…")
    row = Delivery.objects.create(notice=notice, channel=channel, state="dead", trouble="没有应答")
    assert "没有应答" in client.get(at("dead_letters")).text
    client.post(at("resend", row.pk))
    row.refresh_from_db()
    assert row.state == "waiting"


def test_the_words_of_a_notice_are_seen_before_they_are_kept(client, administrator):
    address = at("template", "reporter", "case_reported", "zh-hans")
    form = {"subject": "已收到 {number}", "words": "“{title}”我们收到了。"}
    seen = client.post(address, {**form, "preview": "1"})
    assert "我们收到了" in seen.text and not Template.objects.exists()
    refused = client.post(address, {**form, "words": "{secret}"})
    assert refused.status_code == 422 and "secret" in refused.text
    client.post(address, form)
    assert template_in_force("case_reported", "reporter", "zh-hans").words == form["words"]
    client.post(at("give_up_template", Template.objects.get().pk))
    assert not Template.objects.exists()


def test_a_scene_is_switched_off_in_one_town(client, town, administrator):
    client.post(at("switch_scene", "reports"), {"area": town.town.pk, "on": "off"})
    assert not registry.is_on("reports", town.grids[0].pk) and registry.is_on("reports", town.other_grid.pk)
    client.post(at("switch_scene", "nothing"), {"area": town.town.pk, "on": "off"})
    assert Entry.objects.filter(event="scene_switched").count() == 1


def test_a_classifier_is_trained_from_a_table_and_an_older_one_used_again(client, administrator):
    world.a_category("0102", "暴露垃圾"), world.a_category("0301", "道路积水")
    lines = [f"门口垃圾堆成山第{n}天,暴露垃圾\n下雨路面积水深{n}厘米,道路积水\n" for n in range(20)]
    form = {
        "file": SimpleUploadedFile("t.csv", ("文字,类别\n" + "".join(lines)).encode()),
        "text_columns": "文字",
        "label_column": "类别",
    }
    client.post(at("train"), form)
    errand = Errand.objects.get()
    assert errand.step == "waiting" and claim(errand)
    run_errand(errand)
    edition = ClassifierEdition.objects.get()
    assert (
        edition.in_use
        and edition.accuracy == 1
        and set(edition.figures["per_class"]) == {"暴露垃圾", "道路积水"}
    )
    assert "暴露垃圾" in client.get(at("classifiers") + "?words=垃圾没人收").text
    older = ClassifierEdition.objects.create(name="旧版", path="none.npz")
    client.post(at("use_edition", older.pk))
    assert last("classifier_switched").before == edition.name
    assert client.post(at("train"), {"text_columns": "文字"}).status_code == 422


def test_retention_has_a_shortest_period(client, administrator):
    client.post(at("set_period", "idle_residents"), {"days": "400"})
    assert periods()["idle_residents"] == 400
    client.post(at("set_period", "idle_residents"), {"days": "3"})
    assert periods()["idle_residents"] == 400


def test_a_token_is_shown_once(client, administrator):
    form = {"name": "城管平台", "scopes": ["cases:read"], "days": "30", "rate": "60"}
    made = client.post(at("new_token"), form)
    secret = re.search(r"<code>([^<]+)</code>", made.text)[1]
    token = Token.objects.get()
    assert secret not in client.get(at("tokens")).text and token.digest != secret
    assert client.post(at("new_token"), {**form, "person": "nobody"}).status_code == 422
    client.post(at("revoke", token.pk))
    token.refresh_from_db()
    assert token.revoked_at


def test_a_worker_knows_every_kind_of_errand():
    """A worker loads no page; it must know the work all the same."""
    import subprocess
    import sys

    code = (
        "import django; django.setup();"
        "from gridloop.core.clocks.timers import discover_handlers; discover_handlers();"
        "import sys; from gridloop.web.administration.errands import KINDS;"
        "assert 'gridloop.web.administration.importing' not in sys.modules;"
        "print(*sorted(KINDS))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {"areas", "persons", "limits", "train"} <= set(told)


@pytest.mark.parametrize("kind", ["classes", "limits", "calendar", "admissions", "templates", "rules"])
def test_what_is_exported_can_be_imported_again_and_changes_nothing(client, town, administrator, kind):
    from gridloop.core.people.importing import export_sheet, import_sheet

    unit, category = world.a_unit(), world.a_category("0104", "道路不洁")
    conditions = {
        "category": [category.code],
        "area": [town.town.pk],
        "words": ["积水", "内涝"],
        "hours": ["22:00", "06:00"],
        "urgency": [1],
    }
    Rule.objects.create(
        position=1, name="夜间积水", conditions=conditions, organisation=unit, urgency=2, automatic=True
    )
    by = world.acting(administrator)
    landed = import_sheet(kind, b"".join(export_sheet(kind, by=by)), by=by)
    assert (landed.made, landed.changed, landed.errors) == (0, 0, []) and landed.same > 0


def test_a_change_of_posts_names_the_role_and_not_its_code(client, town, administrator):
    person = world.a_person("新人")
    given = {"role": "leader", "area": town.town.code}
    client.post(reverse("settings:new_post", args=[person.pk]), given)
    page = client.get(reverse("settings:person", args=[person.pk])).text
    assert "— → 领导" in page and "→ leader" not in page


def test_every_reader_of_the_journal_that_is_not_a_scenes_says_what_it_reads_for(client, administrator):
    consumers.discover()
    own = {
        name
        for name, one in consumers.registered.items()
        if one.handle.__module__.startswith(("gridloop.core.", "gridloop.api."))
    }
    assert own <= READERS.keys()
    consumers.drain_all()
    assert "执行派遣规则" in client.get(reverse("settings:workers")).text
