"""Every write about firms: registered, corrected, spoken for."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal, TooLate
from gridloop.core.people.actions import appoint, end_post, found_organisation, person_by_phone
from gridloop.core.people.models import Person
from gridloop.core.people.queries import current_posts, require
from gridloop.core.people.validity import is_credit_code, tidy
from gridloop.core.territory.models import Area
from gridloop.scenes.enterprises.firms.models import Claim, Firm, Industry, Scale
from gridloop.scenes.enterprises.firms.queries import CONTACT, firm_with_code

ABILITY = "enter_for_others"  # town rooms and the county centre run the platform
PLATFORM = Actor(kind="rule", name="enterprises")


def good_credit_code(code: str) -> str:
    """The eighteen characters in capitals; raises a Refusal that says what is wrong."""
    if not is_credit_code(code):
        raise Refusal(
            _("This is not a unified social credit code: 18 characters, the last one checks the others."),
            field="credit_code",
        )
    return tidy(code)


@transaction.atomic
def register_firm(
    *,
    credit_code: str,
    name: str,
    area: Area,
    industry: str = Industry.SERVICES,
    scale: str = Scale.SMALL,
    address: str = "",
    by: Actor,
) -> Firm:
    """A firm the platform did not know yet; the same code twice is one firm."""
    require(by, ABILITY, area.pk)
    code = good_credit_code(credit_code)
    known = firm_with_code(code)
    if known is not None:
        raise Refusal(
            _("%(name)s has this code already.") % {"name": known.organisation.name}, field="credit_code"
        )
    guard_facts(industry, scale)

    organisation = found_organisation(name=name, kind="firm", code=code, area=area, by=PLATFORM)
    firm = Firm.objects.create(
        organisation=organisation,
        credit_code=code,
        industry=industry,
        scale=scale,
        address=address.strip()[:200],
    )

    record("firm_registered", by=by, subject_kind="firm", subject=firm.pk, area=area.pk, after=code)
    return firm


def guard_facts(industry: str, scale: str) -> None:
    if industry not in Industry.values:
        raise Refusal(_("Choose the industry from the list."), field="industry")
    if scale not in Scale.values:
        raise Refusal(_("Choose the size from the list."), field="scale")


@transaction.atomic
def name_contact(firm: Firm, *, phone: str, name: str = "", by: Actor) -> Person:
    """Somebody speaks for the firm from now on; they sign in with their phone number."""
    require(by, ABILITY, firm.organisation.area_id)
    person = person_by_phone(phone, name=name, by=by)
    if not current_posts().filter(role=CONTACT, person=person, organisation=firm.pk).exists():
        appoint(person, CONTACT, organisation=firm.organisation, area=firm.organisation.area, by=PLATFORM)

    record("firm_contact_named", by=by, subject_kind="firm", subject=firm.pk, area=firm.organisation.area_id,
           facts={"person": person.pk})  # fmt: skip
    return person


@transaction.atomic
def end_contact(firm: Firm, person: Person, *, by: Actor) -> None:
    """Somebody speaks for the firm no longer, and sees its matters no longer."""
    require(by, ABILITY, firm.organisation.area_id)
    post = current_posts().filter(role=CONTACT, person=person, organisation=firm.pk).first()
    if post is None:
        raise TooLate(_("This person speaks for the firm no longer."))
    end_post(post, by=PLATFORM)

    record("firm_contact_ended", by=by, subject_kind="firm", subject=firm.pk, area=firm.organisation.area_id,
           facts={"person": person.pk})  # fmt: skip


@transaction.atomic
def claim_firm(*, credit_code: str, name: str, by: Actor) -> Claim:
    """Somebody says that they speak for a firm; asked twice, it waits once."""
    if by.person is None:
        raise Refusal(_("Sign in with your phone number first."))
    if not name.strip():
        raise Refusal(_("Write the firm's name as it stands on its licence."), field="firm_name")
    code = good_credit_code(credit_code)
    claim, made = Claim.objects.get_or_create(
        person_id=by.person, credit_code=code, decided_at=None, defaults={"name": name.strip()[:120]}
    )
    if made:
        record("firm_claimed", by=by, subject_kind="claim", subject=claim.pk, after=code)
    return claim


@transaction.atomic
def decide_claim(
    claim: Claim, *, confirmed: bool, area: Area | None = None, words: str = "", by: Actor
) -> Firm | None:
    """The platform has asked at the firm: the claim holds, or not. Its matters then belong to the firm."""
    require(by, ABILITY)
    if not confirmed and not words.strip():
        raise Refusal(_("Say why; the person can read it."), field="words")
    decided = Claim.objects.filter(pk=claim.pk, decided_at=None).update(
        decided_at=timezone.now(), decided_by=by.person, confirmed=confirmed, words=words.strip()[:200]
    )
    if decided != 1:
        raise TooLate(_("Somebody has decided on this already."))
    firm = None
    if confirmed:
        first = claim.matters.select_related("case").first()
        firm = firm_with_code(claim.credit_code)
        if firm is None:
            place = area or (Area.objects.get(pk=first.case.area_id) if first else None)
            if place is None:
                raise Refusal(_("Say where the firm lies."), field="area")
            firm = register_firm(credit_code=claim.credit_code, name=claim.name, area=place, by=by)
        appoint(
            claim.person, CONTACT, organisation=firm.organisation, area=firm.organisation.area, by=PLATFORM
        )
        claim.matters.filter(firm=None).update(firm=firm)

    record("firm_claim_decided", by=by, subject_kind="claim", subject=claim.pk, words=words,
           after="confirmed" if confirmed else "refused", facts={"firm": firm.pk if firm else None})  # fmt: skip
    return firm
