"""Several processes on one database: one of two movers wins, a dead worker's work is taken over, a database comes back."""

import re
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.installation import Fresh, Installation, free_port, wait_for
from tests.faults.proxy import Line
from tests.faults.visitor import Visitor

pytestmark = pytest.mark.faults
TAKEN_OVER = 30  # seconds after a worker's death
STORM = 4000


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Fresh]:
    made = Fresh(tmp_path)
    yield made
    made.drop()


@pytest.fixture
def installation(tmp_path: Path, fresh: Fresh) -> Iterator[Installation]:
    made = Installation(tmp_path, fresh.address, GRIDLOOP_WEB_PROCESSES="1", GRIDLOOP_WEB_THREADS="8")
    yield made
    made.end()


def report(visitor: Visitor, point: list[float]) -> str:
    """One report over HTTP; its number."""
    fields = {
        "words": "路灯不亮了",
        "key": str(uuid.uuid4()),
        "place_longitude": point[0],
        "place_latitude": point[1],
    }
    status, text, headers = visitor.post("/report/", fields)
    assert status == 302, text[:500]
    return headers["Location"].strip("/").split("/")[-1]


def test_of_two_people_making_the_same_move_one_wins(installation: Installation) -> None:
    seeded = installation.ask("seeding")
    several = 2 if installation.database.startswith("postgres") else 1
    ports = [free_port() for _each in range(several)]
    for port in ports:
        installation.web(port)
    resident = Visitor(ports[0], session=seeded["residents"][0])
    rooms = [
        Visitor(ports[place % several], session=session) for place, session in enumerate(seeded["rooms"])
    ]
    numbers = [report(resident, seeded["point"]) for _each in range(10)]
    answers: dict[str, list[tuple[int, str]]] = {number: [] for number in numbers}
    together = threading.Barrier(2)

    def accept(room: Visitor) -> None:
        for number in numbers:
            together.wait(timeout=30)
            status, text, _headers = room.post(f"/desk/case/{number}/accept/", {"accept-turn": 0})
            answers[number].append((status, text))

    movers = [threading.Thread(target=accept, args=(room,)) for room in rooms]
    for mover in movers:
        mover.start()
    for mover in movers:
        mover.join(timeout=120)
    for visitor in (resident, *rooms):
        visitor.hang_up()

    for number, given in answers.items():
        assert sorted(status for status, _text in given) == [302, 409], number
        words = next(text for status, text in given if status == 409)
        assert re.search("有人|他人|别人|先一步|变动|已经", words), words[-3000:]
    seen = installation.ask("inspecting")
    assert seen["accepted"] == dict.fromkeys(numbers, 1)
    assert seen["broken_chains"] == []


def test_a_dead_workers_work_is_taken_over(installation: Installation) -> None:
    installation.ask("seeding")
    workers = [installation.start("work", name=f"work{number}") for number in range(2)]
    wait_for(
        lambda: installation.ask("storm", "workers") == 2, seconds=60, every=0.5, what=installation.logs()
    )

    installation.ask("storm", "brew", str(STORM))
    installation.kill(workers[0])
    killed = time.monotonic()
    wait_for(
        lambda: installation.ask("storm", "left") == 0,
        seconds=TAKEN_OVER,
        every=0.2,
        what=installation.logs(),
    )

    assert time.monotonic() - killed <= TAKEN_OVER
    assert installation.ask("storm", "rung") == {"subjects": STORM, "entries": STORM}


def test_a_database_that_goes_away_is_waited_for(tmp_path: Path, fresh: Fresh) -> None:
    if not fresh.on_postgres:
        pytest.skip("a file does not go away; DATABASE_URL names no PostgreSQL")
    line = Line(fresh.address)
    installation = Installation(tmp_path, line.address, GRIDLOOP_WEB_PROCESSES="1", GRIDLOOP_WEB_THREADS="8")
    try:
        seeded = installation.ask("seeding")
        port = free_port()
        installation.web(port)
        worker = installation.start("work")
        resident = Visitor(port, session=seeded["residents"][0], timeout=30)
        report(resident, seeded["point"])

        line.cut()
        key = str(uuid.uuid4())
        fields = {
            "words": "数据库断了",
            "key": key,
            "place_longitude": seeded["point"][0],
            "place_latitude": seeded["point"][1],
        }
        began = time.monotonic()
        status, text, headers = resident.post("/report/", fields)
        assert status == 503 and "数据库" in text and headers["Retry-After"], text[:500]
        assert time.monotonic() - began < 20
        time.sleep(3)
        assert worker.poll() is None
        line.mend()

        wait_for(
            lambda: resident.post("/report/", fields)[0] == 302,
            seconds=30,
            every=0.5,
            what=installation.logs(),
        )
        wait_for(
            lambda: installation.ask("inspecting")["behind"] == [],
            seconds=60,
            every=1,
            what=installation.logs(),
        )
        assert list(installation.ask("inspecting")["cases"].values()).count("数据库断了") == 1
        assert worker.poll() is None
        resident.hang_up()
    finally:
        installation.end()
        line.end()
