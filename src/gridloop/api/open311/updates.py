"""Updates on service requests (servicerequestupdates): what reporters may read of each story, as other systems fetch it."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from gridloop.api.open311.asking import Given, door, span_of, token_in
from gridloop.api.open311.formats import answer, moment
from gridloop.api.open311.posted_updates import take_update
from gridloop.api.open311.requests import readable, visible_to
from gridloop.core.cases import kinds
from gridloop.core.cases.models import Case
from gridloop.core.journal.models import Entry

MOST = 1000
ANSWERED = ("case_completed", "case_fixed", "case_declined", "case_closed", "case_rectified")


@door("GET", "POST")
def updates(request: HttpRequest, ending: str = "") -> HttpResponse:
    given = Given(request)
    return take_update(given, ending) if request.method == "POST" else list_updates(given, ending)


def list_updates(given: Given, ending: str) -> HttpResponse:
    token = token_in(given, scope="cases:read")
    rows = Entry.objects.filter(subject_kind="case", event__in=public_events())
    if numbers := given.many("service_request_id"):
        rows = rows.filter(subject__in=readable(token, numbers).values("pk"))
    else:
        start, end = span_of(given)
        rows = rows.filter(at__gte=start, at__lte=end, subject__in=visible_to(token).values("pk"))
    page, size = given.count("page", 1, 1000), given.count("page_size", MOST, MOST)
    found = list(rows.order_by("at", "id")[(page - 1) * size : page * size + 1])
    entries = found[:size]
    cases = Case.objects.in_bulk({entry.subject for entry in entries if entry.subject})
    told = [
        shown(entry, cases[entry.subject])
        for entry in entries
        if entry.subject in cases and is_public(entry, cases[entry.subject])
    ]
    shown_page = answer(given.request, "service_request_updates", told, named=ending)
    if len(found) > size:
        shown_page["X-Next-Page"] = str(page + 1)
    return shown_page


def public_events() -> set[str]:
    """What the journal calls the moves reporters may read of: asked of the database, so that pages are full."""
    return {move.event or f"case_{move.name}" for kind in kinds.kinds() for move in kind.moves if move.public}


def is_public(entry: Entry, case: Case) -> bool:
    """Whether reporters may read of it: the flow's own table says so."""
    rows = kinds.kind(case.kind).named(str(entry.facts.get("move", "")))
    return bool(rows) and rows[0].public


def shown(entry: Entry, case: Case) -> dict[str, Any]:
    kind = kinds.kind(case.kind)
    move = kind.named(str(entry.facts["move"]))[0]
    step = kind.step(entry.after)
    words = case.answer if entry.event in ANSWERED else ""
    return {
        "update_id": str(entry.pk),
        "service_request_id": case.number,
        "status": "closed" if step.shape == "ended" else "open",
        "updated_datetime": moment(entry.at),
        "description": " · ".join(
            str(part) for part in (move.title or entry.event, step.title, words) if part
        ),
        "media_url": None,
    }
