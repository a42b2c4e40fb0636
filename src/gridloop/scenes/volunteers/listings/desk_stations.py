"""The desk's pages of service stations: founded, changed, closed, with the lines of their menus."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.journal.errors import NotFound
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.listings import queries
from gridloop.scenes.volunteers.listings import stations as keeping
from gridloop.scenes.volunteers.listings.forms import ClosingForm, ItemForm, StationChangeForm, StationForm
from gridloop.scenes.volunteers.listings.models import Station, StationItem
from gridloop.scenes.volunteers.listings.views import menu_context
from gridloop.scenes.volunteers.roster.desk import tabs
from gridloop.scenes.volunteers.roster.doors import attempt, by_of, communities_of, office, status_of
from gridloop.scenes.volunteers.roster.queries import areas_of_care, cares_for
from gridloop.scenes.volunteers.roster.views import said
from gridloop.web.acting import viewer
from gridloop.web.paging import page_of

ASKED = ("GET", "HEAD", "POST")


@require_safe
@office
def stations(request: HttpRequest) -> HttpResponse:
    """The stations of the areas one cares for."""
    found = queries.stations().filter(area__in=areas_of_care(viewer(request)))
    context = {"tabs": tabs(request, "desk_stations"), "page": page_of(request, found)}
    return render(request, "volunteers/listings/desk_stations.html", context)


@require_http_methods(ASKED)
@office
def new_station(request: HttpRequest) -> HttpResponse:
    form = StationForm(request.POST or None, communities=communities_of(viewer(request)))
    made: list[Station] = []

    def do() -> None:
        given = form.cleaned_data
        area = Area.objects.get(pk=given["area"])
        made.append(keeping.found_station(given["name"], area=area, words=given["words"], by=by_of(request)))

    if request.method == "POST" and form.is_valid() and attempt(form, do):
        return redirect("volunteers:desk_station", made[0].pk)
    context = {
        "form": form,
        "title": _("A new station"),
        "send": _("Save"),
        "back": "volunteers:desk_stations",
    }
    return render(request, "volunteers/roster/desk_form.html", context, status=status_of(form))


@require_http_methods(ASKED)
@office
def station(request: HttpRequest, pk: int) -> HttpResponse:
    """A station's menu, with a line to add."""
    found = station_within_reach(request, pk)
    form = ItemForm(request.POST or None, initial={"kind": "public"})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        title = given.pop("title")
        if attempt(form, lambda: keeping.add_item(found, title, by=by_of(request), **given)):
            return redirect("volunteers:desk_station", pk)
    context = {"station": found, "form": form, **menu_context(found)}
    return render(request, "volunteers/listings/desk_station.html", context, status=status_of(form))


def station_within_reach(request: HttpRequest, pk: int) -> Station:
    found = Station.objects.select_related("area").filter(pk=pk, retired_at=None).first()
    if found is None or not cares_for(viewer(request), found.area_id):
        raise NotFound(_("There is no such station in your reach."))
    return found


@require_POST
@office
def retire_item(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    found = station_within_reach(request, pk)
    line = get_object_or_404(StationItem.objects.select_related("station"), pk=item, station=found)
    return said(request, "volunteers:desk_station", lambda: keeping.retire_item(line, by=by_of(request)), pk)


@require_http_methods(ASKED)
@office
def change_station(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, community, point or opening hours."""
    found = station_within_reach(request, pk)
    form = change_form(request, found, request.POST or None)

    def do() -> None:
        given = form.cleaned_data
        keeping.change_station(
            found, name=given["name"], area=Area.objects.get(pk=given["area"]), words=given["words"],
            longitude=given["place_longitude"], latitude=given["place_latitude"], by=by_of(request),
        )  # fmt: skip

    if request.method == "POST" and form.is_valid() and attempt(form, do):
        messages.success(request, _("Saved."))
        return redirect("volunteers:desk_station", pk)
    return change_page(request, found, form, ClosingForm(), status_of(form))


@require_POST
@office
def close_station(request: HttpRequest, pk: int) -> HttpResponse:
    """The station is no more; a reason is asked for."""
    found = station_within_reach(request, pk)
    closing = ClosingForm(request.POST)
    told: list[int] = []

    def do() -> None:
        told.append(keeping.close_station(found, reason=closing.cleaned_data["reason"], by=by_of(request)))

    if closing.is_valid() and attempt(closing, do):
        words = _("%(name)s is closed.") % {"name": found.name}
        if told[0]:
            words += " " + ngettext(
                "Whoever is behind the %(n)d open order was told.",
                "Whoever is behind the %(n)d open orders was told.",
                told[0],
            ) % {"n": told[0]}
        messages.success(request, words)
        return redirect("volunteers:desk_stations")
    return change_page(request, found, change_form(request, found, None), closing, 422)


def change_form(request: HttpRequest, found: Station, data: QueryDict | None) -> StationChangeForm:
    communities = communities_of(viewer(request))
    if found.area_id not in communities:
        communities = [found.area_id, *communities]
    initial = {"name": found.name, "area": found.area_id, "words": found.words}
    return StationChangeForm(data, initial=initial, communities=communities)


def change_page(
    request: HttpRequest, found: Station, form: StationChangeForm, closing: ClosingForm, status: int
) -> HttpResponse:
    context = {
        "station": found,
        "form": form,
        "closing": closing,
        "orders": queries.open_orders(found).count(),
    }
    return render(request, "volunteers/listings/desk_station_change.html", context, status=status)
