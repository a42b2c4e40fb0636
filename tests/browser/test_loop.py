"""The whole loop on real pages, in Chinese: report, dispatch, take, complete, verify, review."""

from pathlib import Path

from playwright.sync_api import expect

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case
from tests import world
from tests.browser.conftest import PHONE, Complaints, Open
from tests.browser.walking import make, photo, stand_there, take_out_of_the_pocket
from tests.core.evidence.pictures import jpeg, scene, telling_heic

ANSWER = "您好，路灯已修好，现在正常照明。感谢您的反映。"


def test_a_report_travels_from_a_phone_to_its_reporters_verdict(
    open_browser: Open, town: world.Town, tmp_path: Path
) -> None:
    unit = world.a_unit("市政管理所")
    room, handler, worker = (
        world.a_town_room(town.town),
        world.a_handler(unit),
        world.a_grid_worker(town.grids[0]),
    )
    picture = tmp_path / "lamp.jpg"
    picture.write_bytes(jpeg(scene()))
    unseen = tmp_path / "IMG_0001.HEIC"  # this browser cannot show it, the server can read it
    unseen.write_bytes(telling_heic())

    resident = open_browser(size=PHONE)
    resident.goto("/")
    resident.get_by_role("link", name="现在上报").click()
    resident.set_input_files("input[type=file]", [picture, unseen])
    expect(resident.locator("[data-previews] li")).to_have_count(2)
    expect(resident.locator("[data-previews] .unseen")).to_have_text("第2张照片")
    resident.get_by_role("button", name="我的位置").click()
    expect(resident.locator("[data-place-words]")).to_contain_text("已定位")
    resident.get_by_label("什么事？").fill("小区门口路灯不亮，晚上看不清台阶。")
    resident.get_by_text("匿名").click()
    resident.get_by_role("button", name="提交").click()
    resident.wait_for_url("**/receipt/*/")
    expect(resident.get_by_role("heading", level=1)).to_have_text("收到了，谢谢您。")
    case = Case.objects.get()
    assert case.exhibits.count() == 2 and case.grid == town.grids[0]
    expect(resident.locator(".receipt-number").first).to_have_text(case.number)

    desk = open_browser(room)
    desk.goto("/desk/")
    desk.get_by_role("link", name=case.title).click()
    make(desk, case.number, "dispatch", lead_unit=str(unit.pk))
    expect(desk.locator(".case-head").first).to_contain_text("已派遣")

    office = open_browser(handler)
    make(office, case.number, "take")
    make(office, case.number, "complete", account="更换灯泡一只", answer=ANSWER)

    resident.get_by_role("link", name="查看进展").click()
    expect(resident.locator("main")).to_contain_text(ANSWER)
    expect(resident.locator("main")).not_to_contain_text("问题解决了吗")

    grid = open_browser(worker)
    make(grid, case.number, "verify")

    take_out_of_the_pocket(resident)  # nobody reloads anything
    expect(resident.locator("main")).to_contain_text("问题解决了吗")
    resident.get_by_role("radio", name="非常满意").check()
    resident.locator("#move-review button.primary").click()
    expect(resident.locator(".case-head")).to_contain_text("已结案")
    case.refresh_from_db()
    assert (case.step, case.rating) == ("closed", 5)


def test_a_half_made_choice_is_not_swept_away_by_news(open_browser: Open, town: world.Town) -> None:
    resident = world.a_resident()
    case = world.a_report(town, reporter=resident)
    phone = open_browser(resident, size=PHONE)
    phone.goto(f"/c/{case.number}/")
    phone.locator("#move-withdraw summary").click()
    choice = phone.locator("#move-withdraw input[type=radio]").first
    choice.check()
    phone.locator("h1").click()

    move_case(case, "accept", by=world.acting(world.a_grid_worker(town.grids[0])))
    take_out_of_the_pocket(phone)
    phone.wait_for_timeout(1000)  # longer than news take to be drawn

    expect(choice).to_be_checked()


def test_a_report_outlives_the_session_it_was_begun_in(
    open_browser: Open, town: world.Town, complaints: Complaints
) -> None:
    complaints.expected = ("status of 403", "status of 422")
    phone = open_browser(world.a_resident(), size=PHONE)
    phone.goto("/report/")
    stand_there(phone)
    phone.get_by_label("什么事？").fill("小区门口路灯不亮，晚上看不清台阶。")
    phone.context.clear_cookies()
    phone.get_by_role("button", name="提交").click()
    expect(phone.locator(".error-summary")).to_contain_text("登录")  # nobody becomes anonymous unasked
    expect(phone.get_by_label("什么事？")).to_have_value("小区门口路灯不亮，晚上看不清台阶。")
    phone.get_by_text("匿名").click()
    phone.get_by_role("button", name="提交").click()
    phone.wait_for_url("**/receipt/*/")


def test_a_private_window_that_keeps_nothing_reports_all_the_same(
    open_browser: Open, town: world.Town, complaints: Complaints, tmp_path: Path
) -> None:
    complaints.expected = ("status of 422",)
    phone = open_browser(size=PHONE)
    phone.add_init_script(
        "for (const n of ['localStorage', 'sessionStorage', 'indexedDB'])"
        " Object.defineProperty(window, n, {get() { throw new DOMException('no', 'SecurityError') }})"
    )
    phone.goto("/report/")
    expect(phone.locator("[data-place-words]")).to_contain_text("已定位")  # without a touch, as it may
    phone.set_input_files("input[type=file]", photo(tmp_path))
    expect(phone.locator("[data-previews] li")).to_have_count(1)
    phone.get_by_text("匿名").click()
    phone.get_by_role("button", name="提交").click()
    expect(phone.locator(".error-summary")).to_contain_text("什么事")
    expect(phone.locator("[data-previews] li")).to_have_count(1)  # the page came back, and so did the photo
    phone.get_by_label("什么事？").fill("小区门口路灯不亮，晚上看不清台阶。")
    phone.get_by_role("button", name="提交").click()
    phone.wait_for_url("**/receipt/*/")
    assert Case.objects.get().exhibits.count() == 1


def test_looking_for_alike_reports_tells_no_phone_number(open_browser: Open, town: world.Town) -> None:
    phone = open_browser(size=PHONE)
    phone.goto("/report/")
    phone.get_by_label("手机号", exact=True).fill("13800138000")
    with phone.expect_request("**/report/similar/**") as asked:
        phone.get_by_label("什么事？").fill("小区门口路灯不亮")
    assert "words=" in asked.value.url and "13800138000" not in asked.value.url
    assert "csrfmiddlewaretoken" not in asked.value.url
