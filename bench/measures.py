"""A year of a large county through the measures: how long the journal takes to digest, and each question to answer.

190,000 cases with about 1.5 million entries. Run it on an empty database: `python bench/measures.py [--cases 190000]`,
with DATABASE_URL for PostgreSQL; without, a SQLite file of its own is used. Prints a table and writes
bench/out/measures-<database>.json.
"""

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

FOLDER = tempfile.TemporaryDirectory()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridloop.settings")
os.environ["GRIDLOOP_DATA"] = FOLDER.name
os.environ.setdefault("GRIDLOOP_LOG_LEVEL", "WARNING")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{FOLDER.name}/bench.sqlite3")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from gridloop.core.journal import consumers  # noqa: E402
from gridloop.core.journal.actions import new_entry, record_all  # noqa: E402
from gridloop.core.journal.actor import Actor  # noqa: E402
from gridloop.core.journal.models import Entry  # noqa: E402
from gridloop.core.measures.models import CaseFact, DailyRollup  # noqa: E402
from gridloop.core.measures.queries import cases_behind, figures, ranking, trend  # noqa: E402
from gridloop.core.measures.recounting import as_of  # noqa: E402

OUT = Path(__file__).parent / "out"
START = datetime(2025, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
MOVES = (
    ("case_accepted", 2), ("case_dispatched", 3), ("case_taken", 5), ("case_completed", 30), ("case_verified", 34),
    ("case_closed", 40), ("case_reviewed", 60),
)  # fmt: skip


def life_of(case: int, begun: datetime, chance: random.Random) -> Iterator[Entry]:
    """The entries of one case, as the engine tells them."""
    grid, pace = chance.randrange(500), chance.uniform(0.2, 4)
    facts = {
        "number": f"{begun:%Y%m%d}-{case:06d}", "kind": "report", "category": 1 + chance.randrange(90), "county": 1,
        "town": 10 + grid // 33, "community": 100 + grid // 4, "grid": 1000 + grid, "unit": None, "level": "grid",
        "source": chance.choice(["web", "phone", "field"]), "outcome": "", "reported_at": begun.isoformat(),
        "dispatched_at": None, "completed_at": None, "completion_due_at": (begun + timedelta(hours=72)).isoformat(),
    }  # fmt: skip
    by = Actor(kind="person", person=1, post=1 + grid)
    yield new_entry("case_reported", by=by, at=begun, subject_kind="case", subject=case, facts=dict(facts))
    for event, hours in MOVES:
        at = begun + timedelta(hours=hours * pace)
        if event == "case_dispatched":
            facts |= {"unit": 1 + chance.randrange(60), "dispatched_at": at.isoformat()}
        elif event == "case_completed":
            facts |= {"completed_at": at.isoformat()}
        elif event == "case_closed":
            facts |= {"outcome": "fixed"}
        elif event == "case_reviewed":
            facts |= {"rating": chance.randrange(1, 6)}
        yield new_entry(event, by=by, at=at, subject_kind="case", subject=case, facts=dict(facts))


def fill(cases: int) -> None:
    """A journal in the order of time, written month by month."""
    chance, waiting = random.Random(1), []
    for case in range(1, cases + 1):
        begun = START + timedelta(days=365 * case / cases)
        waiting += life_of(case, begun, chance)
        if case % 5000 == 0 or case == cases:
            waiting.sort(key=lambda entry: entry.at)
            ready = [entry for entry in waiting if entry.at <= begun or case == cases]
            waiting = waiting[len(ready) :]
            with transaction.atomic():
                record_all(ready)


def seconds(action: Callable[[], object]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def digest() -> None:
    while consumers.drain("measures"):
        pass


def main() -> None:
    call_command("migrate", verbosity=0)
    results: dict[str, float] = {
        "cases": ARGUMENTS.cases,
        "fill_seconds": seconds(lambda: fill(ARGUMENTS.cases)),
    }
    results["entries"] = Entry.objects.count()
    cpu = time.process_time()
    results["digest_seconds"] = seconds(digest)
    results["digest_own_cpu_seconds"] = time.process_time() - cpu
    results["facts"], results["rollups"] = CaseFact.objects.count(), DailyRollup.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    march, june = date(2025, 3, 1), date(2025, 3, 31)
    questions: dict[str, Callable[[], object]] = {
        "county_month": lambda: figures("all", 0, march, june),
        "county_year": lambda: figures("all", 0),
        "town_month": lambda: figures("town", 12, march, june),
        "grid_year": lambda: figures("grid", 1200),
        "rank_units_month": lambda: ranking("unit", "on_time_closure_rate", march, june),
        "rank_units_year": lambda: ranking("unit", "on_time_closure_rate"),
        "rank_grids_month": lambda: ranking("grid", "on_time_closure_rate", march, june),
        "trend_year_by_week": lambda: trend(
            "closure_rate", since=date(2025, 1, 1), until=date(2025, 12, 31), step="week"
        ),
        "cases_behind": lambda: cases_behind("overdue", "unit", 7, march, june),
        "as_of_one_day": lambda: as_of(june, since=june),
        "as_of_a_month": lambda: as_of(june, since=march),
    }
    for name, question in questions.items():
        question()
        results[f"{name}_ms"] = seconds(question) * 1000
    assert as_of(june, since=march)["reported"] == figures("all", 0, march, june)["reported"]
    for name, value in results.items():
        print(f"{name:34} {value:14.2f}")
    OUT.mkdir(exist_ok=True)
    (OUT / f"measures-{connection.vendor}.json").write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=190_000)
    ARGUMENTS = parser.parse_args()
    main()
