"""Finds frames in a stream: sticky ones, split ones, and the next good one after damage of any kind."""

from dataclasses import dataclass
from typing import Literal

from gridloop.scenes.fire.adapters.gb26875.frames import (
    END,
    ENVELOPE,
    HEAD,
    MOST_DATA,
    START,
    Frame,
    length_of,
    parse_frame,
)
from gridloop.scenes.fire.adapters.gb26875.profiles import STANDARD, Dialect

Reason = Literal["start", "length", "end", "sum", "cut"]


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes that are no frame. `head`: of what looked like one, so that it can be denied; None where nothing did."""

    reason: Reason
    head: Frame | None = None


class Reader:
    """Takes bytes as they come and gives frames and damages in order.

    It keeps one unfinished frame at most (1054 bytes). Where a frame is not whole (wrong end, wrong sum, too long) it
    goes on one byte further, because a payload may hold both markers and a damaged length may hide good frames.
    A run of damage is told once, and once more for each candidate whose end stands where its length says.
    """

    def __init__(self, dialect: Dialect = STANDARD) -> None:
        self.dialect = dialect
        self.kept = bytearray()
        self.skipped = 0
        self.passed = 0  # bytes that are done with: where in the stream the unfinished frame begins
        self.lost = False

    def feed(self, chunk: bytes | bytearray | memoryview) -> list[Frame | Damage]:
        self.kept += chunk
        return self.take(last=False)

    def give_up_first(self) -> list[Frame | Damage]:
        """The frame that is waited for will not come: its length may lie. What stands behind it is looked at."""
        if len(self.kept) < 2:
            self.passed += len(self.kept)
            self.kept.clear()
            return []
        found: list[Frame | Damage] = []
        self.note_damage(0, "cut", found)
        del self.kept[:1]
        self.passed += 1
        self.skipped += 1
        return found + self.take(last=False)

    def give_up_waiting(self) -> list[Frame | Damage]:
        """Nothing more comes (a datagram's end, a closed line): what is unfinished will stay so."""
        return self.take(last=True)

    @property
    def waiting(self) -> int:
        """How many bytes of an unfinished frame are kept."""
        return len(self.kept)

    def take(self, *, last: bool) -> list[Frame | Damage]:
        raw, at, found = self.kept, 0, list[Frame | Damage]()
        while True:
            start = raw.find(START, at)
            if start < 0:
                # The last byte may be the first half of a marker.
                rest = 1 if not last and raw.endswith(START[:1]) and len(raw) > at else 0
                self.note_skipped(len(raw) - rest - at, found, "start")
                at = len(raw) - rest
                break
            self.note_skipped(start - at, found, "start")
            at = start
            fault = self.fault_at(at)
            if fault is None:
                size = length_of(raw, at, self.dialect)
                found.append(parse_frame(raw, at, size, self.dialect))
                at, self.lost = at + ENVELOPE + size, False
                continue
            if fault == "cut" and not last:
                break
            self.note_damage(at, fault, found)
            at += 1
            self.skipped += 1
        del raw[:at]
        self.passed += at
        return found

    def fault_at(self, at: int) -> Reason | None:
        """What is wrong with the frame that seems to begin here; "cut" where it is not all there."""
        raw = self.kept
        if len(raw) - at < HEAD:
            return "cut"
        size = length_of(raw, at, self.dialect)
        if size > MOST_DATA:
            return "length"
        end = at + ENVELOPE + size
        if len(raw) < end:
            return "cut"
        if raw[end - 2 : end] != END:
            return "end"
        if sum(raw[at + 2 : end - 3]) & 255 != raw[end - 3]:
            return "sum"
        return None

    def note_skipped(self, count: int, found: list[Frame | Damage], reason: Reason) -> None:
        if count <= 0:
            return
        self.skipped += count
        if not self.lost:
            self.lost = True
            found.append(Damage(reason))

    def note_damage(self, at: int, reason: Reason, found: list[Frame | Damage]) -> None:
        if self.lost and reason != "sum":
            return
        self.lost = True
        head = parse_head(self.kept, at, self.dialect) if len(self.kept) - at >= HEAD else None
        found.append(Damage(reason, head))


def parse_head(raw: bytearray, at: int, dialect: Dialect) -> Frame:
    """The envelope of a damaged frame, without data: enough to say which one is denied."""
    return parse_frame(raw[at : at + HEAD] + b"\0", 0, 0, dialect)
