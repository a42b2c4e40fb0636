"""What arrives over MQTT: alarms on a line of their own, telemetry in bulk on another, so neither waits for the other."""

import asyncio
import logging
from collections.abc import Sequence
from itertools import chain
from operator import attrgetter

import msgspec
import numpy
from numpy.typing import NDArray

from gridloop.scenes.fire.adapters.mqtt import Batch, Broker, Line, keep_line
from gridloop.scenes.fire.ingest import messages
from gridloop.scenes.fire.ingest.messages import NotUnderstood, State, alarm_signal, names_in
from gridloop.scenes.fire.ingest.receiving import Intake
from gridloop.scenes.fire.ingest.rules import QUANTITIES, QUANTITY
from gridloop.scenes.fire.ingest.state import name_of
from gridloop.scenes.fire.ingest.storing import Unit

WINDOW = 0.1  # seconds of telemetry handled together
NUMBERS = len(QUANTITIES)
columns_of = attrgetter("at", *QUANTITIES)
TOO_MANY_DIGITS = 1e9  # no quantity of ours is larger
logger = logging.getLogger(__name__)


class MqttIntake:
    """Two lines to the broker. A broker's message is finished when what it says is durable."""

    def __init__(
        self, intake: Intake, broker: Broker, *, vendors: Sequence[str] = (), name: str = "all"
    ) -> None:
        self.intake, self.broker, self.name = intake, broker, name
        self.vendors = tuple(vendors) or ("+",)
        self.waiting: list[Batch] = []
        self.flush_soon: asyncio.TimerHandle | None = None
        self.writing: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(keep_line(self.alarm_line, self.broker, name="alarms over MQTT"))
            group.create_task(keep_line(self.bulk_line, self.broker, name="telemetry over MQTT"))

    def alarm_line(self) -> Line:
        topics = [f"gridloop/{vendor}/+/alarm" for vendor in self.vendors]
        client = f"gridloop-alarms-{self.name}"
        return Line(client, self.broker, topics, self.take_alarms, clean=False, quality=1)

    def bulk_line(self) -> Line:
        topics = [f"gridloop/{v}/{rest}" for v in self.vendors for rest in ("+/state", "batch")]
        client = f"gridloop-telemetry-{self.name}"
        return Line(client, self.broker, topics, self.take_bulk, clean=False, quality=1)

    def take_alarms(self, batch: Batch) -> None:
        now = self.intake.clock()
        signals = []
        for topic, payload in zip(batch.topics, batch.payloads, strict=True):
            try:
                signals.append(alarm_signal(topic, payload, now))
            except NotUnderstood as trouble:
                self.not_understood(topic, trouble)
        self.finish_after(batch, self.intake.weigh_signals(signals))

    def finish_after(self, batch: Batch, unit: Unit) -> None:
        """Acknowledge once the unit is durable; at once when there is nothing to write."""
        if not unit.findings and not unit.memories:
            batch.finish()
            return
        task = asyncio.get_running_loop().create_task(self.write_and_finish([batch], unit))
        self.writing.add(task)
        task.add_done_callback(self.writing.discard)

    async def write_and_finish(self, batches: Sequence[Batch], unit: Unit) -> None:
        await self.intake.writer.write(unit)
        for batch in batches:
            batch.finish()

    def not_understood(self, topic: bytes, trouble: object) -> None:
        counts = self.intake.counts
        counts["not_understood"] += 1
        if counts["not_understood"] <= 20 or counts["not_understood"] % 1000 == 0:
            logger.warning("a message on %r was not understood: %s", topic[:80], trouble)

    def take_bulk(self, batch: Batch) -> None:
        self.waiting.append(batch)
        if self.flush_soon is None:
            self.flush_soon = asyncio.get_running_loop().call_later(WINDOW, self.handle_bulk)

    def handle_bulk(self) -> None:
        """Everything that came within the window, in columns."""
        self.flush_soon = None
        batches, self.waiting = self.waiting, []
        topics = [topic for batch in batches for topic in batch.topics]
        payloads = [payload for batch in batches for payload in batch.payloads]
        now, unit = self.intake.clock(), Unit([], [])
        self.intake.counts["messages"] += len(topics)
        single = [place for place, topic in enumerate(topics) if topic[-6:] == b"/state"]
        if len(single) < len(topics):
            for place in set(range(len(topics))).difference(single):
                self.weigh_many(topics[place], payloads[place], now, unit)
            topics, payloads = [topics[p] for p in single], [payloads[p] for p in single]
        if topics:
            self.weigh_states(topics, payloads, now, unit)
        if unit.findings or unit.memories:
            task = asyncio.get_running_loop().create_task(self.write_and_finish(batches, unit))
            self.writing.add(task)
            task.add_done_callback(self.writing.discard)
        else:
            for batch in batches:
                batch.finish()

    def weigh_states(self, topics: list[bytes], payloads: list[bytes], now: float, unit: Unit) -> None:
        """One message a device: the device is found by its topic, the readings become one table."""
        begin, end = len(messages.PREFIX), -messages.ENDING
        rows = self.intake.fleet.rows([topic[begin:end] for topic in topics])
        decode = messages.decode_state
        try:
            states = [decode(payload) for payload in payloads]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            topics, payloads, rows, states = self.understood(topics, payloads, rows)
            if not states:
                return
        known = rows >= 0
        if not known.all():
            for place in numpy.flatnonzero(~known).tolist():
                self.note_stranger(topics[place], payloads[place], now)
            states = [state for state, keep in zip(states, known.tolist(), strict=True) if keep]
            rows = rows[known]
        if not states:
            return
        flat = chain.from_iterable(map(columns_of, states))
        table = numpy.fromiter(flat, "f8", len(states) * (NUMBERS + 1)).reshape(len(states), NUMBERS + 1)
        within = self.intake.hear(rows, now, unit)
        if not within.all():
            table, rows = table[within], rows[within]
        ats = table[:, 0]
        ats = numpy.where(numpy.isnan(ats), now, ats)
        places, quantities = numpy.nonzero(numpy.abs(table[:, 1:]) < TOO_MANY_DIGITS)
        values = table[places, quantities + 1]
        if len(places):
            self.intake.weigh_readings(
                (rows[places], quantities.astype("u1"), ats[places], values), now, unit
            )

    def understood(
        self, topics: list[bytes], payloads: list[bytes], rows: NDArray
    ) -> tuple[list[bytes], list[bytes], NDArray, list[State]]:
        """The messages of a window without those that break the contract."""
        states, kept = [], []
        for place, payload in enumerate(payloads):
            try:
                states.append(messages.decode_state(payload))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as trouble:
                self.not_understood(topics[place], trouble)
            else:
                kept.append(place)
        return [topics[p] for p in kept], [payloads[p] for p in kept], rows[kept], states

    def note_stranger(self, topic: bytes, payload: bytes, now: float) -> None:
        self.intake.counts["strangers"] += 1
        try:
            vendor, device = names_in(topic)
        except NotUnderstood as trouble:
            self.not_understood(topic, trouble)
            return
        self.intake.strangers.note(vendor, device, payload.decode(errors="replace"), now)

    def weigh_many(self, topic: bytes, payload: bytes, now: float, unit: Unit) -> None:
        """gridloop/<vendor>/batch."""
        try:
            said = messages.decode_many(payload).rows
            vendor = topic.split(b"/")[1].decode()
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as trouble:
            self.not_understood(topic, trouble)
            return
        rows = self.intake.fleet.rows([name_of(vendor, row.device) for row in said])
        places = []
        for place, (row, found) in enumerate(zip(said, rows.tolist(), strict=True)):
            if found < 0:
                self.intake.strangers.note(vendor, row.device[:64], row.value, now)
                self.intake.counts["strangers"] += 1
            elif row.quantity in QUANTITY and abs(row.value) < TOO_MANY_DIGITS:
                places.append(place)
        if not places:
            return
        kept = numpy.array(places)
        devices, place_of = numpy.unique(rows[kept], return_inverse=True)
        kept = kept[self.intake.hear(devices, now, unit)[place_of]]
        if len(kept):
            chosen = [said[place] for place in kept.tolist()]
            self.intake.weigh_readings(
                (
                    rows[kept],
                    numpy.array([QUANTITY[row.quantity] for row in chosen], "u1"),
                    numpy.array([row.at for row in chosen], "f8"),
                    numpy.array([row.value for row in chosen], "f4"),
                ),
                now,
                unit,
            )
