"""The second factor of staff: authenticator codes (TOTP, RFC 6238), recovery codes for a lost phone."""

import hmac

import pyotp
import segno
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import Person, RecoveryCode
from gridloop.core.people.personal_data import digest
from gridloop.core.people.throttling import count_try, forgive, person_gate
from gridloop.core.spelling import letters_of, new_code

STEP = 30  # seconds
DRIFT = 1  # steps a phone's clock may be off, either way
RECOVERY_CODES = 10


class WrongOneTimeCode(Refusal):
    """The code is wrong, too old, or was used already."""

    code = "wrong_one_time_code"


def new_secret() -> str:
    """A secret to enrol with; it counts only after `enrol` saw a right code."""
    return pyotp.random_base32()


def enrolment_address(person: Person, secret: str) -> str:
    """The otpauth:// address an authenticator app reads."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(
        name=person.handle or str(person.pk), issuer_name="gridloop"
    )


def enrolment_picture(person: Person, secret: str) -> str:
    """The address as a QR code in a data: image, made here, never by a service."""
    return segno.make(enrolment_address(person, secret), error="m").svg_data_uri(scale=5, border=2)


def enrol(person: Person, *, secret: str, code: str, by: Actor) -> list[str]:
    """Switches the second factor on and returns the recovery codes, which are shown this once."""
    count_try(person_gate(person.pk))
    step = matching_step(secret, code)
    if step is None:
        raise wrong()

    with transaction.atomic():
        Person.objects.filter(pk=person.pk).update(one_time_secret=secret, one_time_step=step)
        codes = replace_recovery_codes(person)
        record("second_factor_enrolled", by=by, subject_kind="person", subject=person.pk)

    person.one_time_secret, person.one_time_step = secret, step
    forgive(person_gate(person.pk))
    return codes


@transaction.atomic
def renew_recovery_codes(person: Person, *, by: Actor) -> list[str]:
    """A fresh set; the old ones stop working."""
    codes = replace_recovery_codes(person)

    record("recovery_codes_renewed", by=by, subject_kind="person", subject=person.pk)
    return codes


def replace_recovery_codes(person: Person) -> list[str]:
    codes = [new_code(5, 5) for _number in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(person=person).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(person=person, code_digest=recovery_digest(person, code)) for code in codes
    )
    return codes


def check_second_factor(person: Person, code: str, *, by: Actor) -> None:
    """Accepts an authenticator or recovery code, each once. Raises `WrongOneTimeCode`, `TooManyTries`."""
    count_try(person_gate(person.pk))
    step = matching_step(person.one_time_secret, code)
    fresh = Person.objects.filter(pk=person.pk, one_time_step__lt=step or 0)
    if not (step and fresh.update(one_time_step=step)) and not use_recovery_code(person, code, by=by):
        raise wrong()
    forgive(person_gate(person.pk))


def matching_step(secret: str, code: str) -> int | None:
    """The step this code belongs to, now or a step away; all are compared, so that time tells nothing."""
    totp = pyotp.TOTP(secret, interval=STEP)
    now = int(timezone.now().timestamp()) // STEP
    given = "".join(code.split())
    found = None
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), given.encode()) and secret:
            found = step
    return found


@transaction.atomic
def use_recovery_code(person: Person, code: str, *, by: Actor) -> bool:
    unused = RecoveryCode.objects.filter(
        person=person, used_at=None, code_digest=recovery_digest(person, code)
    )
    if not unused.update(used_at=timezone.now()):
        return False
    record("recovery_code_used", by=by, subject_kind="person", subject=person.pk)
    return True


def recovery_digest(person: Person, code: str) -> str:
    return digest(f"recovery:{person.pk}:{letters_of(code)}")


def wrong() -> WrongOneTimeCode:
    return WrongOneTimeCode(
        _("This code is wrong or was used already. Wait for the next one, or use a recovery code."),
        field="code",
    )
