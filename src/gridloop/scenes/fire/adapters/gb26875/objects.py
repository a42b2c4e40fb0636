"""What a frame carries: a type, and so many objects of it. One table says how each type lies on the wire."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from gridloop.scenes.fire.adapters.gb26875.clock import NONE, decode_clock, encode_clock
from gridloop.scenes.fire.adapters.gb26875.profiles import STANDARD, Dialect
from gridloop.scenes.fire.adapters.gb26875.texts import decode_text, encode_text

TEXT = 31  # bytes of a component's text
PRIVATE = 128  # types from here on belong to the vendors


class Malformed(ValueError):
    """The application data are not what their type says; the frame is answered with a denial."""


class SystemState(msgspec.Struct, frozen=True):
    """Type 1: a facility's state."""

    system: int
    address: int
    state: int
    at: int | None


class ComponentState(msgspec.Struct, frozen=True):
    """Type 2: the state of one detector, valve, pump ..."""

    system: int
    address: int
    component: int
    place: bytes
    state: int
    text: str
    at: int | None


class Analogue(msgspec.Struct, frozen=True):
    """Type 3: a measured value in steps of its quantity."""

    system: int
    address: int
    component: int
    place: bytes
    quantity: int
    value: int
    at: int | None


class Operation(msgspec.Struct, frozen=True):
    """Type 4: somebody pressed something on the panel."""

    system: int
    address: int
    bits: int
    operator: int
    at: int | None


class Version(msgspec.Struct, frozen=True):
    """Type 5: a panel's software. `sent` in this and the following: a time some devices append."""

    system: int
    address: int
    major: int
    minor: int
    sent: int | None = None


class Configuration(msgspec.Struct, frozen=True):
    """Type 6: a facility's configuration in words."""

    system: int
    address: int
    text: str
    sent: int | None = None


class ComponentConfiguration(msgspec.Struct, frozen=True):
    """Type 7: what a component is, in words."""

    system: int
    address: int
    component: int
    place: bytes
    text: str
    sent: int | None = None


class Clock(msgspec.Struct, frozen=True):
    """Type 8: a panel's clock."""

    system: int
    address: int
    at: int | None
    sent: int | None = None


class TransmitterState(msgspec.Struct, frozen=True):
    """Type 21."""

    bits: int
    at: int | None


class TransmitterOperation(msgspec.Struct, frozen=True):
    """Type 24: somebody pressed something on the transmission device."""

    bits: int
    operator: int
    at: int | None


class TransmitterVersion(msgspec.Struct, frozen=True):
    """Type 25."""

    major: int
    minor: int
    sent: int | None = None


class TransmitterConfiguration(msgspec.Struct, frozen=True):
    """Type 26."""

    text: str
    sent: int | None = None


class Moment(msgspec.Struct, frozen=True):
    """Types 28 (a transmitter's clock) and 90 (set it)."""

    at: int | None
    sent: int | None = None


class ReadSystem(msgspec.Struct, frozen=True):
    """Types 61, 65, 66, 68: asks for what 1, 5, 6, 8 tell."""

    system: int
    address: int


class ReadComponent(msgspec.Struct, frozen=True):
    """Types 62, 63, 67: asks for what 2, 3, 7 tell."""

    system: int
    address: int
    place: bytes


class ReadOperations(msgspec.Struct, frozen=True):
    """Type 64: asks for `count` operations since a moment."""

    system: int
    address: int
    count: int
    since: int | None


class ReadTransmitterOperations(msgspec.Struct, frozen=True):
    """Type 84."""

    count: int
    since: int | None


class Single(msgspec.Struct, frozen=True):
    """Types 81, 85, 86, 88, 89 (one reserved byte) and 91 (a duty check: minutes to answer)."""

    value: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """How one type lies on the wire: B one byte, H and h 16 bits, 4 a component address, S text, L counted text, T time."""

    of: type[Any]
    fields: str
    most: int
    may_append_time: bool = False

    def form(self, *, appended: bool) -> struct.Struct:
        codes = {"4": "4s", "S": f"{TEXT}s", "T": "6s"}
        fields = self.fields + ("T" if appended else "")
        return struct.Struct("<" + "".join(codes.get(code, code) for code in fields))


LAYOUTS: dict[int, Layout] = {
    1: Layout(SystemState, "BBHT", 102),
    2: Layout(ComponentState, "BBB4HST", 22),
    3: Layout(Analogue, "BBB4BhT", 63),
    4: Layout(Operation, "BBBBT", 102),
    5: Layout(Version, "BBBB", 1, may_append_time=True),
    6: Layout(Configuration, "BBL", 3, may_append_time=True),
    7: Layout(ComponentConfiguration, "BBB4S", 26, may_append_time=True),
    8: Layout(Clock, "BBT", 1, may_append_time=True),
    21: Layout(TransmitterState, "BT", 1),
    24: Layout(TransmitterOperation, "BBT", 127),
    25: Layout(TransmitterVersion, "BB", 1, may_append_time=True),
    26: Layout(TransmitterConfiguration, "L", 1, may_append_time=True),
    28: Layout(Moment, "T", 1, may_append_time=True),
    61: Layout(ReadSystem, "BB", 102),
    62: Layout(ReadComponent, "BB4", 22),
    63: Layout(ReadComponent, "BB4", 63),
    64: Layout(ReadOperations, "BBBT", 1),
    65: Layout(ReadSystem, "BB", 1),
    66: Layout(ReadSystem, "BB", 3),
    67: Layout(ReadComponent, "BB4", 26),
    68: Layout(ReadSystem, "BB", 1),
    81: Layout(Single, "B", 1),
    84: Layout(ReadTransmitterOperations, "BT", 1),
    85: Layout(Single, "B", 1),
    86: Layout(Single, "B", 1),
    88: Layout(Single, "B", 1),
    89: Layout(Single, "B", 1),
    90: Layout(Moment, "T", 1),
    91: Layout(Single, "B", 1),
}
FORMS = {
    (kind, appended): layout.form(appended=appended)
    for kind, layout in LAYOUTS.items()
    if "L" not in layout.fields
    for appended in ((False, True) if layout.may_append_time else (False,))
}


class Content(msgspec.Struct, frozen=True):
    """The application data of one frame. `raw`: what a private type holds; `flags`: "text", "clock" could not be read."""

    kind: int
    objects: tuple[Any, ...] = ()
    raw: bytes = b""
    flags: frozenset[str] = frozenset()


def decode_content(data: bytes, dialect: Dialect = STANDARD) -> Content:
    """The objects of application data; raises `Malformed` where count and length do not fit the type."""
    if len(data) < 2:
        raise Malformed("application data without a type")
    kind, count = data[0], data[1]
    if kind >= PRIVATE:
        return Content(kind, raw=bytes(data[1:]))
    layout = LAYOUTS.get(kind)
    if layout is None:
        raise Malformed(f"type {kind} is reserved")
    if not 1 <= count <= layout.most:
        raise Malformed(f"{count} objects of type {kind}; 1 to {layout.most} are allowed")
    flags: set[str] = set()
    if "L" in layout.fields:
        objects = decode_counted(layout, data, count, flags, dialect)
    else:
        objects = decode_fixed(kind, layout, data, count, flags, dialect)
    return Content(kind, objects, flags=frozenset(flags))


def decode_fixed(
    kind: int, layout: Layout, data: bytes, count: int, flags: set[str], dialect: Dialect
) -> tuple[Any, ...]:
    body = len(data) - 2
    form = FORMS[kind, False]
    if body != form.size * count:
        if not layout.may_append_time or body != FORMS[kind, True].size * count:
            raise Malformed(f"{count} objects of type {kind} do not fit {body} bytes")
        form = FORMS[kind, True]
    codes = layout.fields + "T"
    return tuple(
        layout.of(*[read(code, value, flags, dialect) for code, value in zip(codes, values, strict=False)])
        for values in form.iter_unpack(memoryview(data)[2:])
    )


def read(code: str, value: Any, flags: set[str], dialect: Dialect) -> Any:
    """One field's value; texts and times need a second look."""
    if code == "T":
        moment = decode_clock(value, bcd=dialect.bcd)
        if moment is None and value != NONE:
            flags.add("clock")
        return moment
    if code == "S" or code == "L":
        text, whole = decode_text(value)
        if not whole:
            flags.add("text")
        return text
    return value


def decode_counted(
    layout: Layout, data: bytes, count: int, flags: set[str], dialect: Dialect
) -> tuple[Any, ...]:
    """Types 6 and 26, whose text says its own length; a time may follow each object."""
    plain = cut_counted(layout, data, count, appended=False)
    timed = cut_counted(layout, data, count, appended=True)
    if timed is not None and (plain is None or all(decode_clock(row[-1], bcd=dialect.bcd) for row in timed)):
        chosen = timed
    elif plain is not None:
        chosen = plain
    else:
        raise Malformed("a text that is longer or shorter than it says")
    codes = layout.fields + "T"
    return tuple(
        layout.of(*[read(code, value, flags, dialect) for code, value in zip(codes, row, strict=False)])
        for row in chosen
    )


def cut_counted(layout: Layout, data: bytes, count: int, *, appended: bool) -> list[list[Any]] | None:
    """The fields of each object, or None where they do not end exactly where the data end."""
    head, at, rows = len(layout.fields) - 1, 2, []
    for _number in range(count):
        if at + head >= len(data):
            return None
        size, start = data[at + head], at + head + 1
        end = start + size + (6 if appended else 0)
        if end > len(data):
            return None
        row: list[Any] = [*data[at : at + head], bytes(data[start : start + size])]
        rows.append([*row, bytes(data[end - 6 : end])] if appended else row)
        at = end
    return rows if at == len(data) else None


def encode_content(
    kind: int, objects: Sequence[Any] = (), dialect: Dialect = STANDARD, *, raw: bytes = b""
) -> bytes:
    """Application data of a type and its objects; `raw` follows the type of a private one."""
    if kind >= PRIVATE:
        return bytes([kind]) + raw
    layout = LAYOUTS[kind]
    if not 1 <= len(objects) <= layout.most:
        raise ValueError(f"1 to {layout.most} objects of type {kind} make a frame, not {len(objects)}")
    appended = layout.may_append_time and any(each.sent is not None for each in objects)
    body = b"".join(encode_object(kind, layout, each, dialect, appended=appended) for each in objects)
    return bytes([kind, len(objects)]) + body


def encode_object(kind: int, layout: Layout, each: Any, dialect: Dialect, *, appended: bool) -> bytes:
    codes = layout.fields + ("T" if appended else "")
    values = [write(code, value, dialect) for code, value in zip(codes, fields_of(each), strict=False)]
    if "L" not in layout.fields:
        return FORMS[kind, appended].pack(*values)
    return b"".join(value if isinstance(value, bytes) else bytes([value]) for value in values)


def fields_of(each: Any) -> tuple[Any, ...]:
    return tuple(getattr(each, name) for name in each.__struct_fields__)


def write(code: str, value: Any, dialect: Dialect) -> Any:
    if code == "T":
        return encode_clock(value, bcd=dialect.bcd)
    if code == "S":
        return encode_text(value, TEXT)
    if code == "L":
        raw = encode_text(value, 255)
        return bytes([len(raw)]) + raw
    return value
