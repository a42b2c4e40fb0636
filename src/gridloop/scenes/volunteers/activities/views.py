"""Pages of activities for everybody and for volunteers: the public list, one activity, my shifts, check-in, calendars."""

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.journal.errors import NotFound, Refusal
from gridloop.core.territory import tree
from gridloop.scenes.volunteers.activities import attending, feeds, queries, signing_up
from gridloop.scenes.volunteers.activities.forms import ProofForm, community_choices
from gridloop.scenes.volunteers.activities.models import Activity, CheckIn, Shift, Signup
from gridloop.scenes.volunteers.hours.doors import for_volunteers
from gridloop.scenes.volunteers.roster.models import Volunteer
from gridloop.scenes.volunteers.roster.queries import volunteer_of
from gridloop.web.acting import actor_of, person_of
from gridloop.web.paging import page_of
from gridloop.web.refusals import show_refusal

PAGE = 20
TITLES = {
    "long_work": gettext_lazy("That is a long day"),
    "visit_before": gettext_lazy("You have a visit that day"),
}


@require_safe
def public_list(request: HttpRequest) -> HttpResponse:
    """What is on, soonest first; by community and by day."""
    said = request.GET.get("community", "")
    community = int(said) if said.isdecimal() and int(said) in tree.current() else None
    day = day_in(request.GET.get("day", ""))
    found = queries.open_activities(timezone.now(), tree.within(community) if community else None, day)
    return render(
        request,
        "volunteers/activities/list.html",
        {
            "page": page_of(request, found, PAGE),
            "communities": community_choices(),
            "community": community,
            "day": day,
            "volunteer": volunteer_of(person_of(request)),
        },
    )


def day_in(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


@require_safe
def activity(request: HttpRequest, key: str) -> HttpResponse:
    """One activity with its coming shifts; volunteers sign up here."""
    found = get_object_or_404(Activity.objects.select_related("team__organisation", "area", "skill"), key=key)
    volunteer = volunteer_of(person_of(request))
    shifts = list(found.shifts.filter(until__gt=timezone.now()).order_by("since")[:30])
    own = Signup.objects.filter(shift__in=shifts, volunteer=volunteer) if volunteer else Signup.objects.none()
    mine = {signup.shift_id: signup for signup in own}
    rows = [(shift, mine.get(shift.pk), shift.places - shift.taken) for shift in shifts]
    return render(
        request,
        "volunteers/activities/activity.html",
        {"activity": found, "rows": rows, "volunteer": volunteer, "known": person_of(request) is not None},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_volunteers
def sign_up(request: HttpRequest, volunteer: Volunteer, shift: int) -> HttpResponse:
    """A place or the waiting list; before long work, or a visit that comes first, a second look is asked for."""
    found = get_object_or_404(Shift.objects.select_related("activity"), pk=shift)
    if request.method != "POST":
        return redirect("volunteers:activity", found.activity.key)
    try:
        signup = signing_up.sign_up(
            found, volunteer, by=actor_of(request), aware=request.POST.get("aware") == "yes"
        )
    except signing_up.Warned as warning:
        title = TITLES.get(warning.code, gettext_lazy("Before you sign up"))
        context = {"shift": found, "words": warning.words, "title": title}
        return render(request, "volunteers/activities/aware.html", context, status=422)
    words = (
        _("You have a place.")
        if signup.state == "signed_up"
        else _("You are on the waiting list. We tell you when you move up.")
    )
    messages.success(request, words)
    return redirect("volunteers:my_activities")


@require_POST
@for_volunteers
def cancel(request: HttpRequest, volunteer: Volunteer, signup: int) -> HttpResponse:
    """The volunteer cannot come."""
    signing_up.cancel_signup(own_signup(volunteer, signup), by=actor_of(request))
    messages.success(request, _("Cancelled. The place goes to the next one."))
    return redirect("volunteers:my_activities")


def own_signup(volunteer: Volunteer, pk: int) -> Signup:
    found = queries.signups_of(volunteer).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such sign-up of yours."))
    return found


@require_safe
@for_volunteers
def mine(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """What I signed up for, what is next, what is over; and my calendar address."""
    now = timezone.now()
    coming = list(queries.coming_signups(volunteer, now)[:50])
    past = queries.signups_of(volunteer).filter(shift__until__lte=now).order_by("-shift__since", "-id")
    feed = feeds.feed_of_person(volunteer.person)
    return render(
        request,
        "volunteers/activities/mine.html",
        {
            "coming": [(signup, open_check_in(signup), can_check_in(signup)) for signup in coming],
            "page": page_of(request, past, PAGE),
            "feed_url": request.build_absolute_uri(reverse("volunteers:calendar", args=[feed.token])),
        },
    )


def open_check_in(signup: Signup) -> CheckIn | None:
    return next((row for row in signup.check_ins.all() if row.out_at is None), None)


def can_check_in(signup: Signup) -> bool:
    now, shift = timezone.now(), signup.shift
    return (
        signup.state in ("signed_up", "attended")
        and shift.since - attending.EARLY <= now < shift.until
        and open_check_in(signup) is None
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_volunteers
def attend(request: HttpRequest, volunteer: Volunteer, signup: int) -> HttpResponse:
    """Check in, or check out, with the code shown or by position."""
    found = own_signup(volunteer, signup)
    row = open_check_in(found)
    form = ProofForm(request.POST or None, initial={"code": request.GET.get("code", "")[:12]})
    if request.method == "POST" and form.is_valid():
        try:
            by, proof = actor_of(request), form.proof()
            if row is None:
                attending.check_in(found, proof, by=by)
                words = _("You are checked in. Check out when you leave.")
            else:
                attending.check_out(row, proof, by=by)
                words = _("You are checked out. The leader confirms your hours.")
            warn_of_clock(request, proof)
            messages.success(request, words)
            return redirect("volunteers:my_activities")
        except Refusal as refusal:
            show_refusal(form, refusal)
    context = {"signup": found, "form": form, "inside": row, "open": can_check_in(found) or row is not None}
    return render(request, "volunteers/activities/attend.html", context, status=422 if form.errors else 200)


def warn_of_clock(request: HttpRequest, proof: attending.Proof) -> None:
    if proof.clock_is_wrong:
        messages.warning(request, _("The clock of your phone is wrong; our own time was written down."))


@require_safe
@for_volunteers
def attend_shift(request: HttpRequest, volunteer: Volunteer, shift: int) -> HttpResponse:
    """Where the code page's QR code leads: to the visitor's own check-in, the code filled in."""
    found = queries.signups_of(volunteer).filter(shift=shift).first()
    if found is None:
        raise NotFound(_("You have no place in this shift. Sign up for it first."))
    address = reverse("volunteers:attend", args=[found.pk])
    return redirect(f"{address}?code={request.GET.get('code', '')[:12]}")


@require_POST
@for_volunteers
def renew_calendar(request: HttpRequest, volunteer: Volunteer) -> HttpResponse:
    """A new calendar address; the old one goes dead."""
    feeds.renew_feed(feeds.feed_of_person(volunteer.person), by=actor_of(request))
    messages.success(request, _("Your calendar has a new address. Enter it in your calendar program."))
    return redirect("volunteers:my_activities")


@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """What calendar programs fetch; a wrong or renewed address is no address."""
    feed = feeds.feed_by_token(token)
    if feed is None:
        raise NotFound(_("There is no calendar at this address. Perhaps it was renewed."))
    site = f"{'https' if request.is_secure() else 'http'}://{request.get_host()}"
    answer = HttpResponse(feeds.calendar_of(feed, site=site), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="gridloop.ics"'
    answer["Cache-Control"] = "private, max-age=900"
    answer["X-Robots-Tag"] = "noindex"
    answer["Content-Language"] = settings.LANGUAGE_CODE
    return answer
