"""What the desk pages of the scene share: the row of views at the top, and a form that is asked, tried and answered."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gridloop.core.journal.errors import Refusal
from gridloop.core.people.queries import abilities_of
from gridloop.web.acting import viewer
from gridloop.web.refusals import show_refusal

Words = str | Promise
SIZE = 30  # rows of a list
# view -> title, ability needed ("" for everybody at the desk)
VIEWS: tuple[tuple[str, Words, tuple[str, ...]], ...] = (
    ("figures", _("Figures"), ()),
    ("cases", _("Matters"), ()),
    ("firms", _("Firms"), ("enter_for_others", "see_measures")),
    ("cultivation", _("Cultivation list"), ()),
    ("tables", _("Round table"), ("dispatch", "see_measures", "answer_firms")),
    ("articles", _("Answers"), ("dispatch", "answer_firms", "handle")),
)


def tabs_of(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    held = abilities_of(viewer(request))
    return [
        {"title": title, "url": reverse(f"enterprises:{name}"), "current": name == current}
        for name, title, needed in VIEWS
        if not needed or held & set(needed)
    ]


def show(
    request: HttpRequest, template: str, current: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A desk page of the scene."""
    shown = {"tabs": tabs_of(request, current), "abilities": abilities_of(viewer(request)), **context}
    return render(request, f"enterprises/{template}.html", shown, status=status)


def ask(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[dict[str, Any]], Any],
    *,
    title: Words,
    current: str,
    then: str | Callable[[Any], str],
    send: Words,
    done: Words = "",
    lead: Words = "",
    back: str = "",
) -> HttpResponse:
    """One form as a page: what was typed stays, a refusal stands beside its field."""
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                result = do(form.cleaned_data)
            except Refusal as refusal:
                show_refusal(form, refusal)
                status = refusal.status
            else:
                if done:
                    messages.success(request, str(done))
                return redirect(then(result) if callable(then) else then)
        status = 422 if status == 200 else status
    context = {"form": form, "title": title, "lead": lead, "send": send, "back": back}
    return show(request, "form", current, context, status=status)
