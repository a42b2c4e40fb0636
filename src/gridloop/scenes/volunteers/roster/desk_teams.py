"""Teams on the desk: found, change, invite, decide, dissolve."""

from typing import Any

from django.contrib import messages
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.roster import actions, queries
from gridloop.scenes.volunteers.roster.desk import tabs
from gridloop.scenes.volunteers.roster.doors import (
    attempt,
    by_of,
    communities_of,
    desk,
    office,
    status_of,
)
from gridloop.scenes.volunteers.roster.forms import (
    NumberForm,
    TeamChangeForm,
    TeamForm,
)
from gridloop.scenes.volunteers.roster.models import Membership, Team, Volunteer
from gridloop.scenes.volunteers.roster.queries import cares_for
from gridloop.scenes.volunteers.roster.teams import appoint_leader, change_team
from gridloop.scenes.volunteers.roster.views import said
from gridloop.web.acting import viewer
from gridloop.web.paging import page_of

ASKED = ("GET", "HEAD", "POST")


@require_safe
@desk
def teams(request: HttpRequest) -> HttpResponse:
    """Teams in reach, those that are asked first."""
    person = viewer(request)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    found = queries.teams_within_reach(person)
    gone = "dissolved" in request.GET
    found = found.filter(dissolved_at__isnull=not gone)
    if words:
        found = found.filter(
            Q(organisation__name__icontains=words) | Q(organisation__area__name__icontains=words)
        )
    context = {
        "tabs": tabs(request, "desk_teams"),
        "page": page_of(request, found.order_by(F("asking").desc(), "organisation__area__code", "pk")),
        "words": words,
        "gone": gone,
        "may_care": bool(queries.roots_of_care(person)),
    }
    return render(request, "volunteers/roster/desk_teams.html", context)


@require_http_methods(ASKED)
@office
def new_team(request: HttpRequest) -> HttpResponse:
    """A new team."""
    person = viewer(request)
    areas = [*sorted(queries.roots_of_care(person)), *communities_of(person)]
    form = TeamForm(request.POST or None, areas=list(dict.fromkeys(areas)), initial={"join_mode": "approval"})
    if request.method == "POST" and form.is_valid():
        made: list[Team] = []
        if attempt(form, lambda: made.append(found_team(form.cleaned_data, by_of(request)))):
            messages.success(request, _("The team was founded."))
            return redirect("volunteers:desk_team", made[0].pk)
    context = {
        "form": form,
        "title": _("Found a team"),
        "send": _("Found it"),
        "back": "volunteers:desk_teams",
    }
    return render(request, "volunteers/roster/desk_form.html", context, status=status_of(form))


def found_team(given: dict[str, Any], by: Actor) -> Team:
    leader = volunteer_numbered(given["leader"], "leader") if given["leader"] else None
    area = Area.objects.get(pk=given["area"])
    return actions.found_team(
        given["name"], area=area, join_mode=given["join_mode"], words=given["words"], skills=given["skills"],
        leader=leader, by=by,
    )  # fmt: skip


def volunteer_numbered(number: str, field: str) -> Volunteer:
    found = (
        Volunteer.objects.filter(number=number.strip().upper(), left_at=None).select_related("person").first()
    )
    if found is None:
        raise Refusal(_("There is no volunteer with this number."), field=field)
    return found


@require_safe
@desk
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """One team: who asks to join, who is in it, how one joins."""
    found = queries.team_within_reach(viewer(request), pk)
    return team_page(request, found, TeamChangeForm.of(found), NumberForm())


def team_page(request: HttpRequest, found: Team, form: TeamChangeForm, invite: NumberForm) -> HttpResponse:
    person = viewer(request)
    rows = found.memberships.select_related("volunteer__person", "volunteer__community")
    asking = list(rows.filter(state="asked").order_by("since")[:50])
    page = page_of(request, rows.filter(state__in=("member", "invited")).order_by("role", "-state", "pk"))
    context = {
        "team": found,
        "asking": [
            (each, queries.name_for(person, each.volunteer), each.volunteer.person_id == person.pk)
            for each in asking
        ],
        "page": page,
        "rows": [(each, queries.name_for(person, each.volunteer)) for each in page.rows],
        "leader_known": any(each.role == "leader" for each in page.rows),
        "form": form,
        "invite": invite,
        "may_care": cares_for(person, found.organisation.area_id),
    }
    return render(
        request, "volunteers/roster/desk_team.html", context, status=max(status_of(form), status_of(invite))
    )


@require_POST
@desk
def change_one_team(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.team_within_reach(viewer(request), pk)
    form = TeamChangeForm.of(found, request.POST)
    if form.is_valid() and attempt(form, lambda: change_team(found, by=by_of(request), **form.cleaned_data)):
        messages.success(request, _("Saved."))
        return redirect("volunteers:desk_team", pk)
    return team_page(request, found, form, NumberForm())


@require_POST
@desk
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a volunteer to join, by their number; or name them leader."""
    found = queries.team_within_reach(viewer(request), pk)
    form = NumberForm(request.POST)

    def do() -> None:
        volunteer = volunteer_numbered(form.cleaned_data["number"], "number")
        if "leader" in request.POST:
            appoint_leader(found, volunteer, by=by_of(request))
        else:
            actions.invite_to_team(found, volunteer, by=by_of(request))

    if form.is_valid() and attempt(form, do):
        messages.success(request, _("Saved."))
        return redirect("volunteers:desk_team", pk)
    return team_page(request, found, TeamChangeForm.of(found), form)


@require_POST
@desk
def decide(request: HttpRequest, pk: int, membership: int) -> HttpResponse:
    """Answer somebody who asked to join, or end a membership."""
    found = queries.team_within_reach(viewer(request), pk)
    row = get_object_or_404(
        Membership.objects.select_related("team__organisation", "volunteer__person"),
        pk=membership,
        team=found,
    )
    decision = request.POST.get("decision", "")
    reason = request.POST.get("reason", "").replace("\x00", "")[:200]

    def do() -> None:
        if decision == "end":
            actions.leave_team(row, by=by_of(request))
        else:
            actions.decide_membership(row, decision == "accept", words=reason, by=by_of(request))

    return said(request, "volunteers:desk_team", do, pk, done=_("Saved."))


@require_POST
@desk
def dissolve(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.team_within_reach(viewer(request), pk)
    return said(
        request, "volunteers:desk_teams", lambda: actions.dissolve_team(found, by=by_of(request)),
        done=_("The team was dissolved."),
    )  # fmt: skip
