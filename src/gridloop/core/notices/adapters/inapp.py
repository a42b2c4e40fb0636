"""In-app: the notice itself is what people read on their page, so there is nothing left to carry."""

from django.utils.translation import gettext_lazy as _

from gridloop.core.notices.adapters.contract import Adapter, Health, Message, Receipt, to_whom
from gridloop.core.notices.models import Channel, Notice


class InApp(Adapter):
    """Always there, always works."""

    name = "inapp"
    title = _("In gridloop")
    reaches = frozenset({"person", "organisation"})
    networked = False

    def messages(self, channel: Channel, notice: Notice) -> list[Message]:
        return [Message(to_whom(channel, notice), "", {"subject": notice.subject, "words": notice.words})]

    def carry(self, channel: Channel, message: Message) -> Receipt:
        return Receipt(accepted=True)

    def check(self, channel: Channel) -> Health:
        return Health(True, _("Notices appear on people's own pages."))
