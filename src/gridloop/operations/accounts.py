"""Accounts and keys made from the shell: the first administrator, a way back in, a key for another system."""

from django.db import transaction

from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotFound, Refusal
from gridloop.core.people import actions
from gridloop.core.people.models import Organisation, Person
from gridloop.core.people.roles import ROLES
from gridloop.core.territory.models import Area

SHELL = Actor(kind="system", name="shell")


def add_person(handle: str, *, name: str, role: str, area: str = "", organisation: str = "") -> str:
    """A person with one post; answers the first password."""
    if role not in ROLES:
        raise Refusal(f"There is no role '{role}': choose one of {', '.join(ROLES)}.", field="role")
    place = area_with_code(area) if area else None
    employer = organisation_with_code(organisation) if organisation else None

    with transaction.atomic():
        person = actions.enrol_person(handle, name=name, by=SHELL)
        actions.appoint(person, role, organisation=employer, area=place, by=SHELL)
        return actions.issue_password(person, by=SHELL)


def reset_person(handle: str) -> str:
    """A new password for somebody locked out; the second factor is enrolled anew at the next sign-in."""
    person = person_with_handle(handle)

    with transaction.atomic():
        actions.reset_second_factor(person, by=SHELL)
        return actions.issue_password(person, by=SHELL)


def make_token(name: str, *, scopes: list[str], person: str = "", days: int = 365) -> str:
    """A key for another system, shown this once."""
    from gridloop.api import actions as keys

    whose = person_with_handle(person) if person else None
    return keys.make_token(name, scopes=scopes, person=whose, days=days or None, by=SHELL)


def person_with_handle(handle: str) -> Person:
    found = Person.objects.filter(handle=handle).first()
    if found is None:
        raise NotFound(
            f"Nobody signs in as '{handle}': check the spelling, or add them with 'gridloop user add'."
        )
    return found


def area_with_code(code: str) -> Area:
    found = Area.objects.filter(code=code, retired_at=None).first()
    if found is None:
        raise NotFound(
            f"No area has the code {code}: 'gridloop territory import' brings areas in.", field="area"
        )
    return found


def organisation_with_code(code: str) -> Organisation:
    found = Organisation.objects.filter(code=code, retired_at=None).first()
    if found is None:
        raise NotFound(
            f"No organisation has the code {code}: see the organisations page.", field="organisation"
        )
    return found
