"""What it takes to count the risk of a whole county: gather, compute, write; one grid at once; the map's answers.

1,336 grids with 76,000 premises and 146,000 devices are poured in by plain inserts, 3 % of the devices have an open
alarm. Run it anywhere: `python bench/fire_index.py [--rounds 5]`; it uses a SQLite file of its own unless DATABASE_URL
names an empty database. Prints a table and writes bench/out/fire_index.json. Times are CPU milliseconds of this
one process, the database with it where it is SQLite: the median of the rounds.
"""

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

FOLDER = tempfile.TemporaryDirectory()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridloop.settings")
os.environ["GRIDLOOP_DATA"] = FOLDER.name
os.environ.setdefault("DATABASE_URL", f"sqlite:///{FOLDER.name}/bench.sqlite3")
os.environ.setdefault("GRIDLOOP_LOG_LEVEL", "ERROR")
os.environ.setdefault("GRIDLOOP_HOSTS", "*")

import django  # noqa: E402

django.setup()

import numpy as np  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from gridloop.core.journal.actor import SYSTEM  # noqa: E402
from gridloop.core.people.models import Person, Post  # noqa: E402
from gridloop.core.territory import tree  # noqa: E402
from gridloop.core.territory.drawing import load_demo_territory  # noqa: E402
from gridloop.core.territory.models import Area  # noqa: E402
from gridloop.scenes.fire.alarms.models import Alarm, Episode  # noqa: E402
from gridloop.scenes.fire.index.actions import count_grids  # noqa: E402
from gridloop.scenes.fire.index.facts import counts_of, means_of_villages, values_of  # noqa: E402
from gridloop.scenes.fire.index.gathering import gather  # noqa: E402
from gridloop.scenes.fire.index.recomputing import recompute  # noqa: E402
from gridloop.scenes.fire.index.rolling import roll_up  # noqa: E402
from gridloop.scenes.fire.index.sheet import SHIPPED  # noqa: E402
from gridloop.scenes.fire.registry.models import Device, Premises, PremisesKind, Vendor  # noqa: E402
from gridloop.scenes.fire.risk import score_grids  # noqa: E402

OUT = Path(__file__).parent / "out"
PREMISES, DEVICES, OPEN_ALARMS = 76_000, 146_000, 4_400
BATCH = 5_000


def pour() -> None:
    """The county at its full size."""
    random = Random(1)
    load_demo_territory(by=SYSTEM)
    picture = tree.current()
    grids = picture.at_level("grid")
    kinds = [kind.value for kind in PremisesKind]
    places = []
    for number in range(PREMISES):
        chain = picture.chain(random.choice(grids))
        places.append(
            Premises(
                code=f"P{number}",
                name=f"场所{number}",
                kind=random.choice(kinds),
                longitude=121.2,
                latitude=28.1,
                grid_id=chain.grid,
                community_id=chain.community,
                town_id=chain.town,
                county_id=chain.county,
                built=random.choice((None, 1985, 1995, 2010)),
                electric_bikes=random.choice((None, True, False)),
            )
        )
    Premises.objects.bulk_create(places, batch_size=BATCH)
    vendor = Vendor.objects.create(code="bench", name="bench")
    devices = [
        Device(vendor=vendor, code=f"D{number}", kind="smoke", premises=random.choice(places))
        for number in range(DEVICES)
    ]
    Device.objects.bulk_create(devices, batch_size=BATCH)
    now = timezone.now()
    Alarm.objects.bulk_create(
        Alarm(device=each, premises=each.premises, kind=random.choice(("offline", "offline", "battery", "shielded")),
              mark=number, first_at=now, last_at=now)
        for number, each in enumerate(random.sample(devices, OPEN_ALARMS))
    )  # fmt: skip


def milliseconds(run: Callable[[], object], rounds: int) -> float:
    """The median of some runs, CPU time."""
    taken = []
    for _round in range(rounds):
        begun = time.process_time()
        run()
        taken.append(1000 * (time.process_time() - begun))
    return round(statistics.median(taken), 2)


def measure(rounds: int) -> dict[str, float]:
    found: dict[str, float] = {}
    begun = time.process_time()
    count_grids()
    found["first count of all grids (writes 1,336 facts, scores, standings)"] = round(
        1000 * (time.process_time() - begun), 1
    )
    now = timezone.now()
    found["gather all facts by SQL"] = milliseconds(lambda: gather(timezone.now()), rounds)
    gathered = gather(now)
    values = values_of(gathered, {}, SHIPPED)
    found["facts to arrays"] = milliseconds(lambda: counts_of(values, SHIPPED), rounds)
    counts = counts_of(values, SHIPPED)
    picture = tree.current()
    found["means of villages and towns"] = milliseconds(
        lambda: means_of_villages(counts, picture, gathered.grids, SHIPPED), rounds
    )
    _villages, village, means = means_of_villages(counts, picture, gathered.grids, SHIPPED)
    factor = np.ones(len(gathered.grids))
    found["the index of all grids from arrays"] = milliseconds(
        lambda: score_grids(counts, means[village], factor, SHIPPED), 10 * rounds
    )
    found["roll-up of villages, towns, county"] = milliseconds(
        lambda: roll_up(SHIPPED, timezone.now()), rounds
    )
    found["count all grids, nothing new"] = milliseconds(lambda: count_grids(), rounds)
    premises = iter(Premises.objects.order_by("pk")[: rounds * 4])

    def an_alarm() -> None:
        place = next(premises)
        device = Device.objects.filter(premises=place).first()
        if device is None:
            return
        episode = Episode.objects.create(premises=place, grade="fire", mark=place.pk)
        Alarm.objects.create(device=device, premises=place, episode=episode, kind="fire", mark=place.pk,
                             first_at=timezone.now(), last_at=timezone.now())  # fmt: skip
        with transaction.atomic():
            count_grids([place.grid_id])

    found["a fire alarm: one grid counted, red, written, announced"] = milliseconds(an_alarm, rounds * 2)
    found["make all scores of now again"] = milliseconds(lambda: recompute(), max(1, rounds // 2))
    return found | answers(rounds)


def answers(rounds: int) -> dict[str, float]:
    """What the map fetches: shapes once, colours each time."""
    person = Person.objects.create(handle="bench", name="bench")
    Post.objects.create(person=person, role="county_room", area=Area.objects.get(level="county"))
    client = Client()
    client.force_login(person)
    shapes = client.get("/map/grid.geojson")
    colours = client.get("/fire/colours.json")
    return {
        "answer: shapes of the grids, bytes": len(shapes.content),
        "answer: colours of the grids, bytes": len(colours.content),
        "answer: colours of the grids, ms": milliseconds(lambda: client.get("/fire/colours.json"), rounds),
        "answer: list beside the map, ms": milliseconds(lambda: client.get("/desk/fire/map/rows/"), rounds),
    }


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=5)
    rounds = options.parse_args().rounds
    load = os.getloadavg()[0]
    call_command("migrate", verbosity=0)
    pour()
    found = measure(rounds)
    for name, value in found.items():
        print(f"{name:<66}{value:>12,.2f}")
    OUT.mkdir(exist_ok=True)
    said = {"database": connection.vendor, "machine": platform.processor() or platform.machine(), "load": round(load, 2),
            "premises": PREMISES, "devices": DEVICES, "figures": found}  # fmt: skip
    (OUT / "fire_index.json").write_text(json.dumps(said, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
