"""Channels: the ways out, whether each works, what it sent, what died on the way, and what the demo would have sent."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.notices.actions import check_channel, keep_channel, resend, resend_all
from gridloop.core.notices.adapters import ADAPTERS
from gridloop.core.notices.models import Channel, Delivery
from gridloop.core.notices.queries import channel_states, dead_letters, demo_messages
from gridloop.core.people.cells import organisation_by_code
from gridloop.web.administration.pages import Asked, act, administer, ask, by_of, changes_of, show
from gridloop.web.paging import page_of

EVENTS = ("channel_kept", "delivery_resent", "deliveries_resent")
BEHAVIOURS = [
    ("", gettext_lazy("None: messages really leave")),
    ("works", gettext_lazy("A twin that accepts everything")),
    ("fails", gettext_lazy("A twin that refuses everything")),
    ("crashes", gettext_lazy("A twin that breaks down")),
]


class ChannelForm(forms.Form):
    """The fields of a channel: its adapter says which."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)

    def __init__(self, adapter: str, channel: Channel | None, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.settings = ADAPTERS[adapter].settings
        for setting in self.settings:
            kept = setting.secret and channel is not None and bool(channel.secrets.get(setting.name))
            help_text = _("A value is kept; leave it empty to keep it.") if kept else str(setting.help)
            widget = forms.PasswordInput(attrs={"autocomplete": "off"}) if setting.secret else forms.TextInput
            self.fields[f"setting_{setting.name}"] = forms.CharField(
                label=str(setting.title), help_text=help_text, required=False, max_length=2000, widget=widget
            )
        if "organisation" in ADAPTERS[adapter].reaches:
            self.fields["organisation"] = forms.CharField(
                label=_("Code of the organisation it belongs to"),
                required=False,
                help_text=_("Empty: it serves everybody"),
            )
        self.fields["demo"] = forms.ChoiceField(label=_("Demo twin"), choices=BEHAVIOURS, required=False)
        self.fields["active"] = forms.BooleanField(label=_("In use"), required=False)

    def options(self) -> dict[str, str]:
        return {setting.name: self.cleaned_data[f"setting_{setting.name}"] for setting in self.settings}


@require_safe
@administer
def channels(request: HttpRequest) -> HttpResponse:
    context = {
        "states": [
            (
                state,
                ADAPTERS[state.channel.adapter].title
                if state.channel.adapter in ADAPTERS
                else state.channel.adapter,
            )
            for state in channel_states()
        ],
        "adapters": ADAPTERS.values(),
        "dead": dead_letters()[:1].exists(),
        "changes": changes_of(["channel", "delivery"], EVENTS),
    }
    return show(request, "channels", _("Channels"), context)


def here() -> list[tuple[str, str]]:
    return [(_("Channels"), reverse("settings:channels"))]


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def edit(request: HttpRequest, pk: int | None = None, adapter: str = "") -> HttpResponse:
    """Set a channel up, or change one; secrets are stored encrypted and never shown."""
    channel = get_object_or_404(Channel.objects.select_related("organisation"), pk=pk) if pk else None
    adapter = channel.adapter if channel else adapter
    if adapter not in ADAPTERS:
        return redirect("settings:channels")
    initial: dict[str, Any] = {"active": True}
    if channel:
        initial = {f"setting_{name}": value for name, value in channel.options.items()}
        initial |= {"name": channel.name, "demo": channel.demo, "active": channel.active}
        initial["organisation"] = channel.organisation.code if channel.organisation else ""
    form = ChannelForm(adapter, channel, request.POST or None, initial=initial)

    def do(given: dict[str, Any]) -> Any:
        unit = organisation_by_code(given.get("organisation", "").strip())
        return keep_channel(
            given["name"], adapter, channel=channel, options=form.options(), organisation=unit, active=given["active"],
            demo=given["demo"], by=by_of(request),
        )  # fmt: skip

    title = channel.name if channel else _("A new channel: %(kind)s") % {"kind": ADAPTERS[adapter].title}
    done = _("The channel is kept. Press “Is it working?” now.")
    return ask(request, Asked(title, form, do, reverse("settings:channels"), done, trail=here()))


@require_POST
@administer
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Is it working?"""
    channel = get_object_or_404(Channel, pk=pk)
    health = check_channel(channel)
    words = _("%(name)s: %(words)s") % {"name": channel.name, "words": health.words}
    (messages.success if health.working else messages.error)(request, words)
    return redirect("settings:channels")


@require_safe
@administer
def dead(request: HttpRequest) -> HttpResponse:
    """What could not be delivered, with the reason, and a button to send it again."""
    channel = (
        Channel.objects.filter(pk=int(request.GET["channel"])).first()
        if request.GET.get("channel", "").isdecimal()
        else None
    )
    context = {
        "page": page_of(request, dead_letters(channel)),
        "channel": channel,
        "changes": changes_of(["channel", "delivery"], EVENTS[1:]),
    }
    return show(request, "dead_letters", _("Undelivered messages"), context, trail=here())


@require_POST
@administer
def resend_one(request: HttpRequest, pk: int) -> HttpResponse:
    delivery = get_object_or_404(Delivery, pk=pk)
    return act(
        request,
        lambda: resend(delivery, by=by_of(request)),
        reverse("settings:dead_letters"),
        _("It goes out again with the next round."),
    )


@require_POST
@administer
def resend_channel(request: HttpRequest, pk: int) -> HttpResponse:
    channel = get_object_or_404(Channel, pk=pk)
    return act(
        request,
        lambda: resend_all(channel, by=by_of(request)),
        reverse("settings:dead_letters"),
        _("All of them go out again."),
    )


@require_safe
@administer
def demo(request: HttpRequest) -> HttpResponse:
    """What the demo twins would have sent, as it would have left."""
    rows = [(row, json.dumps(body, ensure_ascii=False, indent=1)) for row, body in demo_messages(50)]
    return show(request, "demo_messages", _("Messages of the demo"), {"rows": rows}, trail=here())
