"""How long the server takes for the pages people live in, with 100,000 cases and again with 1,000,000: it must not grow.

Run it as `python bench/pages.py [--sizes 100000 1000000]`; without a DATABASE_URL a throw-away PostgreSQL is filled.
Every page is asked for through the whole middleware in one process; times are wall clock, statements are counted.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import surroundings

if __name__ == "__main__":
    surroundings.on_postgres()
surroundings.stand_up()

import fill  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import NoReverseMatch, reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from gridloop.core.cases.models import Case  # noqa: E402
from gridloop.core.cases.worklist import Filters, worklist  # noqa: E402
from gridloop.core.measures.queries import figures, trend  # noqa: E402
from gridloop.core.people.models import Person  # noqa: E402
from gridloop.core.territory.models import Area  # noqa: E402

ROUNDS = 40
PAGES_DEEP = 1000


def signed_in(handle: str) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(
        Person.objects.get(handle=handle), backend="gridloop.core.people.signing_in.PeopleBackend"
    )
    return client


def deep_key(person: Person, filters: Filters) -> tuple[str, int]:
    """The key of the page a thousand pages on, reached by following the keys; and how many pages that was."""
    key, pages = "", 0
    while pages < PAGES_DEEP:
        page = worklist(person, filters, key=key)
        if page.older is None:
            break
        key, pages = page.older, pages + 1
    return key, pages


def addresses() -> Iterator[tuple[str, Client, Callable[[int], str]]]:
    """(name, who asks, round -> address)."""
    county, town, unit, small, grid = map(signed_in, ("county", "town", "unit", "small", "grid"))
    person = Person.objects.get(handle="county")
    numbers = list(Case.objects.order_by("-id").values_list("number", flat=True)[: ROUNDS * 50 : 50])
    areas = list(Area.objects.filter(level="town").values_list("pk", flat=True))
    everywhere, pages = deep_key(person, Filters(state="all"))
    queue, queue_pages = deep_key(person, Filters())
    yield "worklist, county", county, lambda n: "/desk/"
    yield "worklist, town", town, lambda n: "/desk/"
    yield "worklist, unit", unit, lambda n: "/desk/"
    yield "worklist, grid worker", grid, lambda n: "/desk/"
    yield "everything in reach, county", county, lambda n: "/desk/?queue=all"
    yield "everything in reach, unit", unit, lambda n: "/desk/?queue=all"
    yield "everything in reach, small unit", small, lambda n: "/desk/?queue=all&state=all"
    yield "filtered: step and urgency", county, lambda n: "/desk/?step=handling&urgency=2"
    yield "filtered: supervised, none is", county, lambda n: "/desk/?supervised=on"
    yield "filtered: overdue", county, lambda n: "/desk/?overdue=on"
    yield (
        "filtered: town, class, all",
        county,
        lambda n: f"/desk/?state=all&area={areas[n % len(areas)]}&category={n % 40 + 1}",
    )
    yield "filtered: unit, closed", county, lambda n: f"/desk/?state=closed&unit={n % 40 + 1}"
    yield "search, common word (垃圾)", county, lambda n: "/desk/?state=all&q=垃圾"
    yield "search, common word, open", county, lambda n: "/desk/?q=路灯"
    yield "search, common word, unit", unit, lambda n: "/desk/?state=all&queue=all&q=垃圾"
    yield "search, common word, grid", grid, lambda n: "/desk/?state=all&q=垃圾"
    yield "search, long common word", county, lambda n: "/desk/?state=all&q=健身器材"
    yield "search, long common word, small unit", small, lambda n: "/desk/?state=all&queue=all&q=健身器材"
    yield "search, common words that never meet", county, lambda n: "/desk/?state=all&q=路灯 违停"
    yield "search, two words", county, lambda n: "/desk/?state=all&q=健身器材 桥头"
    yield "search, rare word (白鹭)", county, lambda n: "/desk/?state=all&q=白鹭"
    yield "search, no such word", county, lambda n: "/desk/?state=all&q=飞碟"
    yield "search, number", county, lambda n: f"/desk/?state=all&q={numbers[n]}"
    yield f"{pages} pages deep, all", county, lambda n: f"/desk/?state=all&queue=all&page={everywhere}"
    yield f"{queue_pages} pages deep, open", county, lambda n: f"/desk/?queue=all&page={queue}"
    yield "case page", county, lambda n: f"/desk/case/{numbers[n]}/"
    yield "case page, why", county, lambda n: f"/desk/case/{numbers[n]}/?tab=reasons"
    yield "public start", Client(), lambda n: "/"
    yield "neighbourhood points", Client(), lambda n: "/near/reports.geojson"
    yield "map of grids", county, lambda n: "/map/areas.geojson"
    for name, client in (
        ("cockpit:wall", county),
        ("cockpit:points", county),
        ("cockpit:measures", county),
        ("field:today", grid),
    ):
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        yield name, client, lambda n, address=address: address


def figures_of_a_month() -> Iterator[tuple[str, Callable[[], object]]]:
    today = timezone.localdate()
    since, town = today - timedelta(days=30), Area.objects.filter(level="town").first()
    assert town is not None
    yield "figures: county, 30 days", lambda: figures("all", 0, since, today)
    yield "figures: town, 30 days", lambda: figures("town", town.pk, since, today)
    yield "figures: trend, 30 days", lambda: trend("on_time_closure_rate", "all", 0, since=since, until=today)


def measure(name: str, action: Callable[[int], object]) -> dict[str, Any]:
    times, spent, statements = [], [], []
    for number in range(-3, ROUNDS):
        counted: list[str] = []

        def count(execute: Any, sql: str, *more: Any, counted: list[str] = counted) -> Any:
            counted.append(sql)
            return execute(sql, *more)

        begun, own = time.perf_counter(), time.process_time()
        with connection.execute_wrapper(count):
            action(max(number, 0))
        if number >= 0:
            times.append((time.perf_counter() - begun) * 1000)
            spent.append((time.process_time() - own) * 1000)
            statements.append(len(counted))
    return {
        "page": name,
        "p50 ms": surroundings.percentile(times, 0.5),
        "p95 ms": surroundings.percentile(times, 0.95),
        "own CPU ms": surroundings.percentile(spent, 0.5),
        "statements": max(statements),
    }


def get(client: Client, address: str) -> None:
    answer = client.get(address)
    b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200, (address, answer.status_code)


def main() -> None:
    found: dict[str, dict[str, Any]] = {}
    for size in ARGUMENTS.sizes:
        begun = time.perf_counter()
        fill.fill(size)
        print(
            f"{size:,} cases, {size * 10:,} journal rows: filled in {time.perf_counter() - begun:.0f} s",
            flush=True,
        )
        rows = [
            measure(name, lambda n, c=client, a=address: get(c, a(n)))
            for name, client, address in addresses()
        ]
        rows += [measure(name, lambda n, a=action: a()) for name, action in figures_of_a_month()]
        surroundings.tell(f"pages-{size}", rows, size=size)
        for row in rows:
            found.setdefault(str(row["page"]), {})[f"{size}"] = row["p95 ms"]
    slow = [name for name, by_size in found.items() if max(by_size.values()) > 50]
    print("slower than 50 ms:", ", ".join(slow) or "none")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    ARGUMENTS = parser.parse_args()
    main()
