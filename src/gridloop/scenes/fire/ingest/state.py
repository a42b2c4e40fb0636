"""What is known of every device, in columns: found by a hash of its name, a few dozen bytes each."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray

from gridloop.scenes.fire.ingest.signals import KINDS
from gridloop.scenes.fire.registry.models import DeviceKind

DEVICE_KINDS = tuple(DeviceKind.values)
BIT = {kind: numpy.uint32(1 << place) for place, kind in enumerate(KINDS)}
REMEMBERED = numpy.uint32(1 << 31)  # a rule remembers something of this device
COLUMNS = numpy.dtype(
    [
        ("name", "u8"),  # hash of vendor/code; rows are in its order
        ("device", "u4"),
        ("premises", "u4"),
        ("grid", "u4"),
        ("panel", "u4"),  # device id of the panel its messages come through
        ("kind", "u1"),
        ("battery", "u1"),  # per cent; 255: never told
        ("count", "u2"),  # messages within the current window
        ("silence", "f4"),  # seconds
        ("seen", "f8"),  # our clock
        ("value", "f4"),  # last reading
        ("value_at", "f8"),  # device's clock
        ("alarm_at", "f8"),  # device's clock, newest alarm-class signal
        ("bits", "u4"),  # kinds that are on, and REMEMBERED
    ]
)
UNKNOWN_BATTERY = 255
KEPT = ("battery", "seen", "value", "value_at", "alarm_at", "bits")


class Registered(NamedTuple):
    """One device as the registry knows it."""

    name: bytes  # vendor/code
    device: int
    premises: int
    grid: int
    panel: int
    kind: str
    silence: float


def name_of(vendor: str, device: str) -> bytes:
    return f"{vendor}/{device}".encode()


def hashed(name: bytes) -> int:
    """Salted anew in every process, so that nobody outside can choose names that meet."""
    return hash(name) & 0xFFFFFFFFFFFFFFFF


def as_row(now: float, one: Registered) -> tuple[Any, ...]:
    """A device nothing is known of yet."""
    place = DEVICE_KINDS.index(one.kind)
    registered = hashed(one.name), one.device, one.premises, one.grid, one.panel, place
    return (*registered, UNKNOWN_BATTERY, 0, one.silence, now, numpy.nan, 0.0, 0.0, 0)


def batched(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Some at a time, so that a million devices are never a million Python tuples."""
    rows = iter(rows)
    while part := list(islice(rows, size)):
        yield part


class Fleet:
    """All devices. Rows change place when the registry changes, so a row number is good until then only."""

    def __init__(self, registered: Iterable[Registered] = (), *, now: float = 0.0) -> None:
        self.load(registered, now=now)

    def load(self, registered: Iterable[Registered], *, now: float) -> None:
        """Take the registry's devices; what was known of them stays known, and the new count as seen just now."""
        parts = [
            numpy.array(part, COLUMNS) for part in batched(map(partial(as_row, now), registered), 20_000)
        ]
        table = numpy.concatenate([*parts, numpy.empty(0, COLUMNS)])
        table = table[numpy.argsort(table["name"], kind="stable")]
        if len(table) and (table["name"][1:] == table["name"][:-1]).any():
            raise ValueError("two devices have one name")
        if hasattr(self, "device"):
            keep_known(table, self)
        self.take(table)

    def take(self, table: NDArray) -> None:
        """One array a column, each closely packed: what is compared together lies together."""
        self.size = len(table)
        self.name: NDArray = table["name"].copy()
        self.device: NDArray = table["device"].copy()
        self.premises: NDArray = table["premises"].copy()
        self.grid: NDArray = table["grid"].copy()
        self.panel: NDArray = table["panel"].copy()
        self.kind: NDArray = table["kind"].copy()
        self.battery: NDArray = table["battery"].copy()
        self.count: NDArray = table["count"].copy()
        self.silence: NDArray = table["silence"].copy()
        self.seen: NDArray = table["seen"].copy()
        self.value: NDArray = table["value"].copy()
        self.value_at: NDArray = table["value_at"].copy()
        self.alarm_at: NDArray = table["alarm_at"].copy()
        self.bits: NDArray = table["bits"].copy()
        self.by_device: NDArray = numpy.argsort(self.device, kind="stable").astype("u4")

    def bytes_each(self) -> float:
        held = [value for value in vars(self).values() if isinstance(value, numpy.ndarray)]
        return sum(array.nbytes for array in held) / max(self.size, 1)

    def rows(self, names: Sequence[bytes]) -> NDArray:
        """The row of each name, -1 where nobody registered it."""
        return self.rows_hashed(
            numpy.fromiter(map(hash, names), "i8", len(names)).view("u8") if names else numpy.empty(0, "u8")
        )

    def rows_hashed(self, wanted: NDArray) -> NDArray:
        if not self.size:
            return numpy.full(len(wanted), -1, "i8")
        places = numpy.searchsorted(self.name, wanted)
        places[places == self.size] = 0
        return numpy.where(self.name[places] == wanted, places, -1)

    def row(self, name: bytes) -> int:
        return int(self.rows([name])[0])

    def row_of_device(self, device: int) -> int:
        """The row of a device by its id, -1 where it is gone."""
        # In the column's own type: otherwise the whole column would be converted for one comparison.
        place = int(numpy.searchsorted(self.device, numpy.uint32(device), sorter=self.by_device))
        if place < self.size and int(self.device[self.by_device[place]]) == device:
            return int(self.by_device[place])
        return -1

    def points_of(self, device: int) -> NDArray:
        """Rows of the devices whose messages come through this one."""
        return numpy.flatnonzero(self.panel == device)

    def turn(self, row: int, kind: str, *, on: bool) -> None:
        if on:
            self.bits[row] |= BIT[kind]
        else:
            self.bits[row] &= ~BIT[kind]

    def is_on(self, row: int, kind: str) -> bool:
        return bool(self.bits[row] & BIT[kind])

    def silent(self, now: float) -> NDArray:
        """Rows that have just fallen silent."""
        late = (now - self.seen > self.silence) & (self.silence > 0)
        return numpy.flatnonzero(late & ((self.bits & BIT["offline"]) == 0))

    def back(self, rows: NDArray) -> NDArray:
        """Those of the rows that were offline until now."""
        return numpy.unique(rows[(self.bits[rows] & BIT["offline"]) != 0])

    def tally(self, areas: int) -> dict[str, NDArray]:
        """How many devices each grid has, by number of the grid; offline, weak, alarmed and with a fault."""

        def counted(mask: NDArray) -> NDArray:
            return numpy.bincount(self.grid[numpy.flatnonzero(mask)], minlength=areas)

        return {
            "devices": counted(numpy.ones(self.size, bool)),
            "offline": counted((self.bits & BIT["offline"]) != 0),
            "weak": counted((self.bits & BIT["battery"]) != 0),
            "fire": counted((self.bits & (BIT["fire"] | BIT["gas"])) != 0),
            "fault": counted((self.bits & BIT["fault"]) != 0),
        }


def keep_known(table: NDArray, fleet: Fleet) -> None:
    """Carry over what was known of the devices that are still there."""
    places = numpy.searchsorted(fleet.name, table["name"])
    places[places == fleet.size] = 0
    if not fleet.size:
        return
    same = fleet.name[places] == table["name"]
    for column in KEPT:
        table[column][same] = getattr(fleet, column)[places[same]]
