"""Settings of the index: editions as sheets, tried on today's facts, approved by a second person; weather and festivals."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.people.cells import area_by_code
from gridloop.core.people.queries import may
from gridloop.core.territory import tree
from gridloop.scenes.fire.index.colours import SHOWN, WORST_FIRST
from gridloop.scenes.fire.index.editing import approve_edition, change_draft, draft_edition, withdraw_draft
from gridloop.scenes.fire.index.editions import edition_in_force
from gridloop.scenes.fire.index.factors import add_factor, factors_at, withdraw_factor
from gridloop.scenes.fire.index.forms import ApproveForm, FactorForm, SheetForm
from gridloop.scenes.fire.index.models import EditionState, Factor, IndexEdition
from gridloop.scenes.fire.index.sheet import INDICATORS
from gridloop.scenes.fire.index.trying import Tried, ground, sensitivity, try_method
from gridloop.scenes.fire.risk import method_of
from gridloop.scenes.fire.settings_changes import told_changes
from gridloop.web.acting import actor_of, person_of, staff_only
from gridloop.web.administration.pages import Asked, act, administer, ask, attempt, by_of

EVENTS = (
    "risk_edition_drafted", "risk_edition_changed", "risk_edition_approved", "risk_edition_withdrawn",
    "risk_factor_added", "risk_factor_withdrawn",
)  # fmt: skip
MOST_MOVED = 60
may_read = staff_only("administer", "supervise")  # leaders approve what administrators write


def page(
    request: HttpRequest, template: str, title: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A settings page of the scene with the way to it."""
    way = [{"title": _("Settings"), "url": reverse("settings:home")}]
    if template != "editions":
        way.append({"title": _("Risk index"), "url": reverse("fire:editions")})
    context = {"title": title, "way": [*way, {"title": title, "url": ""}], **context}
    return render(request, f"fire/index/{template}.html", context, status=status)


@require_safe
@may_read
def editions(request: HttpRequest) -> HttpResponse:
    """All editions, the one in force marked, and what raises the scores now."""
    present = edition_in_force()
    person = person_of(request)
    rows = IndexEdition.objects.select_related("drafted_by", "approved_by").order_by("-number")[:50]
    context = {
        "rows": rows,
        "present": present,
        "factors": Factor.objects.select_related("area").defer("area__shape")[:30],
        "active": {factor.pk for factor in factors_at(timezone.now())},
        "today": timezone.localdate(),
        "may_edit": person is not None and may(person, "administer"),
        "changes": told_changes(["risk_edition", "risk_factor"], EVENTS),
    }
    return page(request, "editions", _("Risk index"), context)


@require_POST
@administer
def draft(request: HttpRequest) -> HttpResponse:
    """A copy of the edition in force, to be changed."""
    return redirect("fire:edit_edition", pk=draft_edition(by=by_of(request)).pk)


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet of a draft; saved, it is tried on today's facts."""
    found = get_object_or_404(IndexEdition, pk=pk)
    if found.state != EditionState.DRAFT:
        return redirect("fire:edition", pk=pk)
    form = SheetForm(request.POST or None, edition=found)
    if request.method == "POST" and form.is_valid():

        def do(given: dict[str, Any]) -> Any:
            change_draft(
                found, form.filled(), overrides=given["overrides"], title=given["title"], words=given["words"],
                by=by_of(request),
            )  # fmt: skip

        if attempt(form, do):
            return redirect("fire:edition", pk=pk)
    status = 422 if request.method == "POST" else 200
    return page(request, "sheet", found.title, {"form": form, "edition": found}, status=status)


@require_safe
@may_read
def edition(request: HttpRequest, pk: int) -> HttpResponse:
    """An edition tried on today's facts: from which colour to which, which grids, and how much each weight matters."""
    found = get_object_or_404(IndexEdition.objects.select_related("drafted_by", "approved_by"), pk=pk)
    method, person = method_of(found.method), person_of(request)
    tried = try_method(method, found.overrides)
    context = {
        "edition": found,
        "method": method,
        "yardsticks": [(INDICATORS[each.name], each) for each in method.yardsticks],
        "tried": tried,
        "matrix": matrix_rows(tried),
        "colours": WORST_FIRST,
        "moved": [(tree.full_name(each.grid), each) for each in tried.moved[:MOST_MOVED]],
        "sensitivity": [
            (INDICATORS[each.name].title, each) for each in sensitivity(method, ground(found.overrides))[:8]
        ],
        "form": ApproveForm(initial={"since": timezone.localdate()}),
        "is_draft": found.state == EditionState.DRAFT,
        "may_edit": person is not None and may(person, "administer"),
        "may_approve": person is not None and person.pk != found.drafted_by_id,
        "titles": "|".join(str(each.title) for each in SHOWN),
        "letters": "|".join(str(each.letter) for each in SHOWN),
    }
    return page(request, "edition", found.title, context)


def matrix_rows(tried: Tried) -> list[dict[str, Any]]:
    """From-to, the gravest first both ways."""
    return [
        {"colour": before, "cells": [(tried.matrix[before.rank][after.rank], before is after) for after in WORST_FIRST],
         "sum": sum(tried.matrix[before.rank])}
        for before in WORST_FIRST
    ]  # fmt: skip


@require_safe
@may_read
def tried_colours(request: HttpRequest, pk: int) -> HttpResponse:
    """The colours an edition would give, for the map of the dry run."""
    found = get_object_or_404(IndexEdition, pk=pk)
    tried = try_method(method_of(found.method), found.overrides)
    values = {grid: [rank, score, 0] for grid, (rank, score) in tried.ranks.items()}
    return JsonResponse({"values": values}, headers={"Cache-Control": "private, no-store"})


@require_POST
@may_read
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(IndexEdition, pk=pk)
    form = ApproveForm(request.POST)
    since = form.cleaned_data["since"] if form.is_valid() else timezone.localdate()
    return act(
        request,
        lambda: approve_edition(found, since=since, by=actor_of(request)),
        reverse("fire:edition", args=[pk]),
        _("The edition is approved."),
    )


@require_POST
@administer
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(IndexEdition, pk=pk)
    return act(request, lambda: withdraw_draft(found, by=by_of(request)), reverse("fire:editions"))


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def new_factor(request: HttpRequest) -> HttpResponse:
    """Weather or a festival that raises the scores of some days."""
    today = timezone.localdate()
    form = FactorForm(request.POST or None, initial={"since": today, "until": today})

    def do(given: dict[str, Any]) -> Any:
        return add_factor(
            given["kind"], given["value"], since=given["since"], until=given["until"], reason=given["reason"],
            area=area_by_code(given["area"].strip()), by=by_of(request),
        )  # fmt: skip

    lead = _(
        "It counts from the next round of counting, within ten minutes, and stands in the arithmetic of every score."
    )
    asked = Asked(
        _("Weather or festival"), form, do, reverse("fire:editions"), _("It was added."), lead=lead,
        trail=[(_("Risk index"), reverse("fire:editions"))],
    )  # fmt: skip
    return ask(request, asked)


@require_POST
@administer
def end_factor(request: HttpRequest, pk: int) -> HttpResponse:
    factor = get_object_or_404(Factor, pk=pk)
    return act(
        request,
        lambda: withdraw_factor(factor, by=by_of(request)),
        reverse("fire:editions"),
        _("It counts no longer."),
    )
