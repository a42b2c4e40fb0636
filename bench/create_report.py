"""What one report costs over HTTP: SQL statements, server CPU and wall time, located, classified, ruled, with its clocks.

Needs an empty PostgreSQL in DATABASE_URL (tools/prepare --postgres brings one). The request goes through the whole
WSGI application in this process, so that CPU is the server's alone. Prints a table and writes bench/out/create_report.json.
"""

import argparse
import io
import json
import os
import statistics
import tempfile
import uuid
from pathlib import Path
from time import perf_counter, process_time

OUT = Path(__file__).parent / "out" / "create_report.json"
WORDS = ["小区门口的垃圾三天没人收，气味很大", "路灯坏了晚上看不见路", "楼道里堆着电动车，不安全", "下水道堵了，污水流到路上"]


def stand_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridloop.settings")
    os.environ["GRIDLOOP_DATA"] = tempfile.mkdtemp(prefix="gridloop-bench-")
    os.environ.setdefault("GRIDLOOP_HOSTS", "localhost,testserver")
    os.environ.setdefault("GRIDLOOP_LOG_LEVEL", "ERROR")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def prepare() -> tuple[str, list[tuple[float, float]]]:
    """The demo territory, classes, a classifier, a rule, and a token."""
    from gridloop.api.actions import make_token
    from gridloop.core.cases.classes import load_classes, shipped_classes
    from gridloop.core.cases.models import Category
    from gridloop.core.dispatch.classifier import put_in_use
    from gridloop.core.dispatch.models import Rule
    from gridloop.core.dispatch.training import train
    from gridloop.core.journal.actor import SYSTEM
    from gridloop.core.people.models import Person, Post
    from gridloop.core.territory.drawing import load_demo_territory
    from gridloop.core.territory.models import Area

    load_demo_territory(by=SYSTEM)
    load_classes(shipped_classes(), by=SYSTEM)
    names = list(Category.objects.exclude(parent=None).values_list("name", flat=True)[:20])
    texts = [f"{name} 请处理第{turn}处的{name}问题，{WORDS[turn % 4]}" for name in names for turn in range(20)]
    put_in_use(train(texts, [name for name in names for _turn in range(20)]), name="bench", rows=len(texts), by=SYSTEM)
    Rule.objects.create(position=1, name="rubbish", conditions={"words": ["垃圾"]}, level="town", active=True)
    person = Person.objects.create(handle="bench")
    Post.objects.create(person=person, role="county_room", area=Area.objects.get(level="county"))
    secret = make_token("bench", scopes=["cases:write"], person=person, rate=0, by=SYSTEM)
    points = Area.objects.filter(level="grid").exclude(longitude=None).values_list("longitude", "latitude")[:200]
    return secret, list(points)


def request_of(secret: str, point: tuple[float, float], turn: int, *, phone: bool) -> dict[str, object]:
    body: dict[str, object] = {"words": f"{WORDS[turn % 4]}（{turn}）", "place": {"longitude": point[0], "latitude": point[1]}}
    if phone:
        body["reporter"] = {"phone": f"138{turn % 500:08d}"}
    sent = json.dumps(body).encode()
    return {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/api/v1/cases", "QUERY_STRING": "", "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost", "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(sent)), "HTTP_AUTHORIZATION": f"Bearer {secret}", "HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4()),
        "wsgi.input": io.BytesIO(sent), "wsgi.errors": io.StringIO(), "wsgi.url_scheme": "http", "wsgi.version": (1, 0),
        "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip


def ask(application: object, environment: dict[str, object]) -> None:
    status: list[str] = []
    answer = application(environment, lambda line, headers, *_more: status.append(line))  # type: ignore[operator]
    body = b"".join(answer)
    answer.close()
    assert status[0].startswith("201"), (status, body)


def statements(application: object, environment: dict[str, object]) -> list[str]:
    from django.db import connection

    asked: list[str] = []

    def note(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        ask(application, environment)
    return asked


def measure(application: object, secret: str, points: list[tuple[float, float]], rounds: int, *, phone: bool) -> dict[str, object]:
    requests = [request_of(secret, points[turn % len(points)], turn, phone=phone) for turn in range(rounds + 50)]
    for environment in requests[:50]:
        ask(application, environment)
    walls, cpu = [], process_time()
    for environment in requests[50:]:
        start = perf_counter()
        ask(application, environment)
        walls.append((perf_counter() - start) * 1000)
    cpu_each = (process_time() - cpu) * 1000 / rounds
    sql = statements(application, request_of(secret, points[0], 0, phone=phone))
    return {
        "statements": len(sql),
        "cpu_ms": round(cpu_each, 2),
        "wall_ms_median": round(statistics.median(walls), 2),
        "wall_ms_p95": round(sorted(walls)[int(len(walls) * 0.95)], 2),
        "sql": [" ".join(line.split())[:90] for line in sql],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--show", action="store_true", help="print the statements too")
    options = parser.parse_args()
    stand_up()
    secret, points = prepare()
    from django.core.wsgi import get_wsgi_application
    from django.db import connection

    application = get_wsgi_application()
    found = {"database": connection.vendor}
    print(f"{'report':<24}{'statements':>11}{'CPU ms':>9}{'median ms':>11}{'p95 ms':>9}")
    for name, phone in (("without a reporter", False), ("with a reporter", True)):
        row = measure(application, secret, points, options.rounds, phone=phone)
        found[name] = row
        print(f"{name:<24}{row['statements']:>11}{row['cpu_ms']:>9}{row['wall_ms_median']:>11}{row['wall_ms_p95']:>9}")
        if options.show:
            print("\n".join(row["sql"]))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
