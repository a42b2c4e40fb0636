"""The phone in aeroplane mode: moves, a snap with its photo, the browser gone and back; everything arrives exactly once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case, MoveKey
from gridloop.core.evidence.models import File
from gridloop.core.journal.models import Entry
from tests import world
from tests.browser.conftest import ARGUMENTS, CHROMIUM, PHONE, Complaints, Open, signed_in
from tests.core.evidence.pictures import jpeg, scene

SLOW = 40_000  # milliseconds: two browsers, a server and a phone share this machine
OFF_LINE = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch", "401 (Unauthorized)")


KEPT = """async () => {
    const frames = await caches.open("gridloop-field-frames");
    const data = await caches.open("gridloop-field-data");
    return Boolean(navigator.serviceWorker.controller && await frames.match("/field/frames-of")
        && await frames.match("/field/waiting/") && await data.match("/field/data.json"));
}"""


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    expect.set_options(timeout=SLOW)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg(scene()))
    return path


@pytest.fixture
def no_network_is_expected(complaints: Complaints) -> Complaints:
    complaints.expected = OFF_LINE
    return complaints


class Phone:
    """A phone whose browser can die: what it keeps lies in a folder of its own."""

    def __init__(self, playwright: Any, folder: Path, address: str, town: world.Town) -> None:
        self.playwright, self.folder, self.address = playwright, folder, address
        self.longitude, self.latitude = town.point()
        self.context = self.start()

    def start(self) -> BrowserContext:
        context = self.playwright.chromium.launch_persistent_context(
            str(self.folder),
            executable_path=CHROMIUM,
            args=ARGUMENTS,
            base_url=self.address,
            viewport=PHONE,
            locale="zh-CN",
            geolocation={"longitude": self.longitude, "latitude": self.latitude},
            permissions=["geolocation"],
        )
        context.set_default_timeout(SLOW)
        return context

    def restart(self, *, offline: bool) -> Page:
        """The browser is gone and comes back, perhaps still without a network."""
        cookies = self.context.cookies()
        self.context.close()
        self.context = self.start()
        self.context.add_cookies(cookies)
        self.context.set_offline(offline)
        return self.context.new_page()


@pytest.fixture
def phone(live_server: Any, town: world.Town, tmp_path: Path, chromium: Any) -> Iterator[Any]:
    from gridloop.core.journal import live

    made: list[Phone] = []

    def take(person: Any) -> Phone:
        # The session's browser has a Playwright of its own running in this thread; use the same one.
        one = Phone(_playwright_of(chromium), tmp_path / f"phone{len(made)}", live_server.url, town)
        one.context.add_cookies([signed_in(person, live_server.url)])
        made.append(one)
        return one

    yield take
    for one in made:
        one.context.close()
    live.tail.close()


def _playwright_of(browser: Any) -> Any:
    class _Same:
        chromium = browser.browser_type

    return _Same


def ready_for_no_network(page: Page) -> None:
    """The service worker has the frames of the pages, and the data are kept."""
    page.context.set_default_timeout(SLOW)
    page.goto("/field/")
    expect(page.locator("h1")).to_have_count(1)
    for _try in range(200):
        if page.evaluate(KEPT):
            return
        page.wait_for_timeout(200)
    raise AssertionError("the phone kept nothing for working without a network")


def waiting_on(page: Page) -> int:
    return page.evaluate(
        """() => new Promise((done) => {
            const asked = indexedDB.open("gridloop-field");
            asked.onsuccess = () => {
                const all = asked.result.transaction("queue").objectStore("queue").getAll();
                all.onsuccess = () => done(all.result.filter((item) => item.state !== "done").length);
            };
        })"""
    )


def until_sent(page: Page) -> None:
    for _second in range(60):
        if waiting_on(page) == 0:
            return
        page.wait_for_timeout(250)
    raise AssertionError("it was not sent")


def test_aeroplane_mode_and_a_dead_browser_lose_and_double_nothing(
    phone: Any, town: world.Town, picture: Path
) -> None:
    worker = world.a_grid_worker(town.grids[0])
    case = world.a_report(town, title="路灯不亮")
    world.a_wording("当场解决", "“{title}”已当场处理。", occasion="fix")
    device = phone(worker)
    page = device.context.new_page()
    ready_for_no_network(page)
    device.context.set_offline(True)

    page.goto(f"/field/case/{case.number}/")
    page.get_by_role("button", name="受理").click()
    page.locator('a[href="#fix"]').click()
    page.locator("input[type=file]").first.set_input_files(picture)
    expect(page.locator(".previews").first.locator("li")).to_have_count(1)
    page.reload()  # photographed, not yet sent: a phone short of memory
    expect(page.locator(".previews").first.locator("li")).to_have_count(1)
    page.locator("input[type=file]").nth(1).set_input_files(picture)
    expect(page.locator(".previews").nth(1).locator("li")).to_have_count(1)
    page.get_by_role("button", name="当场解决").click()
    page.locator("[data-screen] form button[type=submit]").click()
    expect(page.locator("[data-screen] form")).to_have_count(0)

    page.goto("/field/snap/")
    page.locator("input[type=file]").set_input_files(picture)
    expect(page.locator(".previews li")).to_have_count(1)
    page.locator("textarea").first.fill("井盖松动")
    page.locator("[data-screen] form button[type=submit]").click()
    expect(page.locator("[data-offline-words]")).to_contain_text("3")

    page = device.restart(offline=True)
    page.goto("/field/waiting/")
    expect(page.locator("[data-item]")).to_have_count(3)
    assert Case.objects.get(pk=case.pk).step == "reported" and Case.objects.count() == 1

    device.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    other = device.context.new_page()  # two pages at once must not send twice
    other.goto("/field/")
    until_sent(page)

    case.refresh_from_db()
    assert (case.step, case.worker, case.answer) == ("done", worker, "“路灯不亮”已当场处理。")
    events = list(
        Entry.objects.filter(subject=case.pk, subject_kind="case")
        .order_by("id")
        .values_list("event", flat=True)
    )
    assert events == ["case_reported", "case_accepted", "case_fixed"]
    assert Entry.objects.get(event="case_fixed").facts["made_at"]
    assert MoveKey.objects.count() == 2 and case.exhibits.count() == 2
    snapped = Case.objects.exclude(pk=case.pk).get()
    assert (snapped.title, snapped.source, snapped.reporter, snapped.exhibits.count()) == (
        "井盖松动",
        "field",
        None,
        1,
    )
    assert File.objects.count() == 3

    page = device.restart(offline=False)
    page.goto("/field/waiting/")
    expect(page.locator("[data-item]")).to_have_count(3)
    assert Entry.objects.filter(event="case_accepted").count() == 1 and Case.objects.count() == 2


def test_an_answer_that_got_lost_on_its_way_back_is_no_second_move(
    open_browser: Open, no_network_is_expected: Complaints, town: world.Town
) -> None:
    case = world.a_report(town)
    page = open_browser(world.a_grid_worker(town.grids[0]), size=PHONE)
    ready_for_no_network(page)
    lost = []

    def lose(route: Any) -> None:
        if lost:
            return route.continue_()
        lost.append(route.fetch())  # it arrives, but the phone never hears of it
        return route.abort()

    page.context.route("**/field/sync/", lose)
    page.goto(f"/field/case/{case.number}/")
    page.get_by_role("button", name="受理").click()
    for _try in range(40):
        if lost:
            break
        page.wait_for_timeout(100)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    until_sent(page)
    assert Entry.objects.filter(event="case_accepted").count() == 1


def test_two_phones_on_one_case_the_slower_decides(
    open_browser: Open, no_network_is_expected: Complaints, town: world.Town
) -> None:
    case = world.a_report(town)
    page = open_browser(world.a_grid_worker(town.grids[0]), size=PHONE)
    ready_for_no_network(page)
    page.context.set_offline(True)
    page.goto(f"/field/case/{case.number}/")
    page.get_by_role("button", name="受理").click()
    expect(page.locator("[data-offline-words]")).to_contain_text("1")
    move_case(
        case, "accept", by=world.acting(world.with_post("grid_chief", area=town.grids[0], name="钱网格长"))
    )

    page.context.set_offline(False)
    page.goto("/field/waiting/")
    item = page.locator("[data-item][data-state=conflict]")
    expect(item).to_contain_text("钱网格长")
    item.get_by_role("button", name="放弃").click()
    item.locator("[data-asking]").get_by_role("button", name="放弃").click()
    expect(page.locator("[data-item]")).to_have_count(0)
    assert Entry.objects.filter(event="case_accepted").count() == 1


def test_a_session_that_ended_keeps_the_queue_until_the_next_sign_in(
    open_browser: Open, no_network_is_expected: Complaints, town: world.Town, live_server: Any
) -> None:
    case, worker = world.a_report(town), world.a_grid_worker(town.grids[0])
    page = open_browser(worker, size=PHONE)
    ready_for_no_network(page)
    page.context.set_offline(True)
    page.goto(f"/field/case/{case.number}/")
    page.get_by_role("button", name="受理").click()
    expect(page.locator("[data-offline-words]")).to_contain_text("1")
    page.context.clear_cookies()
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("[data-banner]")).to_contain_text("登录")
    assert waiting_on(page) == 1
    # Nobody else's hands: another person signs in on the same phone first.
    page.context.add_cookies([signed_in(world.a_grid_worker(town.grids[1]), live_server.url)])
    page.goto("/field/")
    expect(page.locator("[data-banner]")).to_contain_text("1")
    assert waiting_on(page) == 1
    page.context.add_cookies([signed_in(worker, live_server.url)])
    page.goto("/field/")
    until_sent(page)
    case.refresh_from_db()
    assert case.worker == worker
