"""Duty checks (查岗): somebody on watch must press a button within so many minutes; the outcome is a signal."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from gridloop.scenes.fire.ingest.signals import Signal


@dataclass(frozen=True, slots=True)
class DutyAnswer:
    """What came of a duty check. `reached`: the device took the question; `seconds` until the answer, None: none came."""

    reached: bool
    seconds: float | None = None


class Duty:
    """Duty checks under way, by vendor and transmitter."""

    def __init__(self) -> None:
        self.waiting: dict[tuple[str, str], asyncio.Future[float]] = {}

    def expect(self, vendor: str, device: str) -> "asyncio.Future[float]":
        """The moment the answer comes; a second check of the same device waits for the same answer."""
        found = self.waiting.get((vendor, device))
        if found is None:
            found = self.waiting[vendor, device] = asyncio.get_running_loop().create_future()
        return found

    def note(self, signals: list[Signal]) -> list[Signal]:
        """Sees whether one of them answers a check (operation bit 5 of the transmitter)."""
        for signal in signals:
            if "confirmed" in signal.facts.get("operations", ()):
                answer = self.waiting.pop((signal.vendor, signal.device), None)
                if answer is not None and not answer.done():
                    answer.set_result(signal.received)
        return signals

    def give_up(self, vendor: str, device: str) -> None:
        self.waiting.pop((vendor, device), None)


def outcome(vendor: str, device: str, asked_at: float, minutes: int, answer: DutyAnswer) -> Sequence[Signal]:
    """The record of a check: an operation that is on where somebody answered."""
    facts = {
        "duty_check": "answered" if answer.seconds is not None else "not answered",
        "reached": answer.reached,
        "minutes": minutes,
        "seconds": round(answer.seconds, 1) if answer.seconds is not None else None,
    }
    return [
        Signal(
            vendor=vendor,
            device=device,
            kind="operation",
            on=answer.seconds is not None,
            at=asked_at,
            received=time.time(),
            key=f"duty:{asked_at:.3f}",
            facts=facts,
        )
    ]
