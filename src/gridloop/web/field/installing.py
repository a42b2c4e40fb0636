"""What makes the field app installable: its manifest, and its service worker with the list of what it keeps."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from gridloop.core.journal.errors import NotFound

SHEETS = ("tokens", "charcoal", "ground", "shell", "controls", "displays", "pages", "field")
ASSETS = (
    *(f"web/{sheet}.css" for sheet in SHEETS),
    "web/favicon.svg",
    "web/icon-192.png",
    "dist/app.js",
    "dist/field.js",
    "dist/map.js",
    "dist/map.css",
    "dist/map-worker.js",
)
PAGES = ("today", "snap", "map", "patrol", "waiting", "case_shell")


def content_of(asset: str) -> bytes:
    found = finders.find(asset)
    return Path(found).read_bytes() if isinstance(found, str) else b""


@lru_cache(maxsize=1)
def built(stamp: tuple[float, ...]) -> str:
    """One name for this state of the files; a new one makes phones fetch them again."""
    return hashlib.sha256(b"".join(content_of(asset) for asset in (*ASSETS, "dist/sw.js"))).hexdigest()[:12]


def version() -> str:
    times = []
    for asset in (*ASSETS, "dist/sw.js"):
        found = finders.find(asset)
        times.append(Path(found).stat().st_mtime if isinstance(found, str) else 0.0)
    return built(tuple(times))


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: its list of what to keep, then its code."""
    code = content_of("dist/sw.js")
    if not code:
        raise NotFound(_("The offline part is not built. Run: make build"))
    kept = {
        "version": version(),
        "assets": [static(asset) for asset in ASSETS],
        "pages": [reverse(f"field:{page}") for page in PAGES],
    }
    answer = HttpResponse(
        f"self.kept={json.dumps(kept)};\n".encode() + code, content_type="text/javascript; charset=utf-8"
    )
    answer["Service-Worker-Allowed"] = "/field/"
    return answer


@require_safe
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> JsonResponse:
    """The card of the app for the phone's home screen."""
    icons = [
        {"src": static(f"web/{name}.png"), "sizes": size, "type": "image/png", "purpose": purpose}
        for name, size, purpose in (
            ("icon-192", "192x192", "any"),
            ("icon-512", "512x512", "any"),
            ("icon-maskable-512", "512x512", "maskable"),
        )
    ]
    told = {
        "id": "/field/",
        "name": _("gridloop in the field"),
        "short_name": _("gridloop"),
        "lang": get_language(),
        "start_url": reverse("field:today"),
        "scope": reverse("field:today"),
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#faf8f3",
        "theme_color": "#faf8f3",
        "icons": icons,
        "shortcuts": [{"name": _("Snap and report"), "url": reverse("field:snap")}],
    }
    return JsonResponse(told, content_type="application/manifest+json")
