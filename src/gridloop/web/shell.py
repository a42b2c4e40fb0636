"""What every page's frame shows: the menu of the shell it stands in, unread notices, and the live line."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from gridloop.core.cases.flow import Words
from gridloop.core.notices.models import Notice
from gridloop.core.people.queries import hats
from gridloop.core.people.roles import ROLES
from gridloop.core.scenes import registry
from gridloop.web.acting import person_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a menu."""

    title: Words
    icon: str
    url: str
    current: bool
    count: int = 0


# shell -> (title, icon, url name, ability needed or "")
OWN: dict[str, tuple[tuple[Words, str, str, str], ...]] = {
    "public": ((_("Account"), "person", "account:home", ""),),
    "field": (
        (_("Today"), "list", "field:today", ""),
        (_("Snap"), "camera", "field:snap", ""),
        (_("Map"), "map", "field:map", ""),
        (_("Notices"), "bell", "notices:list", ""),
    ),
    "desk": (
        (_("Worklist"), "list", "desk:worklist", ""),
        (_("New by phone"), "phone", "desk:enter", "enter_for_others"),
        (_("Hot issues"), "flame", "desk:hot_issues", "dispatch"),
        (_("Cockpit"), "gauge", "cockpit:wall", "see_measures"),
        (_("Measures"), "chart", "cockpit:measures", "see_measures"),
        (_("Field"), "phone", "field:today", "work_in_grid"),
        (_("Settings"), "gear", "settings:home", "administer"),
    ),
}


def shell_of(path: str) -> str:
    """Which shell an address stands in."""
    for shell in ("desk", "cockpit", "settings", "field", "notices"):
        if path.startswith(f"/{shell}"):
            return {"cockpit": "desk", "settings": "desk", "notices": "desk"}.get(shell, shell)
    return "public"


def menu_for(request: HttpRequest) -> list[Entry]:
    person = person_of(request)
    shell = shell_of(request.path)
    held = {ability for hat in (hats(person) if person else []) for ability in ROLES[hat.role].may}
    held |= {"see_measures"} if held & {"dispatch", "audit"} else set()
    items: list[tuple[int, Words, str, str]] = [
        (item.order, item.title, item.icon, item.url)
        for scene in registry.scenes()
        for item in scene.menu
        if item.shell == shell
    ]
    items += [
        (60 + place, title, icon, url)
        for place, (title, icon, url, ability) in enumerate(OWN.get(shell, ()))
        if not ability or ability in held
    ]
    return [entry for item in sorted(items, key=lambda item: item[0]) if (entry := _entry(request, *item[1:]))]


def _entry(request: HttpRequest, title: Words, icon: str, url: str) -> Entry | None:
    try:
        address = reverse(url)
    except NoReverseMatch:
        return None
    here = request.path == address or (address != "/" and request.path.startswith(address))
    return Entry(title, icon, address, here)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context for the shells; read only when a template asks, so that fragments cost nothing."""
    person = person_of(request) if hasattr(request, "user") else None
    return {
        "menu": SimpleLazyObject(lambda: menu_for(request)),
        "unread": SimpleLazyObject(lambda: unread_notices(request)),
        "live_url": reverse("live") if person else "",
        "demo": settings.DEMO,
    }


def unread_notices(request: HttpRequest) -> int:
    """Up to 99: more is only "many"."""
    person = person_of(request)
    return Notice.objects.filter(person=person, read_at=None)[:99].count() if person else 0
