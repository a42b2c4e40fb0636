"""Objects and frames of GB/T 26875.3: there and back, every type; sizes; clocks; texts; addresses."""

import contextlib
import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridloop.core.journal.errors import Refusal
from gridloop.scenes.fire.adapters.gb26875.addresses import PLACES, SOURCES
from gridloop.scenes.fire.adapters.gb26875.clock import decode_clock, encode_clock
from gridloop.scenes.fire.adapters.gb26875.frames import ENVELOPE, MOST_DATA, Frame, encode_frame
from gridloop.scenes.fire.adapters.gb26875.objects import (
    LAYOUTS,
    Analogue,
    ComponentState,
    Configuration,
    Malformed,
    SystemState,
    Version,
    decode_content,
    encode_content,
)
from gridloop.scenes.fire.adapters.gb26875.profiles import DIALECTS, STANDARD, dialect
from gridloop.scenes.fire.adapters.gb26875.reader import Reader
from gridloop.scenes.fire.adapters.gb26875.texts import decode_text, encode_text
from tests.scenes.fire.adapters.wire import ONE, text

NOON = int(
    datetime.datetime(2026, 3, 4, 12, 0, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=8))).timestamp()
)


def test_every_type_of_the_standard_is_known() -> None:
    assert (
        set(LAYOUTS)
        == set(ONE)
        == {*range(1, 9), 21, 24, 25, 26, 28, *range(61, 69), 81, 84, 85, 86, 88, 89, 90, 91}
    )


@pytest.mark.parametrize("kind", sorted(ONE))
def test_objects_come_back_as_they_went(kind: int) -> None:
    @settings(max_examples=40, deadline=None)
    @given(st.data(), st.sampled_from([d for d in DIALECTS.values() if d.length == "little"]))
    def there_and_back(data: st.DataObject, spoken) -> None:
        most = 1 if kind in (6, 26) else min(LAYOUTS[kind].most, 5)
        objects = tuple(data.draw(st.lists(ONE[kind], min_size=1, max_size=most)))
        content = decode_content(encode_content(kind, objects, spoken), spoken)
        if LAYOUTS[kind].may_append_time and any(each.sent is None for each in objects):
            assert len(content.objects) == len(objects)  # times are appended to all or to none
        else:
            assert content.objects == objects
        assert content.kind == kind
        assert not content.flags

    there_and_back()


@pytest.mark.parametrize(("kind", "size"), [(1, 10), (2, 46), (3, 16), (4, 10), (5, 4), (7, 38), (8, 8), (21, 7), (24, 8),
                                            (25, 2), (28, 6), (61, 2), (62, 6), (64, 9), (84, 7), (90, 6), (91, 1)])  # fmt: skip
def test_objects_have_the_sizes_of_the_standard(kind: int, size: int) -> None:
    most = LAYOUTS[kind].most

    decode_content(bytes([kind, most]) + bytes(size * most))
    assert 2 + size * most <= MOST_DATA
    for wrong in (size * most - 1, size * most + 1):
        with pytest.raises(Malformed):
            decode_content(bytes([kind, most]) + bytes(wrong))
    with pytest.raises(Malformed):
        decode_content(bytes([kind, most + 1]) + bytes(size * (most + 1)))
    with pytest.raises(Malformed):
        decode_content(bytes([kind, 0]))


def test_time_some_devices_append_is_taken_and_kept() -> None:
    assert decode_content(encode_content(5, [Version(1, 2, 3, 4, NOON)])).objects == (
        Version(1, 2, 3, 4, NOON),
    )
    assert decode_content(encode_content(5, [Version(1, 2, 3, 4)])).objects == (Version(1, 2, 3, 4),)
    several = [Configuration(1, 2, "一层", NOON), Configuration(1, 3, "二层烟感", NOON)]
    assert list(decode_content(encode_content(6, several)).objects) == several


def test_counted_text_that_does_not_fit_is_refused() -> None:
    good = encode_content(6, [Configuration(1, 2, "abc")])

    for wrong in (good[:-1], good + b"x", b"\x06\x02" + good[2:], b"\x06\x01\x01", b"\x06\x01"):
        with pytest.raises(Malformed):
            decode_content(wrong)


@pytest.mark.parametrize("data", [b"", b"\x01", b"\x09\x01", b"\x1b\x01", b"\x7f\x01x"])
def test_reserved_and_empty_types_are_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        decode_content(data)


def test_private_types_stay_opaque() -> None:
    content = decode_content(encode_content(130, raw=b"\x05anything"))

    assert (content.kind, content.raw) == (130, b"\x05anything")


@given(st.binary(max_size=300))
def test_arbitrary_data_are_read_or_refused(data: bytes) -> None:
    for spoken in DIALECTS.values():
        with contextlib.suppress(Malformed):
            decode_content(data, spoken)


def test_clock_is_seconds_first_in_china_standard_time() -> None:
    assert encode_clock(NOON) == bytes([1, 0, 12, 4, 3, 26])
    assert encode_clock(NOON, bcd=True) == bytes([0x01, 0x00, 0x12, 0x04, 0x03, 0x26])
    assert decode_clock(bytes([1, 0, 12, 4, 3, 26])) == NOON


@given(st.integers(946_684_800, 4_100_000_000 - 1), st.booleans())
def test_clock_comes_back(moment: int, bcd: bool) -> None:
    assert decode_clock(encode_clock(moment, bcd=bcd), bcd=bcd) == moment


@given(st.binary(max_size=8), st.booleans())
def test_clock_of_any_bytes_is_a_time_or_none(raw: bytes, bcd: bool) -> None:
    moment = decode_clock(raw, bcd=bcd)
    if moment is not None:
        assert encode_clock(moment, bcd=bcd) == raw


def test_unreadable_clock_is_flagged_not_refused() -> None:
    data = bytes([1, 1, 1, 1, 1, 0]) + b"\xff" * 6

    content = decode_content(data)

    assert content.objects == (SystemState(1, 1, 1, None),)
    assert content.flags == {"clock"}


@given(text(31))
def test_text_comes_back(words: str) -> None:
    assert decode_text(encode_text(words, 31).ljust(31, b"\0")) == (words, True)


@given(st.text(), st.integers(0, 40))
def test_text_is_cut_between_characters(words: str, size: int) -> None:
    raw = encode_text(words, size)

    assert len(raw) <= size
    assert decode_text(raw)[1]


@given(st.binary(max_size=40))
def test_any_bytes_are_some_text(raw: bytes) -> None:
    decode_text(raw)


def test_half_a_character_at_the_end_of_the_field_is_dropped() -> None:
    raw = ("烟" * 16).encode("gb18030")[:31]

    assert decode_text(raw) == ("烟" * 15, True)


def test_text_that_is_not_gb18030_is_kept_with_marks_and_flagged() -> None:
    good = encode_content(2, [ComponentState(1, 1, 40, bytes(4), 3, "A", NOON)])
    content = decode_content(good.replace(b"A" + bytes(30), b"2F\xff\xff" + bytes(27)))

    assert content.flags == {"text"}
    assert "�" in content.objects[0].text and content.objects[0].text.startswith("2F")


def test_addresses_are_written_by_format_and_read_back() -> None:
    raw = bytes([1, 0, 23, 0])

    assert PLACES["zone-position"].write(raw) == "1.23"
    assert PLACES["position-zone"].write(raw) == "23.1"
    assert PLACES["zone-position-high"].write(raw) == "256.5888"
    assert PLACES["octets"].write(raw) == "1.0.23.0"


@given(st.sampled_from([*PLACES.values(), *SOURCES.values()]), st.data())
def test_every_address_format_comes_back(form, data: st.DataObject) -> None:
    raw = data.draw(st.binary(min_size=form.size, max_size=form.size))

    assert form.read(form.write(raw)) == raw


def test_negative_values_keep_their_sign() -> None:
    cold = Analogue(1, 1, 40, bytes(4), 3, -125, None)

    assert decode_content(encode_content(3, [cold])).objects == (cold,)


frames = st.builds(
    Frame,
    st.integers(0, 65_535),
    st.binary(min_size=6, max_size=6),
    st.binary(min_size=6, max_size=6),
    st.integers(0, 255),
    st.binary(max_size=200) | st.just(b"##@@" * 20),
    st.binary(min_size=6, max_size=6),
    st.tuples(st.integers(0, 255), st.integers(0, 255)),
)


@given(st.lists(frames, max_size=4), st.sampled_from(list(DIALECTS.values())), st.integers(1, 50))
def test_frames_come_back_however_they_stick_and_split(sent: list[Frame], spoken, step: int) -> None:
    raw = b"".join(encode_frame(frame, spoken) for frame in sent)
    reader, found = Reader(spoken), []
    for at in range(0, len(raw), step):
        found += reader.feed(raw[at : at + step])

    assert [encode_frame(frame, spoken) for frame in found] == [encode_frame(frame, spoken) for frame in sent]
    assert reader.waiting == 0


def test_frame_lies_on_the_wire_as_the_standard_has_it() -> None:
    frame = Frame(
        0x0102, b"\1\2\3\4\5\6", b"\6\5\4\3\2\1", 2, b"\x15\x01\x03" + bytes(6), encode_clock(NOON), (1, 7)
    )
    raw = encode_frame(frame)

    assert len(raw) == ENVELOPE + 9
    assert raw[:2] == b"@@" and raw[-2:] == b"##"
    assert raw[2:4] == b"\x02\x01" and raw[4:6] == b"\x01\x07"
    assert raw[6:12] == bytes([1, 0, 12, 4, 3, 26])
    assert raw[24:26] == b"\x09\x00" and raw[26] == 2
    assert raw[-3] == sum(raw[2:-3]) & 255
    assert encode_frame(frame, dialect("dahua-high"))[24:26] == b"\x00\x09"


def test_more_than_a_frame_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="1024"):
        encode_frame(Frame(1, bytes(6), bytes(6), 2, bytes(1025)))


def test_unknown_profile_is_refused_in_words() -> None:
    assert dialect("standard") is STANDARD
    with pytest.raises(Refusal):
        dialect("nobody")
