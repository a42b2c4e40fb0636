"""The duty room's pages: the board, one alarm, maintenance windows, and in the demo a storm."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.queries import moves_open_to
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Person
from gridloop.core.people.queries import actor_of as acting_as
from gridloop.core.territory import tree
from gridloop.scenes.fire.alarms import queries, showing, windows
from gridloop.scenes.fire.alarms.forms import WindowForm
from gridloop.scenes.fire.alarms.kinds import Grade
from gridloop.scenes.fire.alarms.models import Episode, Window
from gridloop.scenes.fire.alarms.opening import open_episode
from gridloop.scenes.fire.registry.models import Device
from gridloop.web.acting import signed_in, staff_only, viewer

WATCHING = ("dispatch", "watch_fire")
SHOWN = 60
WINDOWS_SHOWN = 50


@require_safe
@staff_only(*WATCHING)
def board(request: HttpRequest) -> HttpResponse:
    """Open alarms, the unacknowledged first, then the newest; live."""
    wall = "wall" in request.GET
    context = rows_context(viewer(request)) | {"demo": settings.DEMO, "wall": wall}
    return render(request, "fire/alarms/wall.html" if wall else "fire/alarms/board.html", context)


@require_safe
@staff_only(*WATCHING)
def board_rows(request: HttpRequest) -> HttpResponse:
    """What the live line fetches anew."""
    wall = "wall" in request.GET
    return render(request, "fire/alarms/rows.html", rows_context(viewer(request)) | {"wall": wall})


def rows_context(person: Person) -> dict[str, Any]:
    pictured = tree.current()
    rows = list(queries.open_episodes(person).prefetch_related("calls")[:SHOWN])
    return {
        "rows": [
            {
                "episode": one,
                "place": pictured.full_name(area)
                if (area := one.premises.grid_id or one.premises.town_id)
                else "",
                "called": len(one.calls.all()),
                "going": sum(call.answer in ("going", "arrived") for call in one.calls.all()),
                "arrived": sum(call.answer == "arrived" for call in one.calls.all()),
            }
            for one in rows
        ],
        "figures": queries.board_figures(person),
        "unplaced": list(queries.unplaced_alarms(person)[:10]),
        "held_back": queries.held_back(person).count(),
        "shown": SHOWN,
    }


@require_safe
@staff_only(*WATCHING)
def alarm(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a notice leads: to the case page, which carries all there is; a case not yet opened is opened now."""
    episode = queries.episode_in_reach(viewer(request), pk)
    case = episode.case or (open_episode(episode.pk) if episode.grade == Grade.FIRE else None)
    return redirect("desk:case", case.number) if case else redirect("fire:board")


@require_POST
@staff_only(*WATCHING)
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """One touch on the board."""
    person = viewer(request)
    episode = queries.episode_in_reach(person, pk)
    case = episode.case or open_episode(episode.pk)
    if case is not None:
        by = acting_as(person, ability="dispatch", area=case.area_id)
        if any(move.name == "acknowledge" for move in moves_open_to(case, by, person)):
            move_case(case, "acknowledge", by=by)
    return redirect("fire:board")


@require_safe
@staff_only(*WATCHING)
def silent(request: HttpRequest) -> HttpResponse:
    """What is on and alarms nobody, with the reason: nothing is hidden."""
    rows = queries.held_back(viewer(request)).order_by("-pk")[:SHOWN]
    return render(request, "fire/alarms/silent.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*WATCHING)
def window_list(request: HttpRequest) -> HttpResponse:
    """Maintenance windows in reach, open ones first, and the form of a new one."""
    person = viewer(request)
    form = WindowForm(request.POST or None, initial={"premises_code": request.GET.get("code", "")})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            ask(person, form.cleaned_data)
            messages.success(request, _("The maintenance window is kept."))
            return redirect("fire:windows")
        except Refusal as refusal:
            field = "premises_code" if refusal.field == "premises" else refusal.field
            form.add_error(field if field in form.fields else None, str(refusal.words))
    if form.errors:
        status = 422
    found = Window.objects.filter(
        queries.premises_within(person, "premises__") | queries.premises_within(person, "device__premises__")
    )
    rows = found.select_related("premises", "device__premises", "asked_by", "approved_by").order_by(
        "-ended_at", "-pk"
    )
    listed = sorted(rows[:WINDOWS_SHOWN], key=lambda window: window.ended_at is not None)
    context = {"form": form, "rows": listed, "now": timezone.now(), "me": person.pk}
    return render(request, "fire/alarms/windows.html", context, status=status)


def ask(person: Person, given: dict[str, Any]) -> Window:
    code = given["premises_code"].strip()
    premises = queries.premises_in_reach(person).filter(code=code).first()
    device = None
    if premises is None:
        within = queries.premises_within(person, "premises__")
        device = Device.objects.filter(within, code=code).select_related("premises").first()
        if device is None:
            raise Refusal(_("No premises and no device in your area has this code."), field="premises")
    return windows.ask_for_window(
        premises=premises, device=device, reason=given["reason"], from_at=given["from_at"], until_at=given["until_at"],
        mutes_fire=given["mutes_fire"], by=acting_as(person, ability="dispatch"),
    )  # fmt: skip


@require_POST
@staff_only(*WATCHING)
def window_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Approve it, or end it before its time."""
    person = viewer(request)
    seen = queries.premises_within(person, "premises__") | queries.premises_within(
        person, "device__premises__"
    )
    window = Window.objects.filter(seen, pk=pk).select_related("premises", "device__premises").first()
    if window is None or step not in ("approve", "end"):
        raise Http404
    by = acting_as(person, ability="dispatch")
    try:
        (windows.approve_window if step == "approve" else windows.end_window)(window, by=by)
        messages.success(
            request, _("Approved.") if step == "approve" else _("Ended; what still rings rings again.")
        )
    except Refusal as refusal:
        messages.error(request, str(refusal.words))
    return redirect("fire:windows")


@require_safe
@signed_in
def points(request: HttpRequest, pk: int) -> HttpResponse:
    """The place and the stations on the map of an alarm."""
    episode: Episode = queries.episode_in_reach(viewer(request), pk)
    return JsonResponse(showing.points_of(episode), content_type="application/geo+json")


@require_POST
@staff_only(*WATCHING)
def storm(request: HttpRequest) -> HttpResponse:
    """The demo's button: some two hundred devices ring at once."""
    if not settings.DEMO:
        raise Http404
    from gridloop.scenes.fire.alarms.storm import raise_storm

    count = raise_storm(200)
    messages.success(request, _("%(n)s devices ring.") % {"n": count})
    return redirect("fire:board")
