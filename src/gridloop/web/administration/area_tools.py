"""Each change of an area: rename, recode, draw, split, merge, move, give an alias, retire."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridloop.core.journal.errors import Refusal
from gridloop.core.people.cells import area_by_code
from gridloop.core.territory.actions import (
    NewGrid,
    add_alias,
    merge_grids,
    move_area,
    recode_area,
    redraw_area,
    rename_area,
    retire_area,
    split_grid,
)
from gridloop.core.territory.geometry import cut, read_shape
from gridloop.core.territory.models import Area
from gridloop.core.territory.queries import overlapping
from gridloop.web.administration.area_forms import (
    AreaCodeForm,
    CodeForm,
    DrawForm,
    MergeForm,
    NameForm,
    RetireForm,
    SplitForm,
)
from gridloop.web.administration.pages import Asked, by_of


@dataclass(frozen=True, slots=True)
class Tool:
    """One change of an area: its button, what it asks, and of which levels."""

    title: Promise
    icon: str
    ask: Callable[[HttpRequest, Area], Asked]
    levels: tuple[str, ...] = ()

    def fits(self, area: Area) -> bool:
        return area.retired_at is None and (not self.levels or area.level in self.levels)


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


TOOLS = {
    "rename": Tool(gettext_lazy("Rename"), "pencil", ask_rename),
    "recode": Tool(gettext_lazy("Another code"), "table", ask_recode),
    "draw": Tool(gettext_lazy("Draw the border"), "map", ask_draw),
    "split": Tool(gettext_lazy("Split"), "split", ask_split, ("grid",)),
    "merge": Tool(gettext_lazy("Merge"), "link", ask_merge, ("grid",)),
    "move": Tool(gettext_lazy("Move"), "arrow-right", ask_move),
    "alias": Tool(gettext_lazy("Add an alias"), "plus", ask_alias),
    "retire": Tool(gettext_lazy("Retire"), "trash", ask_retire),
}
