"""Fills PostgreSQL with a believable county: areas, people, N cases with all that belongs to them, 10 journal rows each.

`python bench/fill.py --cases 1000000`, with DATABASE_URL naming an empty PostgreSQL (else a throw-away one is started
and measured for nothing). Running it again with a larger number adds what is missing.
"""

import argparse
import random
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

if __name__ == "__main__":
    import surroundings

    surroundings.on_postgres()
    surroundings.stand_up()

from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from gridloop.core.cases.models import NEVER, Case, Category
from gridloop.core.cases.words import bigrams
from gridloop.core.dispatch.models import Admission
from gridloop.core.people.models import Organisation, Person, Post
from gridloop.core.people.personal_data import digest
from gridloop.core.territory import edition
from gridloop.core.territory.models import Area

TOWNS, COMMUNITIES, GRIDS, UNITS, RESIDENTS = 12, 8, 8, 40, 2000
AT_ONCE = 50_000
OPEN_SHARE = 0.06
RARE = "白鹭"  # stands in one case of 20,000
WHERE = ["小区门口", "菜场后面", "学校旁边", "桥头", "河边", "公园北门", "车站对面", "楼道里", "停车场", "工地围墙外", "广场上", "村口"]  # fmt: skip
WHAT = ["垃圾", "路灯", "窨井盖", "违停车辆", "油烟", "噪音", "积水", "树枝", "广告牌", "护栏", "围墙", "流浪狗", "水管", "电线", "健身器材"]  # fmt: skip
MATTER = ["没人收", "不亮了", "破损", "堵住通道", "影响休息", "好几天没清理", "有安全隐患", "被撞坏", "一直没修", "漏了很久"]  # fmt: skip
WISH = [
    "请尽快处理。",
    "希望有人来看看。",
    "老人小孩经过很危险。",
    "已经反映过一次。",
    "晚上尤其严重。",
    "谢谢你们。",
]
SURNAMES, GIVEN = "王李张刘陈杨黄赵周吴", ["明", "芳", "伟", "静", "强", "敏", "磊", "洋", "艳", "勇"]
STEPS_OPEN = ["reported", "accepted", "dispatched", "handling", "done", "verified"]
EVENTS = ["case_reported", "case_accepted", "case_dispatched", "case_taken", "case_noted", "case_reminded",
          "case_completed", "case_verified", "case_reviewed", "case_closed"]  # fmt: skip
COLUMNS = [field.column for field in Case._meta.concrete_fields]
TABLES = ["cases_case", "cases_words", "cases_party", "cases_task", "cases_deadline", "journal_entry", "notices_notice",
          "measures_casefact", "measures_dailyrollup"]  # fmt: skip


def fill(cases: int) -> None:
    """Bring the database to this many cases."""
    call_command("migrate", verbosity=0)
    if not Area.objects.exists():
        make_county()
    have = Case.objects.count()
    if have >= cases:
        return
    indexes = drop_indexes()
    grids = list(Area.objects.filter(level="grid").order_by("id").values_list("id", "path"))
    chance = random.Random(have + 1)
    for start in range(have, cases, AT_ONCE):
        block = list(new_cases(start, min(start + AT_ONCE, cases), grids, chance))
        with transaction.atomic():
            copy_cases(block)
            follow_cases(block[0][0], block[-1][0])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM measures_dailyrollup")
        cursor.execute(ROLLUPS)
        for statement in indexes:
            cursor.execute(statement)
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('cases_case', 'id'), (SELECT max(id) FROM cases_case))"
        )
        cursor.execute("INSERT INTO journal_cursor (consumer, position, moved_at, trouble, attempts, halted) SELECT name, (SELECT max(id) FROM journal_entry), now(), '', 0, false FROM unnest(%s::text[]) name ON CONFLICT (consumer) DO UPDATE SET position = excluded.position", [consumer_names()])  # fmt: skip
        cursor.execute("VACUUM ANALYZE")


def consumer_names() -> list[str]:
    from gridloop.core.journal import consumers

    consumers.discover()
    return list(consumers.registered)


def drop_indexes() -> list[str]:
    """Take off the plain indexes while filling; the statements that put them back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexdef NOT LIKE 'CREATE UNIQUE%%'",
            [TABLES],
        )
        found = cursor.fetchall()
        for name, _definition in found:
            cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]


def make_county() -> None:
    """Areas, units, classes, residents, and one account of each kind with the password "bench"."""
    county = area("county", "玉环市", None, 0)
    for town_number in range(TOWNS):
        town = area("town", f"第{town_number + 1}街道", county, town_number)
        for community_number in range(COMMUNITIES):
            community = area("community", f"{SURNAMES[community_number]}家社区", town, community_number)
            for grid_number in range(GRIDS):
                place = (town_number * COMMUNITIES + community_number) * GRIDS + grid_number
                area("grid", f"第{grid_number + 1}网格", community, grid_number, square(place))
    edition.grow()
    units = Organisation.objects.bulk_create(
        Organisation(name=f"第{n + 1}处置单位", kind="bureau", code=f"unit-{n + 1}", area=county)
        for n in range(UNITS)
    )
    categories = Category.objects.bulk_create(
        Category(
            edition="county-1",
            code=f"{n // 8 + 1:02d}{n % 8 + 1:02d}",
            name=f"{WHAT[n % len(WHAT)]}类{n + 1}",
        )
        for n in range(40)
    )
    Admission.objects.bulk_create(Admission(category=category, state="admitted") for category in categories)
    Person.objects.bulk_create(
        Person(
            name=f"{SURNAMES[n % 10]}{GIVEN[n % 7]}", phone=f"138{n:08d}", phone_digest=digest(f"138{n:08d}")
        )
        for n in range(RESIDENTS)
    )
    password = make_password("bench")
    posts: list[tuple[str, str, dict[str, Any]]] = [
        ("county", "county_room", {"area": county}),
        ("leader", "leader", {"area": county}),
        ("town", "town_room", {"area": Area.objects.filter(level="town").first()}),
        ("grid", "grid_worker", {"area": Area.objects.filter(level="grid").first()}),
        ("unit", "unit_handler", {"organisation": units[0]}),
        ("small", "unit_handler", {"organisation": units[-1]}),
    ]
    for handle, role, held in posts:
        person = Person.objects.create(handle=handle, name=f"{handle} bench", password=password)
        Post.objects.create(person=person, role=role, **held)


def area(level: str, name: str, parent: Area | None, number: int, shape: Any = None) -> Area:
    code = f"{parent.code if parent else '331083'}{number + 1:03d}"[:24]
    made = Area(level=level, name=name, code=code, parent=parent, path="", shape=shape)
    Area.objects.bulk_create([made])
    made.path = f"{parent.path if parent else ''}{made.pk}/"
    Area.objects.filter(pk=made.pk).update(path=made.path)
    return made


def corner(place: int) -> tuple[float, float]:
    return round(121.0 + place % 32 * 0.01, 6), round(28.0 + place // 32 * 0.01, 6)


def square(place: int) -> dict[str, Any]:
    west, south = corner(place)
    east, north = round(west + 0.01, 6), round(south + 0.01, 6)
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def new_cases(
    start: int, stop: int, grids: list[tuple[int, str]], chance: random.Random
) -> Iterator[tuple[Any, ...]]:
    """Rows of cases_case in the order of COLUMNS; the highest number is the newest, 190,000 a year."""
    now = timezone.now()
    people = dict(Person.objects.exclude(phone_digest="").values_list("pk", "pk"))
    residents, units = list(people), list(Organisation.objects.values_list("pk", flat=True))
    categories = list(Category.objects.order_by("id").values_list("pk", flat=True))
    for number in range(start, stop):
        place = int(len(grids) * chance.random() ** 1.5)
        grid, path = grids[place]
        county, town, community = (int(part) for part in path.split("/")[:3])
        west, south = corner(place)
        thing = int(len(WHAT) * chance.random() ** 2)
        title = f"{chance.choice(WHERE)}{WHAT[thing]}{chance.choice(MATTER)}"
        words = title + "，" + "".join(chance.sample(WISH, 3))
        if number % 20_000 == 7:
            words += f"看到{RARE}受伤。"
        begun = now - timedelta(seconds=(1_000_000 - number) * 166)
        is_open = chance.random() < OPEN_SHARE
        step = chance.choice(STEPS_OPEN) if is_open else "closed"
        led = not is_open or step in ("dispatched", "handling", "done", "verified")
        due = now + timedelta(minutes=chance.randrange(-5000, 20_000)) if is_open else None
        values = {
            "id": number + 1, "number": f"{timezone.localtime(begun):%Y%m%d}-{number:07d}", "key": uuid.UUID(int=number + 1),
            "kind": "report", "step": step, "turn": 1, "open": is_open, "outcome": "" if is_open else "fixed",
            "title": title, "words": words, "category_id": categories[(thing * 2 + place) % len(categories)],
            "urgency": 3 if chance.random() < 0.9 else 2, "source": chance.choice(("web", "web", "phone", "field")),
            "area_id": grid, "county_id": county, "town_id": town, "community_id": community, "grid_id": grid,
            "longitude": west + 0.01 * chance.random(), "latitude": south + 0.01 * chance.random(), "address": "",
            "placed_by": "point", "level": "grid" if chance.random() < 0.7 else "town",
            "lead_unit_id": units[int(len(units) * chance.random() ** 2)] if led else None, "worker_id": None,
            "reporter_id": chance.choice(residents), "anonymous": False, "tracking_digest": "", "public": number % 2 == 0,
            "reported_at": begun, "dispatched_at": begun + timedelta(hours=2) if led else None,
            "completed_at": None if is_open else begun + timedelta(hours=30), "closed_at": None if is_open else begun + timedelta(hours=50),
            "due_at": due, "queue_at": due or NEVER, "suspended_at": None, "overdue": due is not None and due < now,
            "supervised": 0, "returns": 0, "hands": 0, "reworks": 0, "reopenings": 0, "voices": 1,
            "rating": None if is_open else chance.randrange(1, 6), "answer": "" if is_open else "已处理完毕。",
            "duplicate_of_id": None, "parent_id": None, "facts": "{}", "unnamed_at": None, "emptied_at": None,
        }  # fmt: skip
        yield tuple(values[column] for column in COLUMNS)


def copy_cases(block: list[tuple[Any, ...]]) -> None:
    title, words = COLUMNS.index("title"), COLUMNS.index("words")
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY cases_case ({', '.join(COLUMNS)}) FROM STDIN") as stream:
            for row in block:
                stream.write_row(row)
        cursor.execute("CREATE TEMP TABLE told (case_id bigint, words text) ON COMMIT DROP")
        with cursor.copy("COPY told FROM STDIN") as stream:
            for row in block:
                stream.write_row((row[0], " ".join(bigrams(f"{row[title]} {row[words]}"))))
        cursor.execute("INSERT INTO cases_words SELECT case_id, to_tsvector('simple', words) FROM told")


def follow_cases(first: int, last: int) -> None:
    """What belongs to these cases: parties, tasks, clocks, the journal in the order of time, notices, facts."""
    with connection.cursor() as cursor:
        for statement in FOLLOWING:
            cursor.execute(statement.replace("{here}", f"c.id BETWEEN {first} AND {last}"))


TOLD = """jsonb_build_object('number', c.number, 'kind', c.kind, 'category', c.category_id, 'county', c.county_id,
 'town', c.town_id, 'community', c.community_id, 'grid', c.grid_id, 'unit', c.lead_unit_id, 'source', c.source,
 'level', c.level, 'urgency', c.urgency, 'due_at', c.due_at, 'reported_at', c.reported_at, 'outcome', c.outcome, 'turn', k)"""
NAMES = ", ".join(f"'{event}'" for event in EVENTS)
FACTS_OF_A_CASE = "('reported', 1.0), ('accepted', 1.0), ('first_response', 40.0 + c.id % 300), ('dispatched', 1.0), ('completed', 1.0), ('due_to_close', 1.0), ('closed', 1.0), ('closed_due', 1.0), ('closed_on_time', 1.0), ('handling', 600.0 + c.id % 4000), ('reviewed', 1.0 + c.id % 5)"  # fmt: skip
FOLLOWING = [
    "INSERT INTO cases_party (case_id, person_id, role, at) SELECT c.id, c.reporter_id, 'reporter', c.reported_at FROM cases_case c WHERE {here}",
    "INSERT INTO cases_task (case_id, organisation_id, role, state, words, result, sent_at, due_at) SELECT c.id, c.lead_unit_id, 'lead', CASE WHEN c.open THEN 'taken' ELSE 'done' END, '', '', c.dispatched_at, c.due_at FROM cases_case c WHERE {here} AND c.lead_unit_id IS NOT NULL",
    "INSERT INTO cases_deadline (case_id, name, started_at, due_at, met_at, value, unit, explanation) SELECT c.id, n, c.reported_at, coalesce(c.due_at, c.reported_at + interval '3 days'), c.closed_at, 3, 'working_days', '{}' FROM cases_case c, unnest(ARRAY['first_response', 'completion']) n WHERE {here}",
    f"INSERT INTO journal_entry (at, event, subject_kind, subject, actor_kind, person, post, actor_name, area, before, after, words, salt, words_digest, facts) SELECT c.reported_at + k * interval '5 hours', (ARRAY[{NAMES}])[k + 1], 'case', c.id, 'person', c.reporter_id, NULL, '', c.area_id, CASE WHEN k = 0 THEN '' ELSE 'accepted' END, CASE WHEN k = 9 THEN 'closed' ELSE 'accepted' END, '', '', '', {TOLD} FROM cases_case c, generate_series(0, 9) k WHERE {{here}} ORDER BY 1",
    "INSERT INTO notices_notice (key, event, audience, person_id, \"case\", subject, words, address, facts, emergency, made_at, read_at) SELECT c.id || ':' || k, (ARRAY['case_reported', 'case_closed'])[k], 'reporter', c.reporter_id, c.id, c.title, '您反映的事项有了新进展。', '', '{}', false, c.reported_at, c.closed_at FROM cases_case c, generate_series(1, 2) k WHERE {here}",
    f"INSERT INTO measures_casefact (entry, \"case\", day, measure, value, kind, category, county, town, community, grid, unit) SELECT c.id * 10, c.id, (c.reported_at AT TIME ZONE 'Asia/Shanghai')::date, m, v, c.kind, c.category_id, c.county_id, c.town_id, c.community_id, c.grid_id, c.lead_unit_id FROM cases_case c, LATERAL (VALUES {FACTS_OF_A_CASE}) AS f (m, v) WHERE {{here}} AND (NOT c.open OR m IN ('reported', 'accepted', 'first_response'))",
]  # fmt: skip
ROLLUPS = "INSERT INTO measures_dailyrollup (day, kind, measure, dimension, member, count, total) " + " UNION ALL ".join(
    f"SELECT day, kind, measure, '{dimension}', {member}, count(*), sum(value) FROM measures_casefact WHERE {member} IS NOT NULL GROUP BY 1, 2, 3, 5"
    for dimension, member in (("area", "county"), ("area", "town"), ("area", "community"), ("unit", "unit"), ("category", "category"))
) + " UNION ALL SELECT day, kind, measure, 'all', 0, count(*), sum(value) FROM measures_casefact GROUP BY 1, 2, 3"  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    arguments = parser.parse_args()
    begun = time.perf_counter()
    fill(arguments.cases)
    print(f"{arguments.cases} cases in {time.perf_counter() - begun:.0f} s")
