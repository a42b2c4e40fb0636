"""The MQTT reader: packets in any pieces, acknowledged when told, garbage ends the line and nothing worse."""

import asyncio
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridloop.scenes.fire.adapters.mqtt import (
    HIGH,
    Batch,
    Broker,
    Line,
    publish_packet,
    remaining_length,
)


class Wire:
    """A transport that remembers."""

    def __init__(self) -> None:
        self.written, self.closed, self.paused = b"", False, False

    def write(self, data: bytes) -> None:
        self.written += data

    def abort(self) -> None:
        self.closed = True

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False


def with_line(story: Callable[[Line, Wire, list[Batch]], None]) -> None:
    async def run() -> None:
        batches: list[Batch] = []
        line, wire = Line("c", Broker(), ["t"], batches.append, quality=1), Wire()
        line.connection_made(wire)  # type: ignore[arg-type]
        story(line, wire, batches)

    asyncio.run(run())


SAID = [(b"a/b", b"1", 0), (b"a/long", b"x" * 300, 7), (b"", b"", 0), ("温度".encode(), b"2", 65535)]
STREAM = (
    b"\x20\x02\0\0"
    + b"\x90\x03\0\1\1"
    + b"".join(publish_packet(t, p, number=n) for t, p, n in SAID)
    + b"\xd0\0"
)


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_packets_may_come_in_any_pieces(cuts: list[int]) -> None:
    def story(line: Line, wire: Wire, batches: list[Batch]) -> None:
        places = [0, *sorted(cuts), len(STREAM)]
        for begin, end in pairwise(places):
            line.data_received(STREAM[begin:end])
        found = [(t, p, n) for b in batches for t, p, n in zip(b.topics, b.payloads, b.ids, strict=True)]
        assert found == SAID
        assert not wire.closed and line.ready.done()

    with_line(story)


def test_every_single_byte_may_come_alone() -> None:
    def story(line: Line, wire: Wire, batches: list[Batch]) -> None:
        for place in range(len(STREAM)):
            line.data_received(STREAM[place : place + 1])
        assert sum(len(batch.topics) for batch in batches) == len(SAID)

    with_line(story)


@given(st.integers(0, len(STREAM) - 1), st.integers(1, 255))
def test_damaged_byte_never_escapes_the_reader(place: int, change: int) -> None:
    def story(line: Line, wire: Wire, batches: list[Batch]) -> None:
        line.data_received(STREAM[:place] + bytes([STREAM[place] ^ change]) + STREAM[place + 1 :])
        line.data_received(STREAM)

    with_line(story)


@given(st.binary(max_size=200))
def test_garbage_never_escapes_the_reader(garbage: bytes) -> None:
    with_line(lambda line, wire, batches: line.data_received(garbage))


def test_acknowledged_only_when_finished() -> None:
    def story(line: Line, wire: Wire, batches: list[Batch]) -> None:
        wire.written = b""
        line.data_received(publish_packet("t", b"1", number=5) + publish_packet("t", b"2"))
        assert wire.written == b""
        batches[0].finish()
        assert wire.written == b"\x40\x02\0\x05"

    with_line(story)


def test_reader_that_is_too_fast_waits() -> None:
    def story(line: Line, wire: Wire, batches: list[Batch]) -> None:
        line.data_received(publish_packet("t", b"1") * (HIGH + 1))
        assert wire.paused
        batches[0].finish()
        assert not wire.paused

    with_line(story)


@pytest.mark.parametrize("code", [1, 4, 5])
def test_refusal_is_said_in_words(code: int) -> None:
    def story(line: Line, wire: Wire, batches: list[Batch]) -> None:
        line.data_received(bytes((0x20, 2, 0, code)))
        assert wire.closed and line.trouble

    with_line(story)


def test_packet_without_end_is_refused() -> None:
    def story(line: Line, wire: Wire, batches: list[Batch]) -> None:
        line.data_received(b"\x30" + remaining_length(200 << 20))
        assert wire.closed

    with_line(story)


def test_address_of_a_broker() -> None:
    assert Broker.at("mqtts://v:p%40ss@broker.example") == Broker("broker.example", 8883, "v", "p@ss", True)
    assert Broker.at("127.0.0.1:1884").port == 1884
    assert "secret" not in repr(Broker("h", 1, "u", "secret"))
