"""The volunteer's phone pages of pairs: my people, the next visit, a visit made, and that I cannot come."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.journal.errors import NotFound, Refusal
from gridloop.scenes.volunteers.activities.forms import device_time
from gridloop.scenes.volunteers.hours.doors import for_volunteers
from gridloop.scenes.volunteers.hours.forms import WordsForm
from gridloop.scenes.volunteers.hours.presence import rotating_code, seconds_left
from gridloop.scenes.volunteers.pairs import actions, queries, visiting
from gridloop.scenes.volunteers.pairs.forms import VisitForm
from gridloop.scenes.volunteers.pairs.homes import read_home
from gridloop.scenes.volunteers.pairs.models import Companion, Visit
from gridloop.scenes.volunteers.roster.models import Volunteer
from gridloop.web.acting import actor_of, person_of, signed_in
from gridloop.web.refusals import show_refusal


@require_safe
@for_volunteers
def mine(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """Everybody I look after, and who I am asked to look after; names and homes only after a yes."""
    pairs = [
        (one, next(iter(getattr(one.pairing, "ahead", ())), None)) for one in queries.pairs_of(volunteer)
    ]
    past = queries.visits_of(volunteer).filter(state="done").order_by("-done_at", "-id")[:20]
    return render(
        request,
        "volunteers/pairs/mine.html",
        {
            "asked": [one for one, _visit in pairs if one.state == "asked"],
            "pairs": [(one, visit) for one, visit in pairs if one.state == "accepted"],
            "past": past,
            "volunteer": volunteer,
        },
    )


def own_companion(volunteer: Volunteer, pk: int) -> Companion:
    found = queries.pairs_of(volunteer).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such pair of yours."))
    return found


def own_visit(volunteer: Volunteer, pk: int) -> Visit:
    """A visit of one of the volunteer's accepted pairs."""
    accepted = queries.pairs_of(volunteer).filter(state="accepted")
    found = (
        Visit.objects.filter(pk=pk, pairing__in=accepted.values("pairing"))
        .select_related("pairing__vulnerable__person", "pairing__vulnerable__community", "companion")
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such visit of yours."))
    return found


@require_POST
@for_volunteers
def answer(request: HttpRequest, volunteer: Volunteer, companion: int) -> HttpResponse:
    """Yes or no to being somebody's companion."""
    accept = request.POST.get("answer") == "yes"
    actions.answer_pair(
        own_companion(volunteer, companion),
        accept=accept,
        by=actor_of(request),
        reason=request.POST.get("reason", ""),
    )
    messages.success(
        request, _("Thank you. Name and home can be read now.") if accept else _("Thank you for your answer.")
    )
    return redirect("volunteers:pairs")


@require_POST
@for_volunteers
def home(request: HttpRequest, volunteer: Volunteer, companion: int) -> HttpResponse:
    """Name, telephone and home of one person; the reading is written down."""
    found = own_companion(volunteer, companion)
    shown = read_home(found.pairing.vulnerable, reason=_("Visit of a companion"), by=actor_of(request))
    answer = render(request, "volunteers/pairs/home.html", {"home": shown, "companion": found})
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@for_volunteers
def visit(request: HttpRequest, volunteer: Volunteer, visit: int) -> HttpResponse:
    """A visit that was made: proof and a few words."""
    found = own_visit(volunteer, visit)
    form = VisitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        position = form.cleaned_data.get("position") or {}
        try:
            visiting.make_visit(
                found, by=actor_of(request), words=form.cleaned_data["words"], code=form.cleaned_data["code"],
                longitude=position.get("longitude"), latitude=position.get("latitude"),
                device_at=device_time(form.cleaned_data["device_at"]),
            )  # fmt: skip
            messages.success(request, _("Thank you. The visit and your hours are written down."))
            return redirect("volunteers:pairs")
        except Refusal as refusal:
            show_refusal(form, refusal)
    context = {"visit": found, "form": form}
    return render(request, "volunteers/pairs/visit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_volunteers
def cannot(request: HttpRequest, volunteer: Volunteer, visit: int) -> HttpResponse:
    """Cannot come this time: the backup is asked."""
    found = own_visit(volunteer, visit)
    form = WordsForm(request.POST or None, label=_("Why can you not come?"))
    if request.method == "POST" and form.is_valid():
        try:
            visiting.cannot_come(found, reason=form.cleaned_data["words"], by=actor_of(request))
            messages.success(request, _("Thank you for saying so. Somebody else goes."))
            return redirect("volunteers:pairs")
        except Refusal as refusal:
            show_refusal(form, refusal)
    return simple_form(request, form, _("I cannot come"), _("Say so"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_volunteers
def leave(request: HttpRequest, volunteer: Volunteer, companion: int) -> HttpResponse:
    """The volunteer ends a pair of theirs."""
    found = own_companion(volunteer, companion)
    form = WordsForm(request.POST or None, label=_("Why do you end this pair?"))
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_companion(found, reason=form.cleaned_data["words"], by=actor_of(request))
            messages.success(request, _("The pair has ended. Thank you for your time."))
            return redirect("volunteers:pairs")
        except Refusal as refusal:
            show_refusal(form, refusal)
    return simple_form(request, form, _("End this pair"), _("End this pair"))


def simple_form(request: HttpRequest, form: Any, title: str, send: str) -> HttpResponse:
    context = {"form": form, "title": title, "send": send, "back": reverse("volunteers:pairs")}
    return render(request, "volunteers/hours/form.html", context, status=422 if form.errors else 200)


@require_safe
@signed_in
def visit_code(request: HttpRequest) -> HttpResponse:
    """What the person visited (or a relative with their phone) shows the companion at the door."""
    person = person_of(request)
    visit = (
        Visit.objects.filter(
            pairing__vulnerable__person=person, pairing__vulnerable__left_at=None, state__in=queries.OPEN
        )
        .select_related("companion__volunteer__person")
        .first()
    )
    digits = rotating_code(visiting.subject_of(visit)) if visit else ""
    context = {"visit": visit, "code": f"{digits[:3]} {digits[3:]}", "seconds": seconds_left()}
    answer = render(request, "volunteers/pairs/code.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
