"""From a volunteer's yes to everybody knowing of it, while two thousand volunteers answer within a minute; PostgreSQL.

`python bench/offers.py [--volunteers 2000] [--seconds 60] [--processes 2] [--threads 4]`; without a DATABASE_URL a
throw-away PostgreSQL is used. 1,000 requests are out to two volunteers each; six in ten say yes, the others no, each at
their own moment. Measured from that moment: until the notices of asker, volunteer and clerk are committed, and until a
live screen hears of it.
"""

import argparse
import json
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import surroundings

if __name__ == "__main__":
    surroundings.on_postgres()
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    surroundings.stand_up()

from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from gridloop.core.cases.models import Case, Party
from gridloop.core.cases.opening import place_case
from gridloop.core.journal import live
from gridloop.core.journal.actor import Actor
from gridloop.core.journal.errors import Refusal
from gridloop.core.notices.models import Notice
from gridloop.core.people.models import Person
from gridloop.core.people.personal_data import digest
from gridloop.core.territory import tree
from gridloop.scenes.volunteers.requests import actions
from gridloop.scenes.volunteers.requests.models import Need, Offer
from gridloop.scenes.volunteers.roster.models import Skill, Volunteer

GO = 1.0  # seconds until the first answer, once every process stands


def fill(volunteers: int) -> list[int]:
    """Half as many requests as volunteers, each out to two of them; the offers' ids."""
    from tests import world

    town = world.a_town()
    for _number in range(3):
        world.with_post("community_clerk", area=town.community)
    people = [
        Person(name="志愿者", phone=f"139{number:08d}", phone_digest=digest(f"139{number:08d}"))
        for number in range(volunteers + volunteers // 2)
    ]
    Person.objects.bulk_create(people, batch_size=1000)
    skill, now = Skill.objects.create(code="errands", name="代购送物"), timezone.now()
    helpers = Volunteer.objects.bulk_create(
        Volunteer(person=person, number=f"L{number:09d}", community=town.community)
        for number, person in enumerate(people[:volunteers])
    )
    cases = []
    for number, person in enumerate(people[volunteers:]):
        case = Case(
            number=f"B{number:06d}",
            kind="request",
            step="seeking",
            title="代购送物",
            reporter=person,
            reported_at=now,
        )
        place_case(case, town.spot())
        cases.append(case)
    Case.objects.bulk_create(cases)
    Party.objects.bulk_create(Party(case=case, person_id=case.reporter_id) for case in cases)
    since = now + timedelta(hours=5)
    Need.objects.bulk_create(
        Need(
            case=case, skill=skill, since=since, until=since + timedelta(hours=1), person_id=case.reporter_id
        )
        for case in cases
    )
    offers = Offer.objects.bulk_create(
        Offer(case=cases[number // 2], volunteer=helper, expires_at=now + timedelta(hours=2))
        for number, helper in enumerate(helpers)
    )
    return [offer.pk for offer in offers]


def answer(offer: int, at: float, yes: bool) -> tuple[int, str, float, float]:
    """One volunteer, at their moment."""
    time.sleep(max(0, at - time.time()))
    mine = Offer.objects.select_related("case", "volunteer").get(pk=offer)
    by = Actor("person", person=mine.volunteer.person_id)
    try:
        if yes:
            actions.accept_offer(mine, by=by)
        else:
            actions.decline_offer(mine, reason="no_time", by=by)
        outcome = "yes" if yes else "no"
    except Refusal as refusal:
        outcome = refusal.code
    return offer, outcome, at, time.time()


def act(threads: int) -> None:
    """One process of volunteers: reads its share, prints what became of it."""
    reverse("volunteers:tasks")  # all pages are known before the first answer, as in a server that stands
    tree.current()
    print("ready", flush=True)
    share = json.load(sys.stdin)
    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(lambda row: answer(*row), share))
    print(json.dumps(found))


def main(volunteers: int, seconds: float, processes: int, threads: int) -> None:
    call_command("migrate", verbosity=0)
    offers = fill(volunteers)
    random = Random(1)
    random.shuffle(offers)
    heard: dict[int, float] = {}
    subscription = live.subscribe(lambda entry: entry.event == "offer_accepted")

    def listen() -> None:
        while not subscription.closed:
            for entry in subscription.wait(1.0):
                heard.setdefault(entry.facts["offer"], time.time())

    threading.Thread(target=listen, daemon=True).start()
    command = [sys.executable, __file__, "--act", "--threads", str(threads)]
    workers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _one in range(processes)
    ]
    for worker in workers:
        assert worker.stdout is not None
        worker.stdout.readline()
    begin = time.time() + GO
    plan = [
        (offer, begin + seconds * place / len(offers), random.random() < 0.6)
        for place, offer in enumerate(offers)
    ]
    results: list[tuple[int, str, float, float]] = []

    def run(number: int) -> None:
        out, _err = workers[number].communicate(json.dumps(plan[number::processes]))
        results.extend(json.loads(out.splitlines()[-1]))

    runners = [threading.Thread(target=run, args=(number,)) for number in range(processes)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    time.sleep(2)
    subscription.close()
    surroundings.tell(
        "offers", [*rows(results, heard)], told=told_count(), volunteers=volunteers, seconds=seconds
    )
    connection.close()


def rows(results: list[tuple[int, str, float, float]], heard: dict[int, float]) -> list[dict[str, Any]]:
    accepted = [row for row in results if row[1] == "yes"]
    ways = {
        "notices committed": [(done - at) * 1000 for _offer, _outcome, at, done in accepted],
        "live screen": [
            (heard[offer] - at) * 1000 for offer, _outcome, at, _done in accepted if offer in heard
        ],
        "any answer": [(done - at) * 1000 for _offer, _outcome, at, done in results],
    }
    taken = sum(outcome not in ("yes", "no") for _offer, outcome, _at, _done in results)
    return [
        {"until": name, "answers": len(waits), "place was taken": taken,
         "p50 ms": surroundings.percentile(waits, 0.5), "p95 ms": surroundings.percentile(waits, 0.95),
         "p99 ms": surroundings.percentile(waits, 0.99), "most ms": max(waits)}
        for name, waits in ways.items()
    ]  # fmt: skip


def told_count() -> dict[str, int]:
    """How many notices each side got: asker, volunteer, clerks."""
    found: dict[str, int] = {}
    for event, audience in Notice.objects.values_list("event", "audience"):
        found[f"{event} {audience}"] = found.get(f"{event} {audience}", 0) + 1
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--volunteers", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--act", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.act:
        act(given.threads)
    else:
        main(given.volunteers, given.seconds, given.processes, given.threads)
