"""The last line: what a person sees when the database is away or something broke, said without touching either."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from gridloop.web.refusals import refusal_page

RETRY_SECONDS = "5"


def broken(request: HttpRequest) -> HttpResponse:
    """503 while the database is away (nothing is lost: send it again), 500 for a mistake of ours."""
    away = isinstance(sys.exc_info()[1], (OperationalError, InterfaceError))
    if away:
        words = _(
            "gridloop cannot reach its database just now. Nothing you sent is half done: try again in a few seconds."
        )
        answer = say(request, words, 503)
        answer["Retry-After"] = RETRY_SECONDS
        return answer
    return say(
        request, _("Something went wrong on our side. It has been written down; please try again."), 500
    )


def say(request: HttpRequest, words: str, status: int) -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(
            {"code": "unavailable" if status == 503 else "broken", "words": words}, status=status
        )
    # Without the request: the frame of the pages asks the database who is looking.
    return HttpResponse(render_to_string("web/broken.html", {"words": words}), status=status)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 in words, with a way back."""
    words = _("There is no such page. It may have moved, or the address was cut off.")
    return told(request, "not_found", words, 404)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: another encoding, too many fields, an address no server of this name answers to."""
    return told(
        request, "bad_request", _("What was sent cannot be read. Go back, and try it once more."), 400
    )


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 where a form's CSRF token does not fit: mostly a page opened before somebody signed in or out."""
    words = _(
        "This page was open too long, or you have signed in or out since in another window. Nothing was changed. "
        "Go back, reload the page and send it again: what you typed into longer forms is still there."
    )
    return told(request, "stale_page", words, 403, _("The page is too old"))


def told(request: HttpRequest, code: str, words: str, status: int, title: str = "") -> HttpResponse:
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"code": code, "words": words}, status=status)
    if request.headers.get("HX-Request"):
        return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
    return refusal_page(request, words, status, title)
