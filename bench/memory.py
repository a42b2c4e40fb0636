"""How much memory a web process and a worker take, after a few hundred requests to many pages: under 250 MB is promised.

`python bench/memory.py`; without a DATABASE_URL a throw-away PostgreSQL is used. Counted is what is resident (VmRSS), and
what a process does not share with its siblings (private).
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

import surroundings

if __name__ == "__main__":
    surroundings.on_postgres()
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import create_report
from tests.faults.installation import Fresh, Installation, free_port
from tests.faults.visitor import Visitor

PAGES = ["/", "/report/", "/near/", "/near/reports.geojson", "/desk/", "/desk/?queue=all&state=all", "/cockpit/", "/map/areas.geojson", "/track/"]  # fmt: skip


def megabytes(process: int) -> dict[str, float]:
    kept = dict.fromkeys(("Rss", "Private_Clean", "Private_Dirty"), 0)
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]:
        name, _colon, rest = line.partition(":")
        if name in kept:
            kept[name] = int(rest.split()[0])
    return {
        "resident MB": kept["Rss"] / 1024,
        "private MB": (kept["Private_Clean"] + kept["Private_Dirty"]) / 1024,
    }


def group_of(leader: int) -> list[tuple[int, str]]:
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if int((path / "stat").read_text().rpartition(")")[2].split()[2]) == leader:
                found.append((int(path.name), (path / "cmdline").read_text().replace("\0", " ")))
        except (OSError, ValueError):
            continue
    return sorted(found)


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="gridloop-bench-"))
    fresh = Fresh(folder, "bench")
    installation = Installation(folder, fresh.address, GRIDLOOP_WEB_PROCESSES="2", GRIDLOOP_LOG_LEVEL="ERROR")
    try:
        seeded = installation.ask("seeding")
        port = free_port()
        web, worker = installation.web(port), installation.start("work")
        create_report.storm("page", port, seeded, 200, 4)
        for session in (seeded["rooms"][0], seeded["residents"][0]):
            visitor = Visitor(port, session=session)
            for _round in range(10):
                for page in PAGES:
                    visitor.get(page)
            visitor.hang_up()
        rows: list[dict[str, Any]] = [
            {"process": "web (parent)" if process == web.pid else "web", **megabytes(process)}
            for process, _line in group_of(web.pid)
        ]
        rows.append({"process": "worker", **megabytes(worker.pid)})
        surroundings.stand_up()
        surroundings.tell("memory", rows)
    finally:
        installation.end()
        fresh.drop()


if __name__ == "__main__":
    main()
