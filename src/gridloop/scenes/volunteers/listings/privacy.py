"""What the lists hold of people: entries, claims and letters; handed out, erased with the person, gone by age."""

import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gridloop.core.journal.actor import Actor
from gridloop.core.people import privacy
from gridloop.core.people.models import Person
from gridloop.core.people.retention import BATCH, Retention, add, delete_rows
from gridloop.scenes.volunteers.listings.actions import withdraw_claim
from gridloop.scenes.volunteers.listings.models import Claim, ClaimState, Letter, Listing, ListingState

# Long enough to settle a quarrel over what was agreed; an entry's words and its letters serve nothing else.
DAYS, SHORTEST_DAYS = 365, 30
OVER = (ListingState.USED, ListingState.DECLINED, ListingState.WITHDRAWN)
STANDING = (ClaimState.ASKED, ClaimState.AGREED)


def delete_letters(limit: datetime.datetime) -> int:
    """Of claims that ended that long ago."""
    return delete_rows(Letter.objects.filter(claim__ended_at__lt=limit).order_by("pk"))


def blank_old_entries(limit: datetime.datetime) -> int:
    """What residents offered or needed: what became of it stays countable, its words and its owner go."""
    over = Q(state__in=OVER) | Q(until__lt=limit.date())
    old = Listing.objects.filter(over, made_at__lt=limit, person__isnull=False)
    return blank(list(old.order_by("pk").values_list("pk", flat=True)[:BATCH]))


def blank(listings: list[int]) -> int:
    Listing.objects.filter(pk__in=listings).exclude(state__in=OVER).update(state=ListingState.WITHDRAWN)
    return Listing.objects.filter(pk__in=listings).update(title="—", words="", reason="", person=None)


def held_of(person: Person) -> dict[str, Any]:
    """One's entries, what one claimed, and what one wrote about it."""
    return {
        "entries": list(
            Listing.objects.filter(person=person)
            .order_by("pk")
            .values("kind", "title", "words", "state", "made_at")
        ),
        "claims": list(
            Claim.objects.filter(person=person).order_by("pk").values("listing__title", "state", "made_at")
        ),
        "letters": list(Letter.objects.filter(person=person).order_by("pk").values("words", "at")),
    }


def erase_of(person: Person) -> int:
    """Entries come off the lists, claims are given back, letters go."""
    gone = blank(list(Listing.objects.filter(person=person).values_list("pk", flat=True)))
    for claim in Claim.objects.filter(person=person, state__in=STANDING).select_related("listing"):
        withdraw_claim(claim, by=Actor("person", person.pk))
    return gone + Letter.objects.filter(person=person).delete()[0]


privacy.holdings["lists"], privacy.erasers["lists"] = held_of, erase_of
add(
    Retention(
        "letters", _("Letters about entries of the lists"), DAYS, delete_letters, shortest=SHORTEST_DAYS
    )
)
add(
    Retention(
        "listings",
        _("Entries of residents on the lists, after they ended"),
        DAYS,
        blank_old_entries,
        shortest=SHORTEST_DAYS,
    )
)
