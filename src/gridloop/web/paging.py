"""Pages of a list by number: the rows shown, and where the neighbours are (long lists go by key: `cases.paging`)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Any]
    newer: str
    older: str
    words: str


def page_of(request: HttpRequest, rows: QuerySet[Any], size: int = SIZE) -> Page:
    """One query: a row more than shown says whether there is a next page."""
    said = request.GET.get("page", "1")
    number = int(said) if said.isdecimal() and 0 < int(said) < 10_000 else 1
    start = (number - 1) * size
    found = list(rows[start : start + size + 1])
    words = (
        _("%(first)d to %(last)d") % {"first": start + 1, "last": start + len(found[:size])} if found else ""
    )
    newer = address(request, number - 1) if number > 1 else ""
    return Page(found[:size], newer, address(request, number + 1) if len(found) > size else "", words)


def address(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"
