"""What the three group robots share: a text is posted, and the answer's own code says whether it was taken."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from gridloop.core.notices.adapters.contract import Adapter, Health, Message, Receipt, plain_text
from gridloop.core.notices.adapters.posting import encoded, judged, post
from gridloop.core.notices.models import Channel, Notice


class Robot(Adapter):
    """A webhook robot in a group chat. They answer 200 also when they refuse; `code_names` hold the true verdict."""

    code_names: ClassVar[tuple[str, ...]]
    words_name: ClassVar[str]
    too_fast: ClassVar[frozenset[int]]
    too_fast_wait: ClassVar[float] = 60.0
    lasting: ClassVar[frozenset[int]]

    def address(self, channel: Channel) -> str:
        """Where to post, signed for this moment."""
        raise TypeError("a robot has an address")

    def body(self, channel: Channel, words: str, *, emergency: bool) -> dict[str, Any]:
        """What to post for these words."""
        raise TypeError("a robot has a body")

    def messages(self, channel: Channel, notice: Notice) -> list[Message]:
        words = plain_text(notice)
        facts = {"words": words, "emergency": notice.emergency}
        return [Message(channel.name, "", self.body(channel, words, emergency=notice.emergency), facts=facts)]

    def carry(self, channel: Channel, message: Message) -> Receipt:
        """Address and body are made anew, because signatures are valid for a short time only."""
        body = self.body(channel, message.facts["words"], emergency=message.facts["emergency"])
        answer = post(self.address(channel), encoded(body))
        receipt = judged(answer)
        if not receipt.accepted:
            return receipt
        said = answer.json()
        code = next((said[name] for name in self.code_names if name in said), None)
        if code == 0:
            return receipt
        trouble = f"{code} {said.get(self.words_name, '')}".strip()
        if code in self.too_fast:
            return Receipt(accepted=False, trouble=trouble, wait=self.too_fast_wait)
        return Receipt(accepted=False, trouble=trouble, lasting=code in self.lasting)

    def check(self, channel: Channel) -> Health:
        words = str(_("gridloop: this group will be told here. (Test)"))
        receipt = self.carry(
            channel, Message(channel.name, "", {}, facts={"words": words, "emergency": False})
        )
        return Health(
            receipt.accepted,
            _("A test message was written into the group.") if receipt.accepted else receipt.trouble,
        )
