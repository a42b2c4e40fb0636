"""The centre over real sockets: confirm and deny, resends, clocks, duty checks, strangers, floods, a sink that is away."""

import asyncio
import ipaddress
import time
from collections.abc import Awaitable, Callable
from random import Random

import pytest

from gridloop.scenes.fire.adapters.allowance import Allowance
from gridloop.scenes.fire.adapters.gb26875.client import CENTRE, Line, damaged
from gridloop.scenes.fire.adapters.gb26875.fleets import Fleet, fleet_of, networks_of
from gridloop.scenes.fire.adapters.gb26875.frames import Command, Frame, encode_frame
from gridloop.scenes.fire.adapters.gb26875.objects import Analogue, TransmitterState, encode_content
from gridloop.scenes.fire.adapters.gb26875.profiles import STANDARD, Dialect, dialect
from gridloop.scenes.fire.adapters.gb26875.server import Server
from tests.scenes.fire.adapters.wire import Kept

SOURCE = bytes([1, 2, 3, 4, 5, 6])
PLACE = b"\1\0\2\0"
HOME = "127.0.0.0/8"


def played(
    story: Callable[[Server, Kept], Awaitable[None]],
    *,
    network: str = HOME,
    spoken: Dialect = STANDARD,
    allowance: Allowance | None = None,
) -> Server:
    """Runs a story against a server on a free port of this machine."""
    sink = Kept()

    async def fleets() -> list[Fleet]:
        return [Fleet("demo", networks_of(network), spoken)]

    async def play() -> Server:
        server = Server(sink, fleets, allowance=allowance)
        await server.open("127.0.0.1", 0)
        try:
            await asyncio.wait_for(story(server, sink), 20)
        finally:
            await server.close()
        return server

    return asyncio.run(play())


async def a_line(
    server: Server, *, udp: bool = False, timeout: float = 2.0, spoken: Dialect = STANDARD
) -> Line:
    return await Line(spoken, timeout=timeout).open("127.0.0.1", server.port, udp=udp)


async def until(true: Callable[[], object]) -> None:
    while not true():
        await asyncio.sleep(0.005)


@pytest.mark.parametrize("udp", [False, True])
@pytest.mark.parametrize("name", ["standard", "dahua", "dahua-high", "jk-gh2013g"])
def test_device_registers_beats_alarms_and_measures(udp: bool, name: str) -> None:
    async def story(server: Server, sink: Kept) -> None:
        line = await a_line(server, udp=udp, spoken=dialect(name))
        assert await line.register(SOURCE) == Command.CONFIRM
        assert await line.beat(SOURCE) == Command.CONFIRM
        assert await line.raise_alarm(SOURCE, 40, PLACE, "三楼走廊") == Command.CONFIRM
        assert [(s.kind, s.facts["text"]) for s in sink.of("fire")] == [("fire", "三楼走廊")]
        reading = Analogue(1, 1, 31, PLACE, 3, 215, line.now())
        assert await line.say(SOURCE, 3, [reading]) == Command.CONFIRM
        await until(lambda: sink.of("reading"))
        line.close()

    played(story, spoken=dialect(name))


def test_alarm_is_confirmed_only_after_it_is_durable() -> None:
    async def story(server: Server, sink: Kept) -> None:
        sink.slow = asyncio.Event()
        line = await a_line(server)
        alarm = asyncio.create_task(line.raise_alarm(SOURCE, 40, PLACE))
        await asyncio.sleep(0.15)
        assert not alarm.done() and sink.signals == []
        sink.slow.set()
        assert await alarm == Command.CONFIRM
        assert len(sink.of("fire")) == 1
        line.close()

    played(story)


def test_alarm_the_sink_did_not_take_is_not_confirmed_and_taken_when_sent_again() -> None:
    async def story(server: Server, sink: Kept) -> None:
        sink.shut = True
        line = await a_line(server, timeout=0.3)
        alarm = asyncio.create_task(line.raise_alarm(SOURCE, 40, PLACE))
        await until(lambda: server.counts["failed"] == 1)
        sink.shut = False
        assert await alarm == Command.CONFIRM
        assert len(sink.of("fire")) == 1
        line.close()

    played(story)


def test_frame_sent_again_is_confirmed_again_and_stored_once() -> None:
    async def story(server: Server, sink: Kept) -> None:
        line = await a_line(server)
        frame = line.frame(SOURCE, encode_content(21, [TransmitterState(3, line.now())]))
        for _time in range(3):
            assert await line.deliver(frame) == Command.CONFIRM
        other = await a_line(server)  # the device lost its line before the reply came
        assert await other.deliver(frame) == Command.CONFIRM
        assert len(sink.signals) == 1
        assert server.counts["resent"] == 3
        line.close()

    played(story)


def test_frame_sent_again_while_the_first_is_being_stored_waits_for_it() -> None:
    async def story(server: Server, sink: Kept) -> None:
        sink.slow = asyncio.Event()
        line = await a_line(server, timeout=0.1)
        frame = line.frame(SOURCE, encode_content(21, [TransmitterState(3, line.now())]))
        delivery = asyncio.create_task(line.deliver(frame, resends=20))
        await until(lambda: server.counts["resent"] >= 2)
        assert server.counts["confirmed"] == 0
        sink.slow.set()
        assert await delivery == Command.CONFIRM
        assert len(sink.signals) == 1
        line.close()

    played(story)


def test_what_is_wrong_is_denied() -> None:
    async def story(server: Server, sink: Kept) -> None:
        line = await a_line(server)
        assert await line.deliver(line.frame(SOURCE, b"", 9)) == Command.DENY  # type: ignore[arg-type]
        assert await line.deliver(line.frame(SOURCE, b"\x02\x05" + bytes(46))) == Command.DENY
        assert await line.deliver(line.frame(SOURCE, b"\x09\x01x")) == Command.DENY
        frame = line.frame(SOURCE, encode_content(21, [TransmitterState(3, line.now())]))
        raw, reply = encode_frame(frame), line.promise(frame)
        line.put(raw[:-3] + bytes([raw[-3] ^ 1]) + raw[-2:])
        assert await reply == Command.DENY
        assert await line.beat(SOURCE) == Command.CONFIRM
        assert sink.of("fire") == []
        line.close()

    assert played(story).counts["denied"] == 4


def test_alarm_behind_a_length_that_lies_is_found_after_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridloop.scenes.fire.adapters.gb26875.server.HALF_FRAME", 0.1)

    async def story(server: Server, sink: Kept) -> None:
        line = await a_line(server, timeout=5)
        beat = encode_frame(line.frame(SOURCE))
        line.put(beat[:24] + b"\0\4" + beat[26:])
        assert await line.raise_alarm(SOURCE, 40, PLACE) == Command.CONFIRM
        line.close()

    played(story)


@pytest.mark.parametrize("udp", [False, True])
def test_damaged_frames_never_become_alarms_and_good_ones_always_do(
    udp: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gridloop.scenes.fire.adapters.gb26875.server.HALF_FRAME", 0.1)

    async def story(server: Server, sink: Kept) -> None:
        random, line = Random(7), await a_line(server, udp=udp, timeout=0.5)
        for number in range(30):
            frame = line.frame(SOURCE, encode_content(21, [TransmitterState(3, line.now())]))
            line.put(damaged(encode_frame(frame), random))
            assert await line.raise_alarm(SOURCE, 40, number.to_bytes(4, "little")) == Command.CONFIRM
        assert len({s.device for s in sink.of("fire") if s.device != SOURCE.hex()}) == 30
        line.close()

    played(story)


def test_address_of_no_fleet_is_closed_and_counted() -> None:
    async def story(server: Server, sink: Kept) -> None:
        line = await a_line(server)
        await asyncio.wait_for(line.closed.wait(), 2)
        datagrams = await a_line(server, udp=True, timeout=0.1)
        assert await datagrams.deliver(datagrams.frame(SOURCE), resends=0) is None
        assert sink.signals == []
        datagrams.close()

    assert played(story, network="10.0.0.0/8").counts["strangers"] == 2


def test_narrowest_network_decides_and_nonsense_is_nobody() -> None:
    wide, narrow = Fleet("wide", networks_of("10.0.0.0/8\n\n")), Fleet("narrow", networks_of("10.1.0.0/16"))

    assert fleet_of("10.1.2.3", [wide, narrow]) is narrow
    assert fleet_of("::ffff:10.2.0.1", [wide, narrow]) is wide
    assert fleet_of("192.0.2.1", [wide, narrow]) is None
    assert fleet_of("nonsense", [wide]) is None
    assert networks_of("2001:db8::/32") == (ipaddress.ip_network("2001:db8::/32"),)
    with pytest.raises(ValueError, match="x"):
        networks_of("x")


def test_clock_that_is_off_is_set_once() -> None:
    async def story(server: Server, sink: Kept) -> None:
        line = await a_line(server)
        line.clock_off = 3600
        await line.beat(SOURCE)
        await until(lambda: abs(line.clock_off) <= 1)
        line.clock_off = -3600
        await line.beat(SOURCE)
        await asyncio.sleep(0.05)
        assert line.clock_off == -3600  # not set again so soon
        assert server.counts["clocks_set"] == 1
        line.close()

    played(story)


def test_duty_check_is_answered_and_recorded() -> None:
    async def story(server: Server, sink: Kept) -> None:
        line = await a_line(server)
        await line.beat(SOURCE)
        answer = await server.check_duty("demo", SOURCE, minutes=1)
        assert answer.reached and answer.seconds is not None and answer.seconds < 5
        record = next(s for s in sink.of("operation") if "duty_check" in s.facts)
        assert (record.facts["duty_check"], record.on, record.device) == ("answered", True, SOURCE.hex())
        line.close()

    played(story)


def test_duty_check_nobody_answers_is_recorded_too() -> None:
    async def story(server: Server, sink: Kept) -> None:
        line = await a_line(server)
        line.on_duty = False
        await line.beat(SOURCE)
        assert (await server.check_duty("demo", SOURCE, minutes=0)).seconds is None
        assert not (await server.check_duty("demo", bytes(6))).reached  # never seen
        assert [s.on for s in sink.of("operation")] == [False, False]
        line.close()

    played(story)


def test_command_nobody_confirms_is_sent_four_times_in_all() -> None:
    async def story(server: Server, sink: Kept) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        beat = encode_frame(Frame(1, SOURCE, CENTRE, 2, b""))
        writer.write(beat)
        await until(lambda: server.post.reachable)
        server.post.reachable["demo", SOURCE].commands.timeout = 0.05
        assert not (await server.check_duty("demo", SOURCE, minutes=1)).reached
        await asyncio.sleep(0.05)
        sent = await reader.read(10_000)
        assert sent.count(b"\x5b\x01\x01") == 4  # type 91, one object, one minute
        writer.close()

    assert played(story).counts["unanswered"] == 1


def test_flood_of_one_device_loses_telemetry_but_no_alarm() -> None:
    async def story(server: Server, sink: Kept) -> None:
        line, quiet = await a_line(server), await a_line(server)
        reading = Analogue(1, 1, 31, PLACE, 3, 215, line.now())
        assert all([await line.say(SOURCE, 3, [reading]) == Command.CONFIRM for _ in range(60)])
        assert await line.storm(SOURCE, 100) == [Command.CONFIRM] * 100
        other = bytes([9] * 6)
        assert await quiet.say(other, 3, [reading]) == Command.CONFIRM
        await until(lambda: len(sink.of("reading")) == 21)
        assert len(sink.of("fire")) == 100
        assert server.counts["dropped"] == 40
        line.close(), quiet.close()

    played(story, allowance=Allowance(rate=0.0, burst=20))


@pytest.mark.parametrize("udp", [False, True])
def test_storm_is_confirmed_whole(udp: bool) -> None:
    async def story(server: Server, sink: Kept) -> None:
        lines = [await a_line(server, udp=udp, timeout=1.0) for _ in range(10)]
        began = time.perf_counter()
        replies = await asyncio.gather(*(line.storm(bytes([n] * 6), 100) for n, line in enumerate(lines)))
        assert [reply for each in replies for reply in each] == [Command.CONFIRM] * 1000
        assert len({s.key for s in sink.of("fire")}) == len(sink.of("fire")) == 1000
        assert time.perf_counter() - began < 10
        for line in lines:
            line.close()

    played(story)


def test_caller_that_sends_without_end_keeps_memory_bounded() -> None:
    async def story(server: Server, sink: Kept) -> None:
        sink.slow = asyncio.Event()  # nothing is stored
        line = await a_line(server)
        exchange = None
        for number in range(300):
            line.put(
                encode_frame(line.frame(SOURCE, encode_content(21, [TransmitterState(3, NOW + number)])))
            )
        await asyncio.sleep(0.2)
        exchange = server.post.reachable["demo", SOURCE]
        assert len(exchange.tasks) <= 64
        assert exchange.reader.waiting < 16_384
        sink.slow.set()
        await until(lambda: len(sink.signals) == 300)
        line.close()

    played(story)


NOW = int(time.time())
