"""Settings: the checklists inspections follow, edited row by row; every change is a version."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gridloop.core.people.models import Person
from gridloop.scenes.fire.hazards.checklist_forms import ChecklistForm
from gridloop.scenes.fire.hazards.checklists import (
    checklist_versions,
    checklists,
    keep_checklist,
    kinds_words,
)
from gridloop.scenes.fire.hazards.models import Checklist
from gridloop.scenes.fire.registry.models import PremisesKind
from gridloop.scenes.fire.settings_changes import told_changes
from gridloop.web.administration.pages import administer, attempt, by_of

EVENTS = ("checklist_kept",)


def spoken_title(checklist: Checklist) -> str:
    """Chinese is what the county writes; English where somebody reads English and it was translated."""
    english = not (get_language() or "").startswith("zh")
    return checklist.english if english and checklist.english else checklist.title


def way_to(title: str, *, within: bool) -> list[dict[str, Any]]:
    way = [{"title": _("Settings"), "url": reverse("settings:home")}]
    if within:
        way.append({"title": _("Inspection checklists"), "url": reverse("fire:checklists")})
    return [*way, {"title": title, "url": ""}]


@require_safe
@administer
def listed(request: HttpRequest) -> HttpResponse:
    """The newest version of each, and the premises no list names."""
    found = checklists()
    names = dict(
        Person.objects.filter(pk__in=[row.made_by_id for row in found if row.made_by_id]).values_list(
            "pk", "name"
        )
    )
    named = {kind for row in found for kind in row.premises_kinds}
    title = _("Inspection checklists")
    context = {
        "title": title,
        "way": way_to(title, within=False),
        "rows": [
            {
                "list": row,
                "title": spoken_title(row),
                "kinds": kinds_words(row.premises_kinds),
                "major": sum(item["grade"] == "major" for item in row.items),
                "who": names.get(row.made_by_id or 0, "gridloop"),
            }
            for row in found
        ],
        "unnamed": kinds_words([kind for kind in PremisesKind.values if kind not in named]),
        "first": spoken_title(found[0]),
        "changes": told_changes(["checklist"], EVENTS),
    }
    return render(request, "fire/checklists/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def edit(request: HttpRequest, code: str = "") -> HttpResponse:
    """Write a checklist or change one."""
    versions = checklist_versions(code) if code else []
    if code and not versions:
        raise Http404
    newest = versions[0] if versions else None
    asked = request.GET.get("version", "")
    chosen = next((each for each in versions if str(each.version) == asked), newest)
    form = ChecklistForm(request.POST if request.method == "POST" else None, checklist=chosen)
    said = request.POST.get("seen", "")
    seen = int(said) if said.isdecimal() and len(said) < 9 else (newest.version if newest else 0)

    def do(given: dict[str, Any]) -> Any:
        return keep_checklist(
            code, given["title"], form.items(), english=given["english"], premises_kinds=given["premises_kinds"],
            seen=seen, by=by_of(request),
        )  # fmt: skip

    if request.method == "POST" and form.is_valid() and attempt(form, do):
        messages.success(
            request,
            _("The checklist is in force. Inspections made by earlier versions keep theirs."),
        )
        return redirect("fire:checklists")
    title = spoken_title(newest) if newest else _("New checklist")
    context = {
        "title": title, "way": way_to(title, within=True), "form": form, "seen": seen, "newest": newest,
        "chosen": chosen, "versions": versions,
    }  # fmt: skip
    return render(request, "fire/checklists/edit.html", context, status=422 if form.errors else 200)
