"""Bringing in the fire register: 76,000 premises, 70,000 devices, 11,400 cameras, 282 stations; then again, then changed.

`python bench/fire_register.py [--share 1.0]`; a SQLite file of its own unless DATABASE_URL names an empty database.
Prints a table and writes bench/out/fire-register-<database>.json. Promise: each table within a minute.
"""

import argparse
import csv
import io
import random
import resource
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from surroundings import stand_up, tell

stand_up()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from gridloop.core.journal.actor import SYSTEM  # noqa: E402
from gridloop.core.territory.drawing import load_demo_territory  # noqa: E402
from gridloop.core.territory.models import Area  # noqa: E402
from gridloop.scenes.fire.models import Camera, Device, Premises, Station, Vendor  # noqa: E402
from gridloop.scenes.fire.registry.importing import import_register  # noqa: E402

KINDS = ["九小场所", "rental", "dwelling", "factory", "market"]


def as_csv(headers: list[str], rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([headers, *rows])
    return text.getvalue().encode("gb18030")


def premises_rows(count: int, dice: random.Random) -> list[list[Any]]:
    points = list(Area.objects.filter(level="grid").values_list("longitude", "latitude"))
    rows = []
    for number in range(count):
        longitude, latitude = dice.choice(points)
        owner = ["王老板", f"1900{number % 30_000:07d}"] if number % 2 else ["", ""]
        kind = "rental" if number % 500 else "castle"
        rows.append(
            [
                f"P{number:06d}",
                f"场所{number}",
                kind,
                longitude,
                latitude,
                f"路{number}号",
                *owner,
                "119",
                1999,
                12,
                1,
            ]
        )
    return rows


def device_rows(count: int, premises: int) -> list[list[Any]]:
    rows = []
    for number in range(count):
        panel = f"D{number - number % 20:06d}" if number % 20 else ""
        kind = "smoke" if number % 20 else "panel"
        place = number % premises
        rows.append(["bench", f"D{number:06d}", kind, f"P{place + (place % 500 == 0):06d}", panel, "2", "走廊",
                     f"KEY{number:09d}", "", "2025-01-31"])  # fmt: skip
    return rows


PREMISES = ["code", "name", "kind", "longitude", "latitude", "address", "owner", "owner_phone", "duty_phone", "built", "people",
            "electric_bikes"]  # fmt: skip
DEVICES = [
    "vendor",
    "code",
    "kind",
    "premises",
    "panel",
    "floor",
    "spot",
    "claim_key",
    "silence",
    "installed",
]


def timed(name: str, what: str, file: bytes) -> dict[str, Any]:
    begun, processor = time.perf_counter(), time.process_time()
    landed = import_register(what, file, by=SYSTEM)
    return {
        "run": name, "seconds": time.perf_counter() - begun, "cpu": time.process_time() - processor,
        "new": landed.made, "changed": landed.changed, "same": landed.same, "left out": len(landed.errors),
        "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--share", type=float, default=1.0)
    share = parser.parse_args().share
    call_command("migrate", verbosity=0)
    load_demo_territory(by=SYSTEM)
    Vendor.objects.create(code="bench", name="bench")
    premises = premises_rows(int(76_000 * share), random.Random(7))
    devices = device_rows(int(70_000 * share), len(premises))
    cameras = [
        [f"C{n:06d}", f"门前{n}", *row[3:5], row[0], f"https://video/{n}"]
        for n, row in enumerate(premises[1 : int(11_400 * share) + 1])
    ]
    for row in cameras:
        row[4] = "" if row[4].endswith(("000", "500")) else row[4]
    stations = [[f"S{n:03d}", f"微站{n}", *row[3:5], 6, "灭火器"] for n, row in enumerate(premises[:282])]
    first = as_csv(PREMISES, premises)
    table = [timed("premises", "premises", first), timed("premises again", "premises", first)]
    for row in premises[::10]:
        row[5] = "新址"
    table.append(timed("a tenth changed", "premises", as_csv(PREMISES, premises)))
    table.append(timed("devices", "devices", as_csv(DEVICES, devices)))
    table.append(timed("devices again", "devices", as_csv(DEVICES, devices)))
    table.append(
        timed(
            "cameras",
            "cameras",
            as_csv(["code", "name", "longitude", "latitude", "premises", "address"], cameras),
        )
    )
    table.append(
        timed(
            "stations",
            "stations",
            as_csv(["code", "name", "longitude", "latitude", "crew", "equipment"], stations),
        )
    )
    held = {model.__name__: model.objects.count() for model in (Premises, Device, Camera, Station)}
    tell(f"fire-register-{connection.vendor}", table, held=held)
    print(held)


if __name__ == "__main__":
    main()
