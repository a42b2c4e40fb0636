"""Service requests: taken in, listed and read after GeoReport v2, with paging and updates on top."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.api.intake import key_of, spot_of_code, take_report
from gridloop.api.models import Token
from gridloop.api.open311.asking import Given, Mistake, door, span_of, token_in
from gridloop.api.open311.formats import answer
from gridloop.api.open311.reporters import reporter_of
from gridloop.api.open311.service_list import service_with_code
from gridloop.api.open311.showing import OPEN_SOURCE, shown_all
from gridloop.api.queries import plain_actor_of
from gridloop.core.cases.models import Case
from gridloop.core.cases.queries import cases_within_reach, public_cases
from gridloop.core.cases.spots import Spot, spot_at, spot_named
from gridloop.core.evidence.actions import keep_photo
from gridloop.core.evidence.models import File
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.models import Entry
from gridloop.core.territory.models import Area

MOST = 1000  # "first 1000 requests", GeoReport v2
MOST_PAGES = 1000
MOST_PHOTOS = 9


@door("GET", "POST")
def service_requests(request: HttpRequest, ending: str = "") -> HttpResponse:
    given = Given(request)
    return take(given, ending) if request.method == "POST" else list_requests(given, ending)


def visible_to(token: Token | None) -> QuerySet[Case]:
    """Public cases for everybody; with an api_key also those within its person's reach."""
    if token is None or token.person is None:
        return public_cases()
    return Case.objects.filter(Q(public=True) | Q(pk__in=cases_within_reach(token.person).values("pk")))


def readable(token: Token | None, numbers: Sequence[str]) -> QuerySet[Case]:
    """Of those named: what is visible, and what the token brought itself, though it is not public."""
    named = Case.objects.filter(number__in=numbers)
    seen = Q(pk__in=visible_to(token).values("pk"))
    if token is not None:
        seen |= Q(pk__in=brought_by(token, named).values("subject"))
    return named.filter(seen)


def brought_by(token: Token, cases: QuerySet[Case]) -> QuerySet[Entry]:
    """Which of these reports came through this token, or through one of the same name that it took over from."""
    reported = Entry.objects.filter(subject_kind="case", event="case_reported")
    return reported.filter(subject__in=cases.values("pk"), actor_name=plain_actor_of(token).name)


def within_of(token: Token | None, cases: list[Case]) -> set[int]:
    """Which of them are shown exactly."""
    if token is None or token.person is None:
        return set()
    ids = [case.pk for case in cases]
    return set(cases_within_reach(token.person).filter(pk__in=ids).values_list("pk", flat=True))


def take(given: Given, ending: str) -> HttpResponse:
    """POST: a report, as any GeoReport client sends it."""
    token = token_in(given, scope="cases:write", needed=True)
    assert token is not None
    code = given.text("service_code", 24)
    if not code:
        raise Mistake(400, _("service_code was not provided."))
    category, spot = service_with_code(code), spot_of(given)
    by = plain_actor_of(token)
    words = given.text("description", 5000)
    facts: dict[str, Any] = {}
    if links := links_in(given):
        facts["media_urls"] = links
    if attributes := given.attributes():
        facts["attributes"] = attributes

    with transaction.atomic():
        reporter = reporter_of(given, by=by)
        case, _fresh = take_report(
            title=given.text("title", 400)[:120] or (category.name if not words else ""),
            words=words,
            spot=spot,
            by=by,
            source=OPEN_SOURCE,
            category=category,
            reporter=reporter,
            photos=photos_in(given, by=by),
            public=given.text("public", 8).lower() not in {"false", "0", "no"},
            key=key_of(token, given.request.headers.get("Idempotency-Key", "")),
            facts=facts,
        )
    made = {"service_request_id": case.number, "service_notice": notice_of(case), "account_id": None}
    return answer(given.request, "service_requests", [made], status=201, named=ending)


def spot_of(given: Given) -> Spot:
    """lat and long, else address_id, else address_string; words nobody knows lie with the county until a person places them."""
    latitude, longitude = given.number("lat", -90, 90), given.number("long", -180, 180)
    address, code = given.text("address_string", 400), given.text("address_id", 24)
    if (latitude is None) != (longitude is None):
        raise Mistake(400, _("lat and long are sent together."))
    if latitude is not None and longitude is not None:
        return spot_at(longitude, latitude, address)
    if code:
        return spot_of_code(code)
    if not address:
        raise Mistake(400, _("Say where: lat and long, address_string, or address_id."))
    if (spot := spot_named(address)) is not None:
        return spot
    county = (
        Area.objects.filter(level="county", retired_at=None)
        .order_by("pk")
        .values_list("pk", flat=True)
        .first()
    )
    if county is None:
        raise Mistake(400, _("This installation has no territory yet."))
    return Spot(county, address=address, placed_by="none")


def photos_in(given: Given, *, by: Actor) -> list[File]:
    """Every uploaded file, whatever its field is called (`media`, `media[]`, `photo` ...)."""
    uploads = [upload for name in given.request.FILES for upload in given.request.FILES.getlist(name)]
    if len(uploads) > MOST_PHOTOS:
        raise Mistake(400, _("At most 9 photos. Please leave some out."))
    return [keep_photo(upload, by=by) for upload in uploads]


def links_in(given: Given) -> list[str]:
    """Photos kept elsewhere (`media_url`, once or several times): links for people, never fetched from here."""
    links = (link.strip() for link in given.sent.get("media_url", []) + given.sent.get("media_url[]", []))
    return [link for link in links if link.startswith(("http://", "https://")) and len(link) <= 400][
        :MOST_PHOTOS
    ]


def notice_of(case: Case) -> str:
    if case.due_at is None:
        return _("Received. You can follow it by its number.")
    due = f"{timezone.localtime(case.due_at):%Y-%m-%d %H:%M}"
    return _("Received. Somebody answers by %(due)s.") % {"due": due}


def list_requests(given: Given, ending: str) -> HttpResponse:
    token = token_in(given, scope="cases:read")
    numbers = given.many("service_request_id")  # overrides everything else
    cases = readable(token, numbers) if numbers else filtered(visible_to(token), given)
    page, size = given.count("page", 1, MOST_PAGES), given.count("page_size", MOST, MOST)
    rows = cases.select_related("category", "category__parent", "lead_unit").order_by("-reported_at", "-id")
    found = list(rows[(page - 1) * size : page * size + 1])
    told = answer(
        given.request,
        "service_requests",
        shown_all(found[:size], within_of(token, found[:size]), extensions=wants_extensions(given)),
        named=ending,
    )
    if len(found) > size:
        told["X-Next-Page"] = str(page + 1)
    return told


def wants_extensions(given: Given) -> bool:
    """extensions=true, or their names as some clients send them."""
    return given.text("extensions", 200).lower() not in {"", "false", "0", "no"}


def filtered(cases: QuerySet[Case], given: Given) -> QuerySet[Case]:
    """By service, status and time."""
    if codes := given.many("service_code"):
        cases = cases.filter(category__code__in=codes)
    states = {state.lower() for state in given.many("status")}
    if states - {"open", "closed"}:
        raise Mistake(400, _("status is open or closed."))
    if len(states) == 1:
        cases = cases.filter(open=states == {"open"})
    after, before = given.moment("updated_after"), given.moment("updated_before")
    if after or before:
        changed = Entry.objects.filter(subject_kind="case", event__startswith="case_")
        changed = changed.filter(at__gte=after) if after else changed
        changed = changed.filter(at__lte=before) if before else changed
        cases = cases.filter(pk__in=changed.values("subject"))
        if not given.text("start_date") and not given.text("end_date"):
            return cases
    start, end = span_of(given)
    return cases.filter(reported_at__gte=start, reported_at__lte=end)


@door("GET")
def service_request(request: HttpRequest, number: str, ending: str = "") -> HttpResponse:
    """One request by its id: a list of one, as the specification has it."""
    given = Given(request)
    token = token_in(given, scope="cases:read")
    found = list(readable(token, [number]).select_related("category", "category__parent", "lead_unit"))
    if not found:
        raise Mistake(404, _("service_request_id %(number)s was not found.") % {"number": number})
    content = shown_all(found, within_of(token, found), extensions=wants_extensions(given))
    return answer(request, "service_requests", content, named=ending)


@door("GET")
def request_of_token(request: HttpRequest, token: str, ending: str = "") -> HttpResponse:
    """Numbers are given at once here, so a token is the number itself."""
    if not readable(token_in(Given(request), scope="cases:read"), [token]).exists():
        raise Mistake(404, _("token %(token)s was not found.") % {"token": token})
    return answer(request, "service_requests", [{"service_request_id": token, "token": token}], named=ending)
