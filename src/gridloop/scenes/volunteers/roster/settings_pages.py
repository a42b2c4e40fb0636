"""The settings page of skills: what volunteers can do, and what needs a paper."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.scenes.volunteers.roster.forms import SkillForm
from gridloop.scenes.volunteers.roster.models import Skill
from gridloop.scenes.volunteers.roster.skills import retire_skill, save_skill
from gridloop.web.administration.pages import Asked, act, administer, ask, by_of


@require_safe
@administer
def skills(request: HttpRequest) -> HttpResponse:
    """The list, retired ones last."""
    title = _("Volunteers' skills")
    way = [{"title": _("Settings"), "url": reverse("settings:home")}, {"title": title, "url": ""}]
    rows = Skill.objects.order_by("retired_at", "pk")
    return render(
        request, "volunteers/roster/settings_skills.html", {"title": title, "way": way, "rows": rows}
    )


def here() -> list[tuple[str, str]]:
    return [(_("Volunteers' skills"), reverse("volunteers:skills"))]


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def new_skill(request: HttpRequest) -> HttpResponse:
    return ask(
        request,
        Asked(
            _("A new skill"),
            SkillForm(request.POST or None),
            lambda given: save_skill(None, by=by_of(request), **given),
            reverse("volunteers:skills"),
            _("The skill was saved."),
            trail=here(),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def one_skill(request: HttpRequest, pk: int) -> HttpResponse:
    skill = get_object_or_404(Skill, pk=pk)
    initial = {name: getattr(skill, name) for name in ("code", "name", "english", "certified", "remote")}
    retired = skill.retired_at is not None
    button = {
        "url": reverse("volunteers:retire_skill", args=[pk]),
        "words": _("Use again") if retired else _("Retire"),
    }
    return ask(
        request,
        Asked(
            skill.title,
            SkillForm(request.POST or None, initial=initial),
            lambda given: save_skill(skill, by=by_of(request), **given),
            reverse("volunteers:skills"),
            _("The skill was saved."),
            trail=here(),
            context={"buttons": [button]},
        ),
    )


@require_POST
@administer
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    skill = get_object_or_404(Skill, pk=pk)
    return act(
        request,
        lambda: retire_skill(skill, retired=skill.retired_at is None, by=by_of(request)),
        reverse("volunteers:skills"),
        _("Saved."),
    )
