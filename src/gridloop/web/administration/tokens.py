"""Keys for other systems and the webhooks that hang on them: made, shown once, watched, sent again, revoked."""

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.api.actions import (
    make_token,
    make_webhook,
    redeliver,
    remove_webhook,
    renew_secret,
    revoke_token,
    switch_webhook,
)
from gridloop.api.models import Token, Webhook, WebhookCall
from gridloop.api.scopes import SCOPES
from gridloop.core.cases.models import Category
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Person
from gridloop.web.administration.landing import parts_of
from gridloop.web.administration.pages import Asked, act, administer, ask, by_of, changes_of, show
from gridloop.web.paging import page_of

EVENTS = (
    "token_made",
    "token_revoked",
    "webhook_made",
    "webhook_switched",
    "webhook_secret_renewed",
    "webhook_removed",
    "webhook_redelivered",
)


class TokenForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Which system is it for"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        choices=list(SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    person = forms.CharField(
        label=gettext_lazy("Sign-in name of the person whose reach it has"), required=False, max_length=64,
        help_text=gettext_lazy("Empty: it may report, and reads what is public"),
    )  # fmt: skip
    days = forms.IntegerField(
        label=gettext_lazy("Days until it runs out"), min_value=1, max_value=3650, initial=365
    )
    rate = forms.IntegerField(
        label=gettext_lazy("Requests a minute"), min_value=1, max_value=100_000, initial=1200
    )


class WebhookForm(forms.Form):
    token = forms.TypedChoiceField(
        label=gettext_lazy("Token whose reach it has"),
        coerce=int,
        choices=lambda: [(token.pk, token.name) for token in Token.objects.filter(revoked_at=None)],
    )
    address = forms.URLField(label=gettext_lazy("Address"), max_length=400, assume_scheme="https")
    events = forms.CharField(
        label=gettext_lazy("Events"),
        required=False,
        help_text=gettext_lazy("With commas between them, e.g. case_reported, case_closed. Empty: all"),
    )


@require_safe
@administer
def tokens(request: HttpRequest) -> HttpResponse:
    """Tokens, webhooks, and the Open311 services other systems see."""
    waiting, dead = Q(calls__state="waiting"), Q(calls__state="dead")
    hooks = Webhook.objects.select_related("token").annotate(
        waiting=Count("calls", filter=waiting), dead=Count("calls", filter=dead)
    )
    context = {
        "tokens": Token.objects.select_related("person").order_by("revoked_at", "-pk")[:100],
        "scopes": SCOPES,
        "hooks": hooks.order_by("-pk")[:100],
        "services": Category.objects.filter(retired_at=None, children=None).count(),
        "changes": changes_of(["token", "webhook"], EVENTS),
    }
    return show(request, "tokens", _("Other systems"), context)


def here() -> list[tuple[str, str]]:
    return [(_("Other systems"), reverse("settings:tokens"))]


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def new_token(request: HttpRequest) -> HttpResponse:
    """The secret is shown once, on the page that answers."""
    made: list[str] = []

    def do(given: dict[str, Any]) -> Any:
        person = (
            Person.objects.filter(handle=given["person"].strip()).first() if given["person"].strip() else None
        )
        if given["person"].strip() and person is None:
            raise Refusal(_("There is no person with this sign-in name."), field="person")
        made.append(
            make_token(
                given["name"],
                scopes=given["scopes"],
                person=person,
                days=given["days"],
                rate=given["rate"],
                by=by_of(request),
            )
        )

    answer = ask(
        request,
        Asked(
            _("A new token"),
            TokenForm(request.POST or None),
            do,
            reverse("settings:tokens"),
            trail=here(),
            send=_("Make the token"),
        ),
    )
    return secret(request, _("The token"), [(_("Token"), made[0])]) if made else answer


def secret(request: HttpRequest, title: str, secrets: list[tuple[str, str]]) -> HttpResponse:
    lead = _("Copy it now: only its digest is kept, so nobody can show it again.")
    return show(
        request,
        "secret",
        title,
        {"secrets": secrets, "lead": lead, "then": reverse("settings:tokens")},
        trail=here(),
    )


@require_POST
@administer
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(Token, pk=pk)
    return act(
        request,
        lambda: revoke_token(token, by=by_of(request)),
        reverse("settings:tokens"),
        _("The token opens nothing any more."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def new_webhook(request: HttpRequest) -> HttpResponse:
    made: list[str] = []

    def do(given: dict[str, Any]) -> Any:
        token = Token.objects.get(pk=given["token"])
        made.append(
            make_webhook(token, given["address"], events=parts_of(given["events"]), by=by_of(request))[1]
        )

    answer = ask(
        request,
        Asked(
            _("A new webhook"),
            WebhookForm(request.POST or None),
            do,
            reverse("settings:tokens"),
            trail=here(),
            send=_("Set up the webhook"),
        ),
    )
    return (
        secret(request, _("The webhook"), [(_("Secret for checking signatures"), made[0])])
        if made
        else answer
    )


@require_safe
@administer
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """What was sent to one webhook, and how it answered."""
    hook = get_object_or_404(Webhook.objects.select_related("token"), pk=pk)
    calls = WebhookCall.objects.filter(webhook=hook).order_by("-pk")
    context = {
        "hook": hook,
        "page": page_of(request, calls),
        "changes": changes_of(["webhook"], EVENTS, subject=pk),
    }
    return show(request, "webhook", hook.address, context, trail=here())


@require_POST
@administer
def change_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """On, off, another secret, or gone."""
    hook = get_object_or_404(Webhook, pk=pk)
    what = request.POST.get("what", "")
    if what == "secret":
        made = renew_secret(hook, by=by_of(request))
        return secret(request, _("The webhook"), [(_("Secret for checking signatures"), made)])
    if what == "remove":
        return act(
            request,
            lambda: remove_webhook(hook, by=by_of(request)),
            reverse("settings:tokens"),
            _("The webhook was removed."),
        )
    return act(
        request,
        lambda: switch_webhook(hook, active=what == "on", by=by_of(request)),
        reverse("settings:webhook", args=[pk]),
        _("Switched."),
    )


@require_POST
@administer
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    call = get_object_or_404(WebhookCall, pk=pk)
    return act(
        request,
        lambda: redeliver(call, by=by_of(request)),
        reverse("settings:webhook", args=[call.webhook_id]),
        _("It goes out again with the next round."),
    )
