"""What every settings page shares: who may open it, its trail, its forms' refusals, and its last changes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.journal.models import Entry
from gridloop.core.people.models import Person
from gridloop.core.people.queries import abilities_of
from gridloop.core.people.queries import actor_of as acting_for
from gridloop.web.acting import person_of, staff_only, viewer
from gridloop.web.administration.changes import Change, last_changes
from gridloop.web.administration.codes import lists_for
from gridloop.web.refusals import show_refusal

administer = staff_only("administer")
Words = str | Promise


def administrator(request: HttpRequest) -> tuple[Person, Actor]:
    """The signed-in administrator, and they as an actor in the post that allows it."""
    person = person_of(request)
    assert person is not None  # `administer` let nobody else in
    return person, acting_for(person, ability="administer")


def by_of(request: HttpRequest) -> Actor:
    return administrator(request)[1]


def show(
    request: HttpRequest,
    template: str,
    title: Words,
    context: dict[str, Any] | None = None,
    *,
    trail: Iterable[tuple[Words, str]] = (),
    status: int = 200,
) -> HttpResponse:
    """A settings page with the way to it."""
    held = abilities_of(viewer(request))
    root = (_("Settings"), "settings:home") if "administer" in held else (_("Worklist"), "desk:worklist")
    way: list[dict[str, Any]] = [{"title": root[0], "url": reverse(root[1])}]
    way += [{"title": each, "url": url} for each, url in trail] + [{"title": title, "url": ""}]
    return render(
        request,
        f"web/settings/{template}.html",
        {"title": title, "way": way, "abilities": held, **(context or {})},
        status=status,
    )


def changes_of(kinds: Sequence[str], events: Sequence[str], *, subject: int | None = None) -> list[Change]:
    """The last changes of one page's matter."""
    found = Entry.objects.filter(subject_kind__in=kinds, event__in=events)
    if subject is not None:
        found = found.filter(subject=subject)
    return last_changes(found.order_by("-id")[:8])


@dataclass
class Asked:
    """One form page: what it asks, what is done with the answer, and where it leads."""

    title: Words
    form: forms.Form
    do: Callable[[dict[str, Any]], Any]
    then: str
    done: Words = ""
    send: Words = ""
    lead: Words = ""
    trail: Sequence[tuple[Words, str]] = ()
    template: str = "form"
    context: dict[str, Any] | None = None
    danger: bool = False


def ask(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Show a form; on a good answer do it and go on; a refusal stands beside its field, with what was typed."""
    status = 200
    if request.method == "POST":
        if asked.form.is_valid() and attempt(asked.form, asked.do):
            if asked.done:
                messages.success(request, str(asked.done))
            return redirect(asked.then)
        status = 422
    context: dict[str, Any] = {
        "form": asked.form,
        "lead": asked.lead,
        "send": asked.send or _("Save"),
        "danger": asked.danger,
    }
    context |= {"back": asked.then, "code_lists": lists_for(asked.form), **(asked.context or {})}
    return show(request, asked.template, asked.title, context, trail=asked.trail, status=status)


def attempt(form: forms.Form, do: Callable[[dict[str, Any]], Any]) -> bool:
    """Whether it could be done; a refusal becomes the form's error."""
    try:
        do(form.cleaned_data)
    except Refusal as refusal:
        show_refusal(form, refusal)
        return False
    return True


def act(request: HttpRequest, do: Callable[[], Any], then: str, done: Words = "") -> HttpResponse:
    """Do what a single button asks and come back; a refusal is said at the top of the page one came from."""
    try:
        do()
    except Refusal as refusal:
        messages.error(request, str(refusal.words))
    else:
        if done:
            messages.success(request, str(done))
    return redirect(then)
