"""A firm asks on its phone, the specialist answers at the desk, the firm judges, and the figures count it."""

from playwright.sync_api import expect

from gridloop.core.cases.models import Case
from tests import world
from tests.browser.conftest import PHONE, Open
from tests.browser.walking import choose, fits, headed, let_worker_work, make, press
from tests.scenes.enterprises.stage import a_stage

ANSWER = "已协调银行办理无还本续贷，三月前放款。"


def test_a_firms_matter_travels_from_its_phone_to_its_verdict_and_into_the_figures(
    open_browser: Open, town: world.Town
) -> None:
    stage = a_stage(town)
    firm = open_browser(stage.contact, size=PHONE)
    firm.goto("/firms/")
    headed(firm, "您的企业需要什么帮助？")
    press(firm.get_by_role("link", name="我要点单"))
    firm.get_by_label("需要什么帮助？").fill("贷款三百万元三月到期，银行要求新增担保，希望协调续贷。")
    choose(firm, stage.category("E01").name)
    fits(firm)
    press(firm.get_by_role("button", name="提交"))
    headed(firm, "贷款")
    expect(firm.locator(".case-head")).to_contain_text("已派遣")
    let_worker_work()
    case = Case.objects.get(kind="matter")

    room = open_browser(stage.county)
    room.goto("/desk/enterprises/")
    press(room.get_by_role("link", name="受理诉求"))
    press(room.get_by_role("link", name=case.title))
    expect(room.locator("main")).to_contain_text("为什么派给该专员")
    expect(room.locator("main")).to_contain_text(stage.banker.name)

    specialist = open_browser(stage.banker)
    specialist.goto("/desk/?queue=mine")
    specialist.get_by_role("link", name=case.title).click()
    make(specialist, case.number, "take")
    make(specialist, case.number, "complete", account="会同银行上门", answer=ANSWER)
    expect(specialist.locator(".case-head").first).to_contain_text("已答复")

    firm.goto("/firms/")
    expect(firm.locator(".case-rows li").first).to_contain_text("请评价")
    press(firm.get_by_role("link", name=case.title))
    expect(firm.locator("main")).to_contain_text(ANSWER)
    expect(firm.locator("main")).not_to_contain_text("会同银行上门")
    expect(firm.locator("#move-review .level")).to_have_count(5)
    fits(firm)
    choose(firm, "基本满意")
    press(firm.locator("#move-review button.primary"))
    expect(firm.locator(".case-head")).to_contain_text("已结案")

    room.goto("/desk/enterprises/")
    figures = room.locator(".figures").first
    expect(figures).to_contain_text("1 / 1 = 100%")
    press(room.get_by_role("link", name="满意").first)
    expect(room.locator("tbody tr")).to_have_count(1)
    expect(room.locator("tbody tr")).to_contain_text(stage.firm.organisation.name)
    case.refresh_from_db()
    assert (case.step, case.rating, case.worker) == ("closed", 3, stage.banker)
