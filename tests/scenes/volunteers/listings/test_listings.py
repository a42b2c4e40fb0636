"""The three lists: moderated, claimed by one, talked about inside gridloop, and nobody's number shown."""

import threading
import uuid

import pytest
from django.db import connection, connections
from django.utils import timezone

from gridloop.core.journal.errors import NotAllowed, NotFound, Refusal, TooLate
from gridloop.core.notices.models import Notice
from gridloop.core.people.models import Organisation
from gridloop.scenes.volunteers.listings import actions, queries
from gridloop.scenes.volunteers.listings.models import Claim, Listing
from tests import world
from tests.scenes.volunteers.roster.neighbourhood import a_clerk, a_volunteer

pytestmark = pytest.mark.django_db


def a_listing(town, person=None, **more):
    person = person or world.a_resident("周居民")
    given = {"kind": "resource", "title": "闲置轮椅可借", "community": town.community, **more}
    return actions.offer_listing(given.pop("kind"), person=person, by=world.acting(person), **given)


def published(town, person=None, **more):
    return actions.decide_listing(a_listing(town, person, **more), True, by=world.acting(a_clerk(town)))


def test_a_residents_entry_waits_for_the_community(town):
    listing = a_listing(town)
    assert listing.state == "waiting" and not queries.shown_listings(None).exists()

    with pytest.raises(Refusal):
        actions.decide_listing(listing, False, by=world.acting(a_clerk(town)))
    with pytest.raises(NotAllowed):
        actions.decide_listing(listing, True, by=world.acting(world.a_town_room(town.other_town)))
    actions.decide_listing(listing, True, by=world.acting(a_clerk(town)))

    assert list(queries.shown_listings(None)) == [listing]
    assert Notice.objects.filter(person=listing.person, event="listing_published").count() == 1
    with pytest.raises(TooLate):
        actions.decide_listing(listing, False, reason="重复", by=world.acting(a_clerk(town)))


def test_a_clerk_does_not_publish_their_own(town):
    clerk = a_clerk(town)
    listing = a_listing(town, clerk)

    with pytest.raises(NotAllowed):
        actions.decide_listing(listing, True, by=world.acting(clerk))


def test_organisations_and_the_platform_stand_at_once_but_only_in_their_own_name(town):
    committee = Organisation.objects.create(
        name="城中社区居委会", kind="committee", code="c1", area=town.community
    )
    clerk = a_clerk(town)
    given = {"title": "量血压", "community": town.community}

    assert (
        actions.offer_listing("service", organisation=committee, by=world.acting(clerk), **given).state
        == "offered"
    )
    platform = actions.offer_listing("service", by=world.acting(clerk), **given)
    assert platform.state == "offered" and queries.owner_words(platform)
    with pytest.raises(NotAllowed):
        actions.offer_listing("service", organisation=committee, by=world.acting(world.a_resident()), **given)


@pytest.mark.parametrize(
    "words", ["电话13800138000", "138 0013 8000", "0576-8721 0000", "加我 1 3 8 0 0 1 3 8 0 0 0"]
)
def test_numbers_are_kept_off_the_lists(town, words):
    with pytest.raises(Refusal) as refused:
        a_listing(town, words=words)
    assert refused.value.field == "words"


def test_the_same_form_sent_twice_is_one_entry(town):
    person, key = world.a_resident(), uuid.uuid4()

    assert a_listing(town, person, key=key).pk == a_listing(town, person, key=key).pk
    assert Listing.objects.count() == 1


def test_the_last_one_goes_to_one_claimant_and_comes_back_when_refused(town):
    listing = published(town)
    first, second = world.a_resident("何一"), world.a_resident("何二")

    claim = actions.claim_listing(listing, first, words="想借一个月", by=world.acting(first))
    with pytest.raises(TooLate):
        actions.claim_listing(listing, second, by=world.acting(second))
    assert actions.claim_listing(listing, first, by=world.acting(first)).pk == claim.pk
    listing.refresh_from_db()
    assert (listing.left, listing.state) == (0, "reserved")

    actions.answer_claim(claim, False, words="已坏", by=world.acting(listing.person))
    listing.refresh_from_db()
    assert (listing.left, listing.state) == (1, "offered")
    assert actions.claim_listing(listing, second, by=world.acting(second)).state == "asked"


@pytest.mark.django_db(transaction=True)
def test_twelve_people_at_once_and_three_places():
    town = world.a_town()
    listing = published(town, quantity=3)
    people = [world.a_resident(f"何{number}") for number in range(12)]
    got: list[str] = []
    start = threading.Barrier(len(people))

    def claim(person):
        start.wait()
        try:
            actions.claim_listing(listing, person, by=world.acting(person))
            got.append("claimed")
        except TooLate:
            got.append("late")
        finally:
            connections[connection.alias].close()

    threads = [threading.Thread(target=claim, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    listing.refresh_from_db()
    assert sorted(got) == ["claimed"] * 3 + ["late"] * 9
    assert (listing.left, listing.state, Claim.objects.count()) == (0, "reserved", 3)


def test_agreed_done_and_the_entry_is_used(town):
    listing, person = published(town), world.a_resident()
    claim = actions.claim_listing(listing, person, by=world.acting(person))
    with pytest.raises(TooLate):
        actions.finish_claim(claim, by=world.acting(person))

    actions.answer_claim(claim, True, by=world.acting(listing.person))
    with pytest.raises(TooLate):
        actions.answer_claim(claim, False, by=world.acting(listing.person))
    actions.write_letter(claim, "周六上午来取", by=world.acting(person))
    actions.finish_claim(claim, by=world.acting(person))

    listing.refresh_from_db()
    assert listing.state == "used"
    told = set(Notice.objects.filter(person=listing.person).values_list("event", flat=True))
    assert {"listing_claimed", "letter_written"} <= told


def test_only_both_sides_read_what_they_write(town):
    listing, person = published(town), world.a_resident()
    claim = actions.claim_listing(listing, person, by=world.acting(person))

    assert queries.claim_for(listing.person, claim.pk) == claim
    with pytest.raises(NotFound):
        queries.claim_for(world.a_resident(), claim.pk)
    with pytest.raises(NotAllowed):
        actions.write_letter(claim, "你好", by=world.acting(world.a_resident()))
    with pytest.raises(NotAllowed):
        actions.answer_claim(claim, True, by=world.acting(person))


def test_withdrawn_entries_tell_who_waits_and_never_come_back(town):
    listing, person = published(town), world.a_resident()
    claim = actions.claim_listing(listing, person, by=world.acting(person))

    actions.withdraw_listing(listing, by=world.acting(listing.person))

    claim.refresh_from_db()
    assert claim.state == "declined" and Notice.objects.filter(person=person, event="claim_declined").exists()
    with pytest.raises(TooLate):
        actions.withdraw_listing(listing, by=world.acting(listing.person))
    with pytest.raises(TooLate):
        actions.claim_listing(listing, world.a_resident(), by=world.acting(a_clerk(town)))


def test_over_is_over_and_own_is_own(town):
    listing = published(town, until=timezone.localdate())
    Listing.objects.filter(pk=listing.pk).update(until=timezone.localdate() - timezone.timedelta(days=1))
    person = world.a_resident()

    with pytest.raises(TooLate):
        actions.claim_listing(listing, person, by=world.acting(person))
    with pytest.raises(Refusal):
        actions.claim_listing(listing, listing.person, by=world.acting(listing.person))


def test_lists_are_narrowed_by_kind_place_and_words(town):
    here = published(town, words="九成新")
    published(town, kind="need", title="想请人陪散步")
    actions.offer_listing(
        "service", title="法律咨询", community=town.town, by=world.acting(world.a_town_room(town.town))
    )
    actions.offer_listing(
        "service",
        title="理发",
        community=town.other_community,
        by=world.acting(world.a_town_room(town.other_town)),
    )

    def titles(**narrow):
        return {each.title for each in queries.filtered(queries.shown_listings(None), **narrow)}

    assert titles(kind="need") == {"想请人陪散步"}
    assert titles(words="轮椅 九成新") == {here.title}
    assert titles(community=town.community.pk) == {"闲置轮椅可借", "想请人陪散步", "法律咨询"}
    assert titles(community=town.other_town.pk) == {"理发"}


def test_what_is_kept_for_the_community_is_seen_by_its_people(town):
    listing = published(town, public=False)
    neighbour, stranger = a_volunteer(town).person, a_volunteer(town, community=town.other_community).person

    assert list(queries.shown_listings(neighbour)) == [listing]
    assert not queries.shown_listings(stranger).exists() and not queries.shown_listings(None).exists()
    with pytest.raises(NotFound):
        queries.listing_for(stranger, listing.pk)


def test_lists_take_the_same_queries_for_one_or_three(town, client, django_assert_num_queries):
    from django.test.utils import CaptureQueriesContext

    published(town)
    client.get("/lists/")
    with CaptureQueriesContext(connection) as one:
        client.get("/lists/")
    published(town), published(town, kind="need")
    with django_assert_num_queries(len(one)):
        client.get("/lists/")
