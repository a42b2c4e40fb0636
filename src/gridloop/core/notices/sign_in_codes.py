"""Sends sign-in codes by SMS, at once and without keeping them: a code that waits in a queue is worth nothing."""

import logging

from django.utils.translation import gettext_lazy as _

from gridloop.core.journal.errors import Refusal
from gridloop.core.notices import pacing
from gridloop.core.notices.adapters import ADAPTERS, adapter_of
from gridloop.core.notices.adapters.contract import Receipt
from gridloop.core.notices.adapters.sms import Sms
from gridloop.core.notices.models import Channel
from gridloop.core.people.phone_codes import code_senders

logger = logging.getLogger(__name__)


def send_sign_in_code(phone: str, code: str) -> None:
    """Sends one code through the first active SMS channel; a Refusal says what to do when it did not leave."""
    sms = ADAPTERS["sms"]
    channel = Channel.objects.filter(adapter=sms.name, active=True, organisation=None).order_by("pk").first()
    if channel is None or not isinstance(sms, Sms):
        raise no_code(_("Text messages are not set up here yet. Ask the administrator of this site."))
    if not pacing.reserve(channel, 1, sms.limits):
        raise no_code(_("Too many codes are being sent right now. Please try again in a minute."))
    adapter = adapter_of(channel)
    message = sms.code_message(channel, phone, code)
    try:
        receipt = adapter.carry(channel, message)
    except Exception as trouble:  # an adapter that breaks is a code that did not leave
        logger.exception("the SMS adapter crashed")
        receipt = Receipt(accepted=False, trouble=str(trouble))
    adapter.settle(channel, None, message, receipt)
    if not receipt.accepted:
        Channel.objects.filter(pk=channel.pk).update(working=False, trouble=receipt.trouble)
        raise no_code(
            _("The code could not be sent. Please try again in a minute, or call the command room.")
        )


def no_code(words: object) -> Refusal:
    return Refusal(words, code="code_not_sent", field="phone")  # type: ignore[arg-type]


def register() -> None:
    """People ask whoever registered here to send their codes."""
    if send_sign_in_code not in code_senders:
        code_senders.append(send_sign_in_code)
