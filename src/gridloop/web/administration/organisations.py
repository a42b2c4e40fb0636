"""Organisations: the list by kind, each one's facts, partners and people, founding and dissolving."""

from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.people.cells import area_by_code, organisation_by_code
from gridloop.core.people.models import Organisation, OrganisationKind, Partnership
from gridloop.core.people.organising import (
    PARTNERSHIP_KINDS,
    change_organisation,
    end_partnership,
    found_organisation,
    pair_organisations,
    retire_organisation,
)
from gridloop.core.people.queries import current_posts, in_force
from gridloop.core.people.roles import ROLES
from gridloop.web.administration.codes import by_code
from gridloop.web.administration.pages import Asked, act, administer, ask, by_of, changes_of, show
from gridloop.web.paging import page_of

EVENTS = (
    "organisation_founded", "organisation_changed", "organisation_retired", "organisations_paired",
    "partnership_ended", "spreadsheet_imported",
)  # fmt: skip
PARTNERSHIPS = {
    "co_building": gettext_lazy("Co-building"),
    "twinning": gettext_lazy("Twinning"),
    "alliance": gettext_lazy("Alliance"),
}


class OrganisationForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of organisation"), choices=OrganisationKind.choices)
    code = forms.CharField(
        label=gettext_lazy("Organisation code"),
        max_length=40,
        help_text=gettext_lazy("Its own code, e.g. the unified social credit code"),
    )
    parent = forms.CharField(
        widget=by_code("organisations"),
        label=gettext_lazy("Code of the organisation above it"),
        max_length=40,
        required=False,
    )
    area = forms.CharField(
        widget=by_code("areas"),
        label=gettext_lazy("Area it serves"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Its code, or its name if only one has it"),
    )


class PartnerForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of partnership"),
        choices=[(name, PARTNERSHIPS[name]) for name in PARTNERSHIP_KINDS],
    )
    other = forms.CharField(
        widget=by_code("organisations"), label=gettext_lazy("Code of the partner"), max_length=40
    )


@require_safe
@administer
def organisations(request: HttpRequest) -> HttpResponse:
    words, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    held = Count("posts", filter=in_force(timezone.localdate(), "posts__"))
    found = Organisation.objects.filter(retired_at=None).select_related("area", "parent").annotate(held=held)
    found = found.defer("area__shape")
    if words:
        found = found.filter(Q(name__icontains=words) | Q(code__startswith=words))
    if kind in OrganisationKind.values:
        found = found.filter(kind=kind)
    counts = dict(
        Organisation.objects.filter(retired_at=None)
        .values_list("kind")
        .annotate(count=Count("pk"))
        .order_by()
    )
    tabs = [{"title": _("All"), "url": "?", "current": not kind, "count": sum(counts.values())}]
    tabs += [
        {"title": label, "url": f"?kind={value}", "current": kind == value, "count": counts.get(value, 0)}
        for value, label in OrganisationKind.choices
        if counts.get(value)
    ]
    context = {
        "page": page_of(request, found.order_by("kind", "name", "pk")),
        "tabs": tabs,
        "words": words,
        "changes": changes_of(["organisation", ""], EVENTS),
    }
    return show(request, "organisations", _("Organisations"), context)


def here() -> list[tuple[str, str]]:
    return [(_("Organisations"), reverse("settings:organisations"))]


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def new_organisation(request: HttpRequest) -> HttpResponse:
    def do(given: dict[str, Any]) -> Any:
        return found_organisation(
            given["name"], kind=given["kind"], code=given["code"], parent=organisation_by_code(given["parent"]),
            area=area_by_code(given["area"]), by=by_of(request),
        )  # fmt: skip

    form = OrganisationForm(request.POST or None)
    title, then = _("A new organisation"), reverse("settings:organisations")
    return ask(request, Asked(title, form, do, then, _("The organisation was founded."), trail=here()))


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """One organisation, to read and to change."""
    row = get_object_or_404(Organisation.objects.select_related("area", "parent"), pk=pk)
    initial = {
        "name": row.name, "kind": row.kind, "code": row.code,
        "parent": row.parent.code if row.parent else "", "area": row.area.code if row.area else "",
    }  # fmt: skip
    form = OrganisationForm(request.POST or None, initial=initial)
    form.fields["code"].disabled = True

    def do(given: dict[str, Any]) -> Any:
        return change_organisation(
            row, name=given["name"], kind=given["kind"], parent=organisation_by_code(given["parent"]),
            area=area_by_code(given["area"]), by=by_of(request),
        )  # fmt: skip

    partners = Partnership.objects.filter(Q(one=row) | Q(other=row), until=None).select_related(
        "one", "other"
    )
    context = {
        "organisation": row,
        "posts": [
            (post, ROLES[post.role].title if post.role in ROLES else post.role)
            for post in current_posts()
            .filter(organisation=row)
            .select_related("person", "area")
            .defer("area__shape")[:200]
        ],
        "partners": [
            (each, each.other if each.one_id == row.pk else each.one, PARTNERSHIPS.get(each.kind, each.kind))
            for each in partners
        ],
        "partner_form": PartnerForm(),
        "changes": changes_of(["organisation"], EVENTS, subject=row.pk),
    }
    asked = Asked(
        row.name,
        form,
        do,
        reverse("settings:organisation", args=[pk]),
        _("Saved."),
        trail=here(),
        template="organisation",
        context=context,
    )
    return ask(request, asked)


@require_POST
@administer
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Organisation, pk=pk)
    then = reverse("settings:organisation", args=[pk])
    return act(
        request,
        lambda: retire_organisation(row, by=by_of(request)),
        then,
        _("The organisation was dissolved."),
    )


@require_POST
@administer
def pair(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Organisation, pk=pk)
    form = PartnerForm(request.POST)

    def do() -> Any:
        other = organisation_by_code(form.data.get("other", "").strip()) or row
        return pair_organisations(row, other, kind=form.data.get("kind", ""), by=by_of(request))

    return act(request, do, reverse("settings:organisation", args=[pk]), _("The two are partners now."))


@require_POST
@administer
def part(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Partnership, pk=pk)
    then = reverse("settings:organisation", args=[row.one_id])
    return act(
        request, lambda: end_partnership(row, by=by_of(request)), then, _("The partnership has ended.")
    )
