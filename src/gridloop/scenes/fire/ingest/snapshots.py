"""What is known of the fleet, kept in a file now and then, so that a restart need not wait for every device to speak."""

import os
from pathlib import Path

import numpy

from gridloop.scenes.fire.ingest.state import BIT, Fleet

KEPT = numpy.dtype(
    [("device", "u4"), ("battery", "u1"), ("seen", "f8"), ("value", "f4"), ("value_at", "f8"), ("alarm_at", "f8"), ("bits", "u4")]
)  # fmt: skip
HEAD = numpy.dtype([("magic", "S8"), ("at", "f8")])
MAGIC = b"fleet-1"


def save(fleet: Fleet, path: Path, now: float) -> None:
    """Written aside and renamed, so that there is always a whole one."""
    table = numpy.empty(fleet.size, KEPT)
    for column in KEPT.names or ():
        table[column] = getattr(fleet, column)
    aside = path.with_suffix(".aside")
    with aside.open("wb") as file:
        file.write(numpy.array([(MAGIC, now)], HEAD).tobytes())
        file.write(table.tobytes())
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)


def load(fleet: Fleet, path: Path, now: float) -> int:
    """Take over what the file knows; how many devices it knew. Time in which nobody listened is no silence."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return 0
    rest = data[HEAD.itemsize :]
    if not data.startswith(MAGIC) or len(data) < HEAD.itemsize or len(rest) % KEPT.itemsize:
        return 0
    head = numpy.frombuffer(data[: HEAD.itemsize], HEAD)
    away = max(now - float(head["at"][0]), 0.0)
    table = numpy.frombuffer(rest, KEPT)
    order = numpy.argsort(table["device"], kind="stable")
    places = numpy.searchsorted(table["device"], fleet.device, sorter=order)
    places[places == len(table)] = 0
    if not len(table):
        return 0
    found = order[places]
    same = table["device"][found] == fleet.device
    for column in ("battery", "value", "value_at", "alarm_at", "bits"):
        getattr(fleet, column)[same] = table[column][found[same]]
    fleet.seen[same] = table["seen"][found[same]] + away
    fleet.bits &= ~BIT["offline"]  # what rules know stands in the database; see Intake.recall
    return int(numpy.count_nonzero(same))
