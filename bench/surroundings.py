"""What every measurement stands on: a database of its own, a data folder of its own, and how figures are told."""

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
OUT = HERE / "out"


def on_postgres() -> None:
    """Go on with a throw-away PostgreSQL where DATABASE_URL names none."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return
    prepare = str(HERE.parent / "tools" / "prepare")
    os.execv(prepare, [prepare, "--postgres", sys.executable, *sys.argv])


def stand_up(**environment: str) -> str:
    """Django with settings of its own and an empty data folder; the folder's path."""
    folder = tempfile.mkdtemp(prefix="gridloop-bench-")
    os.environ["GRIDLOOP_DATA"] = folder
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gridloop.settings")
    os.environ.setdefault("GRIDLOOP_LOG_LEVEL", "ERROR")
    # A filled database is used by several scripts, each with a folder of its own.
    os.environ.setdefault("GRIDLOOP_SECRET_KEY", "bench" * 10)
    os.environ.setdefault("GRIDLOOP_PERSONAL_DATA_KEY", "bench" * 10)
    os.environ.setdefault("GRIDLOOP_HOSTS", "testserver,localhost,127.0.0.1")
    os.environ.update(environment)
    sys.path.insert(0, str(HERE.parent))
    import django

    django.setup()
    return folder


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def machine() -> dict[str, Any]:
    """Where the figures were taken: processor, cores, load before the run, versions."""
    from django.db import connection

    processor = next(
        (line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()" if connection.vendor == "postgresql" else "SELECT sqlite_version()")
        database = " ".join(cursor.fetchone()[0].split()[:2])
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "load": [round(load, 2) for load in os.getloadavg()],
        "python": platform.python_version(),
        "database": f"{connection.vendor} {database}",
        "commit": commit(),
    }


def commit() -> str:
    command = ["git", "-C", str(HERE.parent), "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def tell(name: str, rows: Sequence[dict[str, Any]], **more: Any) -> None:
    """Print the rows as a table and write them, with the machine, to bench/out/<name>.json."""
    where = machine()
    print(f"{where['processor']}, {where['cores']} cores, load {where['load'][0]}, {where['database']}")
    columns = list(dict.fromkeys(column for row in rows for column in row))
    shown = [[_shown(row.get(column, "")) for column in columns] for row in rows]
    widths = [max(len(line[place]) for line in [columns, *shown]) for place in range(len(columns))]
    for line in [columns, *shown]:
        cells = [cell.ljust(width) if not place else cell.rjust(width) for place, (cell, width) in enumerate(zip(line, widths, strict=True))]  # fmt: skip
        print("  ".join(cells).rstrip())
    OUT.mkdir(exist_ok=True)
    (OUT / f"{name}.json").write_text(
        json.dumps({"machine": where, "rows": list(rows), **more}, indent=1, ensure_ascii=False)
    )


def _shown(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
