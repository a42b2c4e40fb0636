"""Areas: the tree to walk through, and each change of it: draw, split, merge, move, rename, recode, retire."""

import json
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gridloop.core.journal.errors import NotFound, Refusal
from gridloop.core.people.importing import area_by_code
from gridloop.core.territory import tree
from gridloop.core.territory.actions import (
    NewGrid,
    add_alias,
    add_area,
    merge_grids,
    move_area,
    recode_area,
    redraw_area,
    rename_area,
    retire_area,
    split_grid,
)
from gridloop.core.territory.geometry import cut, read_shape, square_metres
from gridloop.core.territory.models import Area, AreaCode, Level
from gridloop.core.territory.queries import find_areas, overlapping
from gridloop.core.territory.shapes import map_layer
from gridloop.web.administration.pages import Asked, administer, ask, by_of, changes_of, show

EVENTS = (
    "area_added", "area_split", "area_merged", "area_moved", "area_redrawn", "area_renamed", "area_recoded",
    "area_retired", "area_alias_added", "areas_imported",
)  # fmt: skip
TOOLS: dict[str, tuple[Promise, str, tuple[str, ...]]] = {  # title, icon, levels
    "rename": (gettext_lazy("Rename"), "pencil", ()),
    "recode": (gettext_lazy("Another code"), "table", ()),
    "draw": (gettext_lazy("Draw the border"), "map", ()),
    "split": (gettext_lazy("Split"), "split", ("grid",)),
    "merge": (gettext_lazy("Merge"), "link", ("grid",)),
    "move": (gettext_lazy("Move"), "arrow-right", ()),
    "alias": (gettext_lazy("Add an alias"), "plus", ()),
    "retire": (gettext_lazy("Retire"), "trash", ()),
}
BELOW = {
    "province": "city",
    "city": "county",
    "county": "town",
    "town": "community",
    "community": "grid",
    "grid": "building",
}


class ShapeField(forms.CharField):
    """GeoJSON drawn on the map beside it."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return json.loads(text) if text else None
        except ValueError:
            raise forms.ValidationError(_("The shape cannot be read; draw it again.")) from None


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)


class CodeForm(forms.Form):
    code = forms.CharField(label=gettext_lazy("New code"), max_length=24)
    since = forms.DateField(
        label=gettext_lazy("Valid from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class AreaCodeForm(forms.Form):
    """Another area, by its code or its full name."""

    parent = forms.CharField(
        label=gettext_lazy("Into which area"),
        max_length=60,
        help_text=gettext_lazy("Its code, or its name if only one has it"),
    )
    words = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=200)


class DrawForm(forms.Form):
    shape = ShapeField(required=False)
    words = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=200)
    all_the_same = forms.BooleanField(
        label=gettext_lazy("Draw it so all the same"), required=False, widget=forms.HiddenInput
    )


class SplitForm(forms.Form):
    line = ShapeField(required=False)
    first = forms.CharField(
        label=gettext_lazy("Name of the larger part"),
        max_length=120,
        help_text=gettext_lazy("It keeps the code and the people of the grid."),
    )
    second = forms.CharField(
        label=gettext_lazy("Name of the smaller part"),
        max_length=120,
        help_text=gettext_lazy("It gets the next free code."),
    )
    words = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=200)


class MergeForm(forms.Form):
    others = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Grids that become part of this one"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    name = forms.CharField(label=gettext_lazy("Name afterwards"), max_length=120)
    words = forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=200)


class RetireForm(forms.Form):
    words = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class NewAreaForm(forms.Form):
    level = forms.ChoiceField(label=gettext_lazy("Level"))
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    code = forms.CharField(label=gettext_lazy("Area code"), max_length=24)
    shape = ShapeField(required=False)


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
        (_("Households"), area.households or ""),
        (_("Residents"), area.residents or ""),
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
                "title": words,
                "icon": icon,
                "url": reverse("settings:area_tool", args=[area.pk, name]),
                "danger": name == "retire",
            }
            for name, (words, icon, levels) in TOOLS.items()
            if area.retired_at is None and (not levels or area.level in levels)
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


def drawing_of(area: Area, mode: str, field: str, *, around: bool = False) -> dict[str, Any]:
    """What a form with a map to draw on needs."""
    shapes = reverse("settings:area_shapes", args=[area.pk])
    shape = read_shape(area.shape) if area.shape else None
    return {
        "draw": mode,
        "draw_field": field,
        "grids": f"{shapes}?around=1" if around else shapes,
        "own": f"{shapes}?only=1",
        "box": ",".join(f"{edge:.5f}" for edge in shape.bounds) if shape else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def tool(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One change of one area."""
    area = area_in_use(pk)
    if name not in TOOLS or area.retired_at is not None:
        raise NotFound(_("There is no such page, or the area is no longer in use."))
    asked = ASKING[name](request, area)
    asked.title, asked.trail = f"{TOOLS[name][0]}: {area.name}", way_to(area)
    asked.send = str(TOOLS[name][0])
    asked.danger = name == "retire"
    return ask(request, asked)


def back_to(area: Area) -> str:
    return reverse("settings:area", args=[area.pk])


def ask_rename(request: HttpRequest, area: Area) -> Asked:
    form = NameForm(request.POST or None, initial={"name": area.name})
    lead = _("The old name stays as an alias, because people go on using it.")
    return Asked(
        "",
        form,
        lambda given: rename_area(area, given["name"], by=by_of(request)),
        back_to(area),
        _("Renamed."),
        lead=lead,
    )


def ask_recode(request: HttpRequest, area: Area) -> Asked:
    form = CodeForm(request.POST or None)
    lead = _("The present code is %(code)s. It still finds the area afterwards.") % {"code": area.code}

    def do(given: dict[str, Any]) -> Any:
        return recode_area(area, given["code"], since=given["since"], by=by_of(request))

    return Asked("", form, do, back_to(area), _("The area has another code."), lead=lead)


def ask_draw(request: HttpRequest, area: Area) -> Asked:
    form = DrawForm(request.POST or None)
    context = drawing_of(area, "draw", "shape", around=True)

    def do(given: dict[str, Any]) -> Any:
        if given["shape"] is None:
            raise Refusal(_("Touch the corners of the area on the map, one after another."))
        taken = overlapping(read_shape(given["shape"]), area.level, beside=area)
        if taken and not given["all_the_same"]:
            context["overlaps"] = [each.name for each in taken]
            form.data = form.data.copy()  # type: ignore[attr-defined]
            form.data["all_the_same"] = "on"  # type: ignore[index]
            names = _(", ").join(each.name for each in taken[:5])
            raise Refusal(
                _(
                    "The border takes ground of %(names)s. Move the corners, or press the button once more to draw it so all the same."
                )
                % {"names": names}
            )
        return redraw_area(area, given["shape"], words=given["words"], by=by_of(request))

    lead = _(
        "Touch the map corner by corner; drag a corner to move it, touch it twice to take it away. Open cases inside move along."
    )
    return Asked("", form, do, back_to(area), _("The border was drawn."), lead=lead, context=context)


def ask_split(request: HttpRequest, area: Area) -> Asked:
    form = SplitForm(
        request.POST or None, initial={"first": area.name, "second": _("%(name)s 2") % {"name": area.name}}
    )

    def do(given: dict[str, Any]) -> Any:
        if not area.shape:
            raise Refusal(_("This grid has no border yet. Draw it first."))
        parts = cut(area.shape, given["line"] or [])
        if len(parts) != 2:
            raise Refusal(
                _("The line cuts the grid into %(count)d parts; draw it so that it crosses once.")
                % {"count": len(parts)}
            )
        share = read_shape(parts[0]).area / read_shape(area.shape).area
        homes, people = round(area.households * share), round(area.residents * share)
        larger = NewGrid(given["first"], parts[0], households=homes, residents=people)
        smaller = NewGrid(
            given["second"], parts[1], households=area.households - homes, residents=area.residents - people
        )
        return split_grid(area, [larger, smaller], words=given["words"], by=by_of(request))

    lead = _("Draw a line across the grid, from outside to outside. Open cases go to the part they lie in.")
    context = drawing_of(area, "cut", "line", around=True)
    return Asked("", form, do, back_to(area), _("The grid was split."), lead=lead, context=context)


def ask_merge(request: HttpRequest, area: Area) -> Asked:
    form = MergeForm(request.POST or None, initial={"name": area.name})
    others = (
        Area.objects.filter(parent=area.parent, level=area.level, retired_at=None)
        .exclude(pk=area.pk)
        .order_by("code")
    )
    form.fields["others"].choices = [(each.pk, f"{each.name} {each.code}") for each in others.defer("shape")]  # type: ignore[attr-defined]

    def do(given: dict[str, Any]) -> Any:
        gone = list(Area.objects.filter(pk__in=given["others"]).select_related("parent"))
        return merge_grids([area, *gone], name=given["name"], words=given["words"], by=by_of(request))

    lead = _(
        "This grid lives on with the ground of all; the others are retired and their open cases come here."
    )
    return Asked("", form, do, back_to(area), _("The grids were merged."), lead=lead)


def ask_move(request: HttpRequest, area: Area) -> Asked:
    form = AreaCodeForm(request.POST or None)

    def do(given: dict[str, Any]) -> Any:
        parent = area_by_code(given["parent"].strip())
        if parent is None:
            raise Refusal(_("Choose the area this one belongs to."), field="parent")
        return move_area(area, parent, words=given["words"], by=by_of(request))

    lead = _("It goes there with everything inside it, and with its open cases.")
    return Asked("", form, do, back_to(area), _("The area was moved."), lead=lead)


def ask_alias(request: HttpRequest, area: Area) -> Asked:
    form = NameForm(request.POST or None)
    lead = _("Another name people use; addresses that hold it find this area.")
    return Asked(
        "",
        form,
        lambda given: add_alias(area, given["name"], by=by_of(request)),
        back_to(area),
        _("The alias was added."),
        lead=lead,
    )


def ask_retire(request: HttpRequest, area: Area) -> Asked:
    then = reverse("settings:area", args=[area.parent_id]) if area.parent_id else reverse("settings:areas")
    lead = _("Nothing new happens here any more. What is open goes to the area around it; history stays.")
    return Asked(
        "",
        RetireForm(request.POST or None),
        lambda given: retire_area(area, words=given["words"], by=by_of(request)),
        then,
        _("The area was retired."),
        lead=lead,
    )


ASKING = {
    "rename": ask_rename,
    "recode": ask_recode,
    "draw": ask_draw,
    "split": ask_split,
    "merge": ask_merge,
    "move": ask_move,
    "alias": ask_alias,
    "retire": ask_retire,
}
