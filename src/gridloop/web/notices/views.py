"""My notices: what I was told, newest first; read, follow, and say how I wish to hear."""

import json
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.journal.errors import NotFound, Refusal
from gridloop.core.notices.actions import mark_read, set_preference, subscribe_browser, unsubscribe_browser
from gridloop.core.notices.models import Notice, Preference, PushSubscription
from gridloop.core.notices.push_keys import public_key
from gridloop.core.notices.queries import notices_for, unread_count
from gridloop.core.people.models import Person
from gridloop.web.acting import signed_in, viewer
from gridloop.web.paging import page_of
from gridloop.web.refusals import show_refusal
from gridloop.web.shell import shell_of

WAYS = [
    ("push", gettext_lazy("This browser wakes me")),
    ("sms", gettext_lazy("SMS")),
    ("email", gettext_lazy("E-mail")),
]
LONGEST = 4000


class PreferenceForm(forms.Form):
    """By which ways, and when to be left in peace."""

    chosen = forms.ChoiceField(
        label=gettext_lazy("How do you wish to hear?"), widget=forms.RadioSelect,
        choices=[("usual", gettext_lazy("As usual: by the first way that reaches me")), ("own", gettext_lazy("Only by the ways I choose"))],
    )  # fmt: skip
    ways = forms.MultipleChoiceField(
        label=gettext_lazy("Ways"),
        choices=WAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None: you read your notices here only"),
    )
    quiet_from = forms.TimeField(
        label=gettext_lazy("Quiet from"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"),
    )
    quiet_until = forms.TimeField(
        label=gettext_lazy("until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"),
    )


def shell_for(request: HttpRequest) -> str:
    """Residents stay in their own frame, grid workers in the field's, other staff in the desk's."""
    return f"web/shell/{shell_of(request.path, viewer(request))}.html"


def page_named(name: str, request: HttpRequest) -> str:
    """A page of this part, in the frame the person stands in."""
    match = request.resolver_match
    return reverse(f"notices:{name}", current_app=match.namespace if match else None)


@require_safe
@signed_in
def notices(request: HttpRequest) -> HttpResponse:
    """One page of what I was told."""
    person = viewer(request)
    unread_only = request.GET.get("show") == "unread"
    found = notices_for(person).select_related("organisation")
    page = page_of(request, found.filter(read_at=None) if unread_only else found)
    count = unread_count(person)
    tabs = [
        {"title": _("All"), "url": "?", "current": not unread_only},
        {"title": _("Unread"), "url": "?show=unread", "current": unread_only, "count": count},
    ]
    context = {"page": page, "tabs": tabs, "count": count, "shell_name": shell_for(request)}
    return render(request, "web/notices/list.html", context)


@require_POST
@signed_in
def read(request: HttpRequest) -> HttpResponse:
    """One, or everything that is mine or my organisations'."""
    person = viewer(request)
    said = request.POST.getlist("notice")
    unread = notices_for(person).filter(read_at=None)
    if said:
        unread = unread.filter(pk__in=[int(each) for each in said if each.isdecimal()])
    read_all(person, list(unread[:5000]))
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    return redirect(page_named("list", request))


def read_all(person: Person, unread: list[Notice]) -> None:
    """In person, and in the name of each organisation."""
    mark_read([each.pk for each in unread if each.person_id == person.pk], person=person)
    units = {
        each.organisation_id: each.organisation
        for each in unread
        if each.organisation_id and each.person_id != person.pk
    }
    for pk, unit in units.items():
        mark_read([each.pk for each in unread if each.organisation_id == pk], organisation=unit)


@require_safe
@signed_in
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Open what a notice is about; it is read now."""
    person = viewer(request)
    notice = get_object_or_404(notices_for(person), pk=pk)
    read_all(person, [notice])
    address = notice.address
    if not address.startswith("/") or address.startswith("//"):
        return redirect(page_named("list", request))
    if shell_of(request.path) == "field":  # the case as the phone shows it
        address = address.replace("/desk/case/", "/field/case/", 1)
    return redirect(address)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def preferences(request: HttpRequest) -> HttpResponse:
    """How I wish to hear."""
    person = viewer(request)
    form = PreferenceForm(request.POST or None, initial=initial_of(person))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            set_preference(
                person,
                ways=given["ways"] if given["chosen"] == "own" else None,
                quiet_from=given["quiet_from"],
                quiet_until=given["quiet_until"],
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Kept. In an emergency you are told by every way at once."))
            return redirect(page_named("preferences", request))
    context = {
        "form": form,
        "push_key": public_key(),
        "browsers": PushSubscription.objects.filter(person=person).count(),
        "reach": [(_("SMS"), bool(person.phone)), (_("E-mail"), bool(person.email))],
        "shell_name": shell_for(request),
    }
    return render(request, "web/notices/preferences.html", context, status=422 if form.errors else 200)


def initial_of(person: Person) -> dict[str, Any]:
    wish = Preference.objects.filter(person=person).first()
    if wish is None:
        return {"chosen": "usual"}
    return {
        "chosen": "usual" if wish.ways is None else "own", "ways": wish.ways or [],
        "quiet_from": wish.quiet_from, "quiet_until": wish.quiet_until,
    }  # fmt: skip


def told(request: HttpRequest) -> dict[str, Any]:
    """What a browser's script says of its subscription."""
    try:
        said = json.loads(request.body[:LONGEST])
    except ValueError:
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("endpoint"), str):
        raise Refusal(
            _("This browser's subscription cannot be read. Reload the page and try again."), field="endpoint"
        )
    return said


@require_safe
def worker(request: HttpRequest) -> FileResponse:
    """The browser's part of being woken; it stands here because a service worker reaches only below its address."""
    found = finders.find("dist/wake.js")
    if not isinstance(found, str):
        raise NotFound(_("The browser side is not built. Run: make build"))
    return FileResponse(Path(found).open("rb"), content_type="text/javascript; charset=utf-8")


@require_POST
@signed_in
def subscribe(request: HttpRequest) -> HttpResponse:
    """This browser may be woken."""
    said = told(request)
    keys = said.get("keys")
    subscribe_browser(viewer(request), said["endpoint"], keys if isinstance(keys, dict) else {})
    return JsonResponse({"subscribed": True})


@require_POST
@signed_in
def unsubscribe(request: HttpRequest) -> HttpResponse:
    unsubscribe_browser(viewer(request), told(request)["endpoint"])
    return JsonResponse({"subscribed": False})
