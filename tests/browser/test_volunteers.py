"""Help between neighbours on two phones, and an activity from the desk to a volunteer's phone."""

from datetime import timedelta

import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from gridloop.core.cases.models import Case
from gridloop.scenes.volunteers.activities.models import Activity, Signup
from gridloop.scenes.volunteers.requests.models import Assignment
from tests import world
from tests.browser.conftest import PHONE, Open
from tests.browser.walking import (
    choose,
    fits,
    headed,
    let_worker_work,
    press,
    stand_there,
    take_out_of_the_pocket,
)
from tests.scenes.volunteers.requests import helping


def test_help_is_asked_for_found_by_matching_given_and_judged(open_browser: Open, town: world.Town) -> None:
    place = helping.a_neighbourhood(town)
    helping.switch(place, "on")
    neighbour = helping.a_volunteer(place)

    resident = open_browser(place.resident, size=PHONE)
    resident.goto("/")
    press(resident.get_by_role("link", name="请人帮忙"))
    headed(resident, "邻里互助")
    press(resident.get_by_role("link", name="请人帮忙"))
    choose(resident, "代购跑腿")
    stand_there(resident)
    resident.get_by_role("textbox", name="地址").fill("玉兴路12号3单元301")
    choose(resident, "越快越好")
    resident.get_by_label("简要说明").fill("买一袋米和两斤青菜，三楼没有电梯。")
    fits(resident)
    press(resident.get_by_role("button", name="请人帮忙"))
    headed(resident, "代购跑腿")
    let_worker_work()
    case = Case.objects.get(kind="request")
    assert case.step == "seeking"

    volunteer = open_browser(neighbour.person, size=PHONE)
    volunteer.goto("/volunteer/")
    press(volunteer.get_by_role("link", name="我的任务"))
    headed(volunteer, "我的任务")
    expect(volunteer.locator("main")).to_contain_text("代购跑腿")
    expect(volunteer.locator("main")).not_to_contain_text("301")
    press(volunteer.get_by_role("button", name="我来接单"))
    headed(volunteer, "代购跑腿")
    press(volunteer.get_by_role("button", name="查看地址和联系方式"))
    expect(volunteer.locator("main")).to_contain_text("玉兴路12号3单元301")
    fits(volunteer)

    # The resident's page has changed by itself: who comes, and the code that proves it.
    take_out_of_the_pocket(resident)
    code = resident.locator("#codes .receipt-number")
    expect(code).to_be_visible()
    fits(resident)
    volunteer.get_by_label("求助人读出的动态码").fill(code.inner_text())
    press(volunteer.get_by_role("button", name="我已到达"))
    expect(volunteer.get_by_role("button", name="服务完成")).to_be_visible()
    arrived = code.inner_text()
    take_out_of_the_pocket(resident)
    expect(resident.locator("#codes")).to_contain_text("完成")
    expect(code).not_to_have_text(arrived)
    with time_machine.travel(timezone.now() + timedelta(minutes=40), tick=True):
        resident.reload()
        volunteer.get_by_label("求助人读出的动态码").fill(code.inner_text())
        press(volunteer.get_by_role("button", name="服务完成"))
        expect(volunteer.get_by_role("heading", name="您的感受如何？")).to_be_visible()
        choose(volunteer, "非常满意")
        press(volunteer.get_by_role("button", name="提交"))
        expect(volunteer.locator("main")).to_contain_text("非常满意")

        take_out_of_the_pocket(resident)
        expect(resident.locator("#move-review")).to_be_visible()
        choose(resident, "非常满意")
        press(resident.locator("#move-review button.primary"))
        expect(resident.locator(".case-head")).to_contain_text("已结束")
        fits(resident)
        let_worker_work()

        volunteer.goto("/volunteer/")
        press(volunteer.get_by_role("link", name="我的时长"))
        headed(volunteer, "我的时长")
        entry = volunteer.locator(".case-rows li").first
        expect(entry).to_contain_text("0.67小时")
        press(entry.get_by_role("button", name="确认无误"))
        expect(entry).to_contain_text("公示中")
    case.refresh_from_db()
    assert (case.step, case.rating, Assignment.objects.get().arrived_how) == ("closed", 5, "code")


def test_an_activity_is_planned_at_the_desk_and_a_volunteer_signs_up(
    open_browser: Open, town: world.Town
) -> None:
    place = helping.a_neighbourhood(town)
    neighbour = helping.a_volunteer(place)
    start = timezone.localtime() + timedelta(days=3)

    desk = open_browser(place.clerk)
    desk.goto("/desk/activities/")
    press(desk.get_by_role("link", name="新建活动"))
    desk.get_by_label("名称").fill("河道清洁")
    desk.get_by_label("村（社区）").select_option(label=town.community.name)
    desk.get_by_role("textbox", name="地址").fill("河边步道")
    stand_there(desk)
    press(desk.get_by_role("button", name="创建，再添加时间"))
    headed(desk, "河道清洁")
    desk.get_by_label("开始").fill(f"{start:%Y-%m-%d}T09:00")
    desk.get_by_label("结束").fill(f"{start:%Y-%m-%d}T11:00")
    desk.get_by_label("名额").fill("6")
    press(desk.get_by_role("button", name="添加", exact=True))
    expect(desk.locator("tbody tr")).to_contain_text("0 / 6")

    volunteer = open_browser(neighbour.person, size=PHONE)
    volunteer.goto("/volunteer/")
    press(volunteer.get_by_role("link", name="志愿活动"))
    headed(volunteer, "志愿活动")
    press(volunteer.get_by_role("link", name="河道清洁"))
    headed(volunteer, "河道清洁")
    press(volunteer.get_by_role("button", name="报名"))
    headed(volunteer, "我的活动")
    expect(volunteer.locator(".case-rows li").first).to_contain_text("河道清洁")

    press(desk.locator("tbody tr a"))
    expect(desk.locator("tbody tr")).to_contain_text(neighbour.person.name)
    assert Signup.objects.get().shift.activity == Activity.objects.get()
