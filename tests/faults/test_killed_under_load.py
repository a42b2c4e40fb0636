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
            thanked = len(load.reports)
            wait_for(
                lambda least=thanked + 6: len(load.reports) >= least,
                what=f"{load.statuses} {installation.logs()}",
            )
            time.sleep(random.uniform(0, 0.3))
            place = random.randrange(several)
            installation.kill(webs[place])
            installation.kill(workers[place])
            workers[place] = installation.start("work", name=f"work{place}")
            webs[place] = installation.web(ports[place])
            if random.random() < 0.5:  # and once more while it is still getting up
                time.sleep(random.uniform(0, 1))
                installation.kill(workers[place])
                workers[place] = installation.start("work", name=f"work{place}")
        wait_for(lambda: len(load.reports) >= 6 * ROUNDS + 3, what=str(load.statuses))
    assert load.moves
    assert not [status for status in load.statuses if status >= 500 and status != 503], load.statuses

    time.sleep(3.5)  # the last reports' first clocks come due
    # A dead worker's leases run out after 20 seconds; then everything that waits is done.
    seen = settle(installation, seconds=150)

    assert all(key[:6] in seen["cases"][number] for key, number in load.reports.items())
    assert len(seen["cases"]) == seen["reported"] <= len(load.sent)
    assert all(seen["accepted"].get(number) == 1 for number in load.moves)
    assert set(seen["accepted"].values()) == {1}
    for name in (
        "reported_twice",
        "rung_twice",
        "broken_chains",
        "silent_clocks",
        "untold",
        "unsent",
        "miscounted",
    ):
        assert seen[name] == [], name
    assert seen["sent"] >= len(load.reports)

    wait_for(
        lambda: "0 wait" in installation.gridloop("journal", "verify").stdout,
        seconds=60,
        every=3,
        what="not sealed",
    )
    verified = installation.gridloop("journal", "verify")
    assert verified.returncode == 0 and "all sound" in verified.stdout


def settle(installation: Installation, *, seconds: float) -> dict:
    """What is seen once nothing waits any more, or when the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        seen = installation.ask("inspecting")
        left = {name: seen[name] for name in ("waiting", "behind", "unsent") if seen[name]}
        if not left:
            return seen
        assert time.monotonic() < deadline, (
            f"{json.dumps(left, ensure_ascii=False)[:3000]} {installation.logs()}"
        )
        time.sleep(1)
