"""An intake without a database: a fleet of a few devices, and a writer that keeps what it is given."""

from pathlib import Path

from gridloop.scenes.fire.ingest.receiving import Intake
from gridloop.scenes.fire.ingest.registering import shipped_rules
from gridloop.scenes.fire.ingest.rules import Held
from gridloop.scenes.fire.ingest.signals import Signal
from gridloop.scenes.fire.ingest.state import Fleet, Registered, name_of
from gridloop.scenes.fire.ingest.storing import Unit
from gridloop.scenes.fire.ingest.telemetry import History

NOW = 1_790_000_000.0


class Kept:
    """A writer that keeps units in memory."""

    def __init__(self) -> None:
        self.units: list[Unit] = []

    async def write(self, unit: Unit) -> None:
        self.units.append(unit)


def a_fleet(*devices: tuple[str, str], silence: float = 100.0, panel: int = 0) -> Fleet:
    """Devices (code, kind) of the vendor `v`, numbered from 1; all but the first come through `panel`."""
    registered = [
        Registered(name_of("v", code), place, 10, 20, panel if place > 1 else 0, kind, silence)
        for place, (code, kind) in enumerate(devices, 1)
    ]
    return Fleet(registered, now=NOW)


def an_intake(folder: Path, fleet: Fleet, memory: dict[tuple[int, str], Held] | None = None) -> Intake:
    history = History(folder / "telemetry")
    return Intake(fleet, shipped_rules(), Kept(), history, memory=memory, clock=lambda: NOW)  # type: ignore[arg-type]


def a_signal(device: str, kind: str = "fire", *, after: float = 0.0, **more: object) -> Signal:
    """A signal that device and listener both date `after` seconds later than NOW, unless `at` says otherwise."""
    said = {"at": NOW + after, "received": NOW + after, "key": f"{kind}{after}", **more}
    return Signal(vendor="v", device=device, kind=kind, **said)  # type: ignore[arg-type]


def told(unit: Unit) -> list[tuple[int, str, bool]]:
    return [(finding.device, finding.kind, finding.on) for finding in unit.findings]
