"""The worked example of docs/how-to-write-a-scene.md does what the page says: it is installed, checked and played."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "how-to-write-a-scene.md"
BLOCK = re.compile(r"^```(?:python|po)\n# (benches/\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SETTINGS = 'from gridloop.settings import *\n\nINSTALLED_APPS = [*INSTALLED_APPS, "benches"]\n'
STORY = """
import django; django.setup()
from gridloop.operations.serving import bring_tables_up_to_date
bring_tables_up_to_date(say=lambda words: None)
from gridloop.core.journal.models import Entry
from gridloop.core.scenes.validator import problems
from tests import world
from benches.story import play

mistakes = [words for words in problems() if "bench" in words]
assert mistakes == [], mistakes
town, resident = world.a_town(), world.a_resident()
room, worker = world.a_town_room(town.town), world.a_grid_worker(town.grids[0])
case = play(resident, town.spot(), asking=world.acting(resident), room=world.acting(room), worker=world.acting(worker))
assert (case.step, case.open, case.rating) == ("closed", False, 5), case.step
told = list(Entry.objects.filter(subject_kind="case").order_by("id").values_list("event", flat=True))
assert [event for event in told if event.startswith("bench")] == ["bench_promised", "bench_set_up", "bench_judged"], told
print("played")
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder that holds the example as a package, its words compiled, and settings that know it."""
    for name, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for words in tmp_path.rglob("*.po"):
        with words.open("rb") as source, words.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_po(source, locale="zh_Hans", abort_invalid=True))
    (tmp_path / "county_settings.py").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


def test_the_scene_of_the_page_passes_the_check_and_carries_a_case_to_its_verdict(installed: Path) -> None:
    surroundings = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {
        "DJANGO_SETTINGS_MODULE": "county_settings",
        "GRIDLOOP_DATA": str(installed / "data"),
        "PYTHONPATH": os.pathsep.join([str(installed), str(ROOT)]),
    }
    done = subprocess.run(
        [sys.executable, "-c", STORY], env=surroundings, capture_output=True, text=True, timeout=120
    )

    assert done.returncode == 0, done.stderr[-3000:]
    assert "played" in done.stdout
