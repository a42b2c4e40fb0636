"""The desk's pages: volunteers in reach, one volunteer, teams, papers to confirm."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.actions import person_by_phone, unmask
from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import digest, masked_phone
from gridloop.core.people.queries import actor_of as acting_for
from gridloop.core.people.queries import may
from gridloop.core.people.validity import is_mobile_number, tidy_phone
from gridloop.core.spreadsheets import XLSX_TYPE, write_rows
from gridloop.core.territory import tree
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.listings.queries import listings_to_moderate
from gridloop.scenes.volunteers.roster import actions, queries
from gridloop.scenes.volunteers.roster.availability import Hours
from gridloop.scenes.volunteers.roster.credentials import REMINDED_BEFORE
from gridloop.scenes.volunteers.roster.doors import (
    attempt,
    by_of,
    communities_of,
    desk,
    office,
    status_of,
)
from gridloop.scenes.volunteers.roster.forms import (
    EnrolForm,
    PauseForm,
    PeopleFilter,
    ReasonForm,
)
from gridloop.scenes.volunteers.roster.models import Credential, Membership, Volunteer
from gridloop.scenes.volunteers.roster.queries import cares_for
from gridloop.scenes.volunteers.roster.views import said
from gridloop.scenes.volunteers.roster.weekly_grid import DAYS, cells_of, clock, rows
from gridloop.web.acting import staff_only, viewer
from gridloop.web.paging import page_of

EXPORTED = 60_000


def tabs(request: HttpRequest, here: str) -> list[dict[str, Any]]:
    """The desk's views of volunteering, those this person may open, with what waits in each."""
    person = viewer(request)
    asking = Membership.objects.filter(
        state="asked", team__in=queries.teams_within_reach(person).values("pk")
    )
    found = [("people", _("People"), None), ("desk_teams", _("Teams"), asking.count())]
    if queries.roots_of_care(person):
        found += [
            ("desk_credentials", _("Papers to confirm"), queries.credentials_to_confirm(person).count()),
            ("desk_lists", _("Lists"), listings_to_moderate(person).count()),
            ("desk_stations", _("Stations"), None),
        ]
    return [
        {
            "title": title,
            "url": reverse(f"volunteers:{name}"),
            "current": name == here,
            "count": count or None,
        }
        for name, title, count in found
    ]


def narrowed(request: HttpRequest) -> tuple[PeopleFilter, QuerySet[Volunteer]]:
    person = viewer(request)
    form = PeopleFilter(request.GET, communities=communities_of(person))
    form.is_valid()
    given = form.cleaned_data
    found = queries.volunteers_within_reach(person)
    state, today = given.get("state") or "", timezone.localdate()
    found = found.filter(left_at__isnull=state != "left") if state != "all" else found
    if state == "paused":
        found = found.filter(paused_until__gte=today)
    elif state == "in_service":
        found = found.filter(in_service=True)
    elif state == "expiring":
        soon = Credential.objects.filter(
            volunteer=OuterRef("pk"), withdrawn_at=None, confirmed_at__isnull=False,
            valid_until__range=(today, today + REMINDED_BEFORE),
        )  # fmt: skip
        found = found.filter(Exists(soon))
    if given.get("community"):
        found = found.filter(community=given["community"])
    if given.get("skill"):
        found = found.filter(skills=given["skill"])
    if given.get("team"):
        member = Membership.objects.filter(volunteer=OuterRef("pk"), team=given["team"], state="member")
        found = found.filter(Exists(member))
    words = (given.get("q") or "").strip()
    if is_mobile_number(words):
        found = found.filter(person__phone_digest=digest(tidy_phone(words)))
    elif words:
        found = found.filter(number__icontains=words)
    return form, found.order_by("-pk")


@require_safe
@desk
def people(request: HttpRequest) -> HttpResponse:
    """Volunteers in reach, fifty at a time."""
    person = viewer(request)
    form, found = narrowed(request)
    page = page_of(request, found.select_related("person", "community").prefetch_related("skills"))
    team = form.cleaned_data.get("team")
    context = {
        "tabs": tabs(request, "people"),
        "form": form,
        "page": page,
        "rows": [(each, queries.name_for(person, each)) for each in page.rows],
        "today": timezone.localdate(),
        "team": queries.teams_within_reach(person).filter(pk=team).first() if team else None,
        "narrowed": any(request.GET.get(name) for name in ("q", "community", "skill", "state")),
        "may_care": bool(queries.roots_of_care(person)),
        "may_export": may(person, "export"),
    }
    return render(request, "volunteers/roster/desk_people.html", context)


@require_safe
@staff_only("export")
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The list as a spreadsheet: names as on the list, never a telephone number; that it was taken is journalled."""
    person = viewer(request)
    found = narrowed(request)[1].select_related("person", "community").prefetch_related("skills", "memberships__team__organisation")[:EXPORTED]  # fmt: skip
    picture = tree.current()
    headers = [_("Volunteer number"), _("Person's name"), _("Community"), _("Skills"), _("Teams"), _("In service"), _("Work unit"),
               _("Radius in metres"), _("Joined on"), _("Tasks done"), _("Average rating")]  # fmt: skip
    lines = (
        [
            each.number, queries.name_for(person, each), picture.full_name(each.community_id) if each.community_id else "",
            "，".join(skill.title for skill in each.skills.all()),
            "，".join(row.team.organisation.name for row in each.memberships.all() if row.state == "member"),
            _("yes") if each.in_service else "", each.work_unit, each.radius,
            f"{timezone.localtime(each.joined_at):%Y-%m-%d}", each.done,
            round(each.rating_sum / each.ratings, 1) if each.ratings else None,
        ]
        for each in found.iterator(chunk_size=2000)
    )  # fmt: skip
    with transaction.atomic():
        record(
            "volunteers_exported",
            by=acting_for(person, ability="export"),
            facts={"query": request.GET.urlencode()},
        )
    answer = StreamingHttpResponse(write_rows(headers, lines), content_type=XLSX_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="volunteers-{timezone.localdate():%Y%m%d}.xlsx"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@office
def enrol(request: HttpRequest) -> HttpResponse:
    """A resident who comes to the office becomes a volunteer."""
    form = EnrolForm(request.POST or None, communities=communities_of(viewer(request)))
    if request.method == "POST" and form.is_valid():
        made: list[Volunteer] = []
        if attempt(form, lambda: made.append(enrol_resident(form.cleaned_data, by_of(request)))):
            messages.success(request, _("Enrolled."))
            return redirect("volunteers:person", made[0].pk)
    context = {"form": form, "title": _("Enrol a volunteer"), "send": _("Enrol"), "back": "volunteers:people"}
    return render(request, "volunteers/roster/desk_form.html", context, status=status_of(form))


@transaction.atomic
def enrol_resident(given: dict[str, Any], by: Actor) -> Volunteer:
    person = person_by_phone(given["phone"], name=given["name"], by=by)
    if not person.name:
        Person.objects.filter(pk=person.pk).update(name=given["name"])
    community = Area.objects.get(pk=given["community"])
    named = ("radius", "remote_only", "skills", "in_service", "work_unit", "number")
    return actions.enrol_volunteer(
        person, community=community, longitude=community.longitude, latitude=community.latitude, by=by,
        **{name: given[name] for name in named},
    )  # fmt: skip


@require_safe
@desk
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One volunteer: what they offer, when, in which teams, with which papers."""
    return person_page(request, queries.volunteer_within_reach(viewer(request), pk))


def person_page(request: HttpRequest, volunteer: Volunteer, phone: str = "") -> HttpResponse:
    person = viewer(request)
    hours = [Hours(*each) for each in volunteer.availability.order_by("weekday", "since").values_list("weekday", "since", "until")]  # fmt: skip
    ticked, exact = cells_of(hours)
    today = timezone.localdate()
    context = {
        "volunteer": volunteer,
        "name": queries.name_for(person, volunteer),
        "phone": phone or masked_phone(volunteer.person.phone),
        "plain": bool(phone),
        "skills": volunteer.skills.order_by("pk"),
        "grid": rows(ticked),
        "exact": [f"{DAYS[day]} {clock(since)}–{clock(until)}" for day, since, until in exact],
        "exceptions": volunteer.exceptions.filter(day__gte=today).order_by("day")[:10],
        "memberships": volunteer.memberships.filter(state__in=("asked", "invited", "member")).select_related("team__organisation"),
        "papers": volunteer.credentials.filter(withdrawn_at=None).select_related("skill", "file", "confirmed_by").order_by("-pk"),
        "today": today,
        "month": today + REMINDED_BEFORE,
        "paused": volunteer.paused_until and volunteer.paused_until >= today,
        "may_care": cares_for(person, volunteer.community_id),
        "may_unmask": may(person, "unmask", volunteer.community_id) and not phone,
        "own": person.pk == volunteer.person_id,
        "pause_form": PauseForm(),
        "rating": round(volunteer.rating_sum / volunteer.ratings, 1) if volunteer.ratings else None,
    }  # fmt: skip
    return render(request, "volunteers/roster/desk_person.html", context)


@require_POST
@staff_only("unmask")
def show_phone(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole number, for a reason the volunteer can read."""
    volunteer = queries.volunteer_within_reach(viewer(request), pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, _("Say in a few words why you need to see this. The person concerned can read it.")
        )
        return redirect("volunteers:person", pk)
    try:
        by = acting_for(viewer(request), ability="unmask")
        phone = unmask(volunteer.person, "phone", reason=form.cleaned_data["reason"], by=by)
    except Refusal as refusal:
        messages.error(request, str(refusal.words))
        return redirect("volunteers:person", pk)
    return person_page(request, volunteer, phone)


@require_POST
@office
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    volunteer = queries.volunteer_within_reach(viewer(request), pk)

    def change() -> None:
        form = PauseForm(request.POST)
        if "resume" in request.POST:
            actions.resume(volunteer, by=by_of(request))
        elif form.is_valid():
            actions.pause(volunteer, form.cleaned_data["until"], by=by_of(request))
        else:
            raise Refusal(_("Choose the last day of the pause."))

    return said(request, "volunteers:person", change, pk, done=_("Saved."))


@require_POST
@office
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    volunteer = queries.volunteer_within_reach(viewer(request), pk)
    return said(
        request,
        "volunteers:person",
        lambda: actions.leave(volunteer, by=by_of(request)),
        pk,
        done=_("Saved."),
    )
