"""Bringing in a spreadsheet of 54,000 volunteers: with wrong rows, duplicates and leading zeros, then again, then changed.

`python bench/volunteers_import.py [--rows 54000]`; a SQLite file of its own unless DATABASE_URL names an empty database.
Prints a table and writes bench/out/volunteers-import-<database>.json. Times are wall seconds.
"""

import argparse
import csv
import io
import random
import resource
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from surroundings import stand_up, tell

stand_up()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from gridloop.core.journal.actor import SYSTEM  # noqa: E402
from gridloop.core.people.models import Person  # noqa: E402
from gridloop.core.spreadsheets import write_rows  # noqa: E402
from gridloop.core.territory.drawing import load_demo_territory  # noqa: E402
from gridloop.core.territory.models import Area  # noqa: E402
from gridloop.scenes.volunteers.roster.importing import import_volunteers  # noqa: E402
from gridloop.scenes.volunteers.roster.models import Availability, Skill, Volunteer  # noqa: E402
from gridloop.scenes.volunteers.roster.reading import Landed  # noqa: E402

HEADERS = ["姓名", "手机号", "志愿者编号", "村（社区）", "技能", "服务时间", "在职", "工作单位"]
SKILLS = ["陪伴聊天", "陪同就医", "急救", "理发", "家电维修", "代购送物", "课业辅导", "心理疏导"]
TIMES = ["周六 09:00-17:00", "周日 14:00-18:00", "周一二三四五 18:30-21:00", ""]


def rows_of(count: int) -> list[list[str]]:
    """One row in fifty is wrong, one in fifty stands there twice."""
    dice = random.Random(7)
    communities = list(Area.objects.filter(level="community").values_list("code", flat=True))
    rows: list[list[str]] = []
    for number in range(count):
        if number % 50 == 25:
            rows.append([*rows[-1][:2], "", rows[-1][3], dice.choice(SKILLS), "", "", ""])
        elif number % 50 == 26:
            rows.append(["陈错误", "1380013", "", dice.choice(communities), "", "", "", ""])
        else:
            known = f"00{number:012d}" if number % 3 else ""
            skills = "，".join(dice.sample(SKILLS, dice.randint(1, 3)))
            rows.append(["王志愿", f"1900{number:07d}", known, dice.choice(communities), skills, dice.choice(TIMES),
                         "是" if number % 5 == 0 else "", "县医院" if number % 5 == 0 else ""])  # fmt: skip
    return rows


def as_csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([HEADERS, *rows])
    return text.getvalue().encode("gb18030")


def timed(name: str, file: bytes) -> dict[str, Any]:
    begun, processor = time.perf_counter(), time.process_time()
    landed: Landed = import_volunteers(file, by=SYSTEM)
    return {
        "run": name, "seconds": time.perf_counter() - begun, "cpu": time.process_time() - processor,
        "new": landed.made, "changed": landed.changed, "same": landed.same, "merged": landed.merged,
        "left out": len(landed.errors), "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=54_000)
    count = parser.parse_args().rows
    call_command("migrate", verbosity=0)
    load_demo_territory(by=SYSTEM)
    Skill.objects.bulk_create([Skill(code=f"s{place}", name=name) for place, name in enumerate(SKILLS)])
    rows = rows_of(count)
    xlsx = b"".join(write_rows(HEADERS, rows))
    table = [timed("XLSX, empty register", xlsx), timed("the same file again", xlsx)]
    held = Person.objects.count(), Volunteer.objects.count(), Availability.objects.count()
    for row in rows[::10]:
        row[4] = "，".join(SKILLS[:4])
    table.append(timed("CSV GB18030, a tenth changed", as_csv(rows)))
    same = (Person.objects.count(), Volunteer.objects.count(), Availability.objects.count()) == held
    tell(f"volunteers-import-{connection.vendor}", table, file_rows=count, nothing_doubled=same)
    print("nothing doubled" if same else "SOMETHING DOUBLED")


if __name__ == "__main__":
    main()
