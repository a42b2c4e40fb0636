"""A short way in for programs: no sessions, cookies or pages are looked at on /api/v1/ and /open311/."""

from collections.abc import Callable

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _

from gridloop.api.open311.formats import errors as open311_errors
from gridloop.api.problems import problem

DOORS = ("/api/v1/", "/open311/")


class ShortWay:
    """Stands early in the chain and answers these paths itself; everything else goes on as ever."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(DOORS):
            return self.get_response(request)
        language = (
            translation.get_language_from_request(request) if "Accept-Language" in request.headers else None
        )
        with translation.override(language or translation.get_language()):
            answer = answered(request)
        answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        answer.headers.setdefault("Cache-Control", "no-store")
        answer.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        return answer


def answered(request: HttpRequest) -> HttpResponseBase:
    """The view's answer; what leads nowhere is told in the door's own form."""
    if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
        return told(request, 400, "bad_request", _("The address holds a character that cannot be."))
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return told(request, 404, "not_found", _("There is nothing at this address."))
    request.resolver_match = match
    try:
        answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except RequestDataTooBig:
        return told(request, 413, "too_large", _("That is too large. Send less at once."))
    except (BadRequest, SuspiciousOperation, UnreadablePostError):
        return told(request, 400, "bad_request", _("The body could not be read."))
    if answer.status_code == 405 and answer.get("Content-Type", "").startswith("text/html"):
        refused = told(request, 405, "method_not_allowed", _("This address does not take that method."))
        if "Allow" in answer.headers:
            refused["Allow"] = answer["Allow"]
        return refused
    return answer


def told(request: HttpRequest, status: int, code: str, words: str) -> HttpResponse:
    if request.path_info.startswith("/open311/"):
        return open311_errors(request, status, words)
    return problem(status, code, words)
