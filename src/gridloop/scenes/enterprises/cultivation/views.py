"""The cultivation list's pages: who is to be visited first, one firm with its visits and needs, a visit written down."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.cases.models import Category
from gridloop.core.people.models import Person
from gridloop.scenes.enterprises.cultivation.actions import finish_visit, make_matter, plan_visit, put_on_list
from gridloop.scenes.enterprises.cultivation.models import FirmNeed, Tier, Visit
from gridloop.scenes.enterprises.cultivation.queries import (
    cultivated,
    cultivation_listed,
    is_late,
    listed_within_reach,
    needs_of,
    visits_of,
)
from gridloop.scenes.enterprises.firms.queries import firms_within_reach
from gridloop.scenes.enterprises.matters.queries import EDITION, matters_within_reach
from gridloop.scenes.enterprises.pages import SIZE, ask, show
from gridloop.scenes.enterprises.specialists.queries import specialist_names
from gridloop.web.acting import actor_of, staff_only, viewer
from gridloop.web.administration.pages import act
from gridloop.web.move_forms import grouped_categories
from gridloop.web.paging import page_of


class ListForm(forms.Form):
    """A firm's place on the list."""

    tier = forms.ChoiceField(label=gettext_lazy("Tier"), choices=Tier.choices)
    keeper = forms.TypedChoiceField(
        label=gettext_lazy("Who looks after it"), coerce=int, required=False, empty_value=None,
        choices=lambda: [("", "—"), *specialist_names().items()],
    )  # fmt: skip
    words = forms.CharField(
        label=gettext_lazy("What it is good at"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=1000,
    )


class PlanForm(forms.Form):
    """The next visit."""

    due_on = forms.DateField(
        label=gettext_lazy("By which day"), widget=forms.DateInput(attrs={"type": "date"})
    )


class VisitForm(forms.Form):
    """How a visit went; a need found there can become a matter at once."""

    account = forms.CharField(
        label=gettext_lazy("How it went"), widget=forms.Textarea(attrs={"rows": 5}), max_length=4000
    )
    need = forms.CharField(
        label=gettext_lazy("What the firm needs"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )
    category = forms.TypedChoiceField(
        label=gettext_lazy("What the need is about"), coerce=int, required=False, empty_value=None,
        choices=lambda: [("", "—"), *grouped_categories(EDITION)],
    )  # fmt: skip
    next_on = forms.DateField(
        label=gettext_lazy("Next visit to the firm by"),
        widget=forms.DateInput(attrs={"type": "date"}),
        required=False,
    )
    at_once = forms.BooleanField(
        label=gettext_lazy("Make a matter of the need at once"), required=False, initial=True
    )


@require_safe
@staff_only()
def cultivation(request: HttpRequest) -> HttpResponse:
    """The list; overdue visits stand first."""
    person = viewer(request)
    tier = request.GET.get("tier", "")
    late = request.GET.get("late") == "1"
    found = cultivation_listed(person, tier=tier if tier in Tier.values else "", late=late)
    page = page_of(request, found, SIZE)
    rows = [(row, is_late(row.next_on)) for row in page.rows]
    chosen = [{"title": _("All"), "url": "?", "current": not tier and not late}]
    chosen.append({"title": _("Visit overdue"), "url": "?late=1", "current": late})
    chosen += [
        {"title": words, "url": f"?tier={name}", "current": tier == name} for name, words in Tier.choices
    ]
    return show(request, "cultivation/list", "cultivation", {"page": page, "listed": rows, "tiers": chosen})


@require_safe
@staff_only()
def cultivated_firm(request: HttpRequest, pk: int) -> HttpResponse:
    """One firm: tier, visits, needs, and the matters it asked."""
    person = viewer(request)
    found = cultivated(person, pk)
    visits = list(visits_of(found.firm))
    planned = next((visit for visit in visits if visit.done_at is None), None)
    return show(
        request,
        "cultivation/firm",
        "cultivation",
        {
            "listed": found,
            "firm": found.firm,
            "visits": [visit for visit in visits if visit.done_at is not None],
            "planned": planned,
            "late": planned is not None and is_late(planned.due_on),
            "needs": needs_of(found.firm),
            "matters": matters_within_reach(person).filter(firm=found.firm).order_by("-case")[:8],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only("enter_for_others")
def put_firm(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a firm on the list, or change its tier."""
    firm = get_object_or_404(firms_within_reach(viewer(request)), pk=pk)
    known = listed_within_reach(viewer(request)).filter(firm=firm).first()
    initial = {"tier": known.tier, "keeper": known.keeper_id, "words": known.words} if known else {}

    def do(given: dict[str, Any]) -> Any:
        keeper = Person.objects.filter(pk=given["keeper"]).first() if given["keeper"] else None
        return put_on_list(
            firm, tier=given["tier"], keeper=keeper, words=given["words"], by=actor_of(request)
        )

    return ask(
        request, ListForm(request.POST or None, initial=initial), do, title=firm.organisation.name, current="cultivation",
        send=_("Save"), then=reverse("enterprises:cultivated", args=[pk]), back=reverse("enterprises:firm", args=[pk]),
        lead=_("Its place on the cultivation list"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only()
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan the next visit; the keeper goes, or whoever plans it."""
    found = cultivated(viewer(request), pk)
    here = reverse("enterprises:cultivated", args=[pk])
    visitor = found.keeper or viewer(request)
    return ask(
        request, PlanForm(request.POST or None),
        lambda given: plan_visit(found, person=visitor, due_on=given["due_on"], by=actor_of(request)),
        title=_("Plan a visit"), current="cultivation", send=_("Plan it"), then=here, back=here,
        lead=_("%(name)s visits %(firm)s.") % {"name": visitor.name, "firm": found.firm.organisation.name},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only()
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down how a visit went."""
    visit = get_object_or_404(Visit, pk=pk)
    found = cultivated(viewer(request), visit.firm_id)
    here = reverse("enterprises:cultivated", args=[visit.firm_id])
    by = actor_of(request)

    def do(given: dict[str, Any]) -> str:
        category = Category.objects.filter(pk=given["category"]).first() if given["category"] else None
        need = finish_visit(visit, found, account=given["account"], next_on=given["next_on"], need=given["need"],
                            category=category, by=by)  # fmt: skip
        if need is not None and given["at_once"]:
            return reverse("desk:case", args=[make_matter(need, by=by).number])
        return here

    return ask(
        request, VisitForm(request.POST or None), do, title=_("How was the visit?"), current="cultivation",
        send=_("Write it down"), then=lambda address: address, back=here, lead=found.firm.organisation.name,
    )  # fmt: skip


@require_POST
@staff_only()
def open_need(request: HttpRequest, pk: int) -> HttpResponse:
    """One touch: the need becomes a matter."""
    need = get_object_or_404(FirmNeed, pk=pk)
    cultivated(viewer(request), need.firm_id)
    return act(
        request,
        lambda: make_matter(need, by=actor_of(request)),
        reverse("enterprises:cultivated", args=[need.firm_id]),
        _("The need is a matter now; a specialist has it."),
    )
