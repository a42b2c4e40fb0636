"""Six-digit codes by SMS: made, sent through whoever registered, checked once, and kept only as digests."""

import datetime
import hmac
import logging
import secrets
from collections.abc import Callable

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from gridloop.core.journal.errors import Refusal
from gridloop.core.people.models import PhoneCode
from gridloop.core.people.personal_data import digest, masked_phone
from gridloop.core.people.throttling import Gate, address_gate, count_try, forgive, phone_gate
from gridloop.core.people.validity import is_mobile_number, tidy_phone

VALID_FOR = datetime.timedelta(minutes=5)
RESEND_AFTER = datetime.timedelta(seconds=60)
CODES_A_DAY = 10
ATTEMPTS = 5
logger = logging.getLogger(__name__)

Sender = Callable[[str, str], None]
# Filled by the notices package with what really sends: sender(phone, code).
code_senders: list[Sender] = []


class WrongCode(Refusal):
    """The code is wrong, used, or too old: deliberately one answer."""

    code = "wrong_code"


def send_code(phone: str, *, address: str) -> str:
    """Sends a fresh code; returned in the demo only (else ""). Nothing tells whether the number is known."""
    number = tidy_phone(phone)
    if not is_mobile_number(number):
        raise Refusal(_("This is not a mobile number. Enter the 11 digits, e.g. 13800138000."), field="phone")
    if not code_senders and not settings.DEMO:
        raise Refusal(
            _("Text messages are not set up here yet. Ask the administrator of this site."), field="phone"
        )
    guard_sending(number, address)

    code = f"{secrets.randbelow(10**6):06d}"
    now = timezone.now()
    kept = PhoneCode.objects.create(
        phone_digest=digest(number),
        code_digest=code_digest(number, code),
        sent_at=now,
        expires_at=now + VALID_FOR,
    )

    try:
        for sender in code_senders:
            sender(number, code)
    except Refusal:
        if not settings.DEMO:  # the demo shows the code on the page, gateway or not
            kept.delete()
            raise
    if settings.DEMO:
        logger.info("demo: the code for %s is %s", masked_phone(number), code)
    return code if settings.DEMO else ""


def guard_sending(number: str, address: str) -> None:
    """Nobody can use us to flood a phone: one code a minute, ten a day, and a limit for each address."""
    sent = PhoneCode.objects.filter(phone_digest=digest(number))
    now = timezone.now()
    if sent.filter(sent_at__gt=now - RESEND_AFTER).exists():
        raise Refusal(
            _("A code was sent less than a minute ago. Wait a moment before asking for another."),
            field="phone",
        )
    if sent.filter(sent_at__gt=now - datetime.timedelta(days=1)).count() >= CODES_A_DAY:
        raise Refusal(_("Ten codes were sent to this number today. Try again tomorrow."), field="phone")
    count_try(Gate("sms", address, free=30))


def check_code(phone: str, code: str, *, address: str) -> str:
    """The tidy number when the code is right; each code works once and dies after five wrong tries."""
    number = tidy_phone(phone)
    count_try(phone_gate(number), address_gate(address))
    now = timezone.now()
    latest = PhoneCode.objects.filter(phone_digest=digest(number)).order_by("-sent_at", "-id").first()
    given = code_digest(number, code.strip())
    right = hmac.compare_digest(given, latest.code_digest if latest else "0" * 64)
    row = PhoneCode.objects.filter(
        pk=latest.pk if latest else 0, used_at=None, expires_at__gt=now, attempts__lt=ATTEMPTS
    )
    if right and row.update(used_at=now):
        forgive(phone_gate(number), address_gate(address))
        return number
    row.update(attempts=F("attempts") + 1)
    raise WrongCode(
        _("This code is wrong or too old. Check the digits, or ask for a new code."), field="code"
    )


def code_digest(number: str, code: str) -> str:
    return digest(f"sms:{number}:{code}")
