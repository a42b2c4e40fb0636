"""The demo twin of any adapter: makes the very same messages, writes them down instead, and misbehaves on request."""

import json

from django.utils.translation import gettext_lazy as _

from gridloop.core.notices.adapters.contract import Adapter, Health, Message, Receipt
from gridloop.core.notices.models import Channel, DemoMessage, Notice


class Crash(RuntimeError):
    """What a twin raises that was asked to crash: an error no adapter is allowed to raise."""


class DemoTwin(Adapter):
    """Stands in for one adapter; `channel.demo` says whether it works, fails or crashes."""

    networked = False

    def __init__(self, real: Adapter) -> None:
        self.real = real
        self.name, self.title = real.name, real.title  # type: ignore[misc]
        self.limits, self.reaches, self.groups = real.limits, real.reaches, real.groups  # type: ignore[misc]

    def messages(self, channel: Channel, notice: Notice) -> list[Message]:
        return self.real.messages(channel, notice)

    def carry(self, channel: Channel, message: Message) -> Receipt:
        if channel.demo == "crashes":
            raise Crash("the demo twin crashes, as it was asked to")
        if channel.demo == "fails":
            return Receipt(accepted=False, trouble=str(_("The demo twin refuses, as it was asked to.")))
        return Receipt(accepted=True)

    def settle(self, channel: Channel, notice: Notice | None, message: Message, receipt: Receipt) -> None:
        DemoMessage.objects.create(
            channel=channel,
            notice=notice if notice is not None and notice.pk else None,
            recipient=message.recipient[:200],
            body=json.dumps(message.body, ensure_ascii=False),
            outcome=channel.demo,
        )

    def check(self, channel: Channel) -> Health:
        words = {
            "works": _("The demo twin works; nothing leaves this machine."),
            "fails": _("The demo twin refuses, as it was asked to."),
        }
        return Health(
            channel.demo == "works",
            words.get(channel.demo, _("The demo twin crashes, as it was asked to.")),
        )
