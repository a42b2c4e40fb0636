"""The desk without a mouse, and the language of the pages."""

from playwright.sync_api import expect

from gridloop.core.cases.models import Case
from gridloop.core.journal.consumers import drain
from tests import world
from tests.browser.conftest import PHONE, Open


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
    page.keyboard.press("a")
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
