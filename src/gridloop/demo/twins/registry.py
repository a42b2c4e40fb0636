"""Which twin stands for which effect."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from gridloop.core.cases.flow import Effect
from gridloop.core.cases.moving import Moving

if TYPE_CHECKING:
    from gridloop.demo.playing import Played

Twin = Callable[["Played", Moving], None]
TWINS: dict[Effect, Twin] = {}


def twin_of(effect: Effect) -> Callable[[Twin], Twin]:
    def keep(twin: Twin) -> Twin:
        TWINS[effect] = twin
        return twin

    return keep
