"""What others see of a person: masked, unless somebody gave a reason."""

from dataclasses import dataclass

from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import masked_identity, masked_name, masked_phone

# The personal data that can be unmasked one at a time.
PERSONAL_FIELDS = ("name", "phone", "identity_number", "email")


@dataclass(frozen=True, slots=True)
class PersonCard:
    """One person, fit to be shown: every value is masked."""

    id: int
    name: str
    phone: str
    identity_number: str
    email: str
    handle: str
    active: bool
    erased: bool


def card_of(person: Person, *, named: bool = False) -> PersonCard:
    """The card; `named` shows the whole name (colleagues and staff in their posts), nothing else."""
    return PersonCard(
        id=person.pk,
        name=person.name if named else masked_name(person.name),
        phone=masked_phone(person.phone),
        identity_number=masked_identity(person.identity_number),
        email=masked_email(person.email),
        handle=person.handle or "",
        active=person.is_active,
        erased=person.erased_at is not None,
    )


def masked_email(email: str) -> str:
    """wang@example.cn -> w***@example.cn."""
    name, at, host = email.partition("@")
    return f"{name[:1]}***{at}{host}" if at else "*" * len(email)
