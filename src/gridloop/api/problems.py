"""Refusals as RFC 9457 problem details: what happened, in words for people and a code for programs."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.errors import HttpError, ValidationError

from gridloop.core.journal.errors import Refusal

TYPE = "application/problem+json"
CODES = {
    400: "bad_request",
    401: "no_token",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    429: "too_often",
    503: "unavailable",
}


def problem(status: int, code: str, words: str, field: str = "", **more: Any) -> HttpResponse:
    """One problem; `words` stand in `detail` too, where readers of the standard look."""
    told = {
        "type": f"/api/docs#problem-{code}",
        "title": code.replace("_", " "),
        "status": status,
        "detail": words,
        "code": code,
        "words": words,
        "field": field,
        **more,
    }
    answer = HttpResponse(json.dumps(told, ensure_ascii=False), status=status, content_type=TYPE)
    if status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="gridloop"'
    return answer


def of_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    answer = problem(refusal.status, refusal.code, str(refusal.words), refusal.field)
    if refusal.status == 429:
        answer["Retry-After"] = str(getattr(refusal, "seconds", 1))
    return answer


def of_missing(request: HttpRequest, _missing: Exception) -> HttpResponse:
    return problem(404, "not_found", _("There is nothing at this address."))


def of_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    words = {
        400: _("The body is not JSON that can be read: use UTF-8, plain numbers, no endless nesting."),
        401: _("This needs a token: send the header “Authorization: Bearer …”."),
    }
    code = CODES.get(error.status_code, "refused")
    return problem(error.status_code, code, words.get(error.status_code, error.message))


def of_invalid(request: HttpRequest, invalid: ValidationError) -> HttpResponse:
    """What was given does not fit; the first mistake in words, all of them in `mistakes`."""
    mistakes = [{"field": field_of(error["loc"]), "why": str(error["msg"])} for error in invalid.errors]
    first = mistakes[0] if mistakes else {"field": "", "why": ""}
    missing = bool(invalid.errors) and invalid.errors[0]["type"] == "missing"
    words = (
        _("“%(field)s” is missing.") % first if missing else _("“%(field)s” does not fit: %(why)s.") % first
    )
    return problem(422, "invalid", words, first["field"], mistakes=mistakes)


def field_of(place: Any) -> str:
    """("body", "data", "place", "longitude") -> "place.longitude"."""
    return ".".join(str(part) for part in list(place)[1:] if part not in ("data", "given", "filters"))


def of_database(request: HttpRequest, trouble: Exception) -> HttpResponse:
    answer = problem(
        503, "unavailable", _("gridloop cannot reach its database just now. Try again in a few seconds.")
    )
    answer["Retry-After"] = "5"
    return answer
