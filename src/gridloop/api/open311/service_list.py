"""Services: the county's classes as GeoReport v2 lists them, and the document that leads here."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gridloop.api.open311.asking import Mistake, door
from gridloop.api.open311.formats import answer
from gridloop.core.cases.models import Category

CHANGED = "2026-11-21T00:00:00+08:00"  # of this description, not of the data


def services() -> list[Category]:
    """The classes people choose from: those with nothing below them; of editions with one code the newest."""
    rows = (
        Category.objects.filter(retired_at=None, children=None)
        .select_related("parent")
        .order_by("edition", "code")
    )
    return sorted({category.code: category for category in rows}.values(), key=lambda category: category.code)


def service_with_code(code: str) -> Category:
    found = (
        Category.objects.filter(code=code, retired_at=None)
        .select_related("parent")
        .order_by("-edition")
        .first()
    )
    if found is None:
        raise Mistake(404, _("service_code %(code)s was not found.") % {"code": code})
    return found


def named(category: Category | None) -> str | None:
    """In the reader's language where the list has both."""
    if category is None:
        return None
    return category.english if (get_language() or "").startswith("en") and category.english else category.name


def shown(category: Category) -> dict[str, Any]:
    group = named(category.parent)
    keywords = [word for word in (category.name, category.english, *category.words.split()) if word][:12]
    return {
        "service_code": category.code,
        "service_name": named(category),
        "description": f"{group}: {named(category)}" if group else named(category),
        "metadata": False,
        "type": "realtime",
        "keywords": ", ".join(dict.fromkeys(keywords)),
        "group": group or named(category),
    }


@door("GET")
def list_services(request: HttpRequest, ending: str = "") -> HttpResponse:
    return answer(request, "services", [shown(category) for category in services()], named=ending)


@door("GET")
def define_service(request: HttpRequest, code: str, ending: str = "") -> HttpResponse:
    """No class asks further questions, so a definition has no attributes."""
    category = service_with_code(code)
    return answer(
        request, "service_definition", {"service_code": category.code, "attributes": []}, named=ending
    )


@door("GET")
def discover(request: HttpRequest, ending: str = "") -> HttpResponse:
    """Where the endpoint is and what it speaks; the `contact` says how to get an api_key."""
    content = {
        "changeset": CHANGED,
        "contact": _("Ask the administrator of this installation."),
        "key_service": _("The administrator makes an api_key on the settings pages."),
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": f"{settings.PUBLIC_ADDRESS}/open311/v2",
                "changeset": CHANGED,
                "type": "test" if settings.DEMO else "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }
    return answer(request, "discovery", content, named=ending)
