"""The desk's pages of the lists: residents' entries to decide about, and the office's own."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.people.models import Organisation
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.listings import actions, queries
from gridloop.scenes.volunteers.listings.forms import OfficeListingForm
from gridloop.scenes.volunteers.listings.models import Listing, ListingState
from gridloop.scenes.volunteers.roster.desk import tabs
from gridloop.scenes.volunteers.roster.doors import attempt, by_of, office, status_of
from gridloop.scenes.volunteers.roster.queries import areas_of_care
from gridloop.scenes.volunteers.roster.views import said
from gridloop.web.acting import viewer
from gridloop.web.paging import page_of

ASKED = ("GET", "HEAD", "POST")


@require_safe
@office
def lists(request: HttpRequest) -> HttpResponse:
    """Entries that wait for a decision; and all entries of the areas one cares for."""
    person = viewer(request)
    state = request.GET.get("state", "")
    waiting = state not in ListingState.values and state != "all"
    found = queries.listings_to_moderate(person) if waiting else queries.listings_cared_for(person)
    if state in ListingState.values:
        found = found.filter(state=state)
    page = page_of(request, found)
    states = [("", _("To decide")), *ListingState.choices[1:], ("all", _("All"))]
    context = {
        "tabs": tabs(request, "desk_lists"),
        "states": [{"title": title, "url": f"?state={name}", "current": name == state or (waiting and not name)} for name, title in states],
        "page": page,
        "rows": [(each, queries.owner_words(each), each.person_id == person.pk) for each in page.rows],
        "waiting": waiting,
    }  # fmt: skip
    return render(request, "volunteers/listings/desk_lists.html", context)


@require_http_methods(ASKED)
@office
def new(request: HttpRequest) -> HttpResponse:
    """An entry of the platform or of an organisation of the area; it stands at once."""
    person = viewer(request)
    organisations = Organisation.objects.filter(area__in=areas_of_care(person), retired_at=None).order_by(
        "name"
    )
    form = OfficeListingForm(request.POST or None, organisations=organisations, initial={"kind": "service"})

    def do() -> None:
        given = {name: value for name, value in form.cleaned_data.items() if name != "community"}
        community = Area.objects.get(pk=form.cleaned_data["community"])
        actions.offer_listing(given.pop("kind"), community=community, by=by_of(request), **given)

    if request.method == "POST" and form.is_valid() and attempt(form, do):
        messages.success(request, _("It is on the list."))
        return redirect("volunteers:desk_lists")
    context = {
        "form": form,
        "title": _("New entry"),
        "send": _("Put it on the list"),
        "back": "volunteers:desk_lists",
    }
    return render(request, "volunteers/roster/desk_form.html", context, status=status_of(form))


@require_POST
@office
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a resident's entry, or say why not."""
    person = viewer(request)
    listing = get_object_or_404(
        Listing.objects.select_related("person", "organisation"), pk=pk, community__in=areas_of_care(person)
    )
    publish = request.POST.get("decision") == "publish"
    reason = request.POST.get("reason", "").replace("\x00", "")
    return said(
        request, "volunteers:desk_lists",
        lambda: actions.decide_listing(listing, publish, reason=reason, by=by_of(request)), done=_("Saved."),
    )  # fmt: skip
