"""Entries of the lists: offered, moderated, claimed by one, agreed, done, taken back."""

import re
import uuid
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.notices.actions import tell
from gridloop.core.people.models import Organisation, Person
from gridloop.core.people.queries import hats, require
from gridloop.core.territory.models import Area
from gridloop.scenes.volunteers.listings.models import (
    Claim,
    Letter,
    Listing,
    ListKind,
    Topic,
)
from gridloop.scenes.volunteers.listings.queries import owns
from gridloop.scenes.volunteers.roster.models import Skill
from gridloop.scenes.volunteers.roster.queries import CARE

NUMBERS = re.compile(r"\d[\d\s-]{6,}\d")  # telephone and identity numbers, however they are spaced
MOST = 999
LONGEST = 1000
STANDING = ("asked", "agreed")


@transaction.atomic
def offer_listing(
    kind: str,
    *,
    title: str,
    community: Area,
    words: str = "",
    topic: str = Topic.OTHER,
    skill: Skill | None = None,
    quantity: int = 1,
    since: date | None = None,
    until: date | None = None,
    public: bool = True,
    person: Person | None = None,
    organisation: Organisation | None = None,
    key: uuid.UUID | None = None,
    by: Actor,
) -> Listing:
    """A new entry. A resident's waits for the community; an organisation's and the platform's stand at once."""
    guard_owner(person, organisation, community, by)
    if kind not in ListKind.values or topic not in Topic.values:
        raise Refusal(_("Choose what it is from the list."), field="kind")
    guard_words(title, words)
    if not 1 <= quantity <= MOST:
        raise Refusal(_("Say how many: 1 to %(most)d.") % {"most": MOST}, field="quantity")
    first = since or timezone.localdate()
    if until is not None and until < max(first, timezone.localdate()):
        raise Refusal(_("The last day lies before the first. Check both."), field="until")
    if key is not None and (known := Listing.objects.filter(key=key).first()) is not None:
        return known
    moderated = person is not None and by.person == person.pk

    listing = Listing.objects.create(
        kind=kind, title=title.strip(), words=words.strip(), community=community, topic=topic, skill=skill,
        quantity=quantity, left=quantity, since=first, until=until, public=public, person=person,
        organisation=organisation, key=key, state="waiting" if moderated else "offered",
    )  # fmt: skip

    record_listing("listing_offered", listing, by)
    return listing


def guard_owner(person: Person | None, organisation: Organisation | None, community: Area, by: Actor) -> None:
    """Residents for themselves, people of an organisation for it, the community's office for all of them."""
    if person is not None and organisation is not None:
        raise Refusal(_("An entry belongs to a person or to an organisation."), field="organisation")
    if person is not None and by.person == person.pk:
        return
    if organisation is not None and by.person is not None:
        actor = Person.objects.filter(pk=by.person).first()
        if actor and any(hat.organisation == organisation.pk for hat in hats(actor)):
            return
    require(by, CARE, community.pk)


def guard_words(title: str, words: str) -> None:
    if not title.strip():
        raise Refusal(_("Say in a few words what it is."), field="title")
    if len(title.strip()) > 60:
        raise Refusal(_("The title has at most 60 characters."), field="title")
    if len(words) > LONGEST:
        raise Refusal(
            _("That is more than %(most)d characters. Please shorten it.") % {"most": LONGEST}, field="words"
        )
    for field, text in (("title", title), ("words", words)):
        if NUMBERS.search(text):
            raise Refusal(
                _("Leave telephone and other numbers out: people reach you through this page."), field=field
            )


@transaction.atomic
def decide_listing(listing: Listing, publish: bool, *, reason: str = "", by: Actor) -> Listing:
    """The community publishes a resident's entry, or says why not. Nobody decides about their own."""
    require(by, CARE, listing.community_id)
    if by.person is not None and by.person == listing.person_id:
        raise NotAllowed(_("Somebody else has to decide about your entry."))
    if not publish and not reason.strip():
        raise Refusal(_("Say why, so that it can be put right."), field="reason")
    after = {"state": "offered" if publish else "declined", "reason": "" if publish else reason.strip()[:200]}
    if Listing.objects.filter(pk=listing.pk, state="waiting").update(**after, decided_at=timezone.now()) != 1:
        raise TooLate(_("This has been decided already."))
    listing.refresh_from_db()

    if publish:
        record_listing("listing_published", listing, by)
        tell_owner("listing_published", listing)
    else:
        record_listing("listing_declined", listing, by, words=listing.reason)
        tell_owner("listing_declined", listing)
    return listing


@transaction.atomic
def withdraw_listing(listing: Listing, *, by: Actor) -> Listing:
    """The entry leaves the list; who waits for an answer hears that it is over, what was agreed stays."""
    guard_owns(listing, by)
    standing = Listing.objects.filter(pk=listing.pk, state__in=("waiting", "offered", "reserved"))
    if standing.update(state="withdrawn", decided_at=timezone.now()) != 1:
        raise TooLate(_("This entry is not on the list any more."))
    listing.refresh_from_db()
    asked = list(listing.claims.filter(state="asked").select_related("person", "listing"))
    listing.claims.filter(state="asked").update(state="declined", ended_at=timezone.now())

    record_listing("listing_withdrawn", listing, by)
    for claim in asked:
        tell_claimant("claim_declined", claim)
    return listing


@transaction.atomic
def claim_listing(listing: Listing, person: Person, *, words: str = "", by: Actor) -> Claim:
    """“I need this” or “we can give this”: holds one of what is left. The last one goes to one claimant."""
    if by.person != person.pk:
        require(by, CARE, listing.community_id)
    if listing.person_id == person.pk:
        raise Refusal(_("This is your own entry."))
    guard_letter(words)
    standing = Claim.objects.filter(listing=listing, person=person, state__in=STANDING).first()
    if standing is not None:
        return standing
    today = timezone.localdate()
    free = Listing.objects.filter(pk=listing.pk, state="offered", left__gt=0, since__lte=today).exclude(
        until__lt=today
    )
    try:
        with transaction.atomic():
            if free.update(left=F("left") - 1) != 1:
                raise TooLate(_("Somebody was quicker: nothing is left of this. Look at the other entries."))
            Listing.objects.filter(pk=listing.pk, state="offered", left=0).update(state="reserved")
            claim = Claim.objects.create(listing=listing, person=person)
    except IntegrityError:  # the same claim twice at once: the other one stands, and holds its one
        return Claim.objects.get(listing=listing, person=person, state__in=STANDING)
    if words.strip():
        Letter.objects.create(claim=claim, person=person, words=words.strip())
    listing.refresh_from_db()

    record_listing("listing_claimed", listing, by, claim=claim)
    tell_owner("listing_claimed", listing, claim=claim)
    return claim


@transaction.atomic
def answer_claim(claim: Claim, agree: bool, *, words: str = "", by: Actor) -> Claim:
    """Who offers it says yes or no; a no puts what was held back on the list."""
    guard_owns(claim.listing, by)
    guard_letter(words)
    asked = Claim.objects.filter(pk=claim.pk, state="asked")
    after = {"state": "agreed"} if agree else {"state": "declined", "ended_at": timezone.now()}
    if asked.update(**after) != 1:
        raise TooLate(_("This has been decided already."))
    if not agree:
        give_back(claim.listing)
    if words.strip() and by.person:
        Letter.objects.create(claim=claim, person_id=by.person, words=words.strip())
    claim.refresh_from_db()

    if agree:
        record_listing("claim_agreed", claim.listing, by, claim=claim)
        tell_claimant("claim_agreed", claim)
    else:
        record_listing("claim_declined", claim.listing, by, claim=claim)
        tell_claimant("claim_declined", claim)
    return claim


@transaction.atomic
def withdraw_claim(claim: Claim, *, by: Actor) -> Claim:
    """The claimant needs it no more, or cannot give it: one goes back on the list."""
    if by.person != claim.person_id:
        require(by, CARE, claim.listing.community_id)
    now = timezone.now()
    if Claim.objects.filter(pk=claim.pk, state__in=STANDING).update(state="withdrawn", ended_at=now) != 1:
        raise TooLate(_("This has ended already."))
    give_back(claim.listing)
    claim.refresh_from_db()

    record_listing("claim_withdrawn", claim.listing, by, claim=claim)
    tell_owner("claim_withdrawn", claim.listing, claim=claim)
    return claim


@transaction.atomic
def finish_claim(claim: Claim, *, by: Actor) -> Claim:
    """It was handed over or done; when nothing is left and nobody waits, the entry is done too."""
    if by.person != claim.person_id:
        guard_owns(claim.listing, by)
    now = timezone.now()
    if Claim.objects.filter(pk=claim.pk, state="agreed").update(state="done", ended_at=now) != 1:
        raise TooLate(_("Only what was agreed can be done."))
    if not claim.listing.claims.filter(state__in=STANDING).exists():
        Listing.objects.filter(pk=claim.listing_id, left=0, state="reserved").update(state="used")
    claim.refresh_from_db()

    record_listing("claim_done", claim.listing, by, claim=claim)
    return claim


@transaction.atomic
def write_letter(claim: Claim, words: str, *, by: Actor) -> Letter:
    """A line to the other side, inside gridloop."""
    own = by.person is not None and by.person == claim.person_id
    if not own:
        guard_owns(claim.listing, by)
    if not words.strip():
        raise Refusal(_("Write a few words."), field="words")
    if len(words) > LONGEST:
        raise Refusal(
            _("That is more than %(most)d characters. Please shorten it.") % {"most": LONGEST}, field="words"
        )
    if not Claim.objects.filter(pk=claim.pk, state__in=STANDING).exists():
        raise TooLate(_("This has ended already."))
    if by.person is None:
        raise NotAllowed(_("Sign in to write."))

    letter = Letter.objects.create(claim=claim, person_id=by.person, words=words.strip())

    record_listing("letter_written", claim.listing, by, claim=claim)
    if own:
        tell_owner("letter_written", claim.listing, claim=claim, mark=letter.pk)
    else:
        tell_claimant("letter_written", claim, mark=letter.pk)
    return letter


def give_back(listing: Listing) -> None:
    """One more can be claimed again; an entry taken back meanwhile stays so."""
    Listing.objects.filter(pk=listing.pk, left__lt=F("quantity")).update(left=F("left") + 1)
    Listing.objects.filter(pk=listing.pk, state="reserved", left__gt=0).update(state="offered")


def guard_letter(words: str) -> None:
    if len(words) > LONGEST:
        raise Refusal(
            _("That is more than %(most)d characters. Please shorten it.") % {"most": LONGEST}, field="words"
        )


def guard_owns(listing: Listing, by: Actor) -> None:
    if by.person is None and by.kind in ("system", "rule"):
        return
    person = Person.objects.filter(pk=by.person).first() if by.person else None
    if not owns(person, listing):
        raise NotAllowed(_("Only who offers this, or the community's office, can do that."))


def record_listing(
    event: str, listing: Listing, by: Actor, *, claim: Claim | None = None, words: str = ""
) -> None:
    record(
        event,
        by=by,
        subject_kind="listing",
        subject=listing.pk,
        area=listing.community_id,
        words=words,
        facts={"kind": listing.kind, **({"claim": claim.pk} if claim else {})},
    )


def tell_owner(event: str, listing: Listing, *, claim: Claim | None = None, mark: int = 0) -> None:
    """Whose entry it is; an organisation's people find it on its page."""
    address = f"/lists/claims/{claim.pk}/" if claim else f"/lists/{listing.pk}/"
    key = f"{event}:{listing.pk}:{claim.pk if claim else 0}:{mark}:owner"
    facts = {"title": listing.title, "reason": listing.reason}
    if listing.person is not None:
        tell(event, key=key, audience="lister", person=listing.person, address=address, facts=facts)
    elif listing.organisation is not None:
        tell(
            event, key=key, audience="lister", organisation=listing.organisation, address=address, facts=facts
        )


def tell_claimant(event: str, claim: Claim, *, mark: int = 0) -> None:
    tell(
        event,
        key=f"{event}:{claim.pk}:{mark}:claimant",
        audience="lister",
        person=claim.person,
        address=f"/lists/claims/{claim.pk}/",
        facts={"title": claim.listing.title},
    )
