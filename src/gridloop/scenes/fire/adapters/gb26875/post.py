"""What all callers of one server share: the lanes to the sink, what was heard before, and who can be reached."""

from collections import OrderedDict
from typing import TYPE_CHECKING

from gridloop.scenes.fire.adapters.allowance import Allowance
from gridloop.scenes.fire.adapters.gb26875.counting import Counts
from gridloop.scenes.fire.adapters.gb26875.duty import Duty
from gridloop.scenes.fire.adapters.gb26875.lanes import Lane
from gridloop.scenes.fire.adapters.gb26875.meaning import States
from gridloop.scenes.fire.adapters.gb26875.resends import Mark, Resends
from gridloop.scenes.fire.ingest.signals import Signal, Sink

if TYPE_CHECKING:
    from gridloop.scenes.fire.adapters.gb26875.exchange import Exchange

MOST_URGENT, MOST_BULK, MOST_FAILED = 5_000, 5_000, 10_000  # frames


class Post:
    """The desk where every line ends."""

    def __init__(self, sink: Sink, *, allowance: Allowance | None = None) -> None:
        self.counts = Counts()
        self.urgent, self.bulk = Lane(sink, MOST_URGENT), Lane(sink, MOST_BULK)
        self.resends, self.states, self.duty = Resends(), States(), Duty()
        self.allowance = allowance or Allowance()
        self.reachable: dict[tuple[str, bytes], Exchange] = {}
        self.failed: OrderedDict[Mark, list[Signal]] = OrderedDict()

    def keep_failed(self, mark: Mark, signals: list[Signal]) -> None:
        """What a frame said is kept until it is sent again: the states it was compared with are gone by then."""
        self.failed[mark] = signals
        if len(self.failed) > MOST_FAILED:
            self.failed.popitem(last=False)
