"""The contract of a way out: how a notice becomes messages, how one message travels, and whether the way works."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.conf import settings
from django.utils.functional import Promise

from gridloop.core.journal.errors import Refusal
from gridloop.core.notices.models import Channel, Notice

Words = str | Promise


class CannotReach(Refusal):
    """This notice can never leave by this way: no number, no address, no reviewed template."""

    code = "cannot_reach"


@dataclass(frozen=True, slots=True)
class Message:
    """One message ready to leave. `recipient` is masked, for the record; `address` is the true one."""

    recipient: str
    address: str
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message. `lasting` trouble is not tried again; `wait` closes the whole channel for seconds;
    `unreachable` means that nobody answered at all, so that the next message would fare no better."""

    accepted: bool
    trouble: str = ""
    lasting: bool = False
    wait: float = 0.0
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """The answer to "is it working?", in words."""

    working: bool
    words: Words


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many messages in any so many seconds."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing an administrator fills in for a channel; secret ones are stored encrypted and never shown again."""

    name: str
    title: Words
    help: Words = ""
    secret: bool = False
    required: bool = True


class Adapter(ABC):
    """One way out. `messages` may read the database; `carry` only uses the network, so that it may run in a thread."""

    name: ClassVar[str]
    title: ClassVar[Words]
    settings: ClassVar[tuple[Setting, ...]] = ()
    limits: ClassVar[tuple[Limit, ...]] = ()
    reaches: ClassVar[frozenset[str]] = frozenset({"organisation"})  # person, organisation
    groups: ClassVar[bool] = True  # several notices may travel in one message
    networked: ClassVar[bool] = True

    @abstractmethod
    def messages(self, channel: Channel, notice: Notice) -> list[Message]:
        """The messages that carry this notice; raises CannotReach when there can be none."""

    @abstractmethod
    def carry(self, channel: Channel, message: Message) -> Receipt:
        """Sends one message. Touches no database."""

    @abstractmethod
    def check(self, channel: Channel) -> Health:
        """Tries the way out and says whether it works."""

    def settle(self, channel: Channel, notice: Notice | None, message: Message, receipt: Receipt) -> None:  # noqa: B027
        """What is to be written down after a message was carried; may use the database."""

    def send(self, channel: Channel, notice: Notice) -> Receipt:
        """Sends a notice here and now; accepted when at least one of its messages was."""
        receipts = []
        for message in self.messages(channel, notice):
            receipt = self.carry(channel, message)
            self.settle(channel, notice, message, receipt)
            receipts.append(receipt)
        return joined(receipts)


def joined(receipts: list[Receipt]) -> Receipt:
    """One receipt for the messages of one notice: accepted when any was, else the first trouble that may pass."""
    if not receipts or any(receipt.accepted for receipt in receipts):
        return Receipt(accepted=True)
    return next((receipt for receipt in receipts if not receipt.lasting), receipts[0])


def full_address(notice: Notice) -> str:
    """The page a notice leads to, as it can be opened from anywhere."""
    return settings.PUBLIC_ADDRESS + notice.address if notice.address.startswith("/") else notice.address


def plain_text(notice: Notice) -> str:
    """Subject, words and link below each other: what a robot writes into its group."""
    return "\n".join(part for part in (notice.subject, notice.words, full_address(notice)) if part)


def to_whom(channel: Channel, notice: Notice) -> str:
    """The recipient as the record shows it: never a name or a number in full."""
    return channel.name if notice.person_id is None else f"{channel.name}: #{notice.person_id}"
