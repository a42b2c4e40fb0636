"""E-mail through Django's mail settings: one plain letter to a person, or to a unit's address."""

from smtplib import SMTPException

from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email
from django.forms import ValidationError
from django.utils.translation import gettext_lazy as _

from gridloop.core.notices.adapters.contract import (
    Adapter,
    CannotReach,
    Health,
    Limit,
    Message,
    Receipt,
    Setting,
    full_address,
)
from gridloop.core.notices.adapters.lengths import on_one_line, within_bytes
from gridloop.core.notices.adapters.posting import PATIENCE
from gridloop.core.notices.models import Channel, Notice


class Email(Adapter):
    """Sent through the server named by GRIDLOOP_EMAIL_HOST."""

    name = "email"
    title = _("E-mail")
    settings = (
        Setting(
            "to",
            _("Address of the unit"),
            _("Only for a unit's own channel; people use their own address."),
            required=False,
        ),
        Setting("from", _("Sender"), _("Empty: the address in the settings."), required=False),
    )
    limits = (Limit(60, 60),)
    reaches = frozenset({"person", "organisation"})

    def messages(self, channel: Channel, notice: Notice) -> list[Message]:
        address = notice.person.email if notice.person else channel.setting("to")
        try:
            validate_email(address)
        except ValidationError as wrong:
            raise CannotReach(_("There is no usable e-mail address.")) from wrong
        words = "\n\n".join(part for part in (notice.words, full_address(notice)) if part)
        body = {
            "subject": within_bytes(on_one_line(notice.subject), 200),
            "words": words,
            "from": channel.setting("from") or None,
        }
        return [Message(masked_email(address), address, body, {"X-Gridloop-Notice": notice.key})]

    def carry(self, channel: Channel, message: Message) -> Receipt:
        body = message.body
        try:
            with get_connection(timeout=PATIENCE) as connection:
                EmailMessage(
                    body["subject"],
                    body["words"],
                    body["from"],
                    [message.address],
                    headers=message.headers,
                    connection=connection,
                ).send()
        except SMTPException as trouble:
            code = getattr(trouble, "smtp_code", 0)
            return Receipt(
                accepted=False, trouble=f"{type(trouble).__name__}: {trouble}", lasting=500 <= code < 600
            )
        except OSError as trouble:
            return Receipt(accepted=False, trouble=f"{type(trouble).__name__}: {trouble}", unreachable=True)
        return Receipt(accepted=True)

    def check(self, channel: Channel) -> Health:
        try:
            with get_connection(timeout=PATIENCE):
                return Health(True, _("The mail server answers."))
        except (SMTPException, OSError) as trouble:
            return Health(False, f"{type(trouble).__name__}: {trouble}")


def masked_email(address: str) -> str:
    """wang.fang@example.cn -> w***@example.cn."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}***@{host}"
