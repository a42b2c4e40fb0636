"""Signing in: staff by password and second factor, residents by a code, anyone by a linked account."""

import secrets
from functools import cache
from typing import Any, Literal

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password as check_hash
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotFound, Refusal
from gridloop.core.journal.rows import rows_of
from gridloop.core.people import phone_codes
from gridloop.core.people.actions import person_by_phone
from gridloop.core.people.models import OutsideAccount, Person
from gridloop.core.people.queries import current_posts
from gridloop.core.people.roles import ROLES
from gridloop.core.people.throttling import address_gate, count_try, forgive, handle_gate

PERSONS = rows_of(Person)
NextStep = Literal["password", "enrol", "second", "done"]
WITHOUT_POST = ("resident", "volunteer")  # whom the demo shows besides the roles


class WrongSignIn(Refusal):
    """Sign-in name or password is wrong: never said which, and it takes the same time."""

    status = 403
    code = "wrong_sign_in"


class PeopleBackend(BaseBackend):
    """Keeps people signed in; who they are was checked in this module, never by Django's own form."""

    def authenticate(self, request: Any, **credentials: Any) -> None:
        return None

    def get_user(self, user_id: int) -> Person | None:
        return PERSONS.first("id = %s AND is_active", [user_id])


def check_password(handle: str, password: str, *, address: str) -> Person:
    """The active person with this name and password. Raises `WrongSignIn` or `TooManyTries`."""
    gates = handle_gate(handle), address_gate(address)
    count_try(*gates)
    person = Person.objects.filter(handle=handle.strip(), is_active=True).first()
    known = person is not None and person.has_usable_password()
    right = person.check_password(password) if person and known else check_hash(password, nobodys_password())
    if person is None or not known or not right:
        note_refusal(person)
        raise WrongSignIn(
            _("The sign-in name or the password is wrong. Check both, or ask your administrator.")
        )
    forgive(*gates)
    return person


@cache
def nobodys_password() -> str:
    """A hash to compare with when there is nobody, so that the answer takes as long."""
    return make_password(secrets.token_urlsafe())


@transaction.atomic
def note_refusal(person: Person | None) -> None:
    """Wrong tries at a real account are on its record; guesses at names that do not exist leave no row."""
    if person is not None:
        record(
            "sign_in_refused", by=Actor("outside", name="sign-in"), subject_kind="person", subject=person.pk
        )


def next_step(person: Person, *, second_passed: bool = False) -> NextStep:
    """What is still asked after the right password; a known second factor comes before everything else."""
    if person.one_time_secret and not second_passed:
        return "second"
    if person.password_issued:
        return "password"
    if not person.one_time_secret and settings.SECOND_FACTOR:
        return "enrol"
    return "done"


def check_phone(phone: str, code: str, *, address: str) -> Person:
    """The resident with this phone, made if new. Staff are sent to their own door, since it has two locks."""
    number = phone_codes.check_code(phone, code, address=address)
    person = person_by_phone(number, by=Actor("outside", name="sign-in"))
    if not person.is_active:
        raise WrongSignIn(_("This account is closed. Ask the command room of your town."))
    roles = set(current_posts().filter(person=person).values_list("role", flat=True))
    if roles and person.has_usable_password():
        raise WrongSignIn(
            _("This number belongs to a staff account. Sign in with your name and password."),
            code="staff_number",
        )
    if settings.SECOND_FACTOR and any(ROLES[role].staff for role in roles):
        raise WrongSignIn(
            _(
                "This number belongs to a staff account. Ask your administrator for a name and a first password."
            ),
            code="staff_number",
        )
    return person


def person_by_outside_account(issuer: str, subject: str) -> Person:
    """The person a provider's account was linked to; matched by subject alone, never by e-mail or name."""
    linked = OutsideAccount.objects.select_related("person").filter(issuer=issuer, subject=subject).first()
    if linked is None or not linked.person.is_active:
        raise WrongSignIn(
            _("This account is not linked yet. Sign in with your password and link it on your account page."),
            code="not_linked",
        )
    return linked.person


@transaction.atomic
def link_outside_account(person: Person, *, issuer: str, subject: str, by: Actor) -> OutsideAccount:
    """From now on the provider's account opens this person's account here."""
    linked, made = OutsideAccount.objects.get_or_create(
        issuer=issuer, subject=subject, defaults={"person": person, "linked_at": timezone.now()}
    )
    if linked.person_id != person.pk:
        raise Refusal(_("This account is linked to another person already."), code="linked_elsewhere")
    if made:
        record(
            "outside_account_linked",
            by=by,
            subject_kind="person",
            subject=person.pk,
            facts={"issuer": issuer},
        )
    return linked


@transaction.atomic
def unlink_outside_account(person: Person, account: int, *, by: Actor) -> None:
    """The provider's account opens nothing here any more."""
    deleted, _rows = OutsideAccount.objects.filter(pk=account, person=person).delete()
    if not deleted:
        raise NotFound(_("This account is not linked."))
    record("outside_account_unlinked", by=by, subject_kind="person", subject=person.pk)


def demo_accounts() -> dict[str, Person]:
    """One person per role for the buttons of the demo's sign-in page; empty outside the demo.

    A handle "demo-<role>" is preferred; "demo-resident" and "demo-volunteer" are people without a post.
    """
    if not settings.DEMO:
        return {}
    wanted = {f"demo-{role}": role for role in (*ROLES, *WITHOUT_POST)}
    found = {
        wanted[person.handle or ""]: person
        for person in Person.objects.filter(handle__in=wanted, is_active=True)
    }
    for role in [role for role in ROLES if role not in found]:
        post = current_posts().filter(role=role).select_related("person").order_by("pk").first()
        if post is not None:
            found[role] = post.person
    return {role: found[role] for role in (*WITHOUT_POST, *ROLES) if role in found}
