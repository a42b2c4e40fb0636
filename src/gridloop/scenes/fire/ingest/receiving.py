"""From signals to findings: who sent it, is it new, what do the rules say; durable before it comes back."""

import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy
from numpy.typing import NDArray

from gridloop.scenes.fire.ingest import rules as arithmetic
from gridloop.scenes.fire.ingest.rules import QUANTITY, Held, Rule, RuleSet
from gridloop.scenes.fire.ingest.signals import ALARM_KINDS, LIFE_KINDS, TURNING_KINDS, Signal
from gridloop.scenes.fire.ingest.state import BIT, REMEMBERED, Fleet, name_of
from gridloop.scenes.fire.ingest.storing import Finding, Memory, Unit, key_of
from gridloop.scenes.fire.ingest.strangers import Strangers
from gridloop.scenes.fire.ingest.telemetry import History, records_of
from gridloop.scenes.fire.ingest.writing import Writer

AHEAD = 120.0  # seconds a device's clock may be ahead of ours before it is not believed
BEHIND = 7 * 86400.0  # messages may have waited that long in a gateway
WORTH_SAYING = 300.0
FLOOD = 30  # messages of one device within a second; telemetry beyond it is dropped
ALARM_FLOOD = 60
MOST_FACTS, LONGEST_FACT = 24, 400
OURS = ("late", "test", "clock_off", "delayed")  # facts no device may set
ALL_CLEAR = ("fire", "gas", "fault")
Readings = tuple[NDArray, NDArray, NDArray, NDArray]  # rows, quantities, device times, values


class Intake:
    """The sink of every protocol. Knows the fleet and what the rules remember; what must last goes to the writer."""

    def __init__(
        self,
        fleet: Fleet,
        rules: RuleSet,
        writer: Writer,
        history: History,
        *,
        memory: dict[tuple[int, str], Held] | None = None,
        clock: Callable[[], float] = time.time,
        offset: float = 0.0,
    ) -> None:
        self.fleet, self.rules, self.writer, self.history = fleet, rules, writer, history
        self.memory = memory or {}
        self.clock, self.offset = clock, offset
        self.strangers = Strangers()
        self.counts: Counter[str] = Counter()
        self.running: set[tuple[int, str]] = set()  # durations that have begun and are not over
        self.mark_remembered()

    def mark_remembered(self) -> None:
        """Bring the fleet's bits in line with what is remembered: after a start, and when rows changed place."""
        for (device, name), held in self.memory.items():
            row = self.fleet.row_of_device(device)
            if row < 0:
                continue
            if name == "offline":
                self.fleet.bits[row] |= BIT["offline"]
                self.fleet.seen[row] = held.since
                continue
            self.fleet.bits[row] |= REMEMBERED
            rule = self.rules.rules.get(name)
            if held.on and rule is not None:
                self.fleet.bits[row] |= BIT[rule.raises]
        self.running = {key for key, held in self.memory.items() if self.is_running(key[1], held)}

    def is_running(self, rule: str, held: Held | None) -> bool:
        found = self.rules.rules.get(rule)
        return held is not None and not held.on and found is not None and found.shape == "duration"

    async def __call__(self, signals: Sequence[Signal]) -> None:
        unit = self.weigh_signals(signals)
        if unit.findings or unit.memories:
            await self.writer.write(unit)

    def weigh_signals(self, signals: Sequence[Signal]) -> Unit:
        """Signals of any kind, in their order."""
        unit = Unit([], [])
        rows = self.fleet.rows([name_of(signal.vendor, signal.device) for signal in signals]).tolist()
        readings: list[tuple[int, int, float, float]] = []
        self.counts["signals"] += len(signals)
        for signal, row in zip(signals, rows, strict=True):
            if row < 0:
                said = {"kind": signal.kind, "on": signal.on, **signal.facts}
                self.strangers.note(signal.vendor, signal.device, said, signal.received)
                self.counts["strangers"] += 1
                continue
            self.heard(row, signal.received, unit)
            if signal.kind == "reading" and self.fleet.count[row] > FLOOD:
                self.counts["flooded"] += 1
            elif signal.kind == "reading":
                readings += readings_in(signal, row)
            elif signal.kind in ALARM_KINDS:
                self.weigh_alarm(signal, row, unit)
            elif signal.kind in TURNING_KINDS:
                self.weigh_turn(signal, row, unit)
        if readings:
            columns = list(zip(*readings, strict=True))
            self.weigh_readings(
                (
                    numpy.array(columns[0], "i8"),
                    numpy.array(columns[1], "u1"),
                    numpy.array(columns[2], "f8"),
                    numpy.array(columns[3], "f4"),
                ),
                signals[-1].received,
                unit,
            )
        return unit

    def heard(self, row: int, received: float, unit: Unit) -> None:
        fleet = self.fleet
        fleet.seen[row] = max(fleet.seen[row], received)
        fleet.count[row] = min(int(fleet.count[row]) + 1, 65535)
        if fleet.bits[row] & BIT["offline"]:
            self.turn_offline(row, received, unit, on=False)

    def turn_offline(self, row: int, now: float, unit: Unit, *, on: bool) -> None:
        fleet = self.fleet
        fleet.turn(row, "offline", on=on)
        device = int(fleet.device[row])
        key = key_of(device, f"offline|{on}|{now:.3f}")
        facts = {"silent_for": round(now - float(fleet.seen[row]))} if on else {}
        unit.findings.append(Finding(key, device, "offline", on, now, now, "silence", facts))
        held = (float(fleet.seen[row]), now, 1, True) if on else None
        unit.memories.append(Memory(device, "offline", held))
        if on:
            self.memory[device, "offline"] = Held(float(fleet.seen[row]), now, 1, True)
        else:
            self.memory.pop((device, "offline"), None)

    def weigh_alarm(self, signal: Signal, row: int, unit: Unit) -> None:
        fleet = self.fleet
        changes = fleet.is_on(row, signal.kind) != signal.on
        if self.is_flood(row, signal, changes):
            self.counts["flooded"] += 1
            return
        at, facts = believed(signal.at, signal.received, signal.facts)
        if fleet.is_on(row, "test") and signal.kind in LIFE_KINDS:
            facts["test"] = True
        if at < fleet.alarm_at[row]:
            facts["late"] = (
                True  # whether something newer of its kind is known is looked up where it is stored
            )
        else:
            fleet.alarm_at[row] = at
            fleet.turn(row, signal.kind, on=signal.on)
        unit.findings.append(self.finding(signal, row, signal.kind, signal.on, at, facts))

    def is_flood(self, row: int, signal: Signal, changes: bool) -> bool:
        """Repetitions beyond a rate say nothing new; what begins a danger to life always goes through."""
        count = int(self.fleet.count[row])
        if count <= ALARM_FLOOD or (signal.on and changes and signal.kind in LIFE_KINDS):
            return False
        return not changes or count > 5 * ALARM_FLOOD

    def weigh_turn(self, signal: Signal, row: int, unit: Unit) -> None:
        """A test begins or ends; a device or a whole panel is back to normal; somebody pressed something."""
        at, facts = believed(signal.at, signal.received, signal.facts)
        fleet = self.fleet
        if signal.kind == "test":
            fleet.turn(row, "test", on=signal.on)
        if signal.kind in ("restored", "reset"):
            rows = (
                [row, *fleet.points_of(int(fleet.device[row])).tolist()] if signal.kind == "reset" else [row]
            )
            for each in rows:
                self.all_clear(signal, each, at, facts, unit, everything=each == row)
        unit.findings.append(self.finding(signal, row, signal.kind, signal.on, at, facts))

    def all_clear(
        self, signal: Signal, row: int, at: float, facts: dict[str, Any], unit: Unit, *, everything: bool
    ) -> None:
        fleet = self.fleet
        kinds = [kind for kind in ALARM_KINDS - {"offline", "battery"} if fleet.is_on(row, kind)]
        if everything:
            kinds = sorted({*kinds, *ALL_CLEAR})
        if at < fleet.alarm_at[row]:
            facts = {**facts, "late": True}
        else:
            fleet.alarm_at[row] = at
        for kind in kinds:
            fleet.turn(row, kind, on=False)
            unit.findings.append(self.finding(signal, row, kind, False, at, facts))

    def finding(
        self, signal: Signal, row: int, kind: str, on: bool, at: float, facts: dict[str, Any]
    ) -> Finding:
        device = int(self.fleet.device[row])
        key = key_of(device, f"{kind}|{on}|{signal.key or signal.at}")
        return Finding(key, device, kind, on, at, signal.received, "signal", facts)

    def weigh_readings(self, readings: Readings, received: float, unit: Unit | None = None) -> Unit:
        """Readings of registered devices, in columns. Comes back with what must be written, often nothing."""
        unit = unit or Unit([], [])
        rows, quantities, ats, values = readings
        self.counts["readings"] += len(rows)
        ats = numpy.where((ats > received + AHEAD) | (ats < received - BEHIND), received, ats)
        fleet = self.fleet
        self.history.append(records_of(fleet.device[rows], quantities, ats, received, values), received)
        fresh = ats >= fleet.value_at[rows]
        if not fresh.all():
            self.counts["out_of_order"] += int(len(fresh) - numpy.count_nonzero(fresh))
            rows, quantities, ats, values = rows[fresh], quantities[fresh], ats[fresh], values[fresh]
        order = numpy.argsort(ats, kind="stable")
        rows, quantities, ats, values = rows[order], quantities[order], ats[order], values[order]
        fleet.value_at[rows] = ats
        fleet.value[rows] = values
        battery = quantities == QUANTITY["battery"]
        if battery.any():
            fleet.battery[rows[battery]] = numpy.clip(values[battery], 0, 100)
        self.judge(rows, quantities, ats, values, received, unit)
        return unit

    def hear(self, rows: NDArray, received: float, unit: Unit) -> NDArray:
        """Messages of these rows arrived; which of them are within the rate one device may have."""
        fleet = self.fleet
        fleet.seen[rows] = received
        for row in fleet.back(rows).tolist():
            self.turn_offline(row, received, unit, on=False)
        numpy.add.at(fleet.count, rows, 1)
        within = fleet.count[rows] <= FLOOD
        self.counts["flooded"] += int(len(rows) - numpy.count_nonzero(within))
        return within

    def judge(
        self, rows: NDArray, quantities: NDArray, ats: NDArray, values: NDArray, received: float, unit: Unit
    ) -> None:
        """One comparison finds the few readings that matter to a rule; those are weighed one by one."""
        kinds = self.fleet.kind[rows]
        matter = values > self.rules.trips_above[kinds, quantities]
        matter |= values < self.rules.trips_below[kinds, quantities]
        matter |= (self.fleet.bits[rows] & REMEMBERED) != 0
        places = numpy.flatnonzero(matter)
        if not len(places):
            return
        for row, kind, quantity, at, value in zip(
            rows[places].tolist(), kinds[places].tolist(), quantities[places].tolist(),
            ats[places].tolist(), values[places].tolist(), strict=True,
        ):  # fmt: skip
            for rule in self.rules.watching.get((kind, quantity), ()):
                self.weigh_one(rule, row, value, at, received, unit)

    def weigh_one(self, rule: Rule, row: int, value: float, at: float, received: float, unit: Unit) -> None:
        device = int(self.fleet.device[row])
        before = self.memory.get((device, rule.name))
        after, turned = arithmetic.weigh(rule, before, value, at, self.offset)
        if after is not before:
            self.keep(device, row, rule.name, after, unit)
        if turned is not None:
            facts = {"value": round(value, 3), "quantity": rule.quantity, "version": rule.version}
            self.raise_rule(rule, row, turned, at, received, facts, unit)

    def keep(self, device: int, row: int, rule: str, held: Held | None, unit: Unit) -> None:
        if held is None:
            self.memory.pop((device, rule), None)
            if not any((device, name) in self.memory for name in self.rules.rules):
                self.fleet.bits[row] &= ~REMEMBERED
        else:
            self.memory[device, rule] = held
            self.fleet.bits[row] |= REMEMBERED
        if self.is_running(rule, held):
            self.running.add((device, rule))
        else:
            self.running.discard((device, rule))
        unit.memories.append(
            Memory(device, rule, (held.since, held.last, held.times, held.on) if held else None)
        )

    def raise_rule(
        self, rule: Rule, row: int, on: bool, at: float, received: float, facts: dict[str, Any], unit: Unit
    ) -> None:
        device = int(self.fleet.device[row])
        key = key_of(device, f"rule|{rule.name}|{on}|{at!r}")
        if rule.raises in BIT:
            self.fleet.turn(row, rule.raises, on=on)
        if rule.raises in LIFE_KINDS and self.fleet.is_on(row, "test"):
            facts["test"] = True
        unit.findings.append(Finding(key, device, rule.raises, on, at, received, rule.name, facts))

    def sweep(self, now: float) -> Unit:
        """What time alone brings about: devices fallen silent, durations that are over. Once a second."""
        unit = Unit([], [])
        self.fleet.count[:] = 0
        for row in self.fleet.silent(now).tolist():
            self.turn_offline(row, now, unit, on=True)
        for device, name in list(self.running):
            rule, held = self.rules.rules[name], self.memory[device, name]
            after, turned = arithmetic.pass_time(rule, held, now)
            if turned and (row := self.fleet.row_of_device(device)) >= 0:
                self.keep(device, row, name, after, unit)
                facts = {"lasted": rule.seconds, "quantity": rule.quantity, "version": rule.version}
                self.raise_rule(rule, row, True, held.since + rule.seconds, now, facts, unit)
        return unit


def believed(at: float, received: float, facts: dict[str, Any]) -> tuple[float, dict[str, Any]]:
    """The time that counts: the device's where it can be true, else ours; a clock that is off is told in the facts."""
    off = at - received if math.isfinite(at) else math.inf
    if off > AHEAD or off < -BEHIND:
        return received, {**cleaned(facts), "clock_off": round(off) if math.isfinite(off) else None}
    if abs(off) > WORTH_SAYING:
        return at, {**cleaned(facts), "delayed": round(-off)}
    return min(at, received), cleaned(facts)


def cleaned(facts: dict[str, Any]) -> dict[str, Any]:
    """What devices say goes into a database: few, short, plain values, and no characters that none can hold."""
    return {
        plain(name)[:40]: value_of(value)
        for name, value in list(facts.items())[:MOST_FACTS]
        if name not in OURS
    }


def value_of(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return value if math.isfinite(value) and abs(value) < 1e15 else None
    return plain(value)[:LONGEST_FACT]


def plain(value: Any) -> str:
    return str(value).encode(errors="replace").decode().replace("\0", "")


def readings_in(signal: Signal, row: int) -> list[tuple[int, int, float, float]]:
    """The quantities a reading brings that we know and that are numbers."""
    return [
        (row, QUANTITY[name], signal.at, float(value))
        for name, value in signal.facts.items()
        if name in QUANTITY and isinstance(value, int | float) and math.isfinite(value)
    ]
