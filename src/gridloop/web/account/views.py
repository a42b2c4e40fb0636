"""The account page: my data, who looked at them, my browsers, my language, my stand-ins; take away, erase."""

import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from gridloop.core.cases.leaving import OWED, open_cases_of
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people import actions, one_time, openid, sessions, signing_in
from gridloop.core.people.cards import card_of
from gridloop.core.people.models import Delegation, Person
from gridloop.core.people.queries import current_posts, unmaskings_of
from gridloop.core.people.retention import periods
from gridloop.core.people.throttling import address_of
from gridloop.web.account.forms import (
    ChangePassword,
    CodeForm,
    EraseForm,
    LeaveForm,
    Preferences,
    post_words,
)
from gridloop.web.account.sign_in_views import LINKING
from gridloop.web.privacy import kept_of_residents
from gridloop.web.refusals import show_refusal

LOOKS_SHOWN = 50


def myself(request: HttpRequest) -> Person:
    """The signed-in person; every page here asks for one."""
    return cast(Person, request.user)


def me(request: HttpRequest) -> Actor:
    return Actor("person", person=request.user.pk)


@login_required
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """GET masks one's data; POST shows them in full, once."""
    return account_page(request, shown=request.method == "POST")


def account_page(
    request: HttpRequest, *, shown: bool = False, leave: LeaveForm | None = None, status: int = 200
) -> HttpResponse:
    person = myself(request)
    posts = list(current_posts().filter(person=person).select_related("organisation", "area").order_by("pk"))
    facts = {
        "person": person,
        "card": card_of(person),
        "data": data_of(person, shown=shown),
        "shown": shown,
        "posts": [post_words(post) for post in posts],
        "looks": looks_at(person),
        "kept": kept_of_residents(),
        "sessions": [
            {"row": row, "here": sessions.is_this_browser(row, request)}
            for row in sessions.open_sessions(person)
        ],
        "preferences": Preferences(
            initial={"language": person.language or get_language(), "large_text": person.large_text}
        ),
        "leave": (leave or LeaveForm(person=person)) if posts else None,
        "delegations": delegations_of(person),
        "provider": (settings.OIDC_NAME or _("Organisation account")) if openid.is_set_up() else "",
        "outside_accounts": person.outside_accounts.order_by("pk"),
    }
    return render(request, "web/account/account.html", facts, status=status)


def field_titles() -> dict[str, str]:
    """What the personal data are called."""
    return {
        "name": _("Full name"),
        "phone": _("Mobile number"),
        "identity_number": _("Identity number"),
        "email": _("E-mail address"),
    }


def data_of(person: Person, *, shown: bool) -> list[tuple[str, str]]:
    source = person if shown else card_of(person)
    titles = field_titles()
    return [
        (_("Sign-in name"), person.handle or ""),
        *((title, getattr(source, name)) for name, title in titles.items()),
    ]


def looks_at(person: Person) -> list[dict[str, Any]]:
    """Who looked at which of my data and why, with their names: staff act in public."""
    entries = list(unmaskings_of(person)[:LOOKS_SHOWN])
    names = {each.pk: each.name for each in Person.objects.filter(pk__in={entry.person for entry in entries})}
    fields = field_titles()
    return [
        {
            "at": entry.at,
            "who": names.get(entry.person or 0) or _("A former colleague"),
            "field": fields.get(entry.facts.get("field", ""), ""),
            "why": entry.words,
        }
        for entry in entries
    ]


def delegations_of(person: Person) -> list[dict[str, Any]]:
    rows = Delegation.objects.filter(post__person=person, withdrawn_at=None).order_by("-since")
    rows = rows.select_related("post__organisation", "post__area", "stand_in")[:20]
    moment = datetime.timedelta(seconds=1)  # the end is the midnight after the last day
    return [
        {
            "row": row,
            "post": post_words(row.post),
            "who": row.stand_in.name,
            "since": timezone.localdate(row.since),
            "until": timezone.localdate(row.until - moment),
        }
        for row in rows
    ]


def done(request: HttpRequest, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("account:home")


@login_required
@require_POST
def prefer(request: HttpRequest) -> HttpResponse:
    """Language and text size, remembered with the person and in this browser."""
    form = Preferences(request.POST)
    if not form.is_valid():
        return account_page(request, status=422)
    language, large = form.cleaned_data["language"], form.cleaned_data["large_text"]
    actions.change_language(myself(request), language, by=me(request))
    actions.switch_large_text(myself(request), large, by=me(request))
    response = done(request, _("Saved."))
    year = 365 * 24 * 3600
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=year, samesite="Lax")
    response.set_cookie("size", "elder" if large else "plain", max_age=year, samesite="Lax")
    return response


@login_required
@require_POST
def take_leave(request: HttpRequest) -> HttpResponse:
    form = LeaveForm(request.POST, person=myself(request))
    if not form.is_valid():
        return account_page(request, leave=form, status=422)
    try:
        actions.delegate(
            form.cleaned_data["post"], form.cleaned_data["stand_in"], **form.moments(), by=me(request)
        )
    except Refusal as refusal:
        show_refusal(form, refusal)
        return account_page(request, leave=form, status=refusal.status)
    return done(request, _("Your stand-in is set."))


@login_required
@require_POST
def come_back(request: HttpRequest, number: int) -> HttpResponse:
    delegation = get_object_or_404(Delegation, pk=number, post__person=myself(request))
    try:
        actions.withdraw_delegation(delegation, by=me(request))
    except Refusal as refusal:
        messages.error(request, str(refusal.words))
        return redirect("account:home")
    return done(request, _("Nobody stands in for you any more."))


@login_required
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    """Ends one session, or all but this one."""
    if "everywhere" in request.POST:
        sessions.sign_out_everywhere(myself(request), by=me(request), but=request.session.session_key)
        return done(request, _("All other browsers are signed out."))
    try:
        sessions.revoke_session(myself(request), request.POST.get("session", ""), by=me(request))
    except Refusal as refusal:
        messages.error(request, str(refusal.words))
        return redirect("account:home")
    return done(request, _("This browser is signed out."))


@login_required
@never_cache
@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    """A new password, for the price of the present one."""
    if not myself(request).has_usable_password():
        return redirect("account:home")
    form = ChangePassword(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                handle = myself(request).handle or ""
                person = signing_in.check_password(
                    handle, form.cleaned_data["old"], address=address_of(request)
                )
                actions.change_password(person, new=form.cleaned_data["new"], by=me(request))
                update_session_auth_hash(request, person)
                sessions.sign_out_everywhere(person, by=me(request), but=request.session.session_key)
                return done(request, _("Your password is changed; all other browsers are signed out."))
            except Refusal as refusal:
                show_refusal(form, refusal)
                status = refusal.status
    return render(request, "web/account/password.html", {"form": form}, status=status)


@login_required
@never_cache
def recovery(request: HttpRequest) -> HttpResponse:
    """Fresh recovery codes, for the price of one code."""
    if not myself(request).one_time_secret:
        return redirect("account:home")
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                one_time.check_second_factor(myself(request), form.cleaned_data["code"], by=me(request))
                codes = one_time.renew_recovery_codes(myself(request), by=me(request))
                facts = {"codes": codes, "onward": "/account/"}
                return render(request, "web/account/recovery_codes.html", facts)
            except Refusal as refusal:
                show_refusal(form, refusal)
                status = refusal.status
    return render(request, "web/account/second.html", {"form": form, "renewing": True}, status=status)


@login_required
@require_POST
def link(request: HttpRequest) -> HttpResponse:
    """Marks this browser as linking; only then does the way back from the provider link anything."""
    request.session[LINKING] = request.user.pk
    return render(
        request, "web/account/link.html", {"provider": settings.OIDC_NAME or _("Organisation account")}
    )


@login_required
@require_POST
def unlink(request: HttpRequest, number: int) -> HttpResponse:
    try:
        signing_in.unlink_outside_account(myself(request), number, by=me(request))
    except Refusal as refusal:
        messages.error(request, str(refusal.words))
        return redirect("account:home")
    return done(request, _("This account is no longer linked."))


@login_required
@require_POST
def take_away(request: HttpRequest) -> HttpResponse:
    """Everything held about me, as a JSON file."""
    held = actions.export_person(myself(request), by=me(request))
    response = JsonResponse(held, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    response["Cache-Control"] = "no-store"
    return response


@login_required
def erase(request: HttpRequest) -> HttpResponse:
    """Erases my data after one more question; then nobody is signed in any more."""
    form = EraseForm(request.POST if request.method == "POST" else None)
    facts = {"form": form, "open": open_cases_of(myself(request)), "wait": periods()[OWED]}
    if request.method == "POST" and form.is_valid():
        try:
            actions.erase_person(myself(request), by=me(request))
        except Refusal as refusal:
            show_refusal(form, refusal)
            return render(request, "web/account/erase.html", facts, status=refusal.status)
        logout(request)
        return render(request, "web/account/erased.html", {"open": facts["open"]})
    return render(request, "web/account/erase.html", facts, status=422 if form.errors else 200)
