"""Locating: how many points a second one core places in the demo county's grids, and what one costs.

Run it anywhere: `python bench/locate.py [--points 2000000]`; it uses a SQLite file of its own unless
DATABASE_URL names an empty database. Prints a table and writes bench/out/locate-<database>.json.
Times are CPU seconds of this one process.
"""

import argparse
import json
import os
import platform
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

FOLDER = tempfile.TemporaryDirectory()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridloop.settings")
os.environ["GRIDLOOP_DATA"] = FOLDER.name
os.environ.setdefault("DATABASE_URL", f"sqlite:///{FOLDER.name}/bench.sqlite3")

import django  # noqa: E402

django.setup()

import numpy as np  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from gridloop.core.journal.actor import SYSTEM  # noqa: E402
from gridloop.core.territory import addresses, drawing, edition, locating, tree  # noqa: E402
from gridloop.core.territory.coordinates import to_wgs84  # noqa: E402
from gridloop.core.territory.models import Area  # noqa: E402

OUT = Path(__file__).parent / "out"
MESSAGE = (
    "尊敬的领导：我是玉城街道县前社区的居民，小区门口的垃圾桶"
    "已经三天没有人清理了，严重影响生活，希望尽快处理。"
)


def seconds(run: Callable[[], object], times: int = 3) -> float:
    """The best of a few runs, in CPU seconds."""
    taken = []
    for _time in range(times):
        begun = time.process_time()
        run()
        taken.append(time.process_time() - begun)
    return min(taken)


def measure(points: int) -> dict[str, float]:
    random = np.random.default_rng(1)
    west, south, east, north = drawing.FRAME
    longitudes, latitudes = random.uniform(west, east, points), random.uniform(south, north, points)
    inside = locating.locate_many(longitudes, latitudes, within_metres=0) > 0
    on_land = longitudes[inside], latitudes[inside]
    few = list(zip(on_land[0][:5000].tolist(), on_land[1][:5000].tolist(), strict=True))

    def one_by_one() -> None:
        for longitude, latitude in few:
            locating.locate(longitude, latitude)

    def in_a_request() -> None:
        with edition.steady():
            one_by_one()

    def words() -> None:
        with edition.steady():
            for _time in range(1000):
                addresses.match_address(MESSAGE)

    def after_a_change() -> None:
        edition.grow()
        locating.locate(*few[0])

    return {
        "bulk, points in grids, points/s": inside.sum() / seconds(lambda: locating.locate_many(*on_land)),
        "bulk, whole frame with sea and nearest, points/s": points
        / seconds(lambda: locating.locate_many(longitudes, latitudes)),
        "bulk, GCJ-02 to WGS84 only, points/s": points
        / seconds(lambda: to_wgs84(longitudes, latitudes, "gcj02"), 1),
        "single, in a request, microseconds": seconds(in_a_request) / len(few) * 1e6,
        "single, asking for the edition each time, microseconds": seconds(one_by_one) / len(few) * 1e6,
        "first answer after a changed border, milliseconds": seconds(after_a_change) * 1e3,
        f"address in a message of {len(MESSAGE)} signs, microseconds": seconds(words) * 1e3,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, default=2_000_000)
    points = parser.parse_args().points
    call_command("migrate", verbosity=0)
    if not Area.objects.exists():
        drawing.load_demo_territory(by=SYSTEM)
    figures = measure(points)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"locate: {len(tree.current().at_level('grid'))} grids, {connection.vendor}, {machine}")
    for name, value in figures.items():
        print(f"  {name:<58} {value:>14,.1f}")
    OUT.mkdir(exist_ok=True)
    result = {"machine": machine, "database": connection.vendor, "points": points, "figures": figures}
    (OUT / f"locate-{connection.vendor}.json").write_text(json.dumps(result, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
