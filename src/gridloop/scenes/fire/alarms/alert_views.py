"""The pages of outgoing alerts: what was handed out, a preview, handing out; and the public feed."""

from dataclasses import fields
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Person
from gridloop.core.people.queries import actor_of as acting_as
from gridloop.core.people.queries import reach_of
from gridloop.core.territory import tree
from gridloop.scenes.fire import cap
from gridloop.scenes.fire.alarms import alerts, queries
from gridloop.scenes.fire.alarms.forms import AlertForm
from gridloop.scenes.fire.alarms.models import Alert
from gridloop.scenes.fire.alarms.views import WATCHING
from gridloop.web.acting import staff_only, viewer
from gridloop.web.refusals import show_refusal

SHOWN = 50
LEVELS = ("county", "town", "community", "grid")


def alerts_in_reach(person: Person) -> Any:
    return Alert.objects.filter(area__in=reach_of(person).areas).order_by("-sent", "-pk")


def areas_to_choose(person: Person) -> list[tuple[int, str]]:
    """The areas of the person's posts and what lies directly inside; an episode adds its own grid."""
    pictured = tree.current()
    found: dict[int, str] = {}
    for root in sorted(reach_of(person).roots):
        for area in (root, *pictured.children(root)):
            if pictured.level(area) in LEVELS:
                found[area] = pictured.full_name(area)
    return list(found.items())


@require_safe
@staff_only(*WATCHING)
def alert_list(request: HttpRequest) -> HttpResponse:
    """What was handed out, newest first."""
    pictured = tree.current()
    rows = [(one, pictured.full_name(one.area)) for one in alerts_in_reach(viewer(request))[:SHOWN]]
    followed = set(
        Alert.objects.filter(follows__in=[one.pk for one, _place in rows]).values_list("follows", flat=True)
    )
    return render(request, "fire/alarms/alerts.html", {"rows": rows, "followed": followed})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(*WATCHING)
def new_alert(request: HttpRequest) -> HttpResponse:
    """Write, look at the message, hand it out: the preview and what is handed out have the same identifier."""
    person = viewer(request)
    follows = earlier(request, person)
    message: cap.Message = (
        "Alert" if follows is None else "Cancel" if request.GET.get("message") == "Cancel" else "Update"
    )
    initial = first_words(request, person, follows)
    choices = areas_to_choose(person)
    if initial.get("area") and initial["area"] not in dict(choices):
        choices.insert(0, (initial["area"], tree.current().full_name(initial["area"])))
    form = AlertForm(request.POST or None, areas=choices, initial=initial)
    context: dict[str, Any] = {"form": form, "follows": follows, "message": message}
    status = 200
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        identifier = given.pop("identifier")
        draft = alerts.Draft(
            **{field.name: given[field.name] for field in fields(alerts.Draft) if field.name in given}
        )
        try:
            if "hand_out" in request.POST:
                by = acting_as(person, ability="dispatch", area=draft.area)
                kept = alerts.hand_out(draft, by=by, message=message, follows=follows, identifier=identifier)
                messages.success(request, _("Handed out: %(identifier)s") % {"identifier": kept.identifier})
                return redirect("fire:alerts")
            composed = alerts.compose(draft, message=message, follows=follows, identifier=identifier)
            wrong = list(cap.problems(composed))
            context |= {"wrong": wrong, "composed": composed, "identifier": composed.identifier}
            context["document"] = "" if wrong else cap.write(composed).decode()
        except Refusal as refusal:
            show_refusal(form, refusal)
    if form.errors:
        status = 422
    return render(request, "fire/alarms/alert.html", context, status=status)


def earlier(request: HttpRequest, person: Person) -> Alert | None:
    if not (wanted := request.GET.get("follows", "")):
        return None
    return get_object_or_404(alerts_in_reach(person), identifier=wanted)


def first_words(request: HttpRequest, person: Person, follows: Alert | None) -> dict[str, Any]:
    """What the form begins with: the earlier message, or the episode it is written for."""
    if follows is not None:
        found = alerts.draft_of(follows)
        return found | {"drill": "1" if found["drill"] else "0", "event": _("Fire")}
    if not (episode := request.GET.get("episode", "")).isdecimal():
        return {"event": _("Fire")}
    found_episode = queries.episode_in_reach(person, int(episode))
    premises = found_episode.premises
    return {
        "episode": found_episode.pk, "drill": "0", "colour": "orange", "event": _("Fire"),
        "area": premises.grid_id or premises.community_id or premises.town_id,
        "headline": _("Fire alarm at %(name)s") % {"name": premises.name},
        "description": _("Fire detectors ring at %(name)s. Helpers are on their way.") % {"name": premises.name},
        "instruction": _("Keep away, keep the fire lane free."),
    }  # fmt: skip


@require_safe
@staff_only(*WATCHING)
def alert_document(request: HttpRequest, identifier: str) -> HttpResponse:
    """The message as it was handed out, for whoever may see it here."""
    found = get_object_or_404(alerts_in_reach(viewer(request)), identifier=identifier)
    return HttpResponse(found.document, content_type="application/cap+xml; charset=utf-8")


@require_safe
def public_alert(request: HttpRequest, identifier: str) -> HttpResponse:
    """The feed for everybody: only what was handed out for everybody."""
    found = Alert.objects.filter(identifier=identifier, scope="Public").first()
    if found is None:
        raise Http404
    return HttpResponse(found.document, content_type="application/cap+xml; charset=utf-8")
