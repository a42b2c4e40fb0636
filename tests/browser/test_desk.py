"""The desk without a mouse, and the language of the pages."""

from playwright.sync_api import expect

from gridloop.api.models import Token
from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case
from gridloop.core.journal.consumers import drain
from tests import world
from tests.browser.conftest import PHONE, Complaints, Open
from tests.browser.walking import fits


def test_a_case_is_found_and_accepted_by_keyboard_alone(open_browser: Open, town: world.Town) -> None:
    first, second = world.a_report(town, title="路灯不亮"), world.a_report(town, title="井盖松动")
    drain("search")
    page = open_browser(world.a_town_room(town.town))
    page.goto("/desk/")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("井盖")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=second.title)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/case/{second.number}/")
    page.keyboard.press("a")
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("button.primary")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.locator(".case-moves summary").click()
    page.locator(".case-moves details a").first.click()
    expect(dialog).to_be_visible()
    expect(page.locator(".case-moves details[open]")).to_have_count(0)  # no menu waits behind a dialog
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.keyboard.press("a")
    expect(page.locator("#move-body :focus")).to_have_count(1)  # the dialog begins at its first field
    dialog.locator("button.primary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".case-head").first).to_contain_text("已受理")
    assert Case.objects.get(pk=second.pk).step == "accepted"
    assert Case.objects.get(pk=first.pk).step == "reported"


def test_several_rows_are_chosen_and_moved_together(open_browser: Open, town: world.Town) -> None:
    cases = [world.a_report(town, title=f"垃圾堆积{name}") for name in "甲乙丙"]
    page = open_browser(world.a_town_room(town.town))
    page.goto("/desk/")
    for _row in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("2")
    page.locator("#bulk").get_by_role("button", name="受理", exact=True).click()
    page.locator("#bulk-dialog button.primary").click()
    expect(page.locator("#content")).to_be_visible()
    page.wait_for_load_state()
    assert Case.objects.filter(pk__in=[case.pk for case in cases], step="accepted").count() == 2


def test_the_language_follows_the_browser_and_the_switch(open_browser: Open, town: world.Town) -> None:
    page = open_browser(size=PHONE, language="en-US")
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tell us what is wrong")
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("告诉我们出了什么事")
    page.goto("/track/")
    expect(page.get_by_role("heading", level=1)).to_have_text("查询我的上报")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Find my report")


def test_chosen_rows_stay_chosen_when_the_list_changes_meanwhile(
    open_browser: Open, town: world.Town
) -> None:
    cases = [world.a_report(town, title=f"垃圾堆积{name}") for name in "甲乙"]
    page = open_browser(world.a_town_room(town.town))
    page.goto("/desk/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("1")
    world.a_report(town, title="刚刚上报的")
    news = page.locator("[data-live-news]")
    expect(news).to_be_visible()
    expect(page.locator("[data-bulk-count]")).to_have_text("1")
    expect(page.locator("tbody tr")).to_have_count(2)
    news.click()
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("#bulk")).to_be_hidden()
    expect(page.locator("tr.here")).to_contain_text(cases[0].title)


def test_a_clerk_works_through_a_list_without_going_back_to_it(open_browser: Open, town: world.Town) -> None:
    cases = [world.a_report(town, title=f"路灯不亮{name}") for name in "甲乙丙"]
    page = open_browser(world.a_town_room(town.town))
    page.goto("/desk/?sort=new")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/case/{cases[2].number}/")
    expect(page.locator("[data-trail]")).to_contain_text("第1件，共3件")
    page.keyboard.press("a")
    page.locator("dialog[open] [data-onward] input").check()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/desk/case/{cases[1].number}/")
    page.keyboard.press("j")
    page.wait_for_url(f"**/desk/case/{cases[0].number}/")
    page.keyboard.press("k")
    page.wait_for_url(f"**/desk/case/{cases[1].number}/")
    page.keyboard.press("b")
    page.wait_for_url("**/desk/?sort=new")
    expect(page.locator("tr.here")).to_contain_text(cases[1].title)
    assert Case.objects.get(pk=cases[2].pk).step == "accepted"


def test_a_unit_is_found_by_a_part_of_its_name(open_browser: Open, town: world.Town) -> None:
    units = [world.a_unit(f"第{number}处置中心") for number in range(1, 16)]
    case = world.a_report(town)
    page = open_browser(world.a_town_room(town.town))
    page.goto(f"/desk/case/{case.number}/")
    page.keyboard.press("d")
    dialog = page.locator("dialog[open]")
    lead = dialog.get_by_label("主办单位")
    expect(lead).to_be_focused()
    page.keyboard.type("第12")
    expect(dialog.locator(".chooser-list [role=option]:visible")).to_have_text(units[11].name + "部门")
    page.keyboard.press("Enter")
    expect(lead).to_have_value(units[11].name)
    page.keyboard.press("Tab")
    page.keyboard.type("第3")
    page.keyboard.press("Enter")
    expect(dialog.locator(".chooser-chosen")).to_contain_text(units[2].name)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".case-head").first).to_contain_text("已派遣")
    case.refresh_from_db()
    assert case.lead_unit == units[11]
    assert case.tasks.filter(role="assist", organisation=units[2]).exists()


def test_the_slower_of_two_keeps_what_they_typed_and_reads_why(
    open_browser: Open, town: world.Town, complaints: Complaints
) -> None:
    complaints.expected = ("409 (Conflict)",)
    case = world.a_report(town)
    first, second = (open_browser(world.a_town_room(town.town)) for _one in range(2))
    for page in (first, second):
        page.goto(f"/desk/case/{case.number}/")
        page.keyboard.press("n")
        page.locator("dialog[open] textarea").fill("已联系物业")
    first.locator("dialog[open] button.primary").click()
    expect(first.get_by_text("已联系物业").first).to_be_visible()
    second.locator("dialog[open] button.primary").click()
    expect(second.locator(".error-summary")).to_contain_text("有人更改了本案")
    expect(second.locator("textarea")).to_have_value("已联系物业")


def test_a_form_is_sent_once_however_often_its_button_is_pressed(
    open_browser: Open, town: world.Town
) -> None:
    page = open_browser(world.a_town_room(town.town))
    longitude, latitude = town.point()
    page.goto("/desk/enter/")
    page.get_by_label("一句话概括").fill("水管爆了")
    page.locator('[name="words"]').fill("路上都是水")
    page.locator('[name="place_longitude"]').evaluate("(e, v) => (e.value = v)", str(longitude))
    page.locator('[name="place_latitude"]').evaluate("(e, v) => (e.value = v)", str(latitude))
    page.get_by_role("button", name="登记立案").dblclick()
    page.wait_for_url("**/desk/case/*/")
    assert Case.objects.filter(title="水管爆了").count() == 1


def test_what_cannot_be_undone_is_asked_about_first(open_browser: Open, town: world.Town) -> None:
    token = Token.objects.create(name="邻县", prefix="gl_aa", digest="x", scopes=["cases:read"])
    page = open_browser(world.with_post("administrator"))
    page.goto("/settings/tokens/")
    page.get_by_role("button", name="吊销").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("邻县")
    dialog.get_by_role("button", name="取消").click()
    token.refresh_from_db()
    assert token.revoked_at is None
    page.get_by_role("button", name="吊销").click()
    dialog.get_by_role("button", name="吊销").click()
    expect(page.get_by_text("已吊销").first).to_be_visible()
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_a_long_table_is_sifted_by_what_is_typed(open_browser: Open, town: world.Town) -> None:
    page = open_browser(world.with_post("administrator"))
    page.goto("/settings/limits/")
    rows = page.locator("table[data-rows] tbody tr:visible")
    before = rows.count()
    page.keyboard.press("f")
    page.keyboard.type("火警")
    expect(page.locator("[data-sift-count]")).to_contain_text(f"/ {before}")
    assert 0 < rows.count() < before
    page.locator("#sift").fill("没有这样的行")
    expect(rows).to_have_count(0)


def test_the_wall_grows_with_its_screen(open_browser: Open, town: world.Town) -> None:
    leader = world.with_post("leader", area=town.county)
    sizes = {}
    for width, height in ((1920, 1080), (3840, 2160)):
        page = open_browser(leader, size={"width": width, "height": height})
        page.goto("/cockpit/")
        box = page.locator(".figure-value").first.bounding_box()
        assert box is not None
        sizes[width] = box["height"]
        assert page.evaluate("document.scrollingElement.scrollHeight <= innerHeight")
    assert sizes[3840] > 1.9 * sizes[1920]


def test_a_magnified_page_leaves_its_height_to_the_work(open_browser: Open, town: world.Town) -> None:
    # 1366 by 768 at 200 %.
    page = open_browser(world.a_town_room(town.town), size={"width": 683, "height": 384})
    page.goto("/desk/")
    assert page.locator(".topbar").evaluate("e => getComputedStyle(e).position") == "static"
    fits(page)


def test_cells_of_a_card_say_what_they_count(open_browser: Open, town: world.Town) -> None:
    """On a phone rows of a table are cards without a head: a bare number would mean nothing."""
    world.a_unit()
    page = open_browser(world.with_post("administrator", area=town.county), size=PHONE)
    page.goto("/settings/organisations/")
    number = page.locator("tbody td.numeric").first
    expect(number).to_have_attribute("data-label", "岗位")
    assert page.locator("tbody td:has(.row-title)[data-label]").count() == 0
    fits(page)


def test_what_was_asked_for_is_decided_where_it_is_read(open_browser: Open, town: world.Town) -> None:
    case, room = world.a_report(town, title="无主管道"), world.acting(world.a_town_room(town.town))
    move_case(case, "accept", by=room)
    facts = {"reason_code": "no_money", "answer": "已列入明年计划"}
    move_case(case, "close_unresolved", by=room, facts=facts)
    page = open_browser(world.a_leader(town.town), size=PHONE)
    page.goto("/cockpit/")
    page.get_by_role("link", name="待我审批").click()
    page.get_by_role("link", name=case.title).click()
    page.locator(".waiting .primary").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("已列入明年计划")
    dialog.locator("button.primary").click()
    expect(page.locator(".case-head").first).to_contain_text("已结案")
    assert Case.objects.get(pk=case.pk).outcome == "unresolved"
    fits(page)
