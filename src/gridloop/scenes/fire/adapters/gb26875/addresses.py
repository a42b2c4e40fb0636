"""Addresses of devices and components as people write them; each product has its own way, so each has a name here.

On the wire an address is opaque: six bytes for a transmitter, four for a component. A format turns it into text and
back; nothing else in gridloop looks inside.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """One way of writing an address of `size` bytes; `read(write(x)) == x` where the text has a form at all."""

    name: str
    size: int
    write: Callable[[bytes], str]
    read: Callable[[str], bytes]


def read_hex(size: int) -> Callable[[str], bytes]:
    return lambda text: exactly(bytes.fromhex(text), size)


def exactly(raw: bytes, size: int) -> bytes:
    if len(raw) != size:
        raise ValueError(f"an address of {size} bytes was expected, not of {len(raw)}")
    return raw


def pair(raw: bytes, first: int, second: int, order: str) -> str:
    """Two 16-bit numbers, e.g. zone and position."""
    numbers = [int.from_bytes(raw[at : at + 2], order) for at in (first, second)]  # type: ignore[arg-type]
    return f"{numbers[0]}.{numbers[1]}"


def read_pair(text: str, order: str, *, swapped: bool = False) -> bytes:
    parts = [int(part).to_bytes(2, order) for part in text.split(".")]  # type: ignore[arg-type]
    if swapped:
        parts.reverse()
    return exactly(b"".join(parts), 4)


def read_octets(text: str) -> bytes:
    return exactly(bytes(int(part) for part in text.split(".")), 4)


def whole(order: str, size: int) -> Format:
    return Format(
        f"number-{order}",
        size,
        lambda raw: str(int.from_bytes(raw, order)),  # type: ignore[arg-type]
        lambda text: int(text).to_bytes(size, order),  # type: ignore[arg-type]
    )


PLACES: Mapping[str, Format] = {
    each.name: each
    for each in (
        # As the standard has it: zone, then position in the zone, low byte first.
        Format("zone-position", 4, lambda raw: pair(raw, 0, 2, "little"), lambda text: read_pair(text, "little")),
        Format("position-zone", 4, lambda raw: pair(raw, 2, 0, "little"),
               lambda text: read_pair(text, "little", swapped=True)),
        Format("zone-position-high", 4, lambda raw: pair(raw, 0, 2, "big"), lambda text: read_pair(text, "big")),
        # Host, loop, number, sub-number: one byte each.
        Format("octets", 4, lambda raw: ".".join(map(str, raw)), read_octets),
        whole("little", 4),
        whole("big", 4),
        Format("hex", 4, bytes.hex, read_hex(4)),
    )
}  # fmt: skip

SOURCES: Mapping[str, Format] = {
    each.name: each
    for each in (
        Format("hex", 6, bytes.hex, read_hex(6)),
        Format("hex-reversed", 6, lambda raw: raw[::-1].hex(), lambda text: read_hex(6)(text)[::-1]),
        whole("little", 6),
        whole("big", 6),
    )
}
