"""The pages of the field app: drawn by the server once, then by the phone from what it keeps."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gridloop.core.cases import kinds
from gridloop.core.cases.queries import case_within_reach
from gridloop.core.territory import tree
from gridloop.web.acting import person_of, staff_only, viewer
from gridloop.web.field.installing import version
from gridloop.web.field.phone_data import body_and_tag, data_for, place_of
from gridloop.web.field.sync import signed_out
from gridloop.web.field.today import FIELD_ABILITIES, MOST, cases_of_today

field_staff = staff_only(*FIELD_ABILITIES)


def page(request: HttpRequest, name: str, **context: Any) -> HttpResponse:
    """`?shell` asks for the frame alone: that is what a phone keeps, so no case lies in a cached page."""
    shell = "shell" in request.GET
    context |= {"page": name, "bare": shell, "place_name": place_of(viewer(request)), "version": version()}
    answer = render(request, f"web/field/{name}.html", context)
    answer["Cache-Control"] = "no-store" if not shell else "no-cache"
    return answer


@require_safe
@field_staff
def today(request: HttpRequest) -> HttpResponse:
    """Today's list; a phone without scripts reads this one."""
    rows: list[Any] = []
    if "shell" not in request.GET:
        cases = cases_of_today(viewer(request)).select_related("category")[:MOST]
        picture = tree.current()
        rows = sorted(
            (
                (
                    case,
                    picture.name(case.area_id) if case.area_id in picture else "",
                    case.get_urgency_display(),
                )
                for case in cases
            ),
            key=lambda row: (row[0].urgency, row[0].queue_at, row[0].pk),
        )
    return page(request, "today", rows=rows)


@require_safe
@field_staff
def case(request: HttpRequest, number: str = "") -> HttpResponse:
    """One case; what can be done stands on the phone, this is what the server says without it."""
    found = None
    if number and "shell" not in request.GET:
        found = case_within_reach(viewer(request), number)
    step = kinds.kind(found.kind).step(found.step) if found else None
    place = tree.current().full_name(found.area_id) if found else ""
    return page(
        request, "case", case=found, step=step, place=place, title=found.title if found else _("Case")
    )


@require_safe
@field_staff
def snap(request: HttpRequest) -> HttpResponse:
    return page(request, "snap")


@require_safe
@field_staff
def map_page(request: HttpRequest) -> HttpResponse:
    return page(request, "map")


@require_safe
@field_staff
def patrol(request: HttpRequest) -> HttpResponse:
    return page(request, "patrol")


@require_safe
@field_staff
def waiting(request: HttpRequest) -> HttpResponse:
    return page(request, "waiting")


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """What the phone keeps; unchanged costs a 304."""
    person = person_of(request)
    if person is None:
        return signed_out()
    return _data(request)


@field_staff
def _data(request: HttpRequest) -> HttpResponse:
    body, tag = body_and_tag(data_for(viewer(request)))
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:  # weak once it came compressed
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = HttpResponse(body, content_type="application/json")
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    answer["Vary"] = "Cookie, Accept-Language"
    return answer
