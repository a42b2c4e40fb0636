"""From a device's message to the verdict on the spot; a hazard until another person closes it; the map in four colours."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from gridloop.core.cases.models import Case
from gridloop.scenes.fire.adapters.credentials import digest_of, new_secret
from gridloop.scenes.fire.alarms.actions import take_signals
from gridloop.scenes.fire.hazards.finding import find_hazard
from gridloop.scenes.fire.index.actions import count_grids
from gridloop.scenes.fire.index.colours import SHOWN
from gridloop.scenes.fire.index.models import Standing
from gridloop.scenes.fire.ingest.listening import Listener
from gridloop.scenes.fire.models import Device, Hazard, Vendor
from tests import world
from tests.browser.conftest import PHONE, Open
from tests.browser.walking import choose, fits, headed, let_worker_work, make, photo, press, stand_there
from tests.scenes.fire.ground import Ground, a_device, a_ground, rings
from tests.scenes.fire.index.world import some_premises


@pytest.fixture
def ground(town: world.Town) -> Ground:
    return a_ground(stations=2, town=town)


async def take_posted(folder: Path) -> None:
    """What the listener does when a batch has come over the web."""
    listener = Listener(folder=folder)
    await listener.make_ready()
    writing = asyncio.create_task(listener.writer.run())
    await listener.take_posted()
    writing.cancel()
    await listener.stop()


def ring(page: Page, device: Device, folder: Path) -> None:
    """The device's platform sends over HTTP, the listener takes it, the worker tells everybody."""
    secret = new_secret()
    Vendor.objects.filter(pk=device.vendor_id).update(secret_digest=digest_of(secret))
    answer = page.request.post(
        "/api/fire/messages",
        data=[{"device": device.code, "kind": "fire", "at": time.time(), "key": "1"}],
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert answer.json()["taken"] == 1
    with ThreadPoolExecutor(1) as thread:  # Playwright keeps a loop in this one
        thread.submit(asyncio.run, take_posted(folder)).result(30)
    let_worker_work()


def ink(page: Page, name: str) -> tuple[int, int, int]:
    """A colour of the palette."""
    value: str = page.evaluate(
        "name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()", name
    )
    return int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16)


def colours_of(page: Page) -> set[tuple[int, int, int]]:
    """What the map is drawn with."""
    picture = Image.open(BytesIO(page.locator(".map canvas").screenshot())).convert("RGB")
    return {colour for _count, colour in picture.getcolors(1 << 24) or ()}


def go_and_say(worker: Page, verdict: str) -> None:
    """On the way, there by position, and what it is."""
    press(worker.get_by_role("link", name="城中菜市场"))
    headed(worker, "城中菜市场")
    press(worker.get_by_role("button", name="出动"))
    stand_there(worker)
    press(worker.get_by_role("button", name="到场"))
    choose(worker, verdict)
    fits(worker)
    press(worker.get_by_role("button", name="填报核查结论"))


def test_a_device_rings_and_somebody_on_the_spot_says_what_it_is(
    open_browser: Open, ground: Ground, tmp_path: Path
) -> None:
    room = open_browser(ground.duty)
    room.goto("/desk/fire/")
    expect(room.locator("#fire-board")).to_contain_text("当前没有火警")

    ring(room, a_device(ground.premises), tmp_path)
    row = room.locator("#fire-board .alarm-row")
    expect(row).to_contain_text("城中菜市场")  # nobody reloaded the page
    expect(row).to_contain_text("无人确认")
    press(row.get_by_role("button", name="确认收到"))
    expect(row).not_to_contain_text("无人确认")

    owner = open_browser(ground.owner, size=PHONE)
    owner.goto("/fire/")
    headed(owner, "我的场所")
    press(owner.locator(".case-card a").first)
    headed(owner, "城中菜市场")
    owner.get_by_text("反馈现场情况").first.click()
    choose(owner, "人在现场：做饭油烟")
    press(owner.get_by_role("button", name="反馈现场情况"))
    expect(owner.locator("main")).to_contain_text("做饭油烟")
    fits(owner)

    worker = open_browser(ground.grid_worker, size=PHONE)
    worker.goto("/field/")
    press(worker.get_by_role("link", name="火警", exact=True))
    go_and_say(worker, "误报")
    expect(worker.locator("main")).to_contain_text("做饭油烟")
    expect(worker.locator("main")).to_contain_text("已处置完毕")
    # A message that follows another within 0.7 s may be swallowed; the board asks every 30 s all the same.
    expect(room.locator("#fire-board")).to_contain_text("当前没有火警", timeout=40_000)
    case = Case.objects.get(kind="fire_alarm")
    assert not case.open and not Hazard.objects.exists()


def test_a_real_fire_is_put_out_and_leaves_a_hazard(open_browser: Open, ground: Ground) -> None:
    take_signals([rings(a_device(ground.premises))])
    let_worker_work()
    worker = open_browser(ground.grid_worker, size=PHONE)
    worker.goto("/field/fire/")
    go_and_say(worker, "真实火情或泄漏")
    worker.get_by_label("办理情况").fill("灭火器扑灭，无人受伤。")
    press(worker.get_by_role("button", name="已扑灭"))
    expect(worker.locator("main")).to_contain_text("已处置完毕")
    let_worker_work()
    assert not Case.objects.get(kind="fire_alarm").open and Hazard.objects.get().kind == "aftermath"


def test_a_hazard_is_ordered_rectified_and_closed_by_another_person(
    open_browser: Open, ground: Ground, tmp_path: Path
) -> None:
    found = find_hazard(
        "exit", premises=ground.premises, found_by="worker", by=world.acting(ground.grid_worker)
    )
    let_worker_work()
    number, picture = found.case.number, photo(tmp_path)

    desk = open_browser(ground.duty)
    desk.goto("/desk/fire/hazards/")
    press(desk.locator(".figures a").first)
    press(desk.get_by_role("link", name=found.case.title))
    make(desk, number, "order", grade="general", words="三日内清理疏散通道")
    expect(desk.locator(".case-head").first).to_contain_text("待整改")

    owner = open_browser(ground.owner, size=PHONE)
    owner.goto("/fire/")
    press(owner.get_by_role("link", name=found.case.title))
    headed(owner, found.case.title)
    owner.get_by_label("整改情况").fill("通道已清空，堆物搬走。")
    owner.set_input_files("input[type=file]", picture)
    fits(owner)
    press(owner.get_by_role("button", name="已整改"))
    expect(owner.locator(".case-head")).to_contain_text("已整改，待复查")
    expect(owner.get_by_role("button", name="复查合格，销号")).to_have_count(0)

    worker = open_browser(ground.grid_worker, size=PHONE)
    worker.goto("/field/")
    press(worker.get_by_role("link", name=found.case.title))
    headed(worker, found.case.title)
    press(worker.get_by_role("link", name="复查合格，销号"))
    worker.set_input_files("input[type=file]", picture)
    expect(worker.locator(".previews li")).to_have_count(1)
    expect(worker.get_by_role("button", name="重新定位")).to_be_visible()
    fits(worker)
    press(worker.get_by_role("button", name="复查合格，销号"))
    expect(worker.locator("[data-screen] form")).to_have_count(0)

    expect(worker.locator("main")).to_contain_text("已销号")
    owner.reload()
    expect(owner.locator(".case-head")).to_contain_text("已销号")
    found.refresh_from_db()
    assert not found.case.open and found.closed_at and found.rectified_by == ground.owner


def test_the_map_tells_each_colour_by_a_letter_and_a_texture_too(
    open_browser: Open, town: world.Town, ground: Ground
) -> None:
    some_premises(town.grids[0], 12, kind="three_in_one", built=1985, electric_bikes=True)
    some_premises(town.grids[1], 20, built=2012, electric_bikes=False)
    count_grids()
    desk = open_browser(ground.room)
    desk.goto("/desk/fire/map/")
    expect(desk.locator(".map[data-ready=yes]")).to_be_visible()
    for word in ("红", "橙", "黄"):  # each has a drawing of its own beside the word
        key = desk.locator(".risk-tally li").filter(has_text=word)
        expect(key.locator(".risk-texture > *").first).to_be_attached()
    standing = Standing.objects.get(area=town.grids[0])
    colour = SHOWN[standing.colour]
    assert standing.colour > 0
    drawn = colours_of(desk)
    assert {
        ink(desk, f"risk-{standing.colour}"),
        ink(desk, "sheet"),
    } <= drawn  # the colour, and the disc of its letter
    box = desk.locator(".map canvas").bounding_box()
    assert box is not None
    at = box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.5
    desk.mouse.move(*at)
    expect(desk.locator(".map-words")).to_contain_text(town.grids[0].name)
    expect(desk.locator(".map-words")).to_contain_text(str(colour.title))
    desk.mouse.click(*at)
    headed(desk, town.grids[0].name)
    expect(desk.locator(".risk-lead")).to_contain_text(str(colour.title))
