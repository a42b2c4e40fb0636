"""The phone's pages of alarms: for grid workers and crews under /field/fire/, for those who answer for premises under /fire/."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gridloop.core.cases import kinds
from gridloop.core.cases.flow import Move
from gridloop.core.cases.models import Case
from gridloop.core.cases.queries import case_within_reach, cases_within_reach
from gridloop.core.cases.timeline import timeline
from gridloop.core.journal.errors import NotFound
from gridloop.core.people.models import Person
from gridloop.core.people.queries import reach_of
from gridloop.scenes.fire.alarms import queries, showing
from gridloop.scenes.fire.alarms.kinds import Grade
from gridloop.scenes.fire.alarms.models import Episode
from gridloop.scenes.fire.alarms.opening import open_episode
from gridloop.scenes.fire.flow import KINDS
from gridloop.web.acting import actor_of, signed_in, staff_only, viewer
from gridloop.web.asking import is_current, make_posted, mark_of
from gridloop.web.move_forms import MoveForm
from gridloop.web.stories import ICONS, TONES

OURS = tuple(kind.name for kind in KINDS)
FIELD = {"shell": "web/shell/field.html", "side": "field"}
OWNER = {"shell": "web/shell/public.html", "side": "owner"}
SHOWN = 30


@require_safe
@staff_only()
def field_alarms(request: HttpRequest) -> HttpResponse:
    """Open alarms in reach, for whoever is out."""
    person = viewer(request)
    rows = [(one, showing.calls_of(one)) for one in queries.open_episodes(person)[:SHOWN]]
    return render(request, "fire/alarms/field_list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only()
def field_alarm(request: HttpRequest, pk: int) -> HttpResponse:
    """One alarm on the phone of a grid worker or a crew."""
    return alarm(request, pk, FIELD)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def owner_alarm(request: HttpRequest, pk: int) -> HttpResponse:
    """One alarm on the phone of whoever answers for the premises."""
    return alarm(request, pk, OWNER)


def alarm(request: HttpRequest, pk: int, where: dict[str, Any]) -> HttpResponse:
    person = viewer(request)
    episode = queries.episode_in_reach(person, pk)
    if episode.case is None and episode.grade == Grade.FIRE:  # faster than the worker
        open_episode(episode.pk)
        episode = queries.episode_in_reach(person, pk)
    if episode.case is None:
        raise NotFound(_("Nothing has to be done here yet."))
    bound = posted(request, episode.case)
    if request.method == "POST" and bound is None:
        return redirect(request.path)
    context = showing.shown(episode, person, actor_of(request)) | where
    return render(
        request,
        "fire/alarms/card.html",
        context | forms_of(context, episode.case, bound),
        status=422 if bound else 200,
    )


def posted(request: HttpRequest, case: Case) -> MoveForm | None:
    """A posted move is made, or its form comes back with what is wrong."""
    if request.method != "POST":
        return None
    return make_posted(request, case, request.POST.get("move", ""), by=actor_of(request))


def forms_of(context: dict[str, Any], case: Case, bound: MoveForm | None) -> dict[str, Any]:
    def form_of(move: Move) -> MoveForm:
        return bound if bound is not None and bound.move.name == move.name else MoveForm(move, case)

    main: Move | None = context["main"]
    return {
        "main": (main, form_of(main)) if main else None,
        "others": [(move, form_of(move)) for move in context["others"]],
    }


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """What somebody who answers for premises has to do: alarms, faults, hazards, and their premises."""
    person = viewer(request)
    cases = cases_within_reach(person).filter(Q(parties__person=person) | Q(reporter=person), kind__in=OURS)
    waiting = list(cases.filter(open=True).distinct().order_by("urgency", "queue_at", "-pk")[:SHOWN])
    closed = list(cases.filter(open=False).distinct().order_by("-closed_at", "-pk")[:10])
    mark = mark_of([*waiting, *closed])
    if is_current(request, mark):
        return HttpResponse(status=204)
    premises = queries.premises_in_reach(person).filter(owners(person))[:SHOWN]
    context = {"premises": premises, "open": waiting, "closed": closed, "mark": mark}
    return render(request, "fire/alarms/mine.html", context)


def owners(person: Person) -> Q:
    return Q(owner=person) | Q(organisation__in=reach_of(person).organisations)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One matter for the owner or the resident who found it: a fire alarm leads to its card."""
    person = viewer(request)
    found = case_within_reach(person, number)
    if found.kind not in OURS:
        raise NotFound(_("There is no such case, or it is not yours to see."))
    episode = Episode.objects.filter(case=found).first()
    if found.kind == "fire_alarm" and episode is not None:
        return redirect("fire:owner_alarm", episode.pk)
    bound = posted(request, found)
    if request.method == "POST" and bound is None:
        return redirect(request.path)
    if is_current(request, mark_of([found])):
        return HttpResponse(status=204)
    main, others = showing.moves_shown(found, actor_of(request), person)
    kind = kinds.kind(found.kind)
    context = {
        "case": found,
        "mark": mark_of([found]),
        "step": kind.step(found.step),
        "main": main,
        "others": others,
        "entries": told(found),
        "deadline": found.deadlines.filter(met_at=None, due_at__isnull=False).order_by("due_at").first(),
        "exhibits": found.exhibits.select_related("file"),
        "hazard": getattr(found, "hazard", None),
        **OWNER,
    }
    return render(
        request,
        "fire/alarms/case.html",
        context | forms_of(context, found, bound),
        status=422 if bound else 200,
    )


def told(found: Case) -> list[dict[str, Any]]:
    """The story for people outside: no internal accounts."""
    return [
        {"icon": ICONS.get(one.event, "information"), "title": one.title, "who": "", "when": one.at, "words": "",
         "tone": TONES.get(one.event, "")}
        for one in timeline(found, staff=False)
    ][::-1]  # fmt: skip
