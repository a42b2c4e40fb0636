"""The register of firms at the desk: found, registered, and who speaks for them."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.people.actions import unmask
from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import masked_name, masked_phone
from gridloop.core.territory import tree
from gridloop.core.territory.models import Area
from gridloop.scenes.enterprises.cultivation.queries import listed_within_reach
from gridloop.scenes.enterprises.firms.actions import decide_claim, end_contact, name_contact, register_firm
from gridloop.scenes.enterprises.firms.models import Industry, Scale
from gridloop.scenes.enterprises.firms.queries import (
    contacts_of,
    firms_listed,
    firms_within_reach,
    waiting_claims,
)
from gridloop.scenes.enterprises.matters.queries import matters_within_reach
from gridloop.scenes.enterprises.pages import SIZE, ask, show
from gridloop.web.acting import actor_of, staff_only, viewer
from gridloop.web.administration.pages import act
from gridloop.web.paging import page_of

platform = staff_only("enter_for_others")


def places() -> list[tuple[str, list[tuple[int, str]]]]:
    """Communities by their town."""
    picture = tree.current()
    found: dict[int, list[tuple[int, str]]] = {}
    for area in picture:
        if picture.level(area) == "community":
            found.setdefault(picture.chain(area).town or 0, []).append((area, picture.name(area)))
    return [
        (picture.name(town), [(town, picture.name(town)), *sorted(below, key=lambda pair: pair[1])])
        for town, below in found.items()
        if town
    ]


class FirmForm(forms.Form):
    """A firm nobody had registered."""

    credit_code = forms.CharField(label=gettext_lazy("Unified social credit code"), max_length=24)
    name = forms.CharField(label=gettext_lazy("Name of the firm"), max_length=120)
    area = forms.TypedChoiceField(
        label=gettext_lazy("Village or community"), coerce=int, choices=lambda: [("", "—"), *places()]
    )
    address = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)
    industry = forms.ChoiceField(label=gettext_lazy("Industry"), choices=Industry.choices)
    scale = forms.ChoiceField(label=gettext_lazy("Size"), choices=Scale.choices, initial=Scale.SMALL)


class ContactForm(forms.Form):
    """Who speaks for a firm."""

    name = forms.CharField(label=gettext_lazy("Name of the person"), max_length=40)
    phone = forms.CharField(
        label=gettext_lazy("Mobile number"),
        max_length=20,
        help_text=gettext_lazy("They sign in with this number."),
    )


@require_safe
@staff_only("enter_for_others", "see_measures")
def firms(request: HttpRequest) -> HttpResponse:
    """The register: who asks most stands first."""
    person = viewer(request)
    words, industry = request.GET.get("q", ""), request.GET.get("industry", "")
    rows = firms_listed(person, words=words, industry=industry if industry in Industry.values else "")
    return show(
        request,
        "firms/list",
        "firms",
        {
            "page": page_of(request, rows, SIZE),
            "words": words,
            "industry": industry,
            "industries": Industry.choices,
            "claims": [(claim, masked_name(claim.person.name)) for claim in waiting_claims(person)[:20]],
        },
    )


@require_safe
@staff_only("enter_for_others", "see_measures")
def firm(request: HttpRequest, pk: int) -> HttpResponse:
    """One firm: what is known of it, who speaks for it (masked), what it asked."""
    person = viewer(request)
    found = get_object_or_404(firms_within_reach(person), pk=pk)
    contacts = [(each, masked_name(each.name), masked_phone(each.phone)) for each in contacts_of(found)]
    return show(
        request,
        "firms/firm",
        "firms",
        {
            "firm": found,
            "place": tree.current().full_name(found.organisation.area_id or 0),
            "contacts": contacts,
            "listed": listed_within_reach(person).filter(firm=found).first(),
            "matters": matters_within_reach(person).filter(firm=found).order_by("-case")[:20],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@platform
def register(request: HttpRequest) -> HttpResponse:
    """Register a firm."""

    def do(given: dict[str, Any]) -> Any:
        return register_firm(**{**given, "area": Area.objects.get(pk=given["area"])}, by=actor_of(request))

    return ask(
        request, FirmForm(request.POST or None), do, title=_("Register a firm"), current="firms", send=_("Register"),
        then=lambda made: reverse("enterprises:firm", args=[made.pk]), back=reverse("enterprises:firms"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@platform
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Name somebody who speaks for the firm."""
    found = get_object_or_404(firms_within_reach(viewer(request)), pk=pk)
    here = reverse("enterprises:firm", args=[pk])
    return ask(
        request, ContactForm(request.POST or None),
        lambda given: name_contact(found, phone=given["phone"], name=given["name"], by=actor_of(request)),
        title=_("Who speaks for %(firm)s") % {"firm": found.organisation.name}, current="firms", send=_("Save"), then=here, back=here,
    )  # fmt: skip


@require_POST
@platform
def contact_over(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    found = get_object_or_404(firms_within_reach(viewer(request)), pk=pk)
    who = get_object_or_404(Person, pk=person)
    return act(
        request,
        lambda: end_contact(found, who, by=actor_of(request)),
        reverse("enterprises:firm", args=[pk]),
        _("Speaks for the firm no longer."),
    )


@require_POST
@staff_only("unmask")
def unmask_contact(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """One contact's name and number in plain, for a reason that is written down."""
    found = get_object_or_404(firms_within_reach(viewer(request)), pk=pk)
    who = get_object_or_404(contacts_of(found), pk=person)
    reason, by = request.POST.get("reason", ""), actor_of(request)
    shown = {field: unmask(who, field, reason=reason, by=by) for field in ("name", "phone")}
    return render(
        request, "web/desk/unmasked.html", {"shown": shown, "back": reverse("enterprises:firm", args=[pk])}
    )


@require_POST
@platform
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm that somebody speaks for a firm, or not."""
    found = get_object_or_404(waiting_claims(viewer(request)), pk=pk)
    confirmed = request.POST.get("decision") == "confirm"
    return act(
        request,
        lambda: decide_claim(
            found, confirmed=confirmed, words=request.POST.get("words", ""), by=actor_of(request)
        ),
        reverse("enterprises:firms"),
        _("Confirmed.") if confirmed else _("Refused."),
    )
