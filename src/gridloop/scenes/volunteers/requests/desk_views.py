"""The desk's pages of help: written down by telephone, dispatched by hand, mandates, modes, fairness, dry runs."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.cases.models import Case
from gridloop.core.journal.errors import NotFound, Refusal
from gridloop.core.people.actions import person_by_phone
from gridloop.core.people.personal_data import masked_name
from gridloop.core.people.queries import actor_of as acting_for
from gridloop.core.people.queries import may
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.requests import actions, dry_run, fairness, queries
from gridloop.scenes.volunteers.requests.forms import EnterForm
from gridloop.scenes.volunteers.requests.models import Mandate, MandateState, MatchingMode, Mode
from gridloop.scenes.volunteers.requests.running import look_for_volunteers
from gridloop.scenes.volunteers.requests.views import DECISIONS
from gridloop.scenes.volunteers.roster.queries import areas_of_care
from gridloop.web.acting import staff_only, viewer
from gridloop.web.paging import page_of
from gridloop.web.refusals import show_refusal

care = staff_only("enter_for_others")
CHOICES = (
    (Mode.OFF, gettext_lazy("Off")),
    (Mode.DRY, gettext_lazy("Dry run")),
    (Mode.ON, gettext_lazy("On")),
)


def caring(request: HttpRequest) -> Any:
    return acting_for(viewer(request), ability="enter_for_others")


@require_http_methods(["GET", "HEAD", "POST"])
@care
def enter(request: HttpRequest) -> HttpResponse:
    """Somebody calls or comes by and needs help."""
    form = EnterForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.spot is not None:
        try:
            return redirect("desk:case", entered(request, form).number)
        except Refusal as refusal:
            show_refusal(form, refusal)
    return render(
        request, "volunteers/requests/enter.html", {"form": form}, status=422 if form.errors else 200
    )


def entered(request: HttpRequest, form: EnterForm) -> Case:
    given = form.cleaned_data
    assert form.spot is not None
    by = acting_for(viewer(request), ability="enter_for_others", area=form.spot.area)
    helped = person_by_phone(given["phone"], name=given["name"], by=by)
    return actions.ask_for_help(
        given["skill"],
        **form.wish(),
        person=helped,
        contact=actions.Contact(given["name"], given["phone"], given["place"]),
        source="phone",
        by=by,
    )


@require_POST
@care
def look(request: HttpRequest, number: str) -> HttpResponse:
    """Who comes into question: a matching that asks nobody."""
    case = queries.request_within_reach(viewer(request), number)
    run = look_for_volunteers(case, by=caring(request))
    if run is None:
        messages.warning(
            request,
            _(
                "Nobody can be considered now: the request is not looking for anybody, or lies more than a week ahead."
            ),
        )
    elif not run.candidates:
        messages.warning(
            request,
            _(
                "Nobody near has this skill and the time. Ask the neighbouring community, or widen the radius."
            ),
        )
    return redirect("desk:case", number)


@require_POST
@care
def offer(request: HttpRequest, number: str) -> HttpResponse:
    """These volunteers are asked."""
    case = queries.request_within_reach(viewer(request), number)
    run = queries.latest_run(case)
    try:
        chosen = [one[:24] for one in request.POST.getlist("volunteers")[:20]]
        actions.ask_volunteers(case, chosen, by=caring(request), run=run.pk if run else None)
        messages.success(request, _("Asked. They see it on their phones now."))
    except Refusal as refusal:
        messages.warning(request, str(refusal.words))
    return redirect("desk:case", number)


@require_POST
@care
def unmask(request: HttpRequest, number: str) -> HttpResponse:
    """Address and contact, for a reason."""
    case = queries.request_within_reach(viewer(request), number)
    contact = actions.unmask_contact(case, reason=request.POST.get("reason", ""), by=caring(request))
    answer = render(request, "volunteers/requests/unmasked.html", {"case": case, "contact": contact})
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
@care
def mandate_list(request: HttpRequest) -> HttpResponse:
    """Mandates of the areas one cares for: those that wait first."""
    rows = (
        Mandate.objects.filter(area__in=areas_of_care(viewer(request)))
        .select_related("principal", "agent", "area")
        .prefetch_related("skills")
        .order_by("confirmed_at", "-id")
    )
    if request.GET.get("state") != "all":
        rows = rows.filter(state__in=[MandateState.ASKED, MandateState.IN_FORCE])
    page = page_of(request, rows)
    shown = [(row, masked_name(row.principal.name), masked_name(row.agent.name)) for row in page.rows]
    return render(request, "volunteers/requests/desk_mandates.html", {"page": page, "rows": shown})


@require_POST
@care
def decide_mandate(request: HttpRequest, pk: int, decision: str) -> HttpResponse:
    """The community has called, or seen a paper."""
    mandate = Mandate.objects.filter(pk=pk, area__in=areas_of_care(viewer(request))).first()
    if mandate is None or decision not in DECISIONS:
        raise NotFound(_("There is no such mandate in your reach."))
    by = acting_for(viewer(request), ability="enter_for_others", area=mandate.area_id)
    try:
        DECISIONS[decision](mandate, by=by)
    except Refusal as refusal:
        messages.warning(request, str(refusal.words))
    return redirect("volunteers:desk_mandates")


@require_safe
@staff_only("dispatch", "administer", "enter_for_others")
def fairness_report(request: HttpRequest) -> HttpResponse:
    """How evenly volunteers are asked."""
    person = viewer(request)
    report = fairness.fairness_of(person)
    least = [(one, masked_name(one.person.name)) for one in fairness.behind(person)[:12]]
    context = {"report": report, "least": least, "days": fairness.DAYS}
    return render(request, "volunteers/requests/fairness.html", context)


@require_safe
@staff_only("dispatch", "administer", "enter_for_others")
def fairness_people(request: HttpRequest) -> HttpResponse:
    """The volunteers behind a figure of the report."""
    community = request.GET.get("community", "")
    found = fairness.behind(
        viewer(request),
        band=request.GET.get("band", ""),
        community=int(community) if community.isdecimal() else 0,
    )
    page = page_of(request, found)
    rows = [(one, masked_name(one.person.name)) for one in page.rows]
    return render(
        request,
        "volunteers/requests/fairness_people.html",
        {"page": page, "rows": rows, "days": fairness.DAYS},
    )


@require_safe
@staff_only("dispatch", "administer", "enter_for_others")
def dry_run_page(request: HttpRequest) -> HttpResponse:
    """What matching would have done, beside what people did."""
    page = page_of(request, dry_run.compared_cases(viewer(request)), 30)
    rows = dry_run.compare(page.rows)
    both = [row for row in rows if row.did and row.would]
    context = {
        "page": page,
        "rows": rows,
        "same": sum(row.same for row in both),
        "both": len(both),
        "would_metres": dry_run.mean_metres([one for row in both for one in row.would]),
        "did_metres": dry_run.mean_metres([one for row in both for one in row.did]),
    }
    return render(request, "volunteers/requests/dry_run.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only("dispatch", "administer")
def modes(request: HttpRequest) -> HttpResponse:
    """Off, dry run or on, community by community."""
    person = viewer(request)
    inside = Area.objects.filter(level="community", retired_at=None)
    if not may(person, "administer"):
        inside = inside.filter(pk__in=areas_of_care(person))
    if request.method == "POST":
        pk = request.POST.get("community", "")
        community = get_object_or_404(inside.defer("shape"), pk=int(pk) if pk.isdecimal() else 0)
        ability = "administer" if may(person, "administer") else "dispatch"
        by = acting_for(person, ability=ability, area=community.pk)
        actions.set_mode(community, request.POST.get("mode", ""), by=by)
        messages.success(request, _("Kept."))
        return redirect(request.get_full_path())
    page = page_of(request, inside.defer("shape").select_related("parent").order_by("path"))
    kept = {
        row.community_id: row
        for row in MatchingMode.objects.filter(community__in=[one.pk for one in page.rows])
    }
    rows = [(one, kept[one.pk].mode if one.pk in kept else Mode.OFF, kept.get(one.pk)) for one in page.rows]
    return render(request, "volunteers/requests/modes.html", {"page": page, "rows": rows, "choices": CHOICES})
