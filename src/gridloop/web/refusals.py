"""What a person sees when gridloop will not do something: words, the right status, and where to go next."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from gridloop.core.journal.errors import Refusal
from gridloop.web.shell import shell_of


class RefusalMiddleware:
    """Turns a Refusal nobody caught into a page, a toast for htmx, or JSON for scripts; never a 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:  # no address has one, and PostgreSQL stores none
            raise Http404
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = without_zero_bytes(request.GET)  # type: ignore[assignment]
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        return refuse(request, exception)


def without_zero_bytes(given: QueryDict) -> QueryDict:
    """What was asked, less what nobody can type and PostgreSQL does not take."""
    kept = given.copy()
    for name, values in given.lists():
        kept.setlist(name, [value.replace("\x00", "") for value in values])
    return kept


def refuse(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The answer for one refusal, in the form the asker understands."""
    words = str(refusal.words)
    if "application/json" in request.headers.get("Accept", ""):
        answer = {"code": refusal.code, "words": words, "field": refusal.field}
        return JsonResponse(answer, status=refusal.status)
    if getattr(request, "htmx", None):
        messages.error(request, words)
        return render(request, "web/components/messages.html", {"refusal": refusal}, status=refusal.status)
    return refusal_page(request, words, refusal.status)


def refusal_page(request: HttpRequest, words: str, status: int, title: str = "") -> HttpResponse:
    """The page that says why not, with the ways on: back, and to where this person works.

    Residents and grid workers keep their bar; elsewhere the words stand alone.
    """
    shell = shell_of(request.path)
    framed = shell in ("public", "field")
    titles = {
        403: _("Not yours to open"),
        404: _("Not found"),
        409: _("Somebody was faster"),
        429: _("Too many tries"),
    }
    context = {
        "title": title or titles.get(status, _("This could not be done")),
        "words": words,
        "frame": f"web/shell/{shell}.html" if framed else "web/shell/base.html",
        "bare": not framed,
    }
    return render(request, "web/refusal.html", context, status=status)


def show_refusal(form: forms.BaseForm, refusal: Refusal) -> None:
    """A refusal stands beside the field it is about, or above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.words))
