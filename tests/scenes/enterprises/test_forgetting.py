"""Matters of firms: what the table was told goes with the case, claims and visits by age, figures stay."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.forgetting import WORDS_DAYS
from gridloop.core.people import retention
from gridloop.core.people.privacy import erase_person
from gridloop.scenes.enterprises.cultivation.actions import finish_visit, plan_visit, put_on_list
from gridloop.scenes.enterprises.figures.counting import figures
from gridloop.scenes.enterprises.firms.actions import claim_firm, decide_claim
from gridloop.scenes.enterprises.firms.models import Claim
from gridloop.scenes.enterprises.matters.queries import matters_within_reach
from gridloop.scenes.enterprises.tables.actions import call_table, close_minutes, decide_item
from gridloop.scenes.enterprises.tables.models import AgendaItem
from tests import world
from tests.scenes.enterprises.stage import a_credit_code, a_stage
from tests.stored import places_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage():
    return a_stage()


@pytest.fixture
def on_the_table(stage):
    """A matter the round table decided and its department then finished."""
    case = move_case(stage.ask("扩产用地指标没有落实。", "E0201"), "take", by=stage.by("surveyor"))
    facts = {"reason_code": "land", "words": "指标需县里统筹"}
    move_case(case, "raise", by=stage.by("surveyor"), facts=facts)
    item = AgendaItem.objects.get()
    table = call_table(day=timezone.localdate(), items=[item], by=stage.by("county"))
    item.refresh_from_db()
    decide_item(item, unit=stage.land, days=10, words="由该局牵头落实", by=stage.by("county"))
    close_minutes(table, words="与会一致同意", by=stage.by("county"))
    case = move_case(case, "take", by=stage.by("surveyor"))
    case = move_case(
        case, "complete", by=stage.by("surveyor"), facts={"account": "已批", "answer": "指标已落实"}
    )
    return move_case(case, "review", by=stage.by("contact"), facts={"rating": 5, "words": "帮了大忙"})


def later(days: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + datetime.timedelta(days=days))


def test_years_later_a_matter_still_counts_and_says_nothing(stage, on_the_table) -> None:
    before = figures(matters_within_reach(stage.county)).total
    with later(WORDS_DAYS + 1):
        retention.apply_retention()
        told = ("扩产用地", "县里统筹", "由该局牵头", "与会一致", "指标已落实", "帮了大忙")
        assert places_of(*told) == []
        assert figures(matters_within_reach(stage.county)).total == before


def test_decided_claims_go_waiting_ones_stay(stage) -> None:
    person, other = world.a_resident("钱代表"), world.a_resident()
    claim = claim_firm(credit_code=a_credit_code(), name="钱记五金店", by=world.acting(person))
    claim_firm(credit_code=a_credit_code(), name="等待核实", by=world.acting(other))
    decide_claim(claim, confirmed=False, words="营业执照不符", by=stage.by("county"))
    with later(900):
        assert retention.RETENTIONS["firm_claims"].apply(timezone.now() - datetime.timedelta(days=730)) == 1
    assert [one.name for one in Claim.objects.all()] == ["等待核实"]
    erase_person(other, by=world.acting(other))
    assert not Claim.objects.exists()


def test_accounts_of_old_visits_go(stage) -> None:
    listed = put_on_list(stage.firm, tier="little_giant", keeper=stage.banker, by=stage.by("room"))
    visit = plan_visit(listed, person=stage.banker, due_on=timezone.localdate(), by=stage.by("banker"))
    finish_visit(
        visit,
        listed,
        account="林厂长说资金紧",
        need="想要过桥资金",
        category=stage.category("E0101"),
        by=stage.by("banker"),
    )
    with later(WORDS_DAYS + 1):
        assert retention.apply_retention()["firm_visits"] == 1
    assert places_of("资金紧", "过桥资金") == []
