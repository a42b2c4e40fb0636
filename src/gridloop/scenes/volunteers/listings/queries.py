"""Reading the lists: what is public, what waits for the community, whose claim is whose, what stations offer."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.cases.models import Case
from gridloop.core.journal.errors import NotFound
from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import masked_name
from gridloop.core.people.queries import hats
from gridloop.core.territory import tree
from gridloop.scenes.volunteers.listings.models import Claim, ItemKind, Listing, Station, StationItem
from gridloop.scenes.volunteers.roster.queries import areas_of_care, cares_for, volunteer_of

SHOWN = ("offered", "reserved")


def shown_listings(person: Person | None) -> QuerySet[Listing]:
    """What anybody may read, and what is kept for a community's own people when one is of it."""
    today = timezone.localdate()
    standing = Listing.objects.filter(state__in=SHOWN, since__lte=today).filter(
        Q(until=None) | Q(until__gte=today)
    )
    return standing.filter(open_to(person)).select_related("community", "skill", "organisation")


def open_to(person: Person | None) -> Q:
    """Public entries; those of the own community; those of the areas one cares for; one's own."""
    seen = Q(public=True)
    if person is None:
        return seen
    own = volunteer_of(person)
    if own is not None and own.community_id:
        seen |= Q(community__in=tree.current().around(own.community_id))
    return seen | Q(community__in=areas_of_care(person)) | Q(person=person)


def filtered(
    listings: QuerySet[Listing],
    *,
    kind: str = "",
    community: int | None = None,
    topic: str = "",
    words: str = "",
) -> QuerySet[Listing]:
    if kind:
        listings = listings.filter(kind=kind)
    if topic:
        listings = listings.filter(topic=topic)
    if community is not None and community in tree.current():
        level = tree.current().level(community)
        inside = Q(community=community)
        if level in ("town", "county"):
            inside |= Q(community__path__contains=f"/{community}/") | Q(
                community__path__startswith=f"{community}/"
            )
        # What a town or the county offers is there for each of its communities.
        listings = listings.filter(inside | Q(community__in=tree.current().around(community)))
    if words.strip():
        for word in words.split()[:5]:
            listings = listings.filter(
                Q(title__icontains=word)
                | Q(words__icontains=word)
                | Q(skill__name__icontains=word)
                | Q(skill__english__icontains=word)
            )
    return listings.order_by("state", "-id")


def listing_for(person: Person | None, pk: int) -> Listing:
    """One entry this person may read: shown, their own, or of an area they care for."""
    found = (
        Listing.objects.select_related("community", "skill", "organisation", "person").filter(pk=pk).first()
    )
    if found is not None:
        shown = shown_listings(person).filter(pk=pk).exists()
        if shown or owns(person, found) or claim_of(person, found) is not None:
            return found
    raise NotFound(_("There is no such entry, or it is not on the list any more."))


def owns(person: Person | None, listing: Listing) -> bool:
    """Who answers for an entry: its person, who works in its organisation, or the community's office."""
    if person is None:
        return False
    if listing.person_id is not None:
        return person.pk == listing.person_id or cares_for(person, listing.community_id)
    if listing.organisation_id is not None and any(
        hat.organisation == listing.organisation_id for hat in hats(person)
    ):
        return True
    return cares_for(person, listing.community_id)


def owner_words(listing: Listing) -> str:
    """Who offers it, as everybody may read it: never a whole name, never a number."""
    if listing.organisation is not None:
        return listing.organisation.name
    if listing.person is not None:
        return masked_name(listing.person.name) or _("A resident")
    return _("The platform")


def claim_of(person: Person | None, listing: Listing) -> Claim | None:
    """The person's last claim on an entry."""
    if person is None:
        return None
    return listing.claims.filter(person=person).order_by("-id").first()


def claim_for(person: Person, pk: int) -> Claim:
    """A claim this person may open: their own, or on an entry they answer for."""
    found = Claim.objects.select_related(
        "listing__community", "listing__organisation", "listing__person", "person"
    )
    claim = found.filter(pk=pk).first()
    if claim is None or not (claim.person_id == person.pk or owns(person, claim.listing)):
        raise NotFound(_("There is no such request, or it is not yours."))
    return claim


def own_listings(person: Person) -> QuerySet[Listing]:
    return (
        Listing.objects.filter(person=person)
        .annotate(asking=Count("claims", filter=Q(claims__state="asked")))
        .select_related("community")
        .order_by("-id")
    )


def own_claims(person: Person) -> QuerySet[Claim]:
    return Claim.objects.filter(person=person).select_related("listing__community").order_by("-id")


def listings_to_moderate(person: Person) -> QuerySet[Listing]:
    """Residents' entries that wait for their community, oldest first."""
    return (
        Listing.objects.filter(state="waiting", community__in=areas_of_care(person))
        .select_related("community", "skill", "person")
        .order_by("pk")
    )


def listings_cared_for(person: Person) -> QuerySet[Listing]:
    return (
        Listing.objects.filter(community__in=areas_of_care(person))
        .select_related("community", "skill", "person", "organisation")
        .annotate(asking=Count("claims", filter=Q(claims__state="asked")))
        .order_by("-id")
    )


def stations(words: str = "", community: int | None = None) -> QuerySet[Station]:
    found = Station.objects.filter(retired_at=None).select_related("area")
    if words.strip():
        found = found.filter(Q(name__icontains=words.strip()) | Q(area__name__icontains=words.strip()))
    if community is not None and community in tree.current():
        around = tree.current().around(community)
        found = found.filter(Q(area__in=around) | Q(area__path__contains=f"/{community}/"))
    items = Count("items", filter=Q(items__retired_at=None))
    return found.annotate(size=items).order_by("area__code", "pk")


def menu_of(station: Station) -> dict[str, list[StationItem]]:
    """The station's lines by kind."""
    lines = list(station.items.filter(retired_at=None).select_related("skill").order_by("pk"))
    return {kind: [line for line in lines if line.kind == kind] for kind in ItemKind.values}


def open_orders(station: Station) -> QuerySet[Case]:
    """Requests for help that were ordered from the station's menu and have not ended."""
    return Case.objects.filter(kind="request", open=True, facts__station=station.pk).order_by("pk")


def orderable_item(pk: Any) -> StationItem | None:
    """An individual line that can be ordered now: what `/help/new/?menu=<pk>` begins with."""
    try:
        number = int(str(pk))
    except ValueError:
        return None
    if not 0 < number < 2**62:
        return None
    return (
        StationItem.objects.filter(
            pk=number, kind=ItemKind.INDIVIDUAL, retired_at=None, station__retired_at=None
        )
        .select_related("station__area", "station__organisation", "skill")
        .first()
    )
