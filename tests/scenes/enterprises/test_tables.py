"""The county round table: matters sent up, an agenda, decisions that are moves, minutes that close."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.errors import CaseError, MoveNotAllowed, MoveNotPossible
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.scenes.enterprises.tables.actions import (
    call_table,
    close_minutes,
    decide_item,
    put_off,
    put_on_agenda,
)
from gridloop.scenes.enterprises.tables.models import AgendaItem
from tests.scenes.enterprises.stage import a_stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage():
    return a_stage()


@pytest.fixture
def item(stage):
    case = move_case(stage.ask("扩产用地指标没有落实。", "E0201"), "take", by=stage.by("surveyor"))
    move_case(
        case, "raise", by=stage.by("surveyor"), facts={"reason_code": "land", "words": "指标需县里统筹"}
    )
    return AgendaItem.objects.get()


def a_table(stage, *items):
    return call_table(day=timezone.localdate() + timedelta(days=3), items=items, by=stage.by("county"))


def test_a_decision_brings_the_matter_back_with_a_lead_that_cannot_return_it(stage, item):
    assert item.case.deadlines.get(name="completion").due_at is None  # the clock waits for the table
    table = a_table(stage, item)
    item.refresh_from_db()
    case = decide_item(
        item, unit=stage.land, days=10, words="由该局牵头，年底前落实指标", by=stage.by("county")
    )

    assert (case.step, case.lead_unit, case.worker) == ("dispatched", stage.land, stage.surveyor)
    running = case.deadlines.get(name="completion", met_at=None)
    assert (running.value, running.unit) == (10, "working_days")
    with pytest.raises(MoveNotPossible):
        move_case(
            case, "return", by=stage.by("surveyor"), facts={"reason_code": "not_ours", "reason": "不归我们"}
        )
    item.refresh_from_db()
    assert (item.unit, item.days, item.table) == (stage.land, 10, table)
    assert close_minutes(table, by=stage.by("county")).closed_at


def test_nothing_is_decided_that_stands_on_no_agenda(stage, item):
    with pytest.raises(CaseError):
        decide_item(item, unit=stage.land, days=5, words="同意", by=stage.by("county"))


def test_only_the_county_decides(stage, item):
    a_table(stage, item)
    item.refresh_from_db()
    with pytest.raises(MoveNotAllowed):
        decide_item(item, unit=stage.land, days=5, words="同意", by=stage.by("room"))
    with pytest.raises(NotAllowed):
        call_table(day=timezone.localdate(), by=stage.by("room"))


def test_minutes_stay_open_while_a_matter_is_undecided(stage, item):
    table = a_table(stage, item)
    item.refresh_from_db()
    with pytest.raises(Refusal):
        close_minutes(table, by=stage.by("county"))
    put_off(item, by=stage.by("county"))
    close_minutes(table, by=stage.by("county"))

    with pytest.raises(TooLate):
        put_on_agenda(table, item, by=stage.by("county"))
    with pytest.raises(TooLate):
        close_minutes(table, by=stage.by("county"))


def test_two_tables_do_not_get_the_same_matter(stage, item):
    a_table(stage, item)

    with pytest.raises(TooLate):
        a_table(stage, item)


def test_closed_unresolved_it_leaves_the_agenda(stage, item):
    case = move_case(
        item.case,
        "close_unresolved",
        by=stage.by("county"),
        facts={"reason_code": "no_law", "answer": "暂无政策依据。"},
    )
    case = move_case(case, "approve", by=stage.by("room"))
    item.refresh_from_db()

    assert (case.outcome, item.closed) == ("unresolved", True)


def test_the_pages_lead_from_calling_a_table_to_its_minutes(stage, item, client):
    client.force_login(stage.county)
    day = (timezone.localdate() + timedelta(days=2)).isoformat()
    called = client.post(
        reverse("enterprises:call_table"), {"day": day, "place": "会议室", "items": [item.pk]}
    )
    assert called.status_code == 302
    assert "扩产用地" in client.get(called["Location"]).content.decode()
    decided = {"unit": stage.land.pk, "days": 15, "words": "由该局牵头"}
    assert client.post(reverse("enterprises:decide", args=[item.pk]), decided).status_code == 302
    item.refresh_from_db()
    assert (
        client.post(
            reverse("enterprises:close_table", args=[item.table_id]), {"words": "按期办结"}
        ).status_code
        == 302
    )
    assert "按期办结" in client.get(called["Location"]).content.decode()

    again = client.post(reverse("enterprises:decide", args=[item.pk]), decided)
    assert again.status_code == 409  # decided already, and told so


def test_a_day_that_is_over_calls_nobody(stage):
    with pytest.raises(Refusal):
        call_table(day=timezone.localdate() - timedelta(days=1), by=stage.by("county"))
