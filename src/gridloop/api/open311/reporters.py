"""Who reports through another app: found by phone, or written down with what the app tells, always encrypted."""

from django.db import transaction

from gridloop.api.open311.asking import Given
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.people.actions import person_by_phone
from gridloop.core.people.models import Person
from gridloop.core.people.validity import is_mobile_number


def reporter_of(given: Given, *, by: Actor) -> Person | None:
    """The person behind first_name, last_name, email and phone; None when nothing of it was sent."""
    name = name_of(given.text("first_name", 60), given.text("last_name", 60))
    phone, email = given.text("phone", 40), given.text("email", 120)
    if phone and is_mobile_number(phone):
        return person_by_phone(phone, name=name, by=by)
    if not (phone or email):
        return None  # a name alone reaches nobody
    with transaction.atomic():
        person = Person(name=name, phone=phone, email=email)
        person.set_unusable_password()
        person.save(force_insert=True)
        record("person_joined", by=by, subject_kind="person", subject=person.pk)
    return person


def name_of(first: str, last: str) -> str:
    """Chinese names are written family name first, without a blank."""
    if any("\u4e00" <= sign <= "\u9fff" for sign in first + last):
        return f"{last}{first}"
    return f"{first} {last}".strip()
