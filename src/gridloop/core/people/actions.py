"""Every change to persons and preferences; posts, organisations and privacy have modules of their own."""

import secrets

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.people.appointing import appoint, delegate, end_post, withdraw_delegation
from gridloop.core.people.models import Person, Post, RecoveryCode, SessionRecord
from gridloop.core.people.organising import found_organisation, retire_organisation
from gridloop.core.people.personal_data import digest
from gridloop.core.people.privacy import erase_person, export_person, unmask
from gridloop.core.people.queries import forget_hats, require
from gridloop.core.people.validity import is_identity_number, is_mobile_number, tidy, tidy_phone

__all__ = [
    "appoint",
    "change_language",
    "change_password",
    "close_account",
    "delegate",
    "end_post",
    "enrol_person",
    "erase_person",
    "export_person",
    "found_organisation",
    "issue_password",
    "person_by_phone",
    "reset_second_factor",
    "retire_organisation",
    "switch_large_text",
    "unmask",
    "update_person",
    "withdraw_delegation",
]


@transaction.atomic
def person_by_phone(phone: str, *, name: str = "", by: Actor) -> Person:
    """The person with this mobile number; a resident who is new is written down."""
    number = good_phone(phone)
    known = Person.objects.filter(phone_digest=digest(number)).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            person = Person.objects.create(
                name=name.strip(), phone=number, phone_digest=digest(number), password=make_password(None)
            )
    except IntegrityError:  # somebody else wrote the same number down at this moment
        return Person.objects.get(phone_digest=digest(number))
    record("person_joined", by=by, subject_kind="person", subject=person.pk)
    return person


def good_phone(phone: str) -> str:
    if not is_mobile_number(phone):
        raise Refusal(_("This is not a mobile number. Enter the 11 digits, e.g. 13800138000."), field="phone")
    return tidy_phone(phone)


@transaction.atomic
def enrol_person(
    handle: str,
    *,
    name: str,
    phone: str = "",
    identity_number: str = "",
    email: str = "",
    password: str | None = None,
    by: Actor,
) -> Person:
    """Opens a staff account. Without a password, `issue_password` gives a first one."""
    require(by, "administer")
    person = Person(handle=good_handle(handle), name=good_name(name), email=email.strip())
    set_numbers(person, phone, identity_number)
    person.set_password(password)
    save_new(person)

    record("person_enrolled", by=by, subject_kind="person", subject=person.pk)
    return person


def good_handle(handle: str) -> str:
    tidied = handle.strip()
    if not tidied or len(tidied) > 64 or any(character.isspace() for character in tidied):
        raise Refusal(_("A sign-in name has 1 to 64 characters and no blanks."), field="handle")
    return tidied


def good_name(name: str) -> str:
    if not name.strip():
        raise Refusal(_("Enter the person's name."), field="name")
    return name.strip()


def set_numbers(person: Person, phone: str, identity_number: str) -> None:
    person.phone = good_phone(phone) if phone.strip() else ""
    person.phone_digest = digest(person.phone)
    if identity_number.strip() and not is_identity_number(identity_number):
        raise Refusal(
            _("This identity number is not valid. Compare its 18 characters."), field="identity_number"
        )
    person.identity_number = tidy(identity_number)


def save_new(person: Person) -> None:
    if Person.objects.filter(handle=person.handle).exclude(pk=person.pk).exists():
        raise Refusal(_("This sign-in name is taken. Choose another."), field="handle")
    taken = Person.objects.filter(phone_digest=person.phone_digest).exclude(pk=person.pk)
    if person.phone_digest and taken.exists():
        raise Refusal(_("This mobile number belongs to another person already."), field="phone")
    person.save()


@transaction.atomic
def update_person(
    person: Person,
    *,
    name: str | None = None,
    phone: str | None = None,
    identity_number: str | None = None,
    email: str | None = None,
    by: Actor,
) -> list[str]:
    """Changes what is given and returns the names of the fields that differ; the journal gets no contents."""
    if by.person != person.pk:
        require(by, "administer")
    before = {field: getattr(person, field) for field in ("name", "phone", "identity_number", "email")}
    if name is not None:
        person.name = good_name(name)
    if email is not None:
        person.email = email.strip()
    set_numbers(
        person,
        person.phone if phone is None else phone,
        person.identity_number if identity_number is None else identity_number,
    )
    changed = [field for field, value in before.items() if getattr(person, field) != value]
    if changed:
        save_new(person)
        record("person_changed", by=by, subject_kind="person", subject=person.pk, facts={"fields": changed})
    return changed


@transaction.atomic
def close_account(person: Person, *, by: Actor) -> Person:
    """The person can no longer sign in; their posts end and their sessions with them."""
    require(by, "administer")
    if by.person == person.pk:
        raise NotAllowed(_("You cannot close your own account. Ask another administrator."))
    if not Person.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        raise TooLate(_("This account is closed already."))
    person.is_active = False
    not_over = Q(until=None) | Q(until__gte=timezone.localdate())
    for post in Post.objects.filter(not_over, person=person):
        end_post(post, by=by)
    SessionRecord.objects.filter(person=person).delete()

    record("account_closed", by=by, subject_kind="person", subject=person.pk)
    forget_hats(person)
    return person


@transaction.atomic
def issue_password(person: Person, *, by: Actor) -> str:
    """A first (or forgotten) password, returned once and to be replaced at the next sign-in; sessions end."""
    require(by, "administer")
    if not person.handle:
        raise Refusal(_("Only staff with a sign-in name have a password."), field="handle")
    password = "-".join(secrets.token_hex(2) for _part in range(4))
    person.set_password(password)
    person.password_issued = True
    person.save(update_fields=["password", "password_issued"])
    SessionRecord.objects.filter(person=person).delete()

    record("password_issued", by=by, subject_kind="person", subject=person.pk)
    return password


@transaction.atomic
def change_password(person: Person, *, new: str, by: Actor) -> None:
    """The person's own new password; every other session ends with the old one."""
    if by.person != person.pk:
        raise NotAllowed(_("Only the person themselves can choose their password."))
    try:
        validate_password(new, person)
    except ValidationError as weak:
        raise Refusal(" ".join(weak.messages), field="new") from weak
    if person.check_password(new):
        raise Refusal(_("This is the old password. Choose another."), field="new")
    person.set_password(new)
    person.password_issued = False
    person.save(update_fields=["password", "password_issued"])

    record("password_changed", by=by, subject_kind="person", subject=person.pk)


@transaction.atomic
def reset_second_factor(person: Person, *, by: Actor) -> None:
    """For a lost phone without recovery codes: the person enrols anew at the next sign-in."""
    require(by, "administer")
    Person.objects.filter(pk=person.pk).update(one_time_secret="", one_time_step=0)
    person.one_time_secret = ""
    RecoveryCode.objects.filter(person=person).delete()
    SessionRecord.objects.filter(person=person).delete()

    record("second_factor_reset", by=by, subject_kind="person", subject=person.pk)


@transaction.atomic
def change_language(person: Person, language: str, *, by: Actor) -> None:
    """The language of pages and notices for this person."""
    try:
        chosen = get_supported_language_variant(language)
    except LookupError as unknown:
        raise Refusal(_("This language is not available."), field="language") from unknown
    if Person.objects.filter(pk=person.pk).exclude(language=chosen).update(language=chosen):
        person.language = chosen
        record("language_changed", by=by, subject_kind="person", subject=person.pk, after=chosen)


@transaction.atomic
def switch_large_text(person: Person, on: bool, *, by: Actor) -> None:
    """Elder mode: large text and few choices."""
    if Person.objects.filter(pk=person.pk, large_text=not on).update(large_text=on):
        person.large_text = on
        record(
            "large_text_switched",
            by=by,
            subject_kind="person",
            subject=person.pk,
            after="on" if on else "off",
        )
