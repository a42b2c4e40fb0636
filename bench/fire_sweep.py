"""One sweep over all devices: who fell silent, whose duration is over, and the counts of every grid; bytes a device.

`python bench/fire_sweep.py`; needs no database. Writes bench/out/fire_sweep.json.
"""

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import surroundings

GRIDS = 1_336


def measure(devices: int, rounds: int = 50) -> dict[str, Any]:
    from gridloop.scenes.fire.ingest.receiving import Intake
    from gridloop.scenes.fire.ingest.registering import shipped_rules
    from gridloop.scenes.fire.ingest.rules import Held
    from gridloop.scenes.fire.ingest.state import DEVICE_KINDS, Fleet, Registered, name_of
    from gridloop.scenes.fire.ingest.telemetry import History

    now = time.time()
    kinds = len(DEVICE_KINDS)
    fleet = Fleet(
        (
            Registered(name_of("v", str(n)), n + 1, n // 2, n % GRIDS, 0, DEVICE_KINDS[n % kinds], 3600.0)
            for n in range(devices)
        ),
        now=now,
    )
    electrical = DEVICE_KINDS.index("electrical")
    warm = fleet.device[fleet.kind == electrical][: devices // 300].tolist()
    memory = {(device, "warm_long"): Held(now, now) for device in warm}
    intake = Intake(
        fleet,
        shipped_rules(),
        None,
        History(Path(tempfile.mkdtemp())),
        memory=memory,  # type: ignore[arg-type]
    )
    sweeps, tallies = [], []
    for number in range(rounds):
        begun = time.perf_counter()
        unit = intake.sweep(now + number)
        middle = time.perf_counter()
        fleet.tally(GRIDS)
        sweeps.append((middle - begun) * 1000)
        tallies.append((time.perf_counter() - middle) * 1000)
        assert not unit.findings
    return {
        "devices": devices,
        "with a rule running": len(memory),
        "sweep p50 ms": surroundings.percentile(sweeps, 0.5),
        "sweep p95 ms": surroundings.percentile(sweeps, 0.95),
        "counts of grids p50 ms": surroundings.percentile(tallies, 0.5),
        "both p95 ms": surroundings.percentile([a + b for a, b in zip(sweeps, tallies, strict=True)], 0.95),
        "bytes/device": fleet.bytes_each(),
    }


def main() -> None:
    surroundings.tell("fire_sweep", [measure(size) for size in (10_000, 146_000, 1_000_000)])


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    surroundings.stand_up()
    main()
