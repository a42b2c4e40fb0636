"""Every address of the installation, asked by every kind of person with values nobody should send: never a 5xx.

And what every page owes its visitors: a content policy, no inline code, forms only from our own pages, safe cookies.
"""

import json
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import world

pytestmark = pytest.mark.django_db
SOURCES = Path(__file__).parents[2] / "src" / "gridloop"
LONG = "长" * 10_000
ODD = {
    "int": ["0", "9223372036854775807", "99999999999999999999999999"],
    "uuid": [str(uuid.UUID(int=0)), str(uuid.UUID(int=2**128 - 1))],
    "slug": ["x", "a" * 300],
    "path": ["..", "..%2F..%2Fetc%2Fpasswd", "%00"],
    "str": [
        "x",
        "..%2F..%2Fetc%2Fpasswd",
        "%00",
        "%F0%A0%AE%B7%F0%9F%9A%A7",
        "a" * 300,
        "-1",
        "%2527%22%3Cscript%3E",
    ],
}
# The longest is as long as our server reads: 400 characters twice are 7,200 bytes of a line that may have 8,190.
QUERIES = [
    {"page": "<broken", "queue": "nothing", "state": "elsewhere", "since": "31-31-9999", "until": "0000-00-00", "q": "\x00", "month": "2026-13",
     "firm": "²", "community": "²", "town": "²", "year": "²", "from": "²", "selected": "²"},
    {"page": "²", "category": "9" * 30, "unit": "²", "area": "9" * 25, "urgency": "x", "q": "🚧𠮷'\"%;--", "since": "9999-12-31", "until": "0001-01-01",
     "box": "a,b,c,d", "day": "9999-99-99", "month": "0000-00", "sort": "-", "level": "galaxy", "tab": "\x00"},
    {"page": ">1e400_1", "q": LONG[:400], "words": LONG[:400], "place_longitude": "nan", "place_latitude": "inf", "next": "//evil.example/", "box": "nan,inf,-inf,1e999",
     "kind": "x" * 500, "id": "9" * 40, "member": "9" * 25, "indicator": "none", "step": "year", "since": "x", "move": "none", "number": "\ud7ff"},
    {"page": ">9999999999999999999999", "state": "all", "longitude": "1e308", "latitude": "-1e308", "area": "-1", "supervised": "maybe"},
]  # fmt: skip
FIELDS = [
    {},
    {"words": LONG, "title": LONG, "name": LONG, "phone": "1" * 400, "key": "no-uuid", "place_longitude": "nan", "place_latitude": "1e999",
     "reach": "sideways", "selected": ["\x00", "x" * 999], "move": "none", "back": "//evil.example/", "number": "9" * 99, "code": "\x00",
     "query": LONG, "reason": "\x00", "pk": "9" * 40, "since": "9999-99-99", "value": "1e999", "file": "not a file", "language": "xx\x00"},
    {"words": "a\x00b🚧𠮷", "title": "\x00", "username": "\x00", "password": "\x00" * 50, "handle": LONG, "phone": "١٣٨٠٠١٣٨٠٠٠", "code": "🚧",
     "place_longitude": "121.21", "place_latitude": "28.11", "reach": "anonymous", "next": "javascript:alert(1)", "rating": "99999999999999999999"},
]  # fmt: skip
ROLES = ["nobody", "resident", "grid_worker", "town_room", "unit_handler", "leader", "administrator"]


def every_pattern(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """The routes as they are written, from the root."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern).replace("^", "").replace("$", "")
        if isinstance(entry, URLResolver):
            yield from every_pattern(entry, route)
        elif isinstance(entry, URLPattern) and entry.name != "live":  # a stream has no end
            yield route


def addresses(route: str, turn: int) -> str:
    """The route filled with odd values; another one each turn."""
    count = 0

    def odd(found: re.Match) -> str:
        nonlocal count
        count += 1
        values = ODD.get(found[1] or "str", ODD["str"])
        return values[(turn + count) % len(values)]

    return "/" + re.sub(r"<(?:(\w+):)?\w+>", odd, route).replace("\\Z", "").replace("\\", "")


@pytest.fixture
def town() -> world.Town:
    return world.a_town()


def someone(role: str, town: world.Town) -> Client:
    client = Client(raise_request_exception=False)
    if role == "nobody":
        return client
    made = {
        "resident": world.a_resident,
        "grid_worker": lambda: world.a_grid_worker(town.grids[0]),
        "town_room": lambda: world.a_town_room(town.town),
        "unit_handler": lambda: world.a_handler(world.a_unit()),
        "leader": lambda: world.with_post("leader", area=town.county),
        "administrator": lambda: world.with_post("administrator"),
    }[role]()
    client.force_login(made)
    return client


def status_of(answer: Any) -> int:
    if answer.streaming:
        b"".join(answer.streaming_content)
    return int(answer.status_code)


@pytest.mark.parametrize("role", ROLES)
def test_no_address_breaks_on_odd_values(
    role: str, town: world.Town, caplog: pytest.LogCaptureFixture
) -> None:
    case = world.a_report(town)
    client, broken = someone(role, town), []
    for place, route in enumerate(sorted(set(every_pattern()))):
        asked = [
            (addresses(route, place), QUERIES[place % len(QUERIES)]),
            (addresses(route, place + 1), QUERIES[(place + 1) % len(QUERIES)]),
        ]
        if "number" in route:
            asked.append((re.sub(r"<(?:\w+:)?number>", case.number, "/" + route), {}))
            asked[-1] = (addresses(asked[-1][0].lstrip("/"), place), QUERIES[0])
        for address, query in asked:
            if status_of(client.get(address, query)) >= 500:
                broken.append(f"GET {address} {query}"[:160])
        fields = FIELDS[place % len(FIELDS)]
        address = asked[-1][0]
        if status_of(client.post(address, fields)) >= 500:
            broken.append(f"POST {address} {fields}"[:160])
    causes = [
        f"{record.getMessage()[:100]}: {record.exc_info[1]!r}"[:260]
        for record in caplog.records
        if record.exc_info
    ]
    assert not broken, "\n".join([*broken, *causes])


@pytest.mark.parametrize("query", QUERIES)
def test_lists_bear_every_filter(query: dict[str, str], town: world.Town) -> None:
    world.a_report(town)
    client = someone("town_room", town)
    for address in ("/desk/", "/desk/export.xlsx", "/near/", "/report/similar/", "/map/places/", "/cockpit/", "/cockpit/points.json", "/cockpit/cases/"):  # fmt: skip
        assert status_of(client.get(address, query)) < 500, address


PAGES = ["/", "/report/", "/track/", "/near/", "/account/sign-in/", "/desk/", "/cockpit/", "/nowhere/"]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_carries_a_policy(address: str, town: world.Town) -> None:
    answer = someone("town_room", town).get(address)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "object-src 'none'" in policy and "unsafe" not in policy
    assert (
        answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["X-Frame-Options"] == "DENY"
    )
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>|\sstyle=|<style|\son\w+=", answer.text)


INLINE = re.compile(
    r"<script(?![^>]*(?:\bsrc=|application/json|text/template))[^>]*>|<style|\sstyle=|\son[a-z]+=[\"']|hx-on|javascript:",
    re.I,
)


def test_no_template_has_inline_code() -> None:
    found = [
        f"{path.relative_to(SOURCES)}: {match[0]}"
        for path in SOURCES.rglob("templates/**/*.html")
        for match in INLINE.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found, found


def test_every_form_needs_its_token(town: world.Town) -> None:
    """Whoever is signed in cannot be made to send anything by another site's page."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(world.a_town_room(town.town))
    open_doors = [
        address
        for place, route in enumerate(sorted(set(every_pattern())))
        if not route.startswith(("api/", "open311/"))
        and status_of(client.post(address := addresses(route, place), {"words": "x"})) not in (403, 404)
    ]
    assert open_doors == []


def settings_with(**environment: str) -> dict[str, Any]:
    names = "SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE SECURE_HSTS_SECONDS SESSION_COOKIE_HTTPONLY SESSION_COOKIE_SAMESITE"
    program = f"import json; from gridloop import settings as s; print(json.dumps({{n: getattr(s, n, 0) for n in '{names}'.split()}}))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_cookies_are_safe_where_the_address_is() -> None:
    safe = settings_with(GRIDLOOP_PUBLIC_ADDRESS="https://grid.example")
    assert safe["SESSION_COOKIE_SECURE"] and safe["CSRF_COOKIE_SECURE"] and safe["SECURE_HSTS_SECONDS"]
    assert safe["SESSION_COOKIE_HTTPONLY"] and safe["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert not settings_with(GRIDLOOP_PUBLIC_ADDRESS="http://localhost:8000")["SESSION_COOKIE_SECURE"]


def test_guessing_passwords_is_slowed_down(town: world.Town) -> None:
    client = Client()
    for _try in range(8):
        page = client.post(
            "/account/sign-in/", {"handle": "somebody", "username": "somebody", "password": "wrong"}
        )
    assert page.status_code == 429 or "太多" in page.text or "分钟" in page.text


def test_an_open_address_elsewhere_is_not_followed(town: world.Town) -> None:
    client = someone("resident", town)
    for evil in ("//evil.example/", "https://evil.example/", "/\\evil.example"):
        answer = client.get("/account/sign-in/", {"next": evil})
        assert "evil.example" not in answer.headers.get("Location", "")
