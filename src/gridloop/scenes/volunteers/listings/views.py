"""The three lists and the stations as everybody sees them; one's own entries and claims."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridloop.core.journal.errors import NotFound
from gridloop.core.people.personal_data import masked_name
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.listings import actions, queries
from gridloop.scenes.volunteers.listings.forms import LetterForm, ListFilter, ListingForm
from gridloop.scenes.volunteers.listings.models import ListKind, Station
from gridloop.scenes.volunteers.roster.doors import attempt, by_of, status_of
from gridloop.scenes.volunteers.roster.queries import volunteer_of
from gridloop.scenes.volunteers.roster.views import said
from gridloop.web.acting import person_of, signed_in, viewer
from gridloop.web.paging import page_of

ICONS = {"need": "question", "resource": "inbox", "service": "heart"}


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """What is needed, what is there, who can do something: public, per community, in words."""
    person = person_of(request)
    form = ListFilter(request.GET)
    form.is_valid()
    given = form.cleaned_data
    kind = given.get("kind") or ""
    found = queries.filtered(
        queries.shown_listings(person), kind=kind, community=given.get("community"),
        topic=given.get("topic") or "", words=given.get("q") or "",
    )  # fmt: skip
    page = page_of(request, found.select_related("person"), 20)
    kept = request.GET.copy()
    kept.pop("page", None)
    tabs = []
    for name, title in [("", _("All")), *ListKind.choices]:
        kept["kind"] = name
        tabs.append({"title": title, "url": f"?{kept.urlencode()}", "current": name == kind})
    context = {
        "form": form,
        "page": page,
        "rows": [(each, queries.owner_words(each), ICONS[each.kind]) for each in page.rows],
        "tabs": tabs,
        "narrowed": any(given.get(name) for name in ("q", "community", "topic")),
        "person": person,
    }
    return render(request, "volunteers/listings/lists.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """A resident's entry; it waits for the community."""
    person = viewer(request)
    volunteer = volunteer_of(person)
    kind = request.GET.get("kind", "")
    initial = {
        "kind": kind if kind in ListKind.values else "need",
        "community": volunteer.community_id if volunteer else "",
    }
    form = ListingForm(request.POST or None, initial=initial)

    def do() -> None:
        given = {name: value for name, value in form.cleaned_data.items() if name != "community"}
        community = Area.objects.get(pk=form.cleaned_data["community"])
        actions.offer_listing(
            given.pop("kind"), community=community, person=person, by=by_of(request), **given
        )

    if request.method == "POST" and form.is_valid() and attempt(form, do):
        messages.success(request, _("Thank you. Your community looks at it before everybody can see it."))
        return redirect("volunteers:my_lists")
    return render(request, "volunteers/listings/new.html", {"form": form}, status=status_of(form))


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """One's own entries and what one asked for."""
    person = viewer(request)
    context = {
        "page": page_of(request, queries.own_listings(person), 20),
        "claims": queries.own_claims(person)[:30],
    }
    return render(request, "volunteers/listings/mine.html", context)


@require_safe
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry: what it is, who offers it, what is left; claiming it, or answering who claims it."""
    person = person_of(request)
    listing = queries.listing_for(person, pk)
    owner = queries.owns(person, listing)
    claim = queries.claim_of(person, listing)
    context = {
        "listing": listing,
        "owner_words": queries.owner_words(listing),
        "icon": ICONS[listing.kind],
        "owner": owner,
        "own": person is not None and listing.person_id == person.pk,
        "claim": claim if claim and claim.state in ("asked", "agreed") else None,
        "claims": [(each, masked_name(each.person.name)) for each in listing.claims.select_related("person").order_by("-id")[:50]] if owner else [],
        "form": LetterForm(),
        "person": person,
    }  # fmt: skip
    return render(request, "volunteers/listings/entry.html", context)


@require_POST
@signed_in
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """“I need this”, “I can give this”."""
    person = viewer(request)
    listing = queries.listing_for(person, pk)
    words = request.POST.get("words", "").replace("\x00", "")
    return said(
        request, "volunteers:entry",
        lambda: actions.claim_listing(listing, person, words=words, by=by_of(request)), pk,
        done=_("Sent. You will hear as soon as there is an answer."),
    )  # fmt: skip


@require_POST
@signed_in
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    listing = queries.listing_for(viewer(request), pk)
    return said(
        request, "volunteers:my_lists", lambda: actions.withdraw_listing(listing, by=by_of(request)),
        done=_("It is off the list."),
    )  # fmt: skip


@require_safe
@signed_in
def one_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """What both sides write to each other, and what may happen next."""
    person = viewer(request)
    found = queries.claim_for(person, pk)
    owner = found.person_id != person.pk
    letters = found.letters.select_related("person").order_by("pk")[:200]
    context = {
        "claim": found,
        "listing": found.listing,
        "owner": owner,
        "other": masked_name(found.person.name) if owner else queries.owner_words(found.listing),
        "letters": [(each, each.person_id == person.pk) for each in letters],
        "form": LetterForm(),
        "standing": found.state in ("asked", "agreed"),
    }
    return render(request, "volunteers/listings/claim.html", context)


@require_POST
@signed_in
def move_claim(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Agree, decline, take back, say that it is done, write."""
    found = queries.claim_for(viewer(request), pk)
    words = request.POST.get("words", "").replace("\x00", "")
    by = by_of(request)
    known: dict[str, Any] = {
        "agree": lambda: actions.answer_claim(found, True, words=words, by=by),
        "decline": lambda: actions.answer_claim(found, False, words=words, by=by),
        "withdraw": lambda: actions.withdraw_claim(found, by=by),
        "done": lambda: actions.finish_claim(found, by=by),
        "write": lambda: actions.write_letter(found, words, by=by),
    }
    if what not in known:
        raise NotFound(_("There is no such page."))
    return said(
        request, "volunteers:claim", known[what], pk, done=_("Saved.") if what != "write" else _("Sent.")
    )


@require_safe
def stations(request: HttpRequest) -> HttpResponse:
    """Where the service stations are."""
    form = ListFilter(request.GET)
    form.is_valid()
    given = form.cleaned_data
    page = page_of(request, queries.stations(given.get("q") or "", given.get("community")), 20)
    return render(request, "volunteers/listings/stations.html", {"form": form, "page": page})


@require_safe
def station(request: HttpRequest, pk: int) -> HttpResponse:
    """A station's standing menu: for everybody, and on order; of one that has closed, that it has."""
    found = get_object_or_404(Station.objects.select_related("area", "organisation"), pk=pk)
    context = {"station": found, **menu_context(found)}
    return render(
        request, "volunteers/listings/station.html", context, status=410 if found.retired_at else 200
    )


def menu_context(found: Station) -> dict[str, Any]:
    menu = queries.menu_of(found)
    return {
        "shared": menu["public"],
        "individual": menu["individual"],
        "order_url": reverse("volunteers:ask_help"),
    }
