"""The desk's pages about hours: what a clerk decides, all entries in reach, and the county's rules."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gridloop.core.evidence import storage
from gridloop.core.evidence.serving import headers_of
from gridloop.core.journal.errors import NotFound, Refusal
from gridloop.core.people.models import Person
from gridloop.scenes.volunteers.hours import actions, queries
from gridloop.scenes.volunteers.hours.forms import DecisionForm, RulesForm, WordsForm
from gridloop.scenes.volunteers.hours.models import HoursEntry, HoursState, Objection
from gridloop.scenes.volunteers.hours.objecting import decide_objection
from gridloop.web.acting import actor_of, person_of, staff_only
from gridloop.web.paging import page_of
from gridloop.web.refusals import show_refusal

DECIDES = "enter_for_others"


def clerk_of(request: HttpRequest) -> Person:
    person = person_of(request)
    assert person is not None  # the door has seen to it
    return person


@require_safe
@staff_only(DECIDES)
def overview(request: HttpRequest) -> HttpResponse:
    """First what waits for this clerk, then every entry of their areas."""
    person = clerk_of(request)
    chosen = request.GET.get("state", "")
    entries = queries.entries_decided_by(person)
    if chosen in HoursState.values:
        entries = entries.filter(standing__state=chosen)
    tabs = [{"title": _("All"), "url": "?", "current": not chosen}]
    tabs += [
        {"title": state.label, "url": f"?state={state.value}", "current": chosen == state.value}
        for state in HoursState
    ]
    return render(
        request,
        "volunteers/hours/desk.html",
        {
            "to_approve": queries.to_approve(person)[:20],
            "objections": queries.objections_for(person)[:20],
            "page": page_of(request, entries),
            "tabs": tabs,
        },
    )


def entry_in_reach(request: HttpRequest, pk: int) -> HoursEntry:
    found = (
        queries.entries_decided_by(clerk_of(request))
        .select_related("volunteer__person", "standing", "area", "evidence")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotFound(_("There are no such hours in your reach."))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(DECIDES)
def one(request: HttpRequest, entry: int) -> HttpResponse:
    """One entry with its evidence and its story; approve, refuse or take back."""
    found = entry_in_reach(request, entry)
    form = WordsForm(request.POST if request.POST.get("act") in ("refuse", "reverse") else None)
    if request.method == "POST":
        try:
            act = request.POST.get("act")
            by = actor_of(request)
            if act == "approve":
                actions.approve_backdated(found, by=by)
            elif form.is_valid() and act == "refuse":
                actions.refuse_hours(found, reason=form.cleaned_data["words"], by=by)
            elif form.is_valid() and act == "reverse":
                actions.reverse_hours(found, reason=form.cleaned_data["words"], by=by)
            if not form.errors:
                messages.success(request, _("Done."))
                return redirect("volunteers:hours_desk")
        except Refusal as refusal:
            form = WordsForm(request.POST)
            form.is_valid()
            show_refusal(form, refusal)
    context = {
        "entry": found,
        "form": form,
        "own": person_of(request) == found.volunteer.person,
        "confirmations": found.confirmations.select_related("person"),
        "objections": found.objections.all(),
    }
    return render(request, "volunteers/hours/one.html", context, status=422 if form.errors else 200)


@require_safe
@staff_only(DECIDES)
def evidence(request: HttpRequest, entry: int) -> FileResponse:
    """What shows that back-dated hours are true, for whoever decides about them."""
    found = entry_in_reach(request, entry)
    if found.evidence is None or found.evidence.erased_at is not None:
        raise NotFound(_("There is no such file."))
    return FileResponse(storage.open_file(found.evidence), headers=headers_of(found.evidence))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(DECIDES)
def objection(request: HttpRequest, objection: int) -> HttpResponse:
    """Decide about one objection."""
    found: Objection | None = queries.objections_for(clerk_of(request)).filter(pk=objection).first()
    if found is None:
        raise NotFound(_("There is no such objection to decide in your reach."))
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decide_objection(
                found,
                upheld=form.cleaned_data["upheld"] == "yes",
                answer=form.cleaned_data["answer"],
                by=actor_of(request),
            )
            messages.success(request, _("Done."))
            return redirect("volunteers:hours_desk")
        except Refusal as refusal:
            show_refusal(form, refusal)
    context = {"objection": found, "entry": found.entry, "form": form}
    return render(request, "volunteers/hours/objection.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only("administer")
def rules(request: HttpRequest) -> HttpResponse:
    """The county's rules for hours."""
    form = RulesForm(request.POST or None, instance=queries.rules())
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_rules(**form.cleaned_data, by=actor_of(request))
            messages.success(request, _("Kept."))
            return redirect("volunteers:hours_rules")
        except Refusal as refusal:
            show_refusal(form, refusal)
    context = {
        "form": form,
        "title": _("Rules for volunteer hours"),
        "send": _("Keep"),
        "back": reverse("settings:home"),
    }
    return render(request, "volunteers/hours/rules.html", context, status=422 if form.errors else 200)
