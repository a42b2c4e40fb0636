"""The register and its pairs: entered, changed, companions proposed, asked, accepted, ended."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.people.actions import person_by_phone
from gridloop.core.people.models import Person
from gridloop.core.territory import tree
from gridloop.core.territory.coordinates import metres_between
from gridloop.core.territory.locating import locate
from gridloop.scenes.volunteers.pairs import queries
from gridloop.scenes.volunteers.pairs.models import Companion, CompanionState, Pairing, Reason, Vulnerable
from gridloop.scenes.volunteers.pairs.telling import tell_clerks, tell_companion
from gridloop.scenes.volunteers.roster.models import Volunteer
from gridloop.scenes.volunteers.roster.queries import cares_for

ROUNDED = 3  # decimals: about 100 m
MOST_PAIRS = 5
ROLES = ("primary", "backup")


def guard_register(community: int, by: Actor) -> None:
    """Clerks of the community and rooms above keep the register; gridloop itself where somebody has left."""
    if by.person is None and by.kind == "system":
        return
    person = Person.objects.filter(pk=by.person).first() if by.person else None
    if not cares_for(person, community):
        raise NotAllowed(_("The register of vulnerable people is kept by the clerks of their community."))


@transaction.atomic
def register_person(
    *,
    name: str,
    phone: str,
    reasons: list[str],
    address: str,
    longitude: float,
    latitude: float,
    consented: bool,
    by: Actor,
    remarks: str = "",
    every_days: int = 7,
    window: tuple[int, int] = (9 * 60, 17 * 60),
    grace_hours: int = 12,
) -> Vulnerable:
    """Enter somebody with their consent, and open the pairing that companions are sought for."""
    if not consented:
        raise Refusal(
            _("Nobody is entered without their own consent, or that of whoever stands for them."),
            field="consented",
        )
    if not reasons or not set(reasons) <= set(Reason.values):
        raise Refusal(_("Choose at least one reason from the list."), field="reasons")
    if not address.strip():
        raise Refusal(_("Write where the person lives."), field="address")
    found = locate(longitude, latitude)
    chain = tree.chain(found.area) if found else None
    if chain is None or chain.community is None:
        raise Refusal(_("That place lies outside this county. Choose a place inside it."), field="place")
    guard_register(chain.community, by)
    guard_rhythm(every_days, window, grace_hours)
    person = person_by_phone(phone, name=name, by=by)
    if Vulnerable.objects.filter(person=person, left_at=None).exists():
        raise Refusal(_("This person is on the register already."), code="doubled", field="phone")

    facts: dict[str, Any] = {
        "reasons": sorted(set(reasons)), "community_id": chain.community, "grid_id": chain.grid,
        "address": address.strip(), "remarks": remarks.strip(), "longitude": round(longitude, ROUNDED),
        "latitude": round(latitude, ROUNDED), "consented_at": timezone.now(), "entered_by_id": by.person,
        "entered_at": timezone.now(), "left_at": None,
    }  # fmt: skip
    vulnerable, _made = Vulnerable.objects.update_or_create(person=person, defaults=facts)
    Pairing.objects.update_or_create(
        vulnerable=vulnerable,
        defaults={
            "every_days": every_days, "window_from": window[0], "window_until": window[1],
            "grace_hours": grace_hours, "since": timezone.now(), "ended_at": None,
        },
    )  # fmt: skip

    record(
        "vulnerable_entered", by=by, subject_kind="vulnerable", subject=vulnerable.pk, area=chain.community,
        facts={"person": person.pk},
    )  # fmt: skip

    return vulnerable


def guard_rhythm(every_days: int, window: tuple[int, int], grace_hours: int) -> None:
    if not 1 <= every_days <= 90:
        raise Refusal(_("A visit every 1 to 90 days."), field="every_days")
    if not 0 <= window[0] < window[1] <= 1440:
        raise Refusal(_("The end of the window lies before its beginning."), field="window_until")
    if not 1 <= grace_hours <= 72:
        raise Refusal(_("Between 1 and 72 hours after which a visit is missed."), field="grace_hours")


@transaction.atomic
def take_off_register(vulnerable: Vulnerable, *, reason: str, by: Actor) -> Vulnerable:
    """Moved away, died, or does not wish it any more: the pair ends, and home and remarks are erased."""
    from gridloop.scenes.volunteers.pairs.visiting import cancel_visits

    guard_register(vulnerable.community_id, by)
    if not reason.strip():
        raise Refusal(_("Say why."), field="words")
    there = Vulnerable.objects.filter(pk=vulnerable.pk, left_at=None)
    gone = {"left_at": timezone.now(), "address": "", "remarks": "", "longitude": None, "latitude": None}
    if there.update(**gone) != 1:
        raise TooLate(_("This person has left the register already."))
    pairing = vulnerable.pairing
    Pairing.objects.filter(pk=pairing.pk).update(ended_at=timezone.now())
    cancel_visits(pairing)

    record(
        "vulnerable_left", by=by, subject_kind="vulnerable", subject=vulnerable.pk, area=vulnerable.community_id,
        words=reason.strip(),
    )  # fmt: skip

    for companion in pairing.companions.filter(state__in=["proposed", *queries.LIVE]):
        end_companion(companion, reason=reason, by=by, follow=False)
        tell_companion("pair_ended", companion, key=str(companion.pk))
    vulnerable.refresh_from_db()
    return vulnerable


@transaction.atomic
def propose_companion(
    pairing: Pairing, volunteer: Volunteer, *, role: str, by: Actor, metres: int | None = None
) -> Companion:
    """Put somebody forward; nobody is told before a clerk asks them."""
    guard_register(pairing.vulnerable.community_id, by)
    guard_companion(pairing, volunteer, role)
    if metres is None:
        metres = metres_to(pairing.vulnerable, volunteer)
    try:
        with transaction.atomic():
            companion = Companion.objects.create(
                pairing=pairing, volunteer=volunteer, role=role, metres=metres
            )
    except IntegrityError:
        raise Refusal(
            _("This volunteer is proposed, asked or paired here already."), code="doubled"
        ) from None

    record_companion("companion_proposed", companion, by=by)

    return companion


def guard_companion(pairing: Pairing, volunteer: Volunteer, role: str) -> None:
    if role not in ROLES:
        raise Refusal(_("A companion is the first one or in reserve."), field="role")
    if pairing.ended_at is not None or pairing.vulnerable.left_at is not None:
        raise TooLate(_("This pair has ended."))
    if volunteer.left_at is not None:
        raise Refusal(_("This volunteer has left."), field="volunteer")
    if volunteer.person_id == pairing.vulnerable.person_id:
        raise Refusal(_("Nobody is paired with themselves."), field="volunteer")


def metres_to(vulnerable: Vulnerable, volunteer: Volunteer) -> int | None:
    spots = (vulnerable.longitude, vulnerable.latitude, volunteer.longitude, volunteer.latitude)
    if any(spot is None for spot in spots):
        return None
    return round(float(metres_between(*spots)))  # type: ignore[arg-type]


@transaction.atomic
def ask_companion(companion: Companion, *, by: Actor) -> Companion:
    """The volunteer is asked; until they accept they read the community and the rhythm, nothing of the person."""
    guard_register(companion.pairing.vulnerable.community_id, by)
    guard_companion(companion.pairing, companion.volunteer, companion.role)
    held = Companion.objects.filter(
        volunteer=companion.volunteer, state__in=queries.LIVE, pairing__ended_at=None
    )
    if held.count() >= MOST_PAIRS:
        raise Refusal(
            _("This volunteer looks after %(most)d people already.") % {"most": MOST_PAIRS}, code="full"
        )
    proposed = Companion.objects.filter(pk=companion.pk, state=CompanionState.PROPOSED)
    try:
        with transaction.atomic():
            done = proposed.update(state=CompanionState.ASKED, asked_at=timezone.now())
    except IntegrityError:
        raise TooLate(_("Somebody is asked or paired in this role already.")) from None
    if done != 1:
        raise TooLate(_("This volunteer was asked already."))
    companion.refresh_from_db()

    record_companion("companion_asked", companion, by=by, before=CompanionState.PROPOSED)

    tell_companion("pair_asked", companion, key=str(companion.pk))
    return companion


@transaction.atomic
def answer_pair(companion: Companion, *, accept: bool, by: Actor, reason: str = "") -> Companion:
    """The volunteer says yes or no; with a first companion the visits begin."""
    from gridloop.scenes.volunteers.pairs.visiting import schedule_visit

    if by.person != companion.volunteer.person_id:
        raise NotAllowed(_("Only the volunteer who was asked can answer."))
    state = CompanionState.ACCEPTED if accept else CompanionState.DECLINED
    asked = Companion.objects.filter(pk=companion.pk, state=CompanionState.ASKED, pairing__ended_at=None)
    changes = {"state": state, "answered_at": timezone.now(), "reason": reason.strip()[:200]}
    if asked.update(**changes) != 1:
        raise TooLate(_("This question is answered already, or was taken back."))
    companion.refresh_from_db()

    if accept:
        record_companion("companion_accepted", companion, by=by, before=CompanionState.ASKED)
        schedule_visit(companion.pairing)
    else:
        record_companion("companion_declined", companion, by=by, before=CompanionState.ASKED, words=reason)
        tell_clerks("pair_declined", companion.pairing, key=str(companion.pk))
    return companion


@transaction.atomic
def end_companion(companion: Companion, *, reason: str, by: Actor, follow: bool = True) -> Companion:
    """A companion stops: by their own wish, by the clerk's, or because they left. The backup steps up (`follow`)."""
    own = by.person is not None and by.person == companion.volunteer.person_id
    if not own:
        guard_register(companion.pairing.vulnerable.community_id, by)
    before = Companion.objects.get(pk=companion.pk).state
    live = Companion.objects.filter(pk=companion.pk, state=before).filter(
        state__in=["proposed", *queries.LIVE]
    )
    if live.update(state=CompanionState.ENDED, ended_at=timezone.now(), reason=reason.strip()[:200]) != 1:
        raise TooLate(_("This companion has ended already."))
    companion.refresh_from_db()

    record_companion("companion_ended", companion, by=by, before=before, words=reason)

    if follow and before == CompanionState.ACCEPTED:
        from gridloop.scenes.volunteers.pairs.succession import follow_companion

        follow_companion(companion)
    return companion


def record_companion(
    event: str, companion: Companion, *, by: Actor, before: str = "", words: str = ""
) -> None:
    record(
        event,
        by=by,
        subject_kind="companion",
        subject=companion.pk,
        area=companion.pairing.vulnerable.community_id,
        before=before,
        after=companion.state,
        words=words.strip(),
        facts={"pairing": companion.pairing_id, "volunteer": companion.volunteer_id, "role": companion.role},
    )
