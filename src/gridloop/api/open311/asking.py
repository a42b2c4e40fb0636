"""What a client asks or sends: read from query, form, multipart or JSON alike; mistakes in the specification's form."""

import json
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from gridloop.api.models import Token
from gridloop.api.open311.formats import errors
from gridloop.api.queries import NoToken, token_of
from gridloop.api.rates import BUCKETS
from gridloop.api.reading import tidied, tidy_text
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.throttling import address_of

RANGE = timedelta(days=90)
ANONYMOUS = 300  # requests a minute from one address that shows no key
STATUSES = {401: 403, 422: 400, 409: 400, 413: 400, 415: 400}


class Mistake(Exception):
    """Something in the request the specification has a status for."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


def door(*methods: str) -> Callable[..., Any]:
    """A view of Open311: these methods only, no cookies, every refusal as `errors`."""

    def decorate(view: Callable[..., HttpResponse]) -> Any:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
            if request.method == "OPTIONS":
                return preflight(methods)
            if request.method not in methods and not (request.method == "HEAD" and "GET" in methods):
                refused = errors(request, 405, _("This address does not take that method."))
                refused["Allow"] = ", ".join(methods)
                return refused
            return told(view, request, *given, **named)

        return guarded

    return decorate


def told(view: Callable[..., HttpResponse], request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
    try:
        return view(request, *given, **named)
    except Mistake as mistake:
        return errors(request, mistake.status, mistake.words)
    except Refusal as refusal:
        answer = errors(request, STATUSES.get(refusal.status, refusal.status), str(refusal.words))
        if refusal.status == 429:
            answer["Retry-After"] = str(getattr(refusal, "seconds", 1))
        return answer
    except (MultiPartParserError, RequestDataTooBig, SuspiciousOperation, UnicodeDecodeError):
        return errors(request, 400, _("The body could not be read."))
    except (OperationalError, InterfaceError):
        answer = errors(
            request, 503, _("gridloop cannot reach its database just now. Try again in a few seconds.")
        )
        answer["Retry-After"] = "5"
        return answer


def preflight(methods: tuple[str, ...]) -> HttpResponse:
    """Browsers ask before they post from another site."""
    answer = HttpResponse(status=204)
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Access-Control-Allow-Methods"] = ", ".join((*methods, "OPTIONS"))
    answer["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Idempotency-Key"
    answer["Access-Control-Max-Age"] = "86400"
    return answer


class Given:
    """The arguments of a request. An empty argument is one that was not given."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.sent: dict[str, list[str]] = dict(request.GET.lists())
        if request.method == "POST":
            self.sent |= (
                json_in(request) if request.content_type == "application/json" else dict(request.POST.lists())
            )

    def text(self, name: str, most: int = 4000) -> str:
        words = tidy_text(next((value for value in self.sent.get(name, []) if value), "")).strip()
        if len(words) > most:
            raise Mistake(
                400, _("%(name)s is longer than %(most)d characters.") % {"name": name, "most": most}
            )
        return words

    def many(self, name: str) -> list[str]:
        """Comma delimited, or declared several times."""
        return [
            part.strip()
            for value in self.sent.get(name, [])
            for part in tidy_text(value).split(",")
            if part.strip()
        ][:1000]

    def number(self, name: str, lowest: float, highest: float) -> float | None:
        words = self.text(name, 40)
        if not words:
            return None
        try:
            found = float(words)
        except ValueError:
            found = math.nan
        if not lowest <= found <= highest:
            raise Mistake(
                400,
                _("%(name)s is not a number between %(low)s and %(high)s.")
                % {"name": name, "low": lowest, "high": highest},
            )
        return found

    def count(self, name: str, default: int, most: int) -> int:
        words = self.text(name, 12)
        if not words:
            return default
        if not words.isascii() or not words.isdigit() or not 1 <= int(words) <= most:
            raise Mistake(400, _("%(name)s is a number from 1 to %(most)d.") % {"name": name, "most": most})
        return int(words)

    def moment(self, name: str) -> datetime | None:
        words = self.text(name, 40)
        if not words:
            return None
        # A plus in an address that was not escaped arrives as a blank.
        found = moment_of(words.replace(" ", "+") if words.count(":") >= 3 else words)
        if found is None:
            raise Mistake(
                400, _("%(name)s is not a date such as 2026-01-31T08:00:00+08:00.") % {"name": name}
            )
        return found

    def flag(self, name: str) -> bool:
        return self.text(name, 200).lower() in {"true", "1", "yes"}

    def attributes(self) -> dict[str, Any]:
        """attribute[code]=value and attribute[code][]=value."""
        found: dict[str, Any] = {}
        for name, values in self.sent.items():
            if name.startswith("attribute[") and name.endswith("]"):
                code = name.removeprefix("attribute[").removesuffix("[]").removesuffix("]")
                found[code[:40]] = (
                    [value[:400] for value in values] if name.endswith("[]") else values[-1][:400]
                )
        return dict(list(tidied(found).items())[:50])


def json_in(request: HttpRequest) -> dict[str, list[str]]:
    try:
        read = json.loads(request.body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Mistake(400, _("The body could not be read.")) from None
    if not isinstance(read, dict):
        raise Mistake(400, _("The body could not be read."))
    return {str(name): kept for name, value in read.items() if (kept := plain_in(value))}


def plain_in(value: Any) -> list[str]:
    """One value, or a list of them, as a form would bring it."""
    items = value if isinstance(value, list) else [value]
    return [str(item) for item in items if isinstance(item, str | int | float)]


def moment_of(words: str) -> datetime | None:
    try:
        found = parse_datetime(words)
        if found is None and (day := parse_date(words)):
            found = datetime(day.year, day.month, day.day)
        if found is None or not 1970 <= found.year <= 2200:
            return None
        return timezone.make_aware(found) if timezone.is_naive(found) else found
    except (ValueError, OverflowError):
        return None


def span_of(given: Given) -> tuple[datetime, datetime]:
    """start_date to end_date: the last 90 days unless said otherwise, and never more than 90."""
    start, end = given.moment("start_date"), given.moment("end_date")
    if end is None:
        end = start + RANGE if start else timezone.now()
    if start is None:
        start = end - RANGE
    if start > end:
        raise Mistake(400, _("start_date lies after end_date."))
    if end - start > RANGE:
        raise Mistake(400, _("start_date and end_date may span 90 days at most; ask in several steps."))
    return start, end


def token_in(given: Given, *, scope: str = "", needed: bool = False) -> Token | None:
    """The token of `api_key` or of a bearer header: 403 when it is needed and missing, or not good."""
    secret = given.text("api_key", 200)
    kind, _blank, rest = given.request.headers.get("Authorization", "").partition(" ")
    secret = secret or (rest.strip() if kind.lower() == "bearer" else "")
    if not secret:
        if needed:
            raise Mistake(403, _("This needs an api_key. Ask the administrator for one."))
        BUCKETS.take(address_of(given.request), ANONYMOUS)
        return None
    try:
        token = token_of(secret)
    except NoToken as unknown:
        raise Mistake(403, str(unknown.words)) from None
    if scope and scope not in token.scopes:
        if needed:
            raise Mistake(
                403, _("This api_key may not do that; it lacks the scope %(scope)s.") % {"scope": scope}
            )
        return None
    return token
