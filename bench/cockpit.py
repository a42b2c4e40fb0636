"""How long the server takes for the cockpit's pages when the county has a million cases; PostgreSQL only.

Cases, daily sums and counters are poured in by the database itself: `DATABASE_URL=postgresql://... python
bench/cockpit.py [--cases 1000000] [--rounds 60]` on an empty database. Prints a table and writes bench/out/cockpit.json.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from pathlib import Path

FOLDER = tempfile.TemporaryDirectory()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridloop.settings")
os.environ["GRIDLOOP_DATA"] = FOLDER.name
os.environ.setdefault("GRIDLOOP_LOG_LEVEL", "ERROR")
os.environ.setdefault("GRIDLOOP_HOSTS", "*")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from gridloop.core.journal.actor import Actor  # noqa: E402
from gridloop.core.people.models import Person, Post  # noqa: E402
from gridloop.core.territory.drawing import load_demo_territory  # noqa: E402
from gridloop.core.territory.models import Area  # noqa: E402

OUT = Path(__file__).parent / "out" / "cockpit.json"
BY = Actor(kind="system", name="bench")
KINDS = ("report", "visit", "patrol")
MEASURES = ("reported", "accepted", "dispatched", "completed", "reworked", "returned", "due_to_close", "closed", "closed_due",
            "closed_on_time", "overdue", "reviewed", "satisfied", "called_back", "reported_by_grid", "first_response")  # fmt: skip
POUR = """
CREATE TEMP TABLE ground AS SELECT row_number() OVER (ORDER BY g.id) - 1 AS n, g.id AS grid, c.id AS community, t.id AS town, k.id AS county
 FROM territory_area g JOIN territory_area c ON c.id = g.parent_id JOIN territory_area t ON t.id = c.parent_id
 JOIN territory_area k ON k.id = t.parent_id WHERE g.level = 'grid' AND c.level = 'community';
INSERT INTO cases_case (number, key, kind, step, turn, open, outcome, title, words, urgency, source, area_id, county_id, town_id,
 community_id, grid_id, longitude, latitude, address, placed_by, level, anonymous, tracking_digest, public, reported_at, due_at, queue_at,
 overdue, supervised, returns, hands, reworks, reopenings, voices, answer, facts)
 SELECT 'B' || i, gen_random_uuid(), 'report', 'handling', 3, i %% 20 = 0, CASE WHEN i %% 20 = 0 THEN '' ELSE 'fixed' END, '路灯不亮 ' || i, '',
 3, 'web', grid, county, town, community, grid, 121.1 + random() * 0.3, 28.0 + random() * 0.3, '', 'point', 'grid', false, '', true,
 now() - random() * interval '365 days', now() + (random() - 0.1) * interval '5 days', now() + (random() - 0.1) * interval '5 days',
 false, 0, 0, 0, 0, 0, 1, '', '{}' FROM generate_series(1, %s) i JOIN ground ON n = i %% (SELECT count(*) FROM ground);
INSERT INTO measures_spell ("case", entry, county, town, community, grid, overdue, emergency, escalated, supervised, pressing, since)
 SELECT id, id, county_id, town_id, community_id, grid_id, due_at < now(), false, (CASE WHEN due_at < now() THEN id %% 4 ELSE 0 END),
 0, CASE WHEN due_at < now() THEN 50 + 100 * (id %% 4) ELSE 0 END, reported_at FROM cases_case WHERE open;
INSERT INTO measures_opencount (dimension, member, open, overdue, pressing)
 SELECT 'area', a, count(*), count(*) FILTER (WHERE overdue), count(*) FILTER (WHERE pressing > 0)
 FROM measures_spell, LATERAL (VALUES (county), (town), (community), (grid)) AS v (a) GROUP BY a;
INSERT INTO measures_openchange (dimension, member, day, open, overdue, pressing)
 SELECT 'area', a, d::date, 3, 1, 1 FROM (SELECT DISTINCT member AS a FROM measures_opencount) m,
 generate_series(current_date - 400, current_date, '1 day') d;
INSERT INTO measures_dailyrollup (day, kind, measure, dimension, member, count, total)
 SELECT d::date, k, m, 'area', id, 5 + (random() * 20)::int, 30 FROM territory_area, generate_series(current_date - 400, current_date, '1 day') d,
 unnest(%s::text[]) k, unnest(%s::text[]) m WHERE level IN ('county', 'town')
 OR (level = 'community' AND k = 'report' AND d > current_date - 70);
"""


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--cases", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=60)
    chosen = options.parse_args()
    call_command("migrate", verbosity=0)
    load_demo_territory(by=BY)
    with connection.cursor() as cursor:
        for statement in filter(str.strip, POUR.split(";")):
            wanted = (
                [chosen.cases]
                if "generate_series(1, %s)" in statement
                else [list(KINDS), list(MEASURES)]
                if "%s" in statement
                else []
            )
            cursor.execute(statement if wanted else statement.replace("%%", "%"), wanted or None)
        cursor.execute("ANALYZE")
    leader = Person.objects.create(handle="bench", name="bench")
    county = Area.objects.get(level="county")
    Post.objects.create(person=leader, role="leader", area=county)
    town = Area.objects.filter(level="town").order_by("code")[0]
    client = Client()
    client.force_login(leader)
    found = {}
    for path in ("/cockpit/", "/cockpit/figures/", "/cockpit/side/", "/cockpit/map.json", "/cockpit/?days=365", "/cockpit/measures/",
                 f"/cockpit/?area={town.pk}", f"/cockpit/map.json?area={town.pk}", "/cockpit/cases/?part=open", "/cockpit/cases/?part=overdue"):  # fmt: skip
        found[path] = measure(client, path, chosen.rounds)
        print(f"{path:36} median {found[path]['median']:7.1f} ms   p95 {found[path]['p95']:7.1f} ms")
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({"cases": chosen.cases, "pages": found}, indent=1))


def measure(client: Client, path: str, rounds: int) -> dict[str, float]:
    times = []
    for _round in range(rounds + 5):
        start = time.perf_counter()
        answer = client.get(path)
        times.append((time.perf_counter() - start) * 1000)
        assert answer.status_code == 200, (path, answer.status_code)
    times = times[5:]
    return {"median": statistics.median(times), "p95": statistics.quantiles(times, n=20)[18]}


if __name__ == "__main__":
    main()
