"""The pages of hazards: the three difficulties and the lists behind their numbers, inspections, the snap on the phone."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gridloop.core.evidence.actions import keep_photo
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.queries import staff_hats
from gridloop.core.people.throttling import address_of, count_try, report_gate
from gridloop.core.territory import tree
from gridloop.scenes.fire.hazards import queries
from gridloop.scenes.fire.hazards.actions import keep_inspection, snap_hazard
from gridloop.scenes.fire.hazards.checklists import checklist_for
from gridloop.scenes.fire.hazards.forms import InspectionForm, SnapForm
from gridloop.scenes.fire.hazards.models import Checklist, Inspection
from gridloop.web.acting import actor_of, signed_in, staff_only, viewer
from gridloop.web.refusals import show_refusal

ABILITIES = ("dispatch", "see_measures", "supervise", "audit", "watch_fire", "work_in_grid")
PERIOD = timedelta(days=365)
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when, as the address says; the last year where it says nothing."""

    since: date
    until: date


def period_of(request: HttpRequest) -> Period:
    today = timezone.localdate()

    def day(name: str, otherwise: date) -> date:
        try:
            return min(date.fromisoformat(request.GET.get(name, "")), today)
        except ValueError:
            return otherwise

    until = day("until", today)
    return Period(min(day("since", until - PERIOD), until), until)


@require_safe
@staff_only(*ABILITIES)
def difficulties(request: HttpRequest) -> HttpResponse:
    """How many are open, how fast they go, do they come back: for all, then town by town."""
    period = period_of(request)
    rows = queries.three_difficulties(viewer(request), since=period.since, until=period.until)
    listed = [(row, links(row.area, period)) for row in rows]
    repeated = queries.behind(viewer(request), "repeated", since=period.since, until=period.until).count()
    most_urgent = queries.open_hazards(viewer(request))[:8]
    return render(
        request,
        "fire/hazards/difficulties.html",
        {"together": listed[0], "rows": listed[1:], "period": period, "repeated": repeated, "urgent": placed(most_urgent), "again_days": queries.AGAIN_WITHIN.days},
    )  # fmt: skip


def links(town: int | None, period: Period) -> dict[str, str]:
    """Each number opens the cases behind it."""
    address = reverse("fire:hazard_list")
    common = {"since": period.since.isoformat(), "until": period.until.isoformat()} | (
        {"town": str(town)} if town else {}
    )
    return {
        choice: f"{address}?{urlencode({'choice': choice} | common)}"
        for choice in ("open", "major", "overdue", "found", "closed", "again", "repeated")
    }


def placed(hazards: Any) -> list[tuple[Any, str]]:
    pictured = tree.current()
    return [(one, pictured.full_name(one.case.area_id)) for one in hazards]


@require_safe
@staff_only(*ABILITIES)
def hazard_list(request: HttpRequest) -> HttpResponse:
    """The hazards behind one number, page by page."""
    period, person = period_of(request), viewer(request)
    choice = request.GET.get("choice", "open")
    town = request.GET.get("town", "")
    page = max(int(request.GET["page"]), 1) if request.GET.get("page", "").isdecimal() else 1
    found = queries.behind(
        person, choice, town=int(town) if town.isdecimal() else None, since=period.since, until=period.until
    )
    rows = list(found[(page - 1) * SHOWN : page * SHOWN + 1])

    def address(number: int) -> str:
        return "?" + urlencode({**request.GET.dict(), "page": str(number)})

    titles = {
        "open": _("Open hazards"), "major": _("Open major hazards"), "overdue": _("Overdue hazards"), "found": _("Found in this period"),
        "closed": _("Closed in this period"), "again": _("Hazards that came back"), "repeated": _("Found more than once at the same premises"),
    }  # fmt: skip
    return render(
        request,
        "fire/hazards/list.html",
        {
            "rows": placed(rows[:SHOWN]),
            "title": titles.get(choice, titles["open"]),
            "newer": address(page - 1) if page > 1 else "",
            "older": address(page + 1) if len(rows) > SHOWN else "",
            "total": found.count(),
        },
    )


@require_safe
@staff_only(*ABILITIES)
def inspection_list(request: HttpRequest) -> HttpResponse:
    """Inspections in reach, newest first."""
    page = max(int(request.GET["page"]), 1) if request.GET.get("page", "").isdecimal() else 1
    rows: list[Inspection] = list(
        queries.inspections_in_reach(viewer(request))[(page - 1) * SHOWN : page * SHOWN + 1]
    )
    context = {
        "rows": rows[:SHOWN],
        "newer": f"?page={page - 1}" if page > 1 else "",
        "older": f"?page={page + 1}" if len(rows) > SHOWN else "",
    }
    return render(request, "fire/hazards/inspections.html", context)


@require_safe
@staff_only("work_in_grid", "dispatch", "fight_fire")
def choose_premises(request: HttpRequest) -> HttpResponse:
    """Where to inspect: premises in reach, by name or code."""
    words = request.GET.get("q", "").replace("\x00", "")
    return render(
        request,
        "fire/hazards/choose.html",
        {"rows": queries.premises_found(viewer(request), words, 30), "words": words},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only("work_in_grid", "dispatch", "fight_fire")
def inspect(request: HttpRequest, pk: int) -> HttpResponse:
    """The checklist of one place."""
    premises = queries.premises_of(viewer(request), pk)
    checklist = checklist_opened(request, checklist_for(premises))
    form = InspectionForm(checklist, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        by, given = actor_of(request), form.cleaned_data
        try:
            point = given["position"]
            kept = keep_inspection(
                premises, checklist, form.answers(), by=by, key=given["key"], words=given["words"],
                point=(point["longitude"], point["latitude"]) if point else None,
                photos=[keep_photo(upload, by=by) for upload in given["photos"]],
            )  # fmt: skip
            messages.success(
                request,
                _("Kept: %(bad)s of %(all)s not in order.")
                % {"bad": kept.found, "all": len(checklist.items)},
            )
            return redirect("fire:inspect_where")
        except Refusal as refusal:
            form.add_error(None, str(refusal.words))
    status = 422 if form.errors else 200
    return render(
        request,
        "fire/hazards/inspect.html",
        {"form": form, "premises": premises, "checklist": checklist},
        status=status,
    )


def checklist_opened(request: HttpRequest, newest: Checklist) -> Checklist:
    """The version the phone showed: whoever is answering while it changes is not asked anew."""
    said = request.POST.get("checklist", "")
    if not said.isdecimal() or len(said) > 18:
        return newest
    return Checklist.objects.filter(pk=int(said), code=newest.code).first() or newest


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def report(request: HttpRequest) -> HttpResponse:
    """Snap a hazard: photo, kind, place."""
    person = viewer(request)
    staff = bool(staff_hats(person))
    code = request.GET.get("premises", "")
    premises = queries.premises_of(person, int(code)) if code.isdecimal() else None
    form = SnapForm(request.POST or None, request.FILES or None, needs_place=premises is None)
    if request.method == "POST" and form.is_valid():
        by, given = actor_of(request), form.cleaned_data
        try:
            if not staff:
                count_try(report_gate(address_of(request)))
            found = snap_hazard(
                given["kind"], words=given["words"], by=by, premises=premises, spot=form.spot, reporter=person,
                photos=[keep_photo(upload, by=by) for upload in given["photos"]], key=given["key"],
            )  # fmt: skip
            messages.success(request, _("Thank you. It was passed on; you hear what becomes of it."))
            return redirect("field:case" if staff else "fire:case", found.case.number)
        except Refusal as refusal:
            show_refusal(form, refusal)
    shell = "web/shell/field.html" if staff else "web/shell/public.html"
    status = 422 if form.errors else 200
    return render(
        request,
        "fire/hazards/report.html",
        {"form": form, "premises": premises, "shell": shell},
        status=status,
    )
