"""What the tests of the wire share: made-up objects of every type, and a sink that remembers."""

import asyncio
from collections.abc import Sequence

from hypothesis import strategies as st

from gridloop.scenes.fire.adapters.gb26875 import objects as o
from gridloop.scenes.fire.ingest.signals import Signal

octet = st.integers(0, 255)
word = st.integers(0, 65_535)
place = st.binary(min_size=4, max_size=4)
moment = st.one_of(st.none(), st.integers(946_684_800, 4_000_000_000))
characters = st.characters(blacklist_categories=("Cs", "Co"), blacklist_characters="\0")


def text(most: int):
    return st.text(characters, max_size=most).filter(lambda t: len(t.encode("gb18030", "replace")) <= most)


ONE = {
    1: st.builds(o.SystemState, octet, octet, word, moment),
    2: st.builds(o.ComponentState, octet, octet, octet, place, word, text(31), moment),
    3: st.builds(o.Analogue, octet, octet, octet, place, octet, st.integers(-32_768, 32_767), moment),
    4: st.builds(o.Operation, octet, octet, octet, octet, moment),
    5: st.builds(o.Version, octet, octet, octet, octet, moment),
    6: st.builds(o.Configuration, octet, octet, text(255), moment),
    7: st.builds(o.ComponentConfiguration, octet, octet, octet, place, text(31), moment),
    8: st.builds(o.Clock, octet, octet, moment, moment),
    21: st.builds(o.TransmitterState, octet, moment),
    24: st.builds(o.TransmitterOperation, octet, octet, moment),
    25: st.builds(o.TransmitterVersion, octet, octet, moment),
    26: st.builds(o.TransmitterConfiguration, text(255), moment),
    28: st.builds(o.Moment, moment, moment),
    61: st.builds(o.ReadSystem, octet, octet),
    62: st.builds(o.ReadComponent, octet, octet, place),
    63: st.builds(o.ReadComponent, octet, octet, place),
    64: st.builds(o.ReadOperations, octet, octet, octet, moment),
    65: st.builds(o.ReadSystem, octet, octet),
    66: st.builds(o.ReadSystem, octet, octet),
    67: st.builds(o.ReadComponent, octet, octet, place),
    68: st.builds(o.ReadSystem, octet, octet),
    81: st.builds(o.Single, octet),
    84: st.builds(o.ReadTransmitterOperations, octet, moment),
    85: st.builds(o.Single, octet),
    86: st.builds(o.Single, octet),
    88: st.builds(o.Single, octet),
    89: st.builds(o.Single, octet),
    90: st.builds(o.Moment, moment),
    91: st.builds(o.Single, octet),
}


class Kept:
    """A sink that remembers; `shut` makes it fail, `slow` makes it wait."""

    def __init__(self) -> None:
        self.signals: list[Signal] = []
        self.shut = False
        self.slow: asyncio.Event | None = None

    async def __call__(self, signals: Sequence[Signal]) -> None:
        if self.slow is not None:
            await self.slow.wait()
        if self.shut:
            raise ConnectionError("the database is away")
        self.signals += signals

    def of(self, *kinds: str) -> list[Signal]:
        return [signal for signal in self.signals if signal.kind in kinds]
