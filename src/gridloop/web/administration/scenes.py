"""Scenes: which are on, in the whole county and town by town."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gridloop.core.scenes import registry
from gridloop.core.scenes.actions import switch_scene
from gridloop.core.scenes.models import Switch
from gridloop.core.territory import tree
from gridloop.core.territory.models import Area
from gridloop.web.administration.pages import act, administer, by_of, changes_of, show

MEANT = {"on": True, "off": False, "as_around": None}


@require_safe
@administer
def scenes(request: HttpRequest) -> HttpResponse:
    """Each scene with its counties and towns: on, off, or as in the area around."""
    picture = tree.current()
    places = [
        area
        for county in picture.at_level("county")[:12]
        for area in (county, *picture.at_level("town", county))
    ]
    switches = {(row.scene, row.area_id): row.on for row in Switch.objects.all()}
    rows = []
    for scene in registry.scenes():
        towns = []
        for area in places:
            around = picture.around(area)
            here = switches.get((scene.name, area))
            on = next((switches[scene.name, each] for each in around if (scene.name, each) in switches), True)
            towns.append(
                {
                    "area": area,
                    "name": picture.name(area),
                    "own": here is not None,
                    "on": on,
                    "county": picture.level(area) == "county",
                }
            )
        rows.append({"scene": scene, "areas": towns, "off": sum(not each["on"] for each in towns)})
    return show(
        request, "scenes", _("Scenes"), {"rows": rows, "changes": changes_of(["area"], ["scene_switched"])}
    )


@require_POST
@administer
def switch(request: HttpRequest, name: str) -> HttpResponse:
    area = get_object_or_404(Area, pk=request.POST.get("area", ""))
    on = MEANT.get(request.POST.get("on", ""))
    return act(
        request,
        lambda: switch_scene(name, area, on=on, by=by_of(request)),
        f"{reverse('settings:scenes')}#{name}",
        _("Switched."),
    )
