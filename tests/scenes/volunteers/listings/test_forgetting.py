"""The lists: entries and letters of somebody who goes are gone, and old ones go by age."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from gridloop.core.people import retention
from gridloop.core.people.privacy import erase_person, everything_held
from gridloop.scenes.volunteers.listings import actions, queries
from gridloop.scenes.volunteers.listings.models import Claim, Letter, Listing
from tests import world
from tests.scenes.volunteers.listings.test_listings import published
from tests.stored import places_of

pytestmark = pytest.mark.django_db


def claimed(town):
    """A wheelchair on offer, claimed with a letter."""
    listing = published(town, words="放在幸福里门房")
    borrower = world.a_resident("孙借用")
    claim = actions.claim_listing(listing, borrower, by=world.acting(borrower), words="下周要用轮椅")
    return listing, borrower, claim


def test_an_owner_who_goes_takes_the_entry_off_the_list(town):
    listing, _borrower, _claim = claimed(town)
    owner = listing.person
    assert everything_held(owner)["lists"]["entries"][0]["words"] == "放在幸福里门房"
    erase_person(owner, by=world.acting(owner))
    assert places_of("放在幸福里门房", "闲置轮椅可借", "周居民") == []
    assert not queries.shown_listings(None).exists()


def test_a_claimant_who_goes_gives_it_back(town):
    listing, borrower, claim = claimed(town)
    erase_person(borrower, by=world.acting(borrower))
    listing.refresh_from_db()
    assert Claim.objects.get(pk=claim.pk).state == "withdrawn" and listing.left == 1
    assert places_of("下周要用轮椅", "孙借用") == []


def test_old_letters_and_entries_go(town):
    listing, _borrower, claim = claimed(town)
    actions.withdraw_claim(claim, by=world.acting(claim.person))
    actions.withdraw_listing(listing, by=world.acting(listing.person))
    with time_machine.travel(timezone.now() + datetime.timedelta(days=366)):
        counts = retention.apply_retention()
    assert (counts["letters"], counts["listings"]) == (1, 1) and not Letter.objects.exists()
    assert places_of("下周要用轮椅", "放在幸福里门房") == [] and Listing.objects.get().state == "withdrawn"
