"""Areas: the tree to walk through, a page for each area, and the pages that change it."""

import json

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from gridloop.core.journal.errors import NotFound
from gridloop.core.territory import tree
from gridloop.core.territory.actions import add_area
from gridloop.core.territory.geometry import read_shape, square_metres
from gridloop.core.territory.models import Area, AreaCode, Level
from gridloop.core.territory.queries import find_areas
from gridloop.core.territory.shapes import map_layer
from gridloop.web.administration.area_forms import NewAreaForm
from gridloop.web.administration.area_tools import TOOLS, drawing_of
from gridloop.web.administration.pages import Asked, administer, ask, by_of, changes_of, show
from gridloop.web.templatetags.ui_marks import grouped

EVENTS = (
    "area_added", "area_split", "area_merged", "area_moved", "area_redrawn", "area_renamed", "area_recoded",
    "area_retired", "area_alias_added", "areas_imported",
)  # fmt: skip
BELOW = {
    "province": "city",
    "city": "county",
    "county": "town",
    "town": "community",
    "community": "grid",
    "grid": "building",
}


def area_in_use(pk: int) -> Area:
    area: Area = get_object_or_404(Area.objects.select_related("parent"), pk=pk)
    return area


def way_to(area: Area | None) -> list[tuple[str, str]]:
    """The trail from the list of areas down to this one."""
    way = [(_("Areas"), reverse("settings:areas"))]
    if area is not None:
        picture = tree.current()
        way += [
            (picture.name(each), reverse("settings:area", args=[each]))
            for each in reversed(picture.around(area.pk))
        ]
    return way


@require_safe
@administer
def areas(request: HttpRequest) -> HttpResponse:
    """The largest areas, or what was searched for."""
    words = request.GET.get("q", "").strip()
    picture = tree.current()
    if words:
        found = find_areas(words, 50)
        rows = [(area, picture.full_name(area.pk)) for area in found]
    else:
        rows = [(area, "") for area in inside_counted(None)]
        if len(rows) == 1:
            return area_page(request, area_in_use(rows[0][0].pk), title=_("Areas"))
    return show(
        request,
        "areas",
        _("Areas"),
        {"rows": rows, "words": words, "changes": changes_of(["area", ""], EVENTS)},
    )


def inside_counted(parent: Area | None) -> list[Area]:
    """The areas directly inside, each with how many lie in it."""
    return list(
        Area.objects.filter(parent=parent, retired_at=None)
        .annotate(inside=Count("children", filter=Q(children__retired_at=None)))
        .defer("shape")
        .order_by("code")
    )


@require_safe
@administer
def area(request: HttpRequest, pk: int) -> HttpResponse:
    return area_page(request, area_in_use(pk))


def area_page(request: HttpRequest, area: Area, *, title: str = "") -> HttpResponse:
    """One area: what it is, what lies in it, its codes and names, what may be done, and its history."""
    shape = read_shape(area.shape) if area.shape else None
    children = inside_counted(area)
    facts = [
        (_("Level"), area.get_level_display()),
        (_("Area code"), area.code),
        (_("Households"), grouped(area.households)),
        (_("Residents"), grouped(area.residents)),
        (
            _("Ground"),
            _("%(ha).1f ha") % {"ha": square_metres(shape) / 10_000} if shape else _("no border drawn yet"),
        ),
    ]
    context = {
        "area": area,
        "rows": [(child, "") for child in children],
        "facts": facts,
        "tools": [
            {
                "title": each.title,
                "icon": each.icon,
                "url": reverse("settings:area_tool", args=[area.pk, name]),
                "danger": name == "retire",
            }
            for name, each in TOOLS.items()
            if each.fits(area)
        ],
        "below": BELOW.get(area.level, ""),
        "inside_query": f"?inside={area.pk}",
        "codes": AreaCode.objects.filter(area=area).order_by("-since"),
        "aliases": list(area.aliases.values_list("name", flat=True)),
        "box": ",".join(f"{edge:.5f}" for edge in shape.bounds) if shape else "",
        "changes": changes_of(["area"], EVENTS, subject=area.pk),
    }
    return show(request, "areas", title or area.name, context, trail=way_to(area)[:-1] if not title else [])


@require_safe
@administer
def shapes(request: HttpRequest, pk: int) -> HttpResponse:
    """What is drawn on an area's map: the areas inside it, or (of a grid) it and its neighbours."""
    area = area_in_use(pk)
    if request.GET.get("only"):
        feature = {"type": "Feature", "properties": {"name": area.name}, "geometry": area.shape}
        return JsonResponse({"type": "FeatureCollection", "features": [feature] if area.shape else []})
    around = request.GET.get("around")
    level = area.level if around else BELOW.get(area.level, "grid")
    outer = area.parent_id if around else area.pk
    found = map_layer(level, outer, 0.0)
    if b'"Feature"' not in found.body:  # nobody has drawn that level: the grids are there all the same
        found = map_layer(Level.GRID, outer, 12.0)
    collection = json.loads(found.body)
    for feature in collection["features"]:
        feature["properties"]["url"] = "" if around else reverse("settings:area", args=[feature["id"]])
    return JsonResponse(collection)


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def new_area(request: HttpRequest, pk: int) -> HttpResponse:
    """An area inside this one."""
    parent = area_in_use(pk)
    form = NewAreaForm(request.POST or None, initial={"level": BELOW.get(parent.level, "grid")})
    deeper = tree.LEVELS[tree.RANK[parent.level] + 1 :]
    form.fields["level"].choices = [choice for choice in Level.choices if choice[0] in deeper]  # type: ignore[attr-defined]
    asked = Asked(
        _("A new area inside %(name)s") % {"name": parent.name},
        form,
        lambda given: add_area(
            given["level"],
            name=given["name"],
            code=given["code"],
            parent=parent,
            shape=given["shape"],
            by=by_of(request),
        ),
        reverse("settings:area", args=[pk]),
        done=_("The area was added."),
        trail=way_to(parent),
        context=drawing_of(parent, "draw", "shape"),
    )
    return ask(request, asked)


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def tool(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One change of one area."""
    area = area_in_use(pk)
    if name not in TOOLS or area.retired_at is not None:
        raise NotFound(_("There is no such page, or the area is no longer in use."))
    chosen = TOOLS[name]
    asked = chosen.ask(request, area)
    asked.title, asked.trail = f"{chosen.title}: {area.name}", way_to(area)
    asked.send = str(chosen.title)
    asked.danger = name == "retire"
    return ask(request, asked)
