"""The desk's pages of activities: what is at risk first, planning, who signed up, confirming, the check-in code."""

from collections.abc import Callable
from typing import Any

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.journal.errors import NotFound, Refusal
from gridloop.core.people.models import Person
from gridloop.scenes.volunteers.activities import actions, attending, feeds, queries
from gridloop.scenes.volunteers.activities.forms import ActivityForm, PlacesForm, ShiftForm
from gridloop.scenes.volunteers.activities.models import Activity, CheckIn, Shift, Signup
from gridloop.scenes.volunteers.hours.forms import WordsForm
from gridloop.scenes.volunteers.hours.presence import rotating_code, seconds_left
from gridloop.scenes.volunteers.roster.queries import teams_led_by
from gridloop.web.acting import actor_of, person_of, staff_only
from gridloop.web.paging import page_of
from gridloop.web.refusals import show_refusal

LEADERS = ("enter_for_others", "lead_team")


def leader_of(request: HttpRequest) -> Person:
    person = person_of(request)
    assert person is not None  # the door has seen to it
    return person


def led_activity(request: HttpRequest, key: str) -> Activity:
    found = (
        queries.led_by(leader_of(request))
        .select_related("team__organisation", "area", "skill")
        .filter(key=key)
        .distinct()
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such activity in your reach."))
    return found


def led_shift(request: HttpRequest, pk: int) -> Shift:
    found = queries.shifts_led_by(leader_of(request)).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such shift in your reach."))
    return found


@require_safe
@staff_only(*LEADERS)
def overview(request: HttpRequest) -> HttpResponse:
    """Shifts at risk first, then attendances to confirm, then everything to come."""
    person, now = leader_of(request), timezone.now()
    shifts = queries.shifts_led_by(person)
    risky = (
        queries.at_risk(now)
        .filter(pk__in=shifts.values("pk"))
        .select_related("activity__team__organisation", "activity__area")
    )
    past = request.GET.get("show") == "past"
    listed = (
        shifts.filter(until__lte=now).order_by("-since", "-id")
        if past
        else shifts.filter(until__gt=now).order_by("since", "id")
    )
    tabs = [
        {"title": _("To come"), "url": "?", "current": not past},
        {"title": _("Over"), "url": "?show=past", "current": past},
    ]
    return render(
        request,
        "volunteers/activities/desk.html",
        {
            "at_risk": [(shift, shift.least - shift.taken) for shift in risky[:10]],
            "to_confirm": queries.to_confirm(person).count(),
            "first_to_confirm": queries.to_confirm(person).first(),
            "page": page_of(request, listed),
            "tabs": tabs,
            "teams": teams_led_by(person).select_related("organisation")[:20],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*LEADERS)
def create(request: HttpRequest) -> HttpResponse:
    """A new activity; its shifts come next."""
    form = ActivityForm(request.POST or None, person=leader_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data
            made = actions.create_activity(
                title=given["title"], words=given["words"], team=given["team"], area=given["area"],
                skill=given["skill"], place=given["place"], longitude=given["place_longitude"],
                latitude=given["place_latitude"], by=actor_of(request),
            )  # fmt: skip
            return redirect("volunteers:activity_desk", made.key)
        except Refusal as refusal:
            show_refusal(form, refusal)
    return render(
        request, "volunteers/activities/create.html", {"form": form}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*LEADERS)
def one(request: HttpRequest, key: str) -> HttpResponse:
    """One activity at the desk: its shifts, and adding more of them."""
    found = led_activity(request, key)
    form = ShiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_shifts(found, **form.cleaned_data, by=actor_of(request))
            messages.success(request, _("%(n)d shifts added.") % {"n": len(made)})
            return redirect("volunteers:activity_desk", found.key)
        except Refusal as refusal:
            show_refusal(form, refusal)
    context = {
        "activity": found,
        "form": form,
        "page": page_of(request, found.shifts.order_by("-since")),
        "reason": WordsForm(label=_("Why is it called off?")),
        "figures": queries.shift_figures(found),
    }
    return render(request, "volunteers/activities/one.html", context, status=422 if form.errors else 200)


@require_POST
@staff_only(*LEADERS)
def cancel(request: HttpRequest, key: str) -> HttpResponse:
    """The whole activity is called off."""
    found = led_activity(request, key)
    actions.cancel_activity(found, reason=request.POST.get("words", ""), by=actor_of(request))
    return redirect("volunteers:activity_desk", found.key)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*LEADERS)
def shift(request: HttpRequest, pk: int) -> HttpResponse:
    """One shift: who has a place, who waits, who came; more or fewer places."""
    found = led_shift(request, pk)
    initial = {"places": found.places, "least": found.least}
    form = PlacesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_places(found, **form.cleaned_data, by=actor_of(request))
            return redirect("volunteers:shift", found.pk)
        except Refusal as refusal:
            show_refusal(form, refusal)
    now = timezone.now()
    context = {
        "shift": found,
        "form": form,
        "reason": WordsForm(label=_("Why is it called off?")),
        "rows": page_of(request, queries.signups_for(found), 100),
        "missing": max(found.least - found.taken, 0) if found.since > now else 0,
        "own": person_of(request),
        "begun": found.since <= now,
    }
    return render(request, "volunteers/activities/shift.html", context, status=422 if form.errors else 200)


@require_POST
@staff_only(*LEADERS)
def cancel_shift(request: HttpRequest, pk: int) -> HttpResponse:
    found = led_shift(request, pk)
    actions.cancel_shift(found, reason=request.POST.get("words", ""), by=actor_of(request))
    return redirect("volunteers:shift", found.pk)


@require_POST
@staff_only(*LEADERS)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Attendances ticked on the shift's page: confirmed, each one guarded; refusals are told one by one."""
    found = led_shift(request, pk)
    chosen = [int(one) for one in request.POST.getlist("selected") if one.isdecimal()]
    rows = CheckIn.objects.filter(pk__in=chosen, signup__shift=found).select_related(
        "signup__volunteer__person", "signup__shift__activity__area", "signup__shift__activity__team"
    )
    act: Callable[[CheckIn], Any]
    if request.POST.get("act") == "refuse":
        words, by = request.POST.get("words", ""), actor_of(request)
        act = lambda row: attending.refuse_attendance(row, reason=words, by=by)  # noqa: E731
    else:
        by = actor_of(request)
        act = lambda row: attending.confirm_attendance(row, by=by)  # noqa: E731
    done = 0
    for row in rows:
        try:
            act(row)
            done += 1
        except Refusal as refusal:
            messages.error(request, str(refusal.words))
    if done:
        messages.success(request, _("%(n)d attendances decided.") % {"n": done})
    return redirect("volunteers:shift", found.pk)


@require_safe
@staff_only(*LEADERS)
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """A page for a tablet at the place: the code of this minute, large, and a QR code that leads to check-in."""
    found = led_shift(request, pk)
    digits = rotating_code(attending.subject_of(found))
    address = request.build_absolute_uri(reverse("volunteers:attend_shift", args=[found.pk]))
    picture = segno.make(f"{address}?code={digits}", error="m").svg_data_uri(scale=6, border=2)
    context = {
        "shift": found,
        "code": f"{digits[:3]} {digits[3:]}",
        "picture": picture,
        "seconds": seconds_left(),
        "inside": CheckIn.objects.filter(signup__shift=found, out_at=None).count(),
        "signed_up": Signup.objects.filter(shift=found, state__in=["signed_up", "attended"]).count(),
    }
    template = (
        "volunteers/activities/code_now.html"
        if getattr(request, "htmx", None)
        else "volunteers/activities/code.html"
    )
    answer = render(request, template, context)
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only("lead_team")
def team_calendar(request: HttpRequest, team: int) -> HttpResponse:
    """The team's calendar address, and a new one."""
    led = teams_led_by(leader_of(request)).select_related("organisation").filter(pk=team).first()
    if led is None:
        raise NotFound(_("There is no such team in your reach."))
    feed = feeds.feed_of_team(led)
    if request.method == "POST":
        feed = feeds.renew_feed(feed, by=actor_of(request))
        messages.success(request, _("The team's calendar has a new address."))
        return redirect("volunteers:team_calendar", led.pk)
    address = request.build_absolute_uri(reverse("volunteers:calendar", args=[feed.token]))
    return render(request, "volunteers/activities/team_calendar.html", {"team": led, "feed_url": address})
