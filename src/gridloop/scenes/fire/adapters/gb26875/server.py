"""The monitoring centre's side of GB/T 26875.3: TCP and UDP on one port, without Django."""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self, cast

from gridloop.scenes.fire.adapters.allowance import Allowance
from gridloop.scenes.fire.adapters.gb26875.duty import DutyAnswer, outcome
from gridloop.scenes.fire.adapters.gb26875.exchange import Exchange
from gridloop.scenes.fire.adapters.gb26875.fleets import Fleet, FleetsNow, fleet_of
from gridloop.scenes.fire.adapters.gb26875.frames import Command
from gridloop.scenes.fire.adapters.gb26875.meaning import code_of
from gridloop.scenes.fire.adapters.gb26875.objects import Single, encode_content
from gridloop.scenes.fire.adapters.gb26875.post import Post
from gridloop.scenes.fire.ingest.signals import Sink

log = logging.getLogger(__name__)
CENTRE = bytes(6)
REFRESH = 30.0  # seconds between two looks at the list of fleets
HALF_FRAME = 3.0  # seconds an unfinished frame may wait for its rest
IDLE = 300.0  # seconds of silence (devices beat every 20 to 30) after which a line is closed
MOST_PER_ADDRESS = 2_000  # TCP connections
MOST_PEERS = 100_000  # UDP callers remembered
MOST_WAITING_PER_PEER = 256  # datagrams
CHUNK = 16_384
MOST_UNSENT = 262_144  # bytes of answers a TCP caller leaves unread before it is cut off


class Server:
    """Listens until it is closed. `fleets` is asked again every half minute; where it fails the list stays as it was."""

    def __init__(self, sink: Sink, fleets: FleetsNow, *, allowance: Allowance | None = None) -> None:
        self.post = Post(sink, allowance=allowance)
        self.fleets_now = fleets
        self.fleets: Sequence[Fleet] = ()
        self.tasks: list[asyncio.Task[Any]] = []
        self.lines: set[asyncio.Task[Any]] = set()
        self.per_address: dict[str, int] = {}
        self.port = 0
        self.tcp: asyncio.Server | None = None
        self.udp: asyncio.DatagramTransport | None = None

    @property
    def counts(self) -> dict[str, int]:
        return self.post.counts.as_dict()

    async def open(self, host: str = "0.0.0.0", port: int = 26875, *, udp: bool = True) -> None:  # noqa: S104
        """Starts listening; port 0 takes any free one and leaves its number in `port`."""
        self.fleets = await self.fleets_now()
        self.tasks = [
            asyncio.create_task(work)
            for work in (self.post.urgent.run(), self.post.bulk.run(), self.refresh())
        ]
        self.tcp = await asyncio.start_server(self.serve, host, port, limit=CHUNK)
        self.port = self.tcp.sockets[0].getsockname()[1]
        if udp:
            loop = asyncio.get_running_loop()
            self.udp, _protocol = await loop.create_datagram_endpoint(
                lambda: Datagrams(self), local_addr=(host, self.port)
            )

    async def close(self) -> None:
        """Stops listening. What was not confirmed will be sent again by the devices."""
        if self.tcp is not None:
            self.tcp.close()
        if self.udp is not None:
            self.udp.close()
        for task in [*self.lines, *self.tasks]:
            task.cancel()
        await asyncio.gather(*self.lines, *self.tasks, return_exceptions=True)
        self.tasks.clear()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def refresh(self) -> None:
        while True:
            await asyncio.sleep(REFRESH)
            try:
                self.fleets = await self.fleets_now()
            except Exception:
                log.exception("The list of fleets could not be read; the old one stays")

    def admit(self, address: str) -> Fleet | None:
        """The fleet that may speak from this address; a stranger is counted."""
        fleet = fleet_of(address, self.fleets)
        if fleet is None or self.per_address.get(address, 0) >= MOST_PER_ADDRESS:
            self.post.counts.strangers += 1
            return None
        return fleet

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One TCP line from its first byte to its last."""
        address = str((writer.get_extra_info("peername") or ("",))[0])
        fleet = self.admit(address)
        if fleet is None:
            writer.close()
            return
        self.post.counts.connections += 1
        self.per_address[address] = self.per_address.get(address, 0) + 1
        line = asyncio.current_task()
        assert line is not None
        self.lines.add(line)
        exchange = Exchange(self.post, fleet, lambda raw: send_on(writer, raw))
        try:
            await self.talk(exchange, reader, writer)
        except (ConnectionError, TimeoutError):
            pass
        except asyncio.CancelledError:
            pass  # the server is closing
        finally:
            exchange.close()
            self.lines.discard(line)
            self.per_address[address] -= 1
            if not self.per_address[address]:
                del self.per_address[address]
            writer.close()

    async def talk(
        self, exchange: Exchange, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        heard = begun = time.monotonic()
        passed = 0
        while True:
            now = time.monotonic()
            if exchange.reader.passed != passed or not exchange.reader.waiting:
                passed, begun = exchange.reader.passed, now
            patience = IDLE if not exchange.reader.waiting else max(0.0, begun + HALF_FRAME - now)
            try:
                chunk = await asyncio.wait_for(reader.read(CHUNK), patience)
            except TimeoutError:
                if time.monotonic() - heard >= IDLE:
                    return
                await exchange.hear_silence()
                continue
            if not chunk:
                await exchange.hear_end()
                if exchange.tasks:  # a last alarm may still be on its way to the sink
                    await asyncio.wait(list(exchange.tasks), timeout=HALF_FRAME)
                return
            heard = time.monotonic()
            await exchange.hear(chunk)
            await writer.drain()

    async def check_duty(self, vendor: str, source: bytes, minutes: int = 10) -> DutyAnswer:
        """Asks whether somebody is on watch (查岗); the outcome also goes to the sink as an operation."""
        exchange = self.post.reachable.get((vendor, source))
        asked_at = time.time()
        if exchange is None:
            dialect = next((fleet.dialect for fleet in self.fleets if fleet.vendor == vendor), None)
            device = code_of(source, dialect) if dialect else source.hex()
            answer = DutyAnswer(reached=False)
        else:
            device = code_of(source, exchange.fleet.dialect)
            answer = await self.ask_duty(exchange, source, device, minutes, asked_at)
        stored = await self.post.urgent.bring(outcome(vendor, device, asked_at, minutes, answer))
        await stored
        return answer

    async def ask_duty(
        self, exchange: Exchange, source: bytes, device: str, minutes: int, asked_at: float
    ) -> DutyAnswer:
        vendor = exchange.fleet.vendor
        pressed = self.post.duty.expect(vendor, device)
        data = encode_content(91, [Single(minutes)], exchange.fleet.dialect)
        taken = await exchange.commands.order(source, CENTRE, Command.CONTROL, data)
        if taken is None or taken.command == Command.DENY:
            self.post.counts.unanswered += 1
            self.post.duty.give_up(vendor, device)
            return DutyAnswer(reached=False)
        left = max(0.0, asked_at + minutes * 60 - time.time())
        try:
            return DutyAnswer(True, await asyncio.wait_for(asyncio.shield(pressed), left) - asked_at)
        except TimeoutError:
            self.post.duty.give_up(vendor, device)
            return DutyAnswer(reached=True)


def send_on(writer: asyncio.StreamWriter, raw: bytes) -> None:
    """Puts an answer on the line; a caller that reads nothing is cut off before it fills our memory."""
    if writer.is_closing():
        return
    if writer.transport.get_write_buffer_size() > MOST_UNSENT:
        writer.transport.abort()
        return
    writer.write(raw)


class Datagrams(asyncio.DatagramProtocol):
    """UDP: every datagram holds whole frames; each caller's are taken in one after the other."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.peers: OrderedDict[tuple[Any, ...], Peer] = OrderedDict()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        peer = self.peers.get(addr)
        if peer is None:
            fleet = self.server.admit(str(addr[0]))
            if fleet is None:
                return
            peer = self.peers[addr] = Peer(
                Exchange(self.server.post, fleet, lambda raw: self.transport.sendto(raw, addr))
            )
            if len(self.peers) > MOST_PEERS:
                self.peers.popitem(last=False)[1].exchange.close()
        if not peer.offer(data):
            self.server.post.counts.turned_away += 1


class Peer:
    """One UDP caller: what it sent and what waits to be taken in."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.waiting: list[bytes] = []
        self.busy = False

    def offer(self, data: bytes) -> bool:
        """Whether the datagram is taken; one that is not is not confirmed, so the device sends it again."""
        if len(self.waiting) >= MOST_WAITING_PER_PEER:
            return False
        self.waiting.append(data)
        if not self.busy:
            self.busy = True
            self.exchange.keep(self.work())
        return True

    async def work(self) -> None:
        try:
            while self.waiting:
                await self.exchange.hear(self.waiting.pop(0))
                await self.exchange.hear_end()
        finally:
            self.busy = False
