"""Two thousand alarms at once: handed to take_signals, stored, on the live screens, and told to everybody concerned.

`python bench/fire_alarms.py [--alarms 2000] [--batch 250]`; without a DATABASE_URL a throw-away PostgreSQL is used. Every
alarm rings at premises of its own with an owner, in a county of 1,336 grids with their workers; a real worker process
tells. "Told" is when the notice with its deliveries can be read from the database by another process.
"""

import argparse
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import surroundings

if __name__ == "__main__":
    surroundings.on_postgres()

STATIONS = 282


def main() -> None:
    surroundings.stand_up()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    devices = fill(ARGUMENTS.alarms)
    worker = subprocess.Popen([str(Path(sys.executable).with_name("gridloop")), "work"], env=dict(os.environ))
    try:
        time.sleep(8)
        take(devices[:20])  # the first queries of every process are slower: not what is measured
        time.sleep(8)
        measure(devices[20:])
    finally:
        worker.terminate()
        worker.wait(20)


def fill(alarms: int) -> list[int]:
    """The county's people and places; device ids."""
    from fire_county import make_grids

    from gridloop.core.notices.demo import make_demo_channels
    from gridloop.core.people.models import Organisation, Person, Post
    from gridloop.core.territory import edition
    from gridloop.scenes.fire.models import Device, Premises, Station, Vendor

    grids = make_grids()
    edition.grow()
    make_demo_channels()
    number = alarms + 20
    owners = Person.objects.bulk_create(
        [Person(name="业主", handle=f"o{n}", phone=f"138{n:08d}") for n in range(number)]
    )
    workers = Person.objects.bulk_create(
        [Person(name="网格员", handle=f"w{n}", phone=f"139{n:08d}") for n in range(len(grids))]
    )
    clerks = Person.objects.bulk_create([Person(name="村干部", handle=f"c{n}") for n in range(290)])
    communities, towns = sorted({grid[1] for grid in grids}), sorted({grid[2] for grid in grids})
    posts = [
        Post(person=who, role="grid_worker", area_id=grid[0])
        for who, grid in zip(workers, grids, strict=True)
    ]
    posts += [
        Post(person=who, role="community_clerk", area_id=area)
        for who, area in zip(clerks, communities, strict=False)
    ]
    duty = Person.objects.create(name="值班", handle="duty")
    Post.objects.bulk_create([*posts, Post(person=duty, role="fire_duty", area_id=grids[0][3])])
    Organisation.objects.bulk_create(
        [
            Organisation(name="指挥室", kind="command", code=f"room{area}", area_id=area)
            for area in [*towns, grids[0][3]]
        ]
    )
    crews = Organisation.objects.bulk_create(
        [Organisation(name="微站", kind="team", code=f"s{n}") for n in range(STATIONS)]
    )
    Station.objects.bulk_create(
        Station(organisation=crew, longitude=121.1 + n % 17 * 0.01, latitude=28 + n // 17 * 0.01)
        for n, crew in enumerate(crews)
    )
    places = Premises.objects.bulk_create(
        Premises(code=f"p{n}", name=f"商铺{n}", kind="nine_small", longitude=121.1 + n % 100 * 0.002, latitude=28 + n // 100 * 0.005,
                 grid_id=grids[n % len(grids)][0], community_id=grids[n % len(grids)][1], town_id=grids[n % len(grids)][2],
                 county_id=grids[n % len(grids)][3], owner=owner)
        for n, owner in enumerate(owners)
    )  # fmt: skip
    vendor = Vendor.objects.create(code="bench", name="bench")
    made = Device.objects.bulk_create(
        Device(vendor=vendor, code=f"d{n}", kind="smoke", premises=place, floor="1")
        for n, place in enumerate(places)
    )
    return [device.pk for device in made]


def take(devices: list[int]) -> list[float]:
    """Hand them over in batches, as a listener would; seconds from the storm's beginning to each batch's commit."""
    from django.utils import timezone

    from gridloop.scenes.fire.alarms.actions import take_signals
    from gridloop.scenes.fire.ingest.signals import Raised

    now, begun, stored = timezone.now(), time.perf_counter(), []
    for start in range(0, len(devices), ARGUMENTS.batch):
        some = devices[start : start + ARGUMENTS.batch]
        take_signals(
            [Raised(device=pk, kind="fire", on=True, at=now, received=now, rule="bench") for pk in some]
        )
        stored += [time.perf_counter() - begun] * len(some)
    return stored


def measure(devices: list[int]) -> None:
    from gridloop.core.journal.live import subscribe
    from gridloop.core.notices.models import Notice
    from gridloop.scenes.fire.models import Alarm, Episode

    before = Notice.objects.count()
    shown: list[float] = []
    subscription, over = subscribe(), threading.Event()
    begun = time.perf_counter()

    def look() -> None:
        while not over.is_set():
            entries = subscription.wait(0.2)
            shown.extend(
                [time.perf_counter() - begun] * sum(entry.event == "episode_started" for entry in entries)
            )

    screen = threading.Thread(target=look, daemon=True)
    screen.start()
    seen: list[tuple[float, int]] = []
    polling = threading.Thread(target=watch_notices, args=(begun, before, seen, over), daemon=True)
    polling.start()
    stored = take(devices)
    time.sleep(ARGUMENTS.wait)
    over.set()
    polling.join(5)
    owners = len(devices)
    told = [moment for moment, fresh in seen for _ in range(fresh)][:owners] or [float("nan")]
    rows = [
        {"what": "stored (committed)", "count": len(stored), **figures(stored)},
        {"what": "on a live screen", "count": len(shown), **figures(shown)},
        {"what": "owner told", "count": len(told), **figures(told)},
        {"what": "alarms, episodes, doubles", "count": Alarm.objects.count(), "p50": Episode.objects.count(),
         "p99": Alarm.objects.count() - len(set(Alarm.objects.values_list("device", "kind"))), "max": 0},
    ]  # fmt: skip
    surroundings.tell("fire_alarms", rows)


def watch_notices(begun: float, before: int, seen: list[tuple[float, int]], over: threading.Event) -> None:
    """Every 20 ms: how many more owners can read their notice."""
    from django.db import connection

    from gridloop.core.notices.models import Notice

    asked = Notice.objects.filter(event="episode_started", audience="fire_owner")
    last = asked.count()
    while not over.is_set():
        now, count = time.perf_counter() - begun, asked.count()
        if count > last:
            seen.append((now, count - last))
            last = count
        time.sleep(0.02)
    connection.close()


def figures(values: list[float]) -> dict[str, float]:
    if not values:
        return {"p50": float("nan"), "p99": float("nan"), "max": float("nan")}
    return {
        "p50": round(surroundings.percentile(values, 0.5) * 1000),
        "p99": round(surroundings.percentile(values, 0.99) * 1000),
        "max": round(max(values) * 1000),
    }


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--alarms", type=int, default=2000)
parser.add_argument("--batch", type=int, default=250)
parser.add_argument("--wait", type=float, default=15)
ARGUMENTS = parser.parse_args() if __name__ == "__main__" else parser.parse_args([])
if __name__ == "__main__":
    main()
