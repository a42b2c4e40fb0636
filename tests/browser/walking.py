"""What every walk through the pages does: a move in its dialog, a touch, a look at the width, the worker's turn."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from gridloop.core.clocks import timers
from gridloop.core.journal import consumers
from gridloop.core.journal.models import Cursor
from tests.core.evidence.pictures import jpeg, scene

WIDER = "document.scrollingElement.scrollWidth - innerWidth"


def make(page: Page, number: str, name: str, **fields: str) -> None:
    """One move on the desk's case page, in its dialog."""
    page.goto(f"/desk/case/{number}/")
    page.locator(f'[href$="/{number}/{name}/"]').click()
    dialog = page.locator("dialog[open]")
    for field, value in fields.items():
        control = dialog.locator(f'[name="{name}-{field}"]')
        if control.first.get_attribute("type") == "radio":
            control.and_(page.locator(f'[value="{value}"]')).check()
        elif control.evaluate("e => e.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    dialog.locator("button.primary").click()
    expect(page.locator("dialog[open]")).to_have_count(0)


def headed(page: Page, words: str) -> None:
    """The page of this heading has come, and a phone shows it without moving it sideways."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)
    fits(page)


def fits(page: Page) -> None:
    wider = page.evaluate(WIDER)
    assert wider <= 0, f"{page.url}: {wider} px wider than the screen"


def press(control: Locator) -> None:
    """By keyboard: a button or link is reached and pressed without a finger or a mouse."""
    control.focus()
    expect(control).to_be_focused()
    control.press("Enter")


def choose(page: Page, words: str) -> None:
    """One of several answers, by keyboard too."""
    answer = page.get_by_role("radio", name=words)
    answer.focus()
    answer.press("Space")
    expect(answer).to_be_checked()


def stand_there(page: Page) -> None:
    """The phone gives its position."""
    page.get_by_role("button", name="我的位置").click()
    expect(page.locator("[data-place-words]")).to_contain_text("已定位")


def photo(folder: Path) -> Path:
    path = folder / "photo.jpg"
    path.write_bytes(jpeg(scene()))
    return path


def let_worker_work() -> None:
    """Everything the worker would do now; no reader of the journal may be in trouble afterwards."""
    while timers.handle_due("test") + sum(consumers.drain_all().values()):
        pass
    assert not Cursor.objects.exclude(attempts=0).exists()


def take_out_of_the_pocket(page: Page) -> None:
    """The page is looked at again, and asks at once what has happened meanwhile."""
    page.evaluate("""() => document.dispatchEvent(new Event("visibilitychange"))""")
