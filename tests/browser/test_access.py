"""Every main page for everybody: axe finds nothing serious, nothing is wider than the screen, nothing breaks the CSP."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case
from gridloop.core.people.models import Person
from tests import world
from tests.browser.conftest import LAPTOP, PHONE, Open
from tests.browser.lively import Sight, enterprises, fire, volunteers
from tests.browser.walking import WIDER

AXE = Path(__file__).resolve().parents[2] / "front/node_modules/axe-core/axe.min.js"
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
VISITOR_PAGES = ("/", "/report/", "/track/", "/near/", "/account/sign-in/", "/account/sign-in/phone/")
SETTINGS_PAGES = tuple(
    f"/settings/{page}"
    for page in ("", "areas/", "organisations/", "organisations/new/", "people/", "people/new/", "classes/", "limits/",
                 "calendar/", "rules/", "rules/new/", "admissions/", "channels/", "templates/", "scenes/", "classifier/",
                 "retention/", "tokens/", "tokens/new/", "webhooks/new/", "running/",
                 "volunteers/skills/", "hours/", "enterprises/specialists/", "fire/index/", "fire/vendors/")
)  # fmt: skip
COCKPIT_PAGES = ("/cockpit/", "/cockpit/cases/?of=open", "/cockpit/ranking/", "/cockpit/measures/")
FIELD_PAGES = ("/field/", "/field/snap/", "/field/map/", "/field/patrol/", "/field/waiting/")
SCENES_FOR_VISITORS = (
    "/help/",
    "/activities/",
    "/lists/",
    "/lists/stations/",
    "/hours/",
    "/hours/check/",
    "/firms/",
    "/fire/map/",
    "/fire/report/",
)
SCENES_FOR_RESIDENTS = (
    "/help/new/",
    "/volunteer/",
    "/volunteer/tasks/",
    "/firms/ask/",
    "/fire/",
)
SCENES_ON_THE_DESK = (
    "/desk/volunteers/", "/desk/volunteers/fairness/", "/desk/help/new/", "/desk/activities/", "/desk/hours/", "/desk/pairs/",
    "/desk/enterprises/", "/desk/fire/", "/desk/fire/map/", "/desk/fire/hazards/", "/desk/fire/premises/",
)  # fmt: skip
SCENES = ("volunteers", "enterprises", "fire")
WALL = {"width": 1920, "height": 1080}
ROOM_PAGES = (
    "/desk/",
    "/desk/?filters=open",
    "/notices/",
    "/notices/preferences/",
    "/desk/enter/",
    "/desk/hot/",
    "/account/",
)


def serious_troubles(page: Page) -> list[str]:
    """What axe calls serious or critical, with the first element that has it."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run(document, {runOnly: rules}).then(found => found.violations)", RULES
    )
    return [
        f"{page.url}: {one['id']}: {one['nodes'][0]['html'][:160]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def look_at(page: Page, addresses: tuple[str, ...], *, narrow_too: bool = False) -> None:
    """One after the other; `narrow_too`: a page made for the desk is held into a phone's width as well."""
    page.add_init_script(
        "window.broken = []; addEventListener('securitypolicyviolation', e => broken.push(e.violatedDirective + ' ' + e.blockedURI))"
    )
    troubles: list[str] = []
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, address
        assert "content-security-policy" in answer.headers, address
        page.wait_for_load_state()
        troubles += serious_troubles(page)
        troubles += [f"{address}: {one}" for one in page.evaluate("broken")]
        for size in (None, PHONE) if narrow_too else (None,):
            if size is not None:
                page.set_viewport_size(size)  # type: ignore[arg-type]
            wider = page.evaluate(WIDER)
            troubles += [f"{address}: {wider} px wider than the screen"] if wider > 0 else []
        if narrow_too:
            page.set_viewport_size(LAPTOP)  # type: ignore[arg-type]
    assert troubles == []


@pytest.fixture
def asked(town: world.Town) -> Case:
    """A case with a question to its reporter, so that its page shows all it can."""
    world.a_category()
    case = world.a_report(town, title="楼道里堆满杂物，希望尽快清理，已多次反映没有结果，住户们都很着急")
    room = world.acting(world.a_town_room(town.town))
    return move_case(case, "ask", by=room, facts={"words": "请问是几单元？", "days": 3})


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_visitors_pages(open_browser: Open, town: world.Town, language: str) -> None:
    world.a_report(town, public=True)
    look_at(open_browser(size=PHONE, language=language), VISITOR_PAGES)


def test_reporters_pages(open_browser: Open, asked: Case) -> None:
    reporter: Person | None = asked.reporter
    look_at(open_browser(reporter, size=PHONE), ("/my/", f"/c/{asked.number}/", "/account/"))


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_the_desks_pages(open_browser: Open, town: world.Town, asked: Case, size: dict[str, int]) -> None:
    case = f"/desk/case/{asked.number}/"
    tabs = (case, f"{case}?tab=people", f"{case}?tab=reasons", f"{case}supervise/")
    look_at(open_browser(world.a_town_room(town.town), size=size), ROOM_PAGES + tabs)


@pytest.mark.parametrize("size", [WALL, LAPTOP], ids=["wall", "laptop"])
def test_the_leaders_pages(open_browser: Open, town: world.Town, asked: Case, size: dict[str, int]) -> None:
    leader = world.with_post("leader", area=town.county)
    look_at(open_browser(leader, size=size), COCKPIT_PAGES)


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_the_settings(open_browser: Open, town: world.Town, size: dict[str, int]) -> None:
    administrator = world.with_post("administrator")
    language = "en-US" if size == PHONE else "zh-CN"
    look_at(open_browser(administrator, size=size, language=language), SETTINGS_PAGES)


def test_the_field_pages(open_browser: Open, town: world.Town, asked: Case) -> None:
    look_at(open_browser(world.a_grid_worker(town.grids[0]), size=PHONE), FIELD_PAGES)


def test_phones_at_night(open_browser: Open, town: world.Town, asked: Case) -> None:
    worker = world.a_grid_worker(town.grids[0])
    for person, pages in (
        (None, (*VISITOR_PAGES, "/fire/map/")),
        (asked.reporter, ("/my/", f"/c/{asked.number}/", "/account/")),
        (worker, FIELD_PAGES),
    ):
        page = open_browser(person, size=PHONE)
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        look_at(page, pages)
        ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert ground == "rgb(23, 24, 26)", ground


def test_what_scenes_show_to_everybody(open_browser: Open, town: world.Town) -> None:
    look_at(open_browser(size=PHONE), SCENES_FOR_VISITORS)
    look_at(open_browser(world.a_resident(), size=PHONE, language="en-US"), SCENES_FOR_RESIDENTS)


@pytest.mark.parametrize("size", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_what_scenes_show_on_the_desk(open_browser: Open, town: world.Town, size: dict[str, int]) -> None:
    look_at(open_browser(world.a_county_room(town.county), size=size), SCENES_ON_THE_DESK)


@pytest.mark.parametrize("sights", [volunteers.sights, enterprises.sights, fire.sights], ids=SCENES)
def test_pages_of_scenes_full_of_life(
    open_browser: Open, town: world.Town, sights: Callable[[world.Town], list[Sight]]
) -> None:
    for sight in sights(town):
        page = open_browser(sight.person, size=PHONE if sight.phone else LAPTOP)
        look_at(page, sight.pages, narrow_too=not sight.phone)
