"""Frames: the envelope around application data, with its two markers, its length and its sum."""

import struct
from enum import IntEnum

import msgspec

from gridloop.scenes.fire.adapters.gb26875.clock import decode_clock, encode_clock
from gridloop.scenes.fire.adapters.gb26875.profiles import STANDARD, Dialect

START, END = b"@@", b"##"
HEAD, ENVELOPE, MOST_DATA = 27, 30, 1024  # bytes: before the data, around the data, of the data at most
LONGEST = ENVELOPE + MOST_DATA
FORMS = {
    "little": struct.Struct("<2sHBB6s6s6sHB"),
    # Only the length is turned round in the builds that were seen; the serial number stays.
    "big": struct.Struct("<2sHBB6s6s6s2sB"),
}


class Command(IntEnum):
    """What a frame wants. 7 to 127 are reserved, 128 to 255 belong to the vendors."""

    CONTROL = 1
    DATA = 2
    CONFIRM = 3
    REQUEST = 4
    ANSWER = 5
    DENY = 6


KNOWN = frozenset(Command)


class Frame(msgspec.Struct, frozen=True):
    """One frame. `tag` is its send time as it stood on the wire; a frame that is sent again keeps serial and tag."""

    serial: int
    source: bytes
    destination: bytes
    command: int
    data: bytes = b""
    tag: bytes = bytes(6)
    version: tuple[int, int] = (1, 0)
    total: int = 0  # the sum as it stood on the wire

    def sent_at(self, dialect: Dialect = STANDARD) -> int | None:
        return decode_clock(self.tag, bcd=dialect.bcd)

    @property
    def mark(self) -> tuple[bytes, int, bytes, int]:
        """What is the same when the frame is sent again."""
        return self.source, self.serial, self.tag, self.total


def encode_frame(frame: Frame, dialect: Dialect = STANDARD) -> bytes:
    """The bytes of a frame; its sum is computed, not taken."""
    if len(frame.data) > MOST_DATA:
        raise ValueError(f"{len(frame.data)} bytes of data; a frame holds {MOST_DATA}")
    size = len(frame.data)
    length: int | bytes = size if dialect.length == "little" else size.to_bytes(2, "big")
    head = FORMS[dialect.length].pack(
        START, frame.serial, *frame.version, frame.tag, frame.source, frame.destination, length, frame.command
    )
    return head + frame.data + bytes([(sum(head[2:]) + sum(frame.data)) & 255]) + END


def reply_to(
    frame: Frame, command: Command, now: int, data: bytes = b"", dialect: Dialect = STANDARD
) -> Frame:
    """An answer repeats the serial number and turns the addresses round."""
    return Frame(
        frame.serial,
        frame.destination,
        frame.source,
        command,
        data,
        encode_clock(now, bcd=dialect.bcd),
        frame.version,
    )


def length_of(raw: bytes | bytearray, at: int, dialect: Dialect) -> int:
    return int.from_bytes(raw[at + 24 : at + 26], dialect.length)


def parse_frame(raw: bytes | bytearray, at: int, size: int, dialect: Dialect = STANDARD) -> Frame:
    """The frame at this position, whose markers and sum were checked; `size`: of its data."""
    _start, serial, major, minor, tag, source, destination, _length, command = FORMS[
        dialect.length
    ].unpack_from(raw, at)
    data = bytes(raw[at + HEAD : at + HEAD + size])
    return Frame(serial, source, destination, command, data, tag, (major, minor), raw[at + HEAD + size])
