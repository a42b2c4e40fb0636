"""What every page's frame shows: the menu of the shell it stands in, unread notices, and the live line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from gridloop.core.cases.flow import Words
from gridloop.core.notices.queries import unread_count
from gridloop.core.people.models import Person
from gridloop.core.people.queries import abilities_of, staff_hats
from gridloop.core.scenes import registry
from gridloop.core.scenes.manifest import MenuItem, Scene
from gridloop.web.acting import person_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a menu; a heading names the scene whose lines follow."""

    title: Words
    icon: str
    url: str
    current: bool = False
    count: int = 0
    heading: Words = ""


# shell -> (title, icon, url name, ability needed or "")
OWN: dict[str, tuple[tuple[Words, str, str, str], ...]] = {
    "public": ((_("Account"), "person", "account:home", ""),),
    "field": (
        (_("Today"), "list", "field:today", ""),
        (_("Snap"), "camera", "field:snap", ""),
        (_("Map"), "map", "field:map", ""),
        (_("Notices"), "bell", "field_notices:list", ""),
    ),
    "desk": (
        (_("Worklist"), "list", "desk:worklist", ""),
        (_("New by phone"), "phone", "desk:enter", "enter_for_others"),
        (_("Hot issues"), "flame", "desk:hot_issues", "dispatch"),
        (_("Answer wordings"), "message", "settings:wordings", "dispatch"),
        (_("Cockpit"), "gauge", "cockpit:wall", "see_measures"),
        (_("Measures"), "chart", "cockpit:measures", "see_measures"),
        (_("Field"), "phone", "field:today", "work_in_grid"),
        (_("Settings"), "gear", "settings:home", "administer"),
    ),
}


def shell_of(path: str, person: Person | None = None) -> str:
    """Which shell an address stands in. Notices are for everybody: residents read theirs in their own frame."""
    for shell in ("desk", "cockpit", "settings", "field"):
        if path.startswith(f"/{shell}"):
            return {"cockpit": "desk", "settings": "desk"}.get(shell, shell)
    return "desk" if path.startswith("/notices") and person and staff_hats(person) else "public"


def menu_for(request: HttpRequest) -> list[Entry]:
    person = person_of(request)
    shell = shell_of(request.path, person)
    held = set(abilities_of(person)) if person else set()
    if person and staff_hats(person) and request.path.startswith(reverse("account:home")):
        return []  # staff come here from their own pages and go back there, not to the residents'
    if request.path.startswith("/api/"):
        return []  # who builds on the API is no resident looking for a way
    held |= {"see_measures"} if held & {"dispatch", "audit"} else set()
    own = entries_of(
        (title, icon, url)
        for title, icon, url, ability in OWN.get(shell, ())
        if not ability or ability in held
    )
    if shell == "desk":
        return marked([*own, *under_headings(held)], request.path)
    brought = [item for _scene, items in brought_to(shell, held) for item in items]
    brought.sort(key=lambda item: item.order)
    return marked([*entries_of((item.title, item.icon, item.url) for item in brought), *own], request.path)


def brought_to(shell: str, held: set[str]) -> Iterator[tuple[Scene, list[MenuItem]]]:
    """What scenes bring to a shell for somebody with these abilities."""
    for scene in registry.scenes():
        items = [
            item for item in scene.menu if item.shell == shell and (not item.ability or item.ability in held)
        ]
        if items:
            yield scene, sorted(items, key=lambda item: item.order)


def under_headings(held: set[str]) -> list[Entry]:
    """The desk's rail grows with every scene: each scene's pages stand under its name."""
    found = []
    for scene, items in brought_to("desk", held):
        entries = entries_of((item.title, item.icon, item.url) for item in items)
        found += [Entry("", "", "", heading=scene.title), *entries] if entries else []
    return found


def ways_in(request: HttpRequest) -> list[Entry]:
    """What else residents can begin with on their first page, from all scenes."""
    items = [item for _scene, items in brought_to("start", set()) for item in items]
    return entries_of(
        (item.title, item.icon, item.url) for item in sorted(items, key=lambda item: item.order)
    )


def entries_of(items: Iterable[tuple[Words, str, str]]) -> list[Entry]:
    return [entry for item in items if (entry := _entry(*item))]


def marked(entries: list[Entry], path: str) -> list[Entry]:
    """The entry one stands in: of those whose address begins this page's, the longest."""
    around = [
        entry.url
        for entry in entries
        if entry.url and (path == entry.url or (entry.url != "/" and path.startswith(entry.url)))
    ]
    here = max(around, key=len, default=None)
    return [replace(entry, current=bool(entry.url) and entry.url == here) for entry in entries]


def _entry(title: Words, icon: str, url: str) -> Entry | None:
    try:
        address = reverse(url)
    except NoReverseMatch:
        return None
    return Entry(title, icon, address)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context for the shells; read only when a template asks, so that fragments cost nothing."""
    person = person_of(request)
    return {
        "menu": SimpleLazyObject(lambda: menu_for(request)),
        "ways_in": SimpleLazyObject(lambda: ways_in(request)),
        "work_url": SimpleLazyObject(lambda: work_address(request)),
        "unread": SimpleLazyObject(lambda: unread_notices(request)),
        "live_url": reverse("live") if person else "",
        "demo": settings.DEMO,
        "hotline": settings.HOTLINE,
    }


def work_address(request: HttpRequest) -> str:
    """Where somebody with a post works: the field for grid workers, the desk for all others; "" for residents."""
    person = person_of(request)
    held = abilities_of(person) if person and staff_hats(person) else ()
    if not held:
        return ""
    try:
        return reverse("field:today" if "work_in_grid" in held else "desk:worklist")
    except NoReverseMatch:
        return reverse("desk:worklist")


def unread_notices(request: HttpRequest) -> int:
    """In person and through one's organisations, as the page of notices counts them; beyond 99 it is only "many"."""
    person = person_of(request)
    return min(unread_count(person), 99) if person else 0
