"""Creating a report over HTTP on PostgreSQL with two web processes: statements, server CPU, requests a second, latency.

Through both doors: the JSON API, and the form of the resident's page (whose session, person and posts are read too).

`python bench/create_report.py [--reports 2000] [--connections 4]`; without a DATABASE_URL a throw-away PostgreSQL is used.
Each report is a whole one: a resident's form with words and a point, located, classified, held against the rules,
given its clocks, and journalled. Server CPU is that of the web processes, without PostgreSQL's own.
"""

import argparse
import json
import os
import subprocess
import tempfile
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import surroundings

if __name__ == "__main__":
    surroundings.on_postgres()
FOLDER = Path(tempfile.mkdtemp(prefix="gridloop-bench-"))
import sys  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.faults.installation import Fresh, Installation, free_port  # noqa: E402
from tests.faults.visitor import Visitor  # noqa: E402

# What the promise was measured against elsewhere (8 statements, 1.25 ms): the rows of one report, written by Django alone.
BARE = """
import json, sys, time, uuid, django; django.setup()
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from gridloop.core.cases.models import Case, Deadline, Party
from gridloop.core.clocks.models import Timer
from gridloop.core.journal.models import Entry
last = Case.objects.order_by("-pk")[0]
entry = Entry.objects.filter(subject_kind="case", subject=last.pk).order_by("pk")[0]
timers = [Timer.objects.order_by("-pk")[0]]
rows = [last, *Deadline.objects.filter(case=last), *Party.objects.filter(case=last), *timers, entry]
def write(number):
    with transaction.atomic():
        for row in rows:
            row.pk, row._state.adding = None, True
            if row is last:
                row.number, row.key = f"X{number}", uuid.uuid4()
            elif isinstance(row, Timer):
                row.key = f"bare:{number}"
            elif not isinstance(row, Entry):
                row.case_id = last.pk
            row.save(force_insert=True)
for number in range(50):
    with CaptureQueriesContext(connection) as seen:
        write(-1 - number)
begun = time.process_time()
for number in range(1000):
    write(number)
print(json.dumps([len(seen.captured_queries) - 2, (time.process_time() - begun)]))
"""
WORDS = [
    "小区门口垃圾三天没人收，气味很大。",
    "路灯不亮了，晚上看不清台阶。",
    "窨井盖破损，老人小孩经过很危险。",
    "楼下油烟太大，影响休息。",
]


def fields(point: list[float], number: int) -> dict[str, Any]:
    return {
        "words": f"{WORDS[number % len(WORDS)]}（第{number}件）", "key": str(uuid.uuid4()), "public": "on",
        "place_longitude": point[0] + number % 50 * 0.0001, "place_latitude": point[1],
    }  # fmt: skip


def body(point: list[float], number: int) -> str:
    told = fields(point, number)
    place = {"longitude": told["place_longitude"], "latitude": told["place_latitude"]}
    return json.dumps({"words": told["words"], "place": place, "public": True, "mine": True})


DOORS = {
    "API": (201, lambda visitor, seeded, number: visitor.ask(
        "POST", "/api/v1/cases", body(seeded["point"], number),
        {"Authorization": f"Bearer {seeded['key']}", "Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())})),
    "page": (302, lambda visitor, seeded, number: visitor.post("/report/", fields(seeded["point"], number))),
}  # fmt: skip


def cpu_of(leader: int) -> float:
    """Seconds of CPU spent by every process of the leader's group."""
    spent = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parts = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(parts[2]) == leader:
            spent += int(parts[11]) + int(parts[12])
    return spent / os.sysconf("SC_CLK_TCK")


def send(
    door: str, port: int, seeded: dict[str, Any], place: int, count: int, times: list[float], wrong: list[str]
) -> None:
    visitor, (good, ask) = Visitor(port, session=seeded["residents"][place % 4]), DOORS[door]
    for number in range(count):
        begun = time.perf_counter()
        status, text, _headers = ask(visitor, seeded, number)
        times.append((time.perf_counter() - begun) * 1000)
        if status != good:
            wrong.append(text[:300])
    visitor.hang_up()


def storm(
    door: str, port: int, seeded: dict[str, Any], reports: int, connections: int
) -> tuple[list[float], float]:
    times: list[float] = []
    wrong: list[str] = []
    each = reports // connections
    people = [
        threading.Thread(target=send, args=(door, port, seeded, place, each, times, wrong))
        for place in range(connections)
    ]
    begun = time.perf_counter()
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert not wrong, wrong[:2]
    return times, time.perf_counter() - begun


def statements(installation: Installation, seeded: dict[str, Any], door: str) -> list[str]:
    """The statements of one report, counted inside a process that has made some before."""
    program = f"""
import json, django; django.setup()
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})
import create_report
client = Client(); client.cookies["session"] = {seeded["residents"][0]!r}
class Line:
    def post(self, path, fields):
        return client.post(path, fields)
    def ask(self, method, path, body, headers):
        return client.post(path, body, content_type="application/json", headers={{k: v for k, v in headers.items() if k != "Content-Type"}})
good, ask = create_report.DOORS[{door!r}]
for number in range(3):
    with CaptureQueriesContext(connection) as seen:
        answer = ask(Line(), {seeded!r}, number)
    assert answer.status_code == good, answer.text[:500]
print(json.dumps([query["sql"] for query in seen.captured_queries]))
"""
    found: list[str] = run(installation, program)
    return [sql for sql in found if not sql.startswith(("BEGIN", "COMMIT"))]


def run(installation: Installation, program: str) -> Any:
    """What a program printed as JSON, run inside the installation."""
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, env=installation.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def main() -> None:
    fresh = Fresh(FOLDER, "bench")
    installation = Installation(FOLDER, fresh.address, GRIDLOOP_WEB_PROCESSES="2", GRIDLOOP_LOG_LEVEL="ERROR")
    try:
        seeded = installation.ask("seeding")
        asked = {door: statements(installation, seeded, door) for door in DOORS}
        port = free_port()
        web = installation.web(port)
        rows = []
        for door in DOORS:
            storm(door, port, seeded, 200, ARGUMENTS.connections)
            before = cpu_of(web.pid)
            times, seconds = storm(door, port, seeded, ARGUMENTS.reports, ARGUMENTS.connections)
            spent = cpu_of(web.pid) - before
            rows.append({
                "door": door, "reports": len(times), "connections": ARGUMENTS.connections, "statements": len(asked[door]),
                "server CPU ms": spent / len(times) * 1000, "requests/s": len(times) / seconds,
                "p50 ms": surroundings.percentile(times, 0.5), "p95 ms": surroundings.percentile(times, 0.95),
                "p99 ms": surroundings.percentile(times, 0.99),
            })  # fmt: skip
        number, spent = run(installation, BARE)
        rows.append(
            {"door": "bare rows by Django", "reports": 1000, "statements": number, "server CPU ms": spent}
        )
        os.environ["DATABASE_URL"] = fresh.address
        surroundings.stand_up()
        surroundings.tell("create_report", rows, statements=asked)
        for door, told in asked.items():
            print(f"{door}:")
            for sql in told:
                print(f"  {' '.join(sql.split())[:150]}")
    finally:
        installation.end()
        from django.db import connections as open_connections

        open_connections.close_all()
        fresh.drop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--connections", type=int, default=4)
    ARGUMENTS = parser.parse_args()
    main()
