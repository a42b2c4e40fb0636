"""A webhook: the notice as signed JSON to any address; `id` stays the same however often it is delivered."""

from django.utils.translation import gettext_lazy as _

from gridloop.core.notices.adapters.contract import (
    Adapter,
    Health,
    Limit,
    Message,
    Receipt,
    Setting,
    full_address,
)
from gridloop.core.notices.adapters.posting import encoded, judged, post
from gridloop.core.notices.adapters.signing import signed_headers
from gridloop.core.notices.models import Channel, Notice


class Webhook(Adapter):
    """POST of JSON; any 2xx means taken."""

    name = "webhook"
    title = _("Webhook")
    settings = (
        Setting("address", _("Address"), _("https://… that answers 2xx when it has taken the message.")),
        Setting(
            "sign", _("Signing secret"), _("The receiver checks X-Gridloop-Signature with it."), secret=True
        ),
    )
    limits = (Limit(600, 60),)
    groups = False

    def messages(self, channel: Channel, notice: Notice) -> list[Message]:
        body = {
            "id": notice.key,
            "event": notice.event,
            "audience": notice.audience,
            "organisation": notice.organisation_id,
            "case": notice.case,
            "number": notice.facts.get("number", ""),
            "subject": notice.subject,
            "words": notice.words,
            "address": full_address(notice),
            "emergency": notice.emergency,
            "made_at": notice.made_at.isoformat(),
        }
        return [Message(channel.name, channel.setting("address"), body)]

    def carry(self, channel: Channel, message: Message) -> Receipt:
        if not message.address.startswith(("https://", "http://")):
            return Receipt(
                accepted=False, trouble=str(_("The address must begin with https://.")), lasting=True
            )
        content = encoded(message.body)
        return judged(post(message.address, content, signed_headers(channel.setting("sign"), content)))

    def check(self, channel: Channel) -> Health:
        receipt = self.carry(channel, Message(channel.name, channel.setting("address"), {"event": "check"}))
        return Health(receipt.accepted, _("It took a test message.") if receipt.accepted else receipt.trouble)
