"""The first administrator: whoever started an empty installation opens one account, with a code only its machine tells."""

from hmac import compare_digest
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import NotFound, Refusal
from gridloop.core.people.actions import change_password, enrol_person
from gridloop.core.people.appointing import appoint
from gridloop.core.people.models import Person, Post
from gridloop.core.people.roles import ROLES
from gridloop.core.people.throttling import Gate, count_try
from gridloop.core.spelling import letters_of, new_code

SETUP = Actor(kind="system", name="setup")


def kept_at() -> Path:
    return Path(settings.DATA) / "secrets" / "first_administrator"


def nobody_administers() -> bool:
    """Whether the installation has no administrator who could sign in."""
    able = [role.name for role in ROLES.values() if "administer" in role.may]
    return not Post.objects.filter(role__in=able, person__is_active=True).exists()


def first_code() -> str:
    """The code while nobody administers, made when there is none; "" once somebody does."""
    place = kept_at()
    if not nobody_administers():
        place.unlink(missing_ok=True)
        return ""
    if not place.exists():
        keep(new_code(4, 4, 4, 4))
    return place.read_text()


def keep(code: str) -> None:
    place = kept_at()
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.touch(mode=0o600)
    place.write_text(code)


def is_waited_for() -> bool:
    """Cheap for every installation that has an administrator: the code's file is gone with its use."""
    return kept_at().exists() and nobody_administers()


def open_first_account(code: str, *, handle: str, name: str, password: str, address: str) -> Person:
    """The account and its post. The code is taken away first: of two at once, one finds it gone."""
    if not is_waited_for():
        raise NotFound(
            _("This installation has its administrator already. Sign in, or ask them for an account.")
        )
    count_try(Gate("first", address, free=8))
    right = kept_at().read_text()
    if not compare_digest(letters_of(code).encode(), letters_of(right).encode()):
        raise Refusal(
            _(
                "This is not the code. It stands where gridloop was started, and in secrets/first_administrator."
            ),
            field="code",
        )
    kept_at().unlink()
    try:
        with transaction.atomic():
            person = enrol_person(handle, name=name, by=SETUP)
            appoint(person, "administrator", by=SETUP)
            change_password(person, new=password, by=Actor(kind="person", person=person.pk))
    except Exception:
        keep(right)  # what was typed is put right and sent again
        raise
    return person
