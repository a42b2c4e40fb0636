"""SMS through a gateway: a reviewed template's id and its variables, never free text, signed.

Chinese gateways differ in dress only; a ten-line relay turns this neutral form into any of theirs.
"""

import secrets
from typing import Any

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
from gridloop.core.notices.adapters.lengths import on_one_line
from gridloop.core.notices.adapters.posting import encoded, judged, post
from gridloop.core.notices.adapters.signing import signed_headers
from gridloop.core.notices.models import Channel, Notice
from gridloop.core.notices.templates import template_in_force, variables_in
from gridloop.core.people.personal_data import masked_phone

LONGEST_VARIABLE = 35  # characters; gateways refuse longer ones


class Sms(Adapter):
    """POST {"id", "phone", "sign", "template", "variables"}; any 2xx means taken."""

    name = "sms"
    title = _("Text message (SMS)")
    settings = (
        Setting("address", _("Address of the gateway")),
        Setting("secret", _("Signing secret"), secret=True),
        Setting("sign", _("Signature registered with the gateway"), _("For example the name of the county.")),
        Setting(
            "template",
            _("Template for any news"),
            _("Gateway's template id; variables: number, subject, link."),
            required=False,
        ),
        Setting(
            "code_template",
            _("Template for sign-in codes"),
            _("Gateway's template id; variable: code."),
            required=False,
        ),
    )
    limits = (Limit(1200, 60),)
    reaches = frozenset({"person"})
    groups = False

    def messages(self, channel: Channel, notice: Notice) -> list[Message]:
        phone = notice.person.phone if notice.person else ""
        if not phone:
            raise CannotReach(_("This person has no phone number here."))
        template, variables = template_for(channel, notice)
        return [self.message(channel, phone, template, variables, notice.key)]

    def message(
        self, channel: Channel, phone: str, template: str, variables: dict[str, Any], key: str = ""
    ) -> Message:
        """One SMS; variables are cut to what gateways take."""
        body = {
            "id": key or secrets.token_hex(12),
            "phone": phone,
            "sign": channel.setting("sign"),
            "template": template,
            "variables": {
                name: on_one_line(str(value))[:LONGEST_VARIABLE] for name, value in variables.items()
            },
        }
        return Message(masked_phone(phone), channel.setting("address"), body)

    def code_message(self, channel: Channel, phone: str, code: str) -> Message:
        """The SMS with a sign-in code."""
        if not channel.setting("code_template"):
            raise CannotReach(_("The SMS channel has no template for sign-in codes yet."))
        return self.message(channel, phone, channel.setting("code_template"), {"code": code})

    def carry(self, channel: Channel, message: Message) -> Receipt:
        content = encoded(message.body)
        return judged(post(message.address, content, signed_headers(channel.setting("secret"), content)))

    def check(self, channel: Channel) -> Health:
        receipt = self.carry(
            channel, Message("", channel.setting("address"), {"check": True, "sign": channel.setting("sign")})
        )
        return Health(receipt.accepted, _("The gateway answers.") if receipt.accepted else receipt.trouble)


def template_for(channel: Channel, notice: Notice) -> tuple[str, dict[str, Any]]:
    """The reviewed template of this event with its variables, else the channel's template for any news."""
    found = template_in_force(notice.event, notice.audience, notice.person.language if notice.person else "")
    if found is not None and found.gateway_id:
        link = {"link": full_address(notice)}
        return found.gateway_id, {
            name: {**notice.facts, **link}.get(name, "") for name in variables_in(found.words)
        }
    if not channel.setting("template"):
        raise CannotReach(_("No gateway template is set for this news. Set one on the SMS channel."))
    news = {"number": notice.facts.get("number", ""), "subject": notice.subject, "link": full_address(notice)}
    return channel.setting("template"), news
