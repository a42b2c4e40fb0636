"""What the objects of a frame mean to gridloop: signals of devices, and the states as they were last heard."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Any

from gridloop.scenes.fire.adapters.gb26875.frames import Frame
from gridloop.scenes.fire.adapters.gb26875.objects import (
    Analogue,
    ComponentState,
    Content,
    Operation,
    SystemState,
    TransmitterOperation,
    TransmitterState,
)
from gridloop.scenes.fire.adapters.gb26875.profiles import Dialect
from gridloop.scenes.fire.adapters.gb26875.texts import REPLACED
from gridloop.scenes.fire.ingest.signals import ALARM_KINDS, TURNING_KINDS, Signal

# bit -> kind; the other bits of a state word say nothing that needs anybody
SYSTEM_BITS = {1: "fire", 2: "fault", 3: "shielded", 4: "supervision", 5: "started", 6: "feedback",
               8: "main_power", 9: "backup_power", 10: "fault", 13: "reset"}  # fmt: skip
COMPONENT_BITS = {1: "fire", 2: "fault", 3: "shielded", 4: "supervision", 5: "started", 6: "feedback",
                  8: "main_power"}  # fmt: skip
TRANSMITTER_BITS = {1: "fire", 2: "fault", 3: "main_power", 4: "backup_power", 5: "fault", 6: "fault"}
OPERATION_BITS = {0: "reset", 1: "operation", 2: "fire", 3: "operation", 4: "test", 5: "operation", 6: "test"}
OPERATION_NAMES = ("reset", "mute", "manual_alarm", "alarm_cancelled", "self_test", "confirmed", "test")
GAS_DETECTORS = frozenset({10, 11, 12, 13})
# quantity -> what gridloop calls it, its step in gridloop's unit, and the unit where the name does not tell it
QUANTITIES = {1: ("value", 1.0, "1"), 2: ("level", 0.01, ""), 3: ("temperature", 0.1, ""), 4: ("pressure", 0.1, ""),
              5: ("pressure", 0.0001, ""), 6: ("gas", 0.1, ""), 7: ("value", 1.0, "s"), 8: ("voltage", 0.1, ""),
              9: ("current", 0.1, ""), 10: ("value", 0.1, "L/s"), 11: ("value", 0.1, "m3/min"),
              12: ("value", 1.0, "m/s")}  # fmt: skip
URGENT = ALARM_KINDS | TURNING_KINDS
REMEMBERED = 50_000  # states of components kept by one server, about 10 MB


class States:
    """The state words heard last, so that a bit that went out is told; the eldest are forgotten."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self.most = most
        self.words: OrderedDict[tuple[str, str], int] = OrderedDict()

    def exchange(self, vendor: str, device: str, word: int) -> int | None:
        """Keeps the new word and gives the one before; None: never heard of."""
        before = self.words.pop((vendor, device), None)
        self.words[vendor, device] = word
        if len(self.words) > self.most:
            self.words.popitem(last=False)
        return before


def code_of(source: bytes, dialect: Dialect, system: int = 0, address: int = 0, place: bytes = b"") -> str:
    """The registered code: the transmitter's; behind it "-system.address" of a panel and "-place" of a component."""
    code = dialect.source_format.write(source)
    if system or address or place:
        code += f"-{system}.{address}"
    return f"{code}-{dialect.place_format.write(place)}" if place else code


def is_urgent(signals: Iterable[Signal]) -> bool:
    """Whether any of them must be durable before the frame is confirmed."""
    return any(signal.kind in URGENT for signal in signals)


def signals_of(
    frame: Frame, content: Content | None, *, vendor: str, dialect: Dialect, received: float, states: States
) -> list[Signal]:
    """What a frame of command 2 or 5 says. Without content it is a heartbeat."""
    sent = frame.sent_at(dialect)
    common: dict[str, Any] = {"vendor": vendor, "received": received}
    # A device without a clock repeats itself: only the moment of arrival tells its messages apart.
    tag = frame.tag.hex() if any(frame.tag) else str(int(received))
    stamp = f"{frame.source.hex()}:{frame.serial}:{tag}:{frame.total}"
    through = code_of(frame.source, dialect)
    spoken = list(said(content, frame.source, dialect, states, vendor)) if content else []
    if not spoken:
        facts: dict[str, Any] = {"type": content.kind} if content else {}
        spoken = [(through, "heartbeat", True, None, facts)]
    signals = []
    for number, (device, kind, on, at, facts) in enumerate(spoken):
        if device != through:
            facts["through"] = through
        moment = at if at is not None else sent
        signals.append(
            Signal(
                device=device,
                kind=kind,
                on=on,
                at=float(moment) if moment is not None else received,
                key=f"{stamp}:{number}",
                facts=facts,
                **common,
            )
        )
    return signals


Said = tuple[str, str, bool, int | None, dict[str, Any]]


def said(content: Content, source: bytes, dialect: Dialect, states: States, vendor: str) -> Iterator[Said]:
    """Device, kind, on, its time, facts: for each object that means something to gridloop."""
    for each in content.objects:
        if isinstance(each, ComponentState):
            device = code_of(source, dialect, each.system, each.address, each.place)
            yield from component_said(each, device, states.exchange(vendor, device, each.state), dialect)
        elif isinstance(each, Analogue):
            device = code_of(source, dialect, each.system, each.address, each.place)
            name, step, unit = QUANTITIES.get(each.quantity, ("value", 1.0, f"quantity {each.quantity}"))
            facts: dict[str, Any] = {name: round(each.value * step, 4)}
            if unit:
                facts["unit"] = unit
            yield device, "reading", True, each.at, facts
        elif isinstance(each, SystemState):
            device = code_of(source, dialect, each.system, each.address)
            facts = {"system": each.system, "address": each.address, "state": each.state}
            before = states.exchange(vendor, device, each.state)
            yield from state_said(each.state, before, SYSTEM_BITS, device, each.at, facts)
        elif isinstance(each, TransmitterState):
            device = code_of(source, dialect)
            before = states.exchange(vendor, device, each.bits)
            yield from state_said(each.bits, before, TRANSMITTER_BITS, device, each.at, {"state": each.bits})
        elif isinstance(each, Operation | TransmitterOperation):
            yield from operation_said(each, source, dialect)


def component_said(each: ComponentState, device: str, before: int | None, dialect: Dialect) -> Iterator[Said]:
    facts: dict[str, Any] = {
        "system": each.system,
        "address": dialect.place_format.write(each.place),
        "component": each.component,
        "text": each.text,
        "state": each.state,
    }
    if REPLACED in each.text:
        facts["garbled"] = True
    bits = {**COMPONENT_BITS, 1: "gas"} if each.component in GAS_DETECTORS else COMPONENT_BITS
    yield from state_said(each.state, before, bits, device, each.at, facts)


def state_said(
    word: int, before: int | None, bits: dict[int, str], device: str, at: int | None, facts: dict[str, Any]
) -> Iterator[Said]:
    """Every kind that is on; every kind that was on and is not any more; "restored" where nothing is left.

    Bit 0 clear means "being tested", but many products leave it clear by mistake: it never silences an alarm.
    """
    on = {kind for bit, kind in bits.items() if word >> bit & 1}
    was = {kind for bit, kind in bits.items() if before is not None and before >> bit & 1}
    if not word & 1:
        facts["test"] = True
    for kind in sorted(on):
        yield device, kind, True, at, dict(facts)
    for kind in sorted(was - on - {"reset"}):
        yield device, kind, False, at, dict(facts)
    if not on:
        yield device, "restored" if word & 1 else "test", True, at, dict(facts)


def operation_said(each: Operation | TransmitterOperation, source: bytes, dialect: Dialect) -> Iterator[Said]:
    facts: dict[str, Any] = {"operator": each.operator, "bits": each.bits}
    if isinstance(each, Operation):
        device = code_of(source, dialect, each.system, each.address)
        facts |= {"system": each.system, "address": each.address}
    else:
        device = code_of(source, dialect)
    names = [name for bit, name in enumerate(OPERATION_NAMES) if each.bits >> bit & 1]
    for kind in dict.fromkeys(OPERATION_BITS[OPERATION_NAMES.index(name)] for name in names):
        yield device, kind, True, each.at, {**facts, "operations": names}
