"""Limits: how long each thing may take, where that is written, and the county's own rows on top."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.cases import kinds
from gridloop.core.cases.models import Category
from gridloop.core.clocks import limits as rows_of
from gridloop.core.clocks.actions import clear_limit, set_limit
from gridloop.core.clocks.limits import Limit
from gridloop.core.clocks.models import TimeLimit, Unit
from gridloop.core.notices.facts import CLOCKS
from gridloop.core.people.cells import area_by_code
from gridloop.core.territory import tree
from gridloop.core.territory.models import Area
from gridloop.web.administration.codes import by_code
from gridloop.web.administration.pages import Asked, act, administer, ask, by_of, changes_of, show
from gridloop.web.move_forms import TYPED_INTO

EVENTS = ("limit_changed", "spreadsheet_imported")
UNITS = dict(Unit.choices)


OTHER_CLOCKS: dict[str, Any] = {
    "penalty": gettext_lazy("Decision on a penalty"),
    "stop_work": gettext_lazy("Order to stop work"),
}


def clock_title(name: str) -> str:
    if name.startswith("escalate_"):
        return _("Told further, level %(level)s") % {"level": name.removeprefix("escalate_")}
    return str({**CLOCKS, **OTHER_CLOCKS}.get(name, name))


def clock_choices() -> list[tuple[str, str]]:
    """Every clock some flow has."""
    names = {name for kind in kinds.kinds() for name in kind.default_limits} | {
        row.name for row in rows_of.table()
    }
    return [(name, clock_title(name)) for name in sorted(names)]


def kind_choices() -> list[tuple[str, Any]]:
    return [(kind.name, kind.title) for kind in kinds.kinds()]


def class_choices() -> Iterator[tuple[str, str]]:
    yield "", _("Every class")
    for code, name, parent in (
        Category.objects.filter(retired_at=None).order_by("code").values_list("code", "name", "parent")
    ):
        yield code, f"{'' if parent is None else '　'}{code} {name}"


class LimitForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("Kind of case"), choices=kind_choices)
    name = forms.ChoiceField(label=gettext_lazy("Clock"), choices=clock_choices)
    category = forms.ChoiceField(
        label=gettext_lazy("Class"),
        choices=class_choices,
        required=False,
        widget=forms.Select(attrs=TYPED_INTO),
    )
    area = forms.CharField(
        widget=by_code("areas"),
        label=gettext_lazy("Area"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Its code, or its name if only one has it. Empty: everywhere"),
    )
    value = forms.FloatField(label=gettext_lazy("How long"), min_value=0.01, max_value=10_000)
    unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=Unit.choices)
    source = forms.CharField(label=gettext_lazy("Where this is written"), max_length=200, required=False)


@require_safe
@administer
def limits(request: HttpRequest) -> HttpResponse:
    """Every row in force; a county's row stands over the shipped one it replaces."""
    own = {(row.kind, row.category, row.area, row.name): row for row in TimeLimit.objects.order_by("pk")}
    kind_names = dict(kind_choices())
    classes = dict(Category.objects.filter(retired_at=None).values_list("code", "name"))
    picture = tree.current()
    rows = [
        {
            "limit": row,
            "own": own.get((row.kind, row.category, row.area, row.name))
            if row.edition != "gridloop-1"
            else None,
            "replaced": row.edition == "gridloop-1" and (row.kind, row.category, row.area, row.name) in own,
            "kind": kind_names.get(row.kind, row.kind),
            "clock": clock_title(row.name),
            "category": f"{row.category} {classes.get(row.category, '')}" if row.category else "",
            "area": picture.full_name(row.area) if row.area and row.area in picture else "",
            "unit": UNITS.get(row.unit, row.unit),
            "value": f"{row.value:g}",
        }
        for row in sorted(rows_of.table(), key=lambda row: (row.kind, row.name, row.category, row.area or 0))
    ]
    return show(request, "limits", _("Limits"), {"rows": rows, "changes": changes_of([""], EVENTS)})


@require_http_methods(["GET", "HEAD", "POST"])
@administer
def set_one(request: HttpRequest) -> HttpResponse:
    """A row of the county's own: new, or in the place of the one it was opened from."""
    asked_for = {
        name: request.GET[name]
        for name in ("kind", "name", "category", "value", "unit", "source")
        if name in request.GET
    }
    area = (
        Area.objects.filter(pk=int(request.GET["area"])).first()
        if request.GET.get("area", "").isdecimal()
        else None
    )
    form = LimitForm(request.POST or None, initial={**asked_for, "area": area.code if area else ""})

    def do(given: dict[str, Any]) -> Any:
        where = area_by_code(given["area"].strip())
        limit = Limit(
            kind=given["kind"], name=given["name"], value=given["value"], unit=given["unit"], category=given["category"],
            area=where.pk if where else None, edition="county-1", source=given["source"],
        )  # fmt: skip
        return set_limit(limit, by=by_of(request))

    lead = _("It holds for deadlines set from now on; those that run keep the limit they were given.")
    return ask(
        request,
        Asked(
            _("Set a limit"),
            form,
            do,
            reverse("settings:limits"),
            _("The limit was set."),
            lead=lead,
            trail=[(_("Limits"), reverse("settings:limits"))],
        ),
    )


@require_POST
@administer
def clear(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(TimeLimit, pk=pk)
    return act(
        request,
        lambda: clear_limit(row, by=by_of(request)),
        reverse("settings:limits"),
        _("What gridloop ships holds again."),
    )
