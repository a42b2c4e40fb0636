"""From the commit of a report to a live screen that hears of it, and to the notice handed over, at 100 reports a second.

`python bench/live.py [--rate 100] [--seconds 20]`; without a DATABASE_URL a throw-away PostgreSQL is used. Reports are
opened by one process at a steady pace, a real web process holds the live screen, a real worker writes the notices; all
read the same clock.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import surroundings

if __name__ == "__main__":
    surroundings.on_postgres()
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.faults.installation import Fresh, Installation, free_port

OPENING = """
import json, sys, time, django; django.setup()
from django.db import transaction
from gridloop.core.cases.opening import open_case
from gridloop.core.cases.spots import spot_at
from gridloop.core.journal.actor import Actor
from gridloop.core.people.models import Person
rate, seconds, point = float(sys.argv[1]), float(sys.argv[2]), json.loads(sys.argv[3])
people = list(Person.objects.exclude(phone_digest="")[:4])
committed, begun = {}, time.time()
for number in range(int(rate * seconds)):
    time.sleep(max(0, begun + number / rate - time.time()))
    person = people[number % len(people)]
    case = open_case("report", title="路灯不亮", spot=spot_at(*point), by=Actor("person", person=person.pk), reporter=person)
    committed[case.number] = time.time()
print(json.dumps([committed, time.time() - begun]))
"""
MADE = """
import json, django; django.setup()
from gridloop.core.cases.models import Case
from gridloop.core.notices.models import Notice
numbers = dict(Case.objects.values_list("pk", "number"))
print(json.dumps({numbers[case]: at.timestamp() for case, at in Notice.objects.filter(event="case_reported", audience="reporter").values_list("case", "made_at")}))
"""


def listen(port: int, session: str, heard: dict[str, float], ready: threading.Event) -> None:
    """One live screen: when it heard of each case."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    line.request("GET", "/live/", headers={"Cookie": f"session={session}"})
    answer = line.getresponse()
    ready.set()
    while words := answer.readline().decode():
        if words.startswith("data: ") and (number := json.loads(words[6:]).get("number")):
            heard.setdefault(number, time.time())


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="gridloop-bench-"))
    fresh = Fresh(folder, "bench")
    installation = Installation(folder, fresh.address, GRIDLOOP_WEB_PROCESSES="1", GRIDLOOP_LOG_LEVEL="ERROR")
    try:
        seeded = installation.ask("seeding", "--usual-limits")
        port = free_port()
        installation.web(port)
        installation.start("work")
        heard: dict[str, float] = {}
        ready = threading.Event()
        threading.Thread(target=listen, args=(port, seeded["rooms"][0], heard, ready), daemon=True).start()
        ready.wait(30)
        time.sleep(5)
        asked = [str(ARGUMENTS.rate), str(ARGUMENTS.seconds), json.dumps(seeded["point"])]
        committed, took = run(installation, OPENING, *asked)
        time.sleep(8)
        made = run(installation, MADE)
        os.environ["DATABASE_URL"] = fresh.address
        surroundings.stand_up()
        rows = [
            told("live screen", committed, heard, took),
            told("notice handed over", committed, made, took),
        ]
        surroundings.tell("live", rows)
    finally:
        installation.end()
        fresh.drop()


def run(installation: Installation, program: str, *arguments: str) -> Any:
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, env=installation.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def told(name: str, committed: dict[str, float], reached: dict[str, float], took: float) -> dict[str, Any]:
    waits = [(reached[number] - at) * 1000 for number, at in committed.items() if number in reached]
    return {
        "until": name, "reports": len(committed), "reports/s": len(committed) / took, "missed": len(committed) - len(waits),
        "p50 ms": surroundings.percentile(waits, 0.5), "p95 ms": surroundings.percentile(waits, 0.95),
        "p99 ms": surroundings.percentile(waits, 0.99),
    }  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--seconds", type=float, default=20)
    ARGUMENTS = parser.parse_args()
    main()
