"""Damage at every byte of a stream: no exception, nothing wrong accepted, the next good frame is found."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridloop.scenes.fire.adapters.gb26875.clock import encode_clock
from gridloop.scenes.fire.adapters.gb26875.frames import LONGEST, Frame, encode_frame
from gridloop.scenes.fire.adapters.gb26875.objects import (
    Analogue,
    ComponentState,
    Configuration,
    TransmitterState,
    encode_content,
)
from gridloop.scenes.fire.adapters.gb26875.profiles import DIALECTS, STANDARD
from gridloop.scenes.fire.adapters.gb26875.reader import Damage, Reader

NOW = 1_772_596_801
TAG = encode_clock(NOW)
SOURCE = bytes(range(6))


def a_frame(serial: int, kind: int, *objects: object) -> Frame:
    return Frame(serial, SOURCE, bytes(6), 2, encode_content(kind, objects), TAG)


SENT = [
    a_frame(1, 2, ComponentState(1, 1, 40, b"\1\0\2\0", 3, "三楼走廊烟感", NOW)),
    a_frame(2, 3, *[Analogue(1, 1, 31, bytes([n, 0, 0, 0]), 3, 245, NOW) for n in range(3)]),
    Frame(3, SOURCE, bytes(6), 2, b"", TAG),
    a_frame(4, 21, TransmitterState(1, NOW)),
    a_frame(5, 6, Configuration(1, 1, "@@##编号@@@@####")),
]
WIRE = [encode_frame(frame) for frame in SENT]
NEXT = encode_frame(a_frame(99, 21, TransmitterState(3, NOW)))


def read_all(raw: bytes, step: int = 0, dialect=STANDARD) -> list[Frame | Damage]:
    reader = Reader(dialect)
    found: list[Frame | Damage] = []
    for at in range(0, len(raw), step or len(raw) or 1):
        found += reader.feed(raw[at : at + (step or len(raw))])
        assert reader.waiting <= LONGEST
    return found + reader.give_up_waiting()


def wires_of(found: list[Frame | Damage]) -> list[bytes]:
    return [encode_frame(each) for each in found if isinstance(each, Frame)]


def changes_of(raw: bytes) -> list[bytes]:
    """Every byte changed in several ways, cut out, doubled and preceded by strangers."""
    found = []
    for at in range(len(raw)):
        found += [raw[:at] + bytes([raw[at] ^ mask]) + raw[at + 1 :] for mask in (1, 0x40, 0x80, 0xFF)]
        found += [raw[:at] + new + raw[at + 1 :] for new in (b"@", b"#") if raw[at : at + 1] != new]
        found.append(raw[:at] + raw[at + 1 :])
        found += [raw[:at] + new + raw[at:] for new in (b"\0", b"@", b"#", b"\xff", b"@@", b"##")]
        found.append(raw[:at])
    return found


@pytest.mark.parametrize("number", range(len(WIRE)))
@pytest.mark.parametrize("step", [0, 1])
def test_damage_at_every_byte_costs_one_frame_at_most(number: int, step: int) -> None:
    whole = WIRE[number]
    for changed in changes_of(whole):
        found = read_all(WIRE[0] + changed + NEXT, step)
        wires = wires_of(found)

        assert wires[0] == WIRE[0]
        assert wires[-1] == NEXT
        # Whatever lies between is the frame itself (damage beside it), nothing that was never sent.
        assert set(wires[1:-1]) <= {whole}


def test_checksum_alone_decides_about_a_changed_byte() -> None:
    for at in range(2, len(WIRE[0]) - 2):
        for value in range(256):
            if value == WIRE[0][at]:
                continue
            assert wires_of(read_all(WIRE[0][:at] + bytes([value]) + WIRE[0][at + 1 :])) == []


def test_payload_with_both_markers_is_one_frame() -> None:
    inner = encode_frame(a_frame(7, 21, TransmitterState(1, NOW)))
    outer = encode_frame(Frame(8, SOURCE, bytes(6), 2, b"\x80" + inner + b"##@@##", TAG))

    assert wires_of(read_all(outer + NEXT)) == [outer, NEXT]
    assert wires_of(read_all(outer + NEXT, 1)) == [outer, NEXT]


def test_length_that_promises_too_much_is_given_up_after_a_silence() -> None:
    long = WIRE[0][:24] + (1024).to_bytes(2, "little") + WIRE[0][26:]
    reader = Reader()

    assert reader.feed(long + NEXT + WIRE[0][:40]) == []
    found = reader.give_up_first()
    assert wires_of(found) == [NEXT]
    assert isinstance(found[0], Damage) and found[0].head is not None and found[0].head.serial == 1
    assert wires_of(reader.feed(WIRE[0][40:])) == [WIRE[0]]  # what was just arriving is not lost
    assert reader.give_up_first() == [] and reader.waiting == 0


def test_over_length_is_damage_at_once_with_a_head_to_deny() -> None:
    long = WIRE[0][:24] + (1025).to_bytes(2, "little") + WIRE[0][26:]

    found = Reader().feed(long + NEXT)

    assert isinstance(found[0], Damage) and found[0].reason == "length" and found[0].head is not None
    assert wires_of(found) == [NEXT]


def test_bad_sums_are_told_one_by_one() -> None:
    bad = WIRE[3][:-3] + bytes([WIRE[3][-3] ^ 1]) + WIRE[3][-2:]

    found = read_all(bad + bad + NEXT)

    assert [each.reason for each in found if isinstance(each, Damage)] == ["sum", "sum"]


@settings(deadline=None)
@given(st.lists(st.binary(max_size=80) | st.sampled_from(["wire"]), max_size=12), st.integers(1, 60))
def test_noise_between_frames_hides_none_of_them(pieces: list, step: int) -> None:
    # A piece of noise must not look like the beginning of a frame, else it may rightly swallow what follows.
    raw = b"".join(NEXT if piece == "wire" else piece.replace(b"@", b"a") for piece in pieces)

    assert wires_of(read_all(raw, step)).count(NEXT) == pieces.count("wire")


@settings(deadline=None)
@given(st.binary(max_size=3000), st.sampled_from(list(DIALECTS.values())), st.integers(1, 500))
def test_any_bytes_are_read_without_an_exception(raw: bytes, dialect, step: int) -> None:
    read_all(raw, step, dialect)


@settings(deadline=None)
@given(st.lists(st.sampled_from([b"@@", b"##", b"@", b"\0" * 22, b"\x10\0", NEXT, WIRE[4]]), max_size=60))
def test_streams_made_of_markers_end(parts: list[bytes]) -> None:
    for wire in wires_of(read_all(b"".join(parts))):
        assert wire[:2] == b"@@" and wire[-2:] == b"##" and sum(wire[2:-3]) & 255 == wire[-3]
