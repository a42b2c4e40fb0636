"""A real Chromium before a live server; what a page complains about, or asks of another machine, fails the test."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

if TYPE_CHECKING:  # this file is read before Django stands
    from gridloop.core.people.models import Person
    from tests.world import Town

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
    "true"  # Playwright keeps a loop in this thread; the ORM stays synchronous
)
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-gl=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
]
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1366, "height": 768}
DRIVER_TALK = ("GPU stall", "GL Driver Message")  # a software graphics driver about itself
LEFT_BEHIND = (
    "htmx:afterRequest,",
    "htmx:sendError,",
    "htmx:sendAbort,",
)  # a refresh cut off because the page was left
PATIENCE = 20_000  # milliseconds


expect.set_options(timeout=PATIENCE)  # a busy machine is no fault of the page


@dataclass
class Complaints:
    """What the pages said that they should not have to say."""

    said: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(
            talk in message.text for talk in DRIVER_TALK + LEFT_BEHIND
        ):
            self.say(f"{message.text} ({message.location.get('url', '')})")

    def say(self, words: str) -> None:
        if not any(part in words for part in self.expected):
            self.said.append(words)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    heard = Complaints()
    yield heard
    assert heard.said == []


@pytest.fixture
def town(transactional_db: None) -> "Town":
    from tests import world

    return world.a_town()


Open = Callable[..., Page]


@pytest.fixture
def open_browser(chromium: Browser, live_server: Any, complaints: Complaints, town: "Town") -> Iterator[Open]:
    """`open_browser(person, size=LAPTOP, language="zh-CN")`: a browser of their own, signed in when there is a person."""
    from gridloop.core.journal import live

    contexts: list[BrowserContext] = []
    home = urlsplit(live_server.url)

    def watch(address: str) -> None:
        there = urlsplit(address)
        if there.scheme in ("http", "https", "ws", "wss") and there.netloc != home.netloc:
            complaints.say(f"asked another machine: {address}")

    def open_one(
        person: "Person | None" = None, *, size: dict[str, int] = LAPTOP, language: str = "zh-CN"
    ) -> Page:
        longitude, latitude = town.point()
        context = chromium.new_context(
            base_url=live_server.url,
            viewport=size,
            locale=language,
            geolocation={"longitude": longitude, "latitude": latitude},
            permissions=["geolocation"],
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        context.on("console", complaints.hear)
        context.on("weberror", lambda error: complaints.say(str(error.error)))
        context.on("request", lambda request: watch(request.url))
        if person is not None:
            context.add_cookies([signed_in(person, live_server.url)])
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()
    live.tail.close()  # the thread behind the live screens would outlive this test's database


def signed_in(person: "Person", address: str) -> Any:
    client = Client()
    client.force_login(person)
    name = django_settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": address}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
