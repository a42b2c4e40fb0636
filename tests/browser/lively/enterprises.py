"""Matters at several steps, an answer for everybody, a round table, the cultivation list, a firm not yet confirmed."""

from datetime import timedelta

from django.utils import timezone

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case
from gridloop.scenes.enterprises.answers.actions import review_answer, write_answer
from gridloop.scenes.enterprises.cultivation.actions import plan_visit, put_on_list
from gridloop.scenes.enterprises.firms.actions import claim_firm
from gridloop.scenes.enterprises.specialists.models import SpecialistDuty
from gridloop.scenes.enterprises.tables.actions import call_table
from gridloop.scenes.enterprises.tables.models import AgendaItem
from tests import world
from tests.browser.lively import Sight, below
from tests.browser.walking import let_worker_work
from tests.scenes.enterprises.stage import Stage, a_credit_code, a_stage
from tests.scenes.enterprises.test_answers import WORDS


def answered(stage: Stage, words: str) -> Case:
    case = move_case(stage.ask(words), "take", by=stage.by("banker"))
    facts = {"account": "会同银行上门", "answer": "已协调银行办理无还本续贷。"}
    return move_case(case, "complete", by=stage.by("banker"), facts=facts)


def sent_up(stage: Stage) -> AgendaItem:
    case = move_case(stage.ask("扩产用地指标没有落实。", "E0201"), "take", by=stage.by("surveyor"))
    move_case(
        case, "raise", by=stage.by("surveyor"), facts={"reason_code": "land", "words": "指标需县里统筹"}
    )
    return AgendaItem.objects.get(case=case)


def sights(town: world.Town) -> list[Sight]:
    stage, today = a_stage(town), timezone.localdate()
    waiting = stage.ask("商标被仿冒，请协助维权。", "E1302")
    to_judge = answered(stage, "贷款三百万元三月到期，银行要求新增担保。")
    judged = move_case(
        answered(stage, "设备贷款到期，需要展期。"), "review", by=stage.by("contact"), facts={"rating": 5}
    )
    version = write_answer(case=judged, by=stage.by("banker"), **WORDS)
    review_answer(version, published=True, by=stage.by("county"))
    item = sent_up(stage)
    table = call_table(day=today + timedelta(days=3), items=[item], by=stage.by("county"))
    listed = put_on_list(stage.firm, tier="little_giant", keeper=stage.banker, by=stage.by("room"))
    visit = plan_visit(listed, person=stage.banker, due_on=today + timedelta(days=5), by=stage.by("banker"))
    newcomer = world.a_resident("周老板")
    claim_firm(credit_code=a_credit_code(), name="金海机械有限公司", by=world.acting(newcomer))
    let_worker_work()

    article = version.article_id
    duty = SpecialistDuty.objects.get(person=stage.banker)
    return [
        Sight(stage.contact, ("/firms/", "/firms/ask/", f"/firms/c/{to_judge.number}/", f"/firms/c/{judged.number}/",
                              "/firms/answers/", f"/firms/answers/{article}/"), phone=True),
        Sight(newcomer, ("/firms/", "/firms/ask/"), phone=True),
        Sight(stage.county, below(
            "/desk/enterprises/", "", "matters/", "matters/new/", "matters/import/", "firms/", "firms/new/", f"firms/{stage.firm.pk}/",
            "cultivation/", f"cultivation/{stage.firm.pk}/", "tables/", f"tables/{table.pk}/",
            "answers/", f"answers/{article}/",
        )),
        Sight(stage.county, below("/desk/case/", f"{waiting.number}/", f"{to_judge.number}/", f"{item.case.number}/")),
        Sight(stage.banker, (f"/desk/enterprises/visits/{visit.pk}/", f"/desk/case/{to_judge.number}/")),
        Sight(world.with_post("administrator"), ("/settings/enterprises/specialists/",
                                                 f"/settings/enterprises/specialists/{duty.pk}/")),
    ]  # fmt: skip
