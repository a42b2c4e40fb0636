"""The volunteer's own pages, phone first: home, joining in three steps, profile, times, papers, teams, leaving."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.evidence.actions import keep_document, keep_photo
from gridloop.core.journal.errors import Refusal
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.roster import actions, queries
from gridloop.scenes.volunteers.roster.availability import DAY, Hours
from gridloop.scenes.volunteers.roster.credentials import REMINDED_BEFORE
from gridloop.scenes.volunteers.roster.doors import attempt, by_of, for_volunteers, status_of
from gridloop.scenes.volunteers.roster.forms import (
    AbilityForm,
    CredentialForm,
    DayForm,
    PauseForm,
    PlaceForm,
    ProfileForm,
    WeekForm,
)
from gridloop.scenes.volunteers.roster.models import Credential, Team, Volunteer
from gridloop.scenes.volunteers.roster.weekly_grid import cells_of, clock, rows, words_of
from gridloop.web.acting import person_of, signed_in, viewer
from gridloop.web.paging import page_of

KEPT = "volunteer-joining"
ASKED = ("GET", "HEAD", "POST")
STEPS = (PlaceForm, AbilityForm, WeekForm)


def doors(names: list[tuple[str, Any, str, Any]]) -> list[dict[str, Any]]:
    """Links to pages that are there: (url name, title, icon, words)."""
    found = []
    for name, title, icon, words in names:
        try:
            found.append({"url": reverse(name), "title": title, "icon": icon, "words": words})
        except NoReverseMatch:
            continue
    return found


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """/volunteer/: what is there to do, for a volunteer; what volunteering is, for everybody else."""
    person = person_of(request)
    volunteer = queries.volunteer_of(person)
    ways = [
        ("volunteers:help", _("I need help"), "question", _("Somebody nearby comes or calls")),
        ("volunteers:lists", _("The three lists"), "list", _("Needs, resources and services of the neighbourhood")),
        ("volunteers:stations", _("Service stations"), "home", _("What each station offers, always and on order")),
        ("volunteers:team_list", _("Teams"), "users", _("Who does what, and how to join")),
        ("volunteers:hours_public", _("Published hours"), "clock", _("What volunteers did, for everybody to check")),
    ]  # fmt: skip
    if volunteer is None:
        return render(request, "volunteers/roster/welcome.html", {"ways": doors(ways), "person": person})
    own = [
        ("volunteers:tasks", _("My tasks"), "inbox", _("Who asks for you, and what you said yes to")),
        ("volunteers:activities", _("Activities"), "calendar", _("Shifts to sign up for")),
        ("volunteers:pairs", _("My companions"), "heart", _("Whom you visit regularly")),
        ("volunteers:hours", _("My hours"), "clock", _("What counts, and your certificate")),
    ]  # fmt: skip
    keep = [
        ("volunteers:times", _("When I can come"), "clock", _("Your week, and days that differ")),
        ("volunteers:profile", _("What I offer"), "person", _("Skills, how far, by phone, pause")),
        ("volunteers:credentials", _("My papers"), "proof", _("Certificates for what needs one")),
        ("volunteers:teams", _("My teams"), "users", _("Where you belong, and where you could")),
    ]  # fmt: skip
    context = {
        "volunteer": volunteer,
        "own": doors(own),
        "keep": doors(keep),
        "ways": doors(ways),
        "timeless": not volunteer.availability.exists(),
        "paused": volunteer.paused_until and volunteer.paused_until >= timezone.localdate(),
        "teams": volunteer.memberships.filter(state="member").count(),
    }
    return render(request, "volunteers/roster/home.html", context)


@require_http_methods(ASKED)
@signed_in
def join(request: HttpRequest, step: int = 1) -> HttpResponse:
    """Becoming a volunteer in three short steps; each is kept until the last one is sent."""
    if queries.volunteer_of(viewer(request)) is not None:
        return redirect("volunteers:home")
    kept: dict[str, Any] = request.session.get(KEPT, {})
    if not 1 <= step <= len(STEPS) or (step > 1 and "1" not in kept):
        return redirect("volunteers:join")
    form: Any = STEPS[step - 1](request.POST if request.method == "POST" else kept.get(str(step)))
    if request.method == "POST" and form.is_valid():
        kept[str(step)] = {name: request.POST.getlist(name) for name in form.fields if name in request.POST}
        if step == 1:
            kept["community"], kept["point"] = form.community.pk, form.point
        kept[str(step)] = {name: given if len(given) > 1 or name in ("skills", "cells") else given[0]
                           for name, given in kept[str(step)].items()}  # fmt: skip
        request.session[KEPT] = kept
        if step < len(STEPS):
            return redirect("volunteers:join", step + 1)
        if attempt(form, lambda: enrol(request, kept, form)):
            del request.session[KEPT]
            messages.success(request, _("Welcome! You are a volunteer now."))
            return redirect("volunteers:home")
    if request.method != "POST" and not kept.get(str(step)):
        form = STEPS[step - 1]()
    context = {"form": form, "step": step, "grid": rows(ticked_in(form)) if step == 3 else None}
    context["titles"] = [_("Your place"), _("Your skills"), _("Your times")]
    return render(request, "volunteers/roster/join.html", context, status=status_of(form))


def ticked_in(form: Any) -> list[str]:
    return list(form["cells"].value() or [])


def enrol(request: HttpRequest, kept: dict[str, Any], week: WeekForm) -> None:
    place, ability = PlaceForm(kept["1"]), AbilityForm(kept.get("2", {}))
    if not place.is_valid() or not ability.is_valid():
        raise Refusal(_("Something of the first steps is missing. Go through them once more."))
    by = by_of(request)
    volunteer = actions.enrol_volunteer(
        viewer(request),
        community=Area.objects.get(pk=kept["community"]),
        longitude=kept["point"][0] if kept["point"] else None,
        latitude=kept["point"][1] if kept["point"] else None,
        radius=place.cleaned_data["radius"],
        remote_only=place.cleaned_data["remote_only"],
        skills=ability.cleaned_data["skills"],
        in_service=ability.cleaned_data["in_service"],
        work_unit=ability.cleaned_data["work_unit"],
        by=by,
    )
    actions.set_availability(volunteer, week.weekly(), by)


@require_http_methods(ASKED)
@for_volunteers
def profile(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """What a volunteer offers."""
    initial = {
        "skills": list(volunteer.skills.all()), "radius": volunteer.radius, "remote_only": volunteer.remote_only,
        "daily_tasks": volunteer.daily_tasks, "in_service": volunteer.in_service, "work_unit": volunteer.work_unit,
    }  # fmt: skip
    kept = {"radius": volunteer.radius, "daily_tasks": volunteer.daily_tasks}
    form = ProfileForm(request.POST or None, initial=initial, **kept)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if attempt(form, lambda: actions.change_volunteer(volunteer, by=by_of(request), **given)):
            messages.success(request, _("Saved."))
            return redirect("volunteers:profile")
    context = {
        "form": form,
        "volunteer": volunteer,
        "pause_form": PauseForm(),
        "paused": volunteer.paused_until and volunteer.paused_until >= timezone.localdate(),
    }
    return render(request, "volunteers/roster/profile.html", context, status=status_of(form))


@require_http_methods(ASKED)
@for_volunteers
def move_home(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """Another place to set out from, perhaps in another community."""
    initial = {"radius": volunteer.radius, "remote_only": volunteer.remote_only,
               "place_longitude": volunteer.longitude, "place_latitude": volunteer.latitude}  # fmt: skip
    form = PlaceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        longitude, latitude = form.point or (None, None)

        def change() -> None:
            actions.change_volunteer(
                volunteer, community=form.community, longitude=longitude, latitude=latitude,
                radius=form.cleaned_data["radius"], remote_only=form.cleaned_data["remote_only"], by=by_of(request),
            )  # fmt: skip

        if attempt(form, change):
            messages.success(request, _("Saved."))
            return redirect("volunteers:profile")
    return render(
        request,
        "volunteers/roster/place.html",
        {"form": form, "volunteer": volunteer},
        status=status_of(form),
    )


@require_POST
@for_volunteers
def pause(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """Not now: until a day, or again from today."""
    try:
        if "resume" in request.POST:
            actions.resume(volunteer, by=by_of(request))
        else:
            form = PauseForm(request.POST)
            if not form.is_valid():
                raise Refusal(_("Choose the last day of your pause."))
            actions.pause(volunteer, form.cleaned_data["until"], by=by_of(request))
        messages.success(request, _("Saved."))
    except Refusal as refusal:
        messages.error(request, str(refusal.words))
    return redirect("volunteers:profile")


@require_http_methods(ASKED)
@for_volunteers
def times(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """The week as a grid, and the days that differ."""
    stored = [Hours(*each) for each in volunteer.availability.order_by("weekday", "since").values_list("weekday", "since", "until")]  # fmt: skip
    ticked, exact = cells_of(stored)
    form = WeekForm(request.POST or None, initial={"cells": sorted(ticked), "exact": words_of(exact)})
    if request.method == "POST" and form.is_valid():
        actions.set_availability(volunteer, form.weekly(), by_of(request))
        messages.success(request, _("Your week is saved."))
        return redirect("volunteers:times")
    return times_page(request, volunteer, form, DayForm(initial={"day": timezone.localdate()}))


def times_page(request: HttpRequest, volunteer: Volunteer, form: WeekForm, day_form: DayForm) -> HttpResponse:
    coming = volunteer.exceptions.filter(day__gte=timezone.localdate()).order_by("day", "since")
    context = {
        "form": form,
        "grid": rows(ticked_in(form)),
        "day_form": day_form,
        "exceptions": [
            {"row": each, "hours": "" if (each.since, each.until) == (0, DAY) else f"{clock(each.since)}–{clock(each.until)}"}
            for each in coming
        ],
    }  # fmt: skip
    status = max(status_of(form), status_of(day_form))
    return render(request, "volunteers/roster/times.html", context, status=status)


@require_POST
@for_volunteers
def except_day(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """One day that differs."""
    form = DayForm(request.POST)
    if form.is_valid():
        since, until = form.minutes()
        given = form.cleaned_data

        def add() -> None:
            actions.add_exception(
                volunteer,
                given["day"],
                available=given["available"],
                since=since,
                until=until,
                by=by_of(request),
            )

        if attempt(form, add):
            messages.success(request, _("Saved."))
            return redirect("volunteers:times")
    stored = [Hours(*each) for each in volunteer.availability.values_list("weekday", "since", "until")]
    ticked, exact = cells_of(stored)
    week = WeekForm(initial={"cells": sorted(ticked), "exact": words_of(exact)})
    return times_page(request, volunteer, week, form)


@require_POST
@for_volunteers
def forget_day(request: HttpRequest, volunteer: Volunteer, pk: int) -> HttpResponse:
    exception = get_object_or_404(volunteer.exceptions, pk=pk)
    actions.remove_exception(exception, by_of(request))
    return redirect("volunteers:times")


@require_http_methods(ASKED)
@for_volunteers
def credentials(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """Papers and where each stands; handing one in."""
    form = CredentialForm(request.POST or None, request.FILES or None)
    sent = request.method == "POST" and form.is_valid()
    if sent and attempt(form, lambda: hand_in(request, volunteer, form.cleaned_data)):
        messages.success(request, _("Handed in. Your community will compare it with the paper."))
        return redirect("volunteers:credentials")
    papers = volunteer.credentials.filter(withdrawn_at=None).select_related("skill").order_by("-pk")
    context = {
        "form": form,
        "papers": papers,
        "today": timezone.localdate(),
        "month": timezone.localdate() + REMINDED_BEFORE,
        "has_skills": form.fields["skill"].queryset.exists(),  # type: ignore[attr-defined]
    }
    return render(request, "volunteers/roster/credentials.html", context, status=status_of(form))


def hand_in(request: HttpRequest, volunteer: Volunteer, given: dict[str, Any]) -> Credential:
    by, upload = by_of(request), given.get("photo")
    file = None
    if upload is not None:
        pdf = (upload.name or "").lower().endswith(".pdf")
        file = keep_document(upload, by=by) if pdf else keep_photo(upload, by=by)
    return actions.add_credential(
        volunteer, given["skill"], number=given["number"], valid_until=given["valid_until"], file=file, by=by
    )


@require_POST
@for_volunteers
def withdraw_paper(request: HttpRequest, volunteer: Volunteer, pk: int) -> HttpResponse:
    credential = get_object_or_404(volunteer.credentials.select_related("skill", "volunteer"), pk=pk)
    return said(
        request, "volunteers:credentials", lambda: actions.withdraw_credential(credential, by=by_of(request))
    )


def said(request: HttpRequest, then: str, do: Any, *arguments: Any, done: str = "") -> HttpResponse:
    """Do what a single button asks and come back; a refusal is said at the top of that page."""
    try:
        do()
    except Refusal as refusal:
        messages.error(request, str(refusal.words))
    else:
        if done:
            messages.success(request, done)
    return redirect(then, *arguments)


@require_safe
@for_volunteers
def teams(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """Where a volunteer belongs, who invites them, whom they asked."""
    memberships = (
        volunteer.memberships.filter(state__in=("asked", "invited", "member"), team__dissolved_at=None)
        .select_related("team__organisation__area")
        .order_by("state", "team__organisation__name")
    )
    return render(request, "volunteers/roster/teams.html", {"memberships": memberships})


@require_safe
def team_list(request: HttpRequest) -> HttpResponse:
    """All teams, to look through; the visitor's own state beside each."""
    volunteer = queries.volunteer_of(person_of(request))
    words = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    page = page_of(request, queries.teams_to_join(volunteer, words), 20)
    own = dict(volunteer.memberships.values_list("team", "state")) if volunteer else {}
    context = {"page": page, "words": words, "rows": [(team, own.get(team.pk, "")) for team in page.rows]}
    return render(request, "volunteers/roster/team_list.html", context | {"volunteer": volunteer})


@require_safe
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """One team as everybody sees it: what it does, how many they are, how to join."""
    found = get_object_or_404(
        queries.counted(Team.objects.filter(dissolved_at=None)).prefetch_related("skills"), pk=pk
    )
    volunteer = queries.volunteer_of(person_of(request))
    own = volunteer.memberships.filter(team=found).first() if volunteer else None
    context = {"team": found, "volunteer": volunteer, "own": own if own and own.state in ("asked", "invited", "member") else None}  # fmt: skip
    return render(request, "volunteers/roster/team.html", context)


@require_POST
@for_volunteers
def join_team(request: HttpRequest, volunteer: Volunteer, pk: int) -> HttpResponse:
    found = get_object_or_404(Team.objects.select_related("organisation"), pk=pk)
    return said(
        request,
        "volunteers:team",
        lambda: actions.join_team(found, volunteer, by=by_of(request)),
        pk,
        done=_("Sent."),
    )


@require_POST
@for_volunteers
def leave_team(request: HttpRequest, volunteer: Volunteer, pk: int) -> HttpResponse:
    membership = get_object_or_404(
        volunteer.memberships.select_related("team__organisation", "volunteer__person"), team=pk
    )
    return said(request, "volunteers:teams", lambda: actions.leave_team(membership, by=by_of(request)))


@require_http_methods(ASKED)
@for_volunteers
def leave(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """The end, after one question."""
    if request.method == "POST":
        thanks = _("You are no volunteer any more. Thank you for all you did.")
        return said(
            request, "volunteers:home", lambda: actions.leave(volunteer, by=by_of(request)), done=thanks
        )
    return render(request, "volunteers/roster/leave.html", {"volunteer": volunteer})
