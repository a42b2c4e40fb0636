"""Web and worker are killed again and again while people work; nothing that was acknowledged may be missing."""

import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.installation import Fresh, Installation, free_port, wait_for
from tests.faults.load import Load

pytestmark = pytest.mark.faults
ROUNDS = 4


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    fresh = Fresh(tmp_path)
    made = Installation(tmp_path, fresh.address, GRIDLOOP_WEB_PROCESSES="1", GRIDLOOP_WEB_THREADS="8")
    yield made
    made.end()
    fresh.drop()


def test_nothing_acknowledged_is_lost(installation: Installation) -> None:
    seeded = installation.ask("seeding")
    several = 2 if installation.database.startswith("postgres") else 1
    ports = [free_port() for _each in range(several)]
    webs = [installation.web(port) for port in ports]
    workers = [installation.start("work", name=f"work{number}") for number in range(several)]

    with Load(seeded, ports) as load:
        for _round in range(ROUNDS):
            time.sleep(random.uniform(0.8, 2.0))
            place = random.randrange(several)
            installation.kill(webs[place])
            if random.random() < 0.5:
                installation.kill(workers[place])
                workers[place] = installation.start("work", name=f"work{place}")
            webs[place] = installation.web(ports[place])
            time.sleep(random.uniform(0.3, 1.5))
            installation.kill(workers[place])
            workers[place] = installation.start("work", name=f"work{place}")
        time.sleep(1)
    assert len(load.reports) >= 20, (load.statuses, installation.logs())
    assert load.moves
    assert not [status for status in load.statuses if status >= 500 and status != 503], load.statuses

    time.sleep(3.5)  # the last reports' first clocks come due
    # A dead worker's leases run out after 20 seconds; then everything that waits is done.
    seen = wait_for(lambda: settled(installation), seconds=90, every=1, what=installation.logs())

    assert all(seen["cases"][key][0] == number for key, number in load.reports.items())
    assert len(seen["cases"]) == seen["reported"] <= len(load.sent)
    assert all(seen["accepted"].get(number) == 1 for number in load.moves)
    assert set(seen["accepted"].values()) == {1}
    for name in ("reported_twice", "rung_twice", "broken_chains", "silent_clocks", "untold", "unsent", "miscounted"):
        assert seen[name] == [], name
    assert seen["sent"] >= len(load.reports)

    wait_for(lambda: "0 wait" in installation.gridloop("journal", "verify").stdout, seconds=60, every=3, what="not sealed")
    verified = installation.gridloop("journal", "verify")
    assert verified.returncode == 0 and "all sound" in verified.stdout


def settled(installation: Installation) -> dict | None:
    seen = installation.ask("inspecting")
    (installation.folder / "seen.json").write_text(json.dumps(seen, ensure_ascii=False))
    return seen if not seen["waiting"] and not seen["behind"] and not seen["unsent"] else None
