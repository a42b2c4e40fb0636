"""Files of messages: every row becomes a case or has a reason, twice doubles nothing, masked counties are built."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gridloop.core.cases.models import Case, Link
from gridloop.core.dispatch.importing import import_messages
from gridloop.core.dispatch.models import HotIssue
from gridloop.core.journal.errors import Refusal
from gridloop.core.territory.models import Area
from tests import world

DATA = Path(__file__).parents[4] / "shared" / "data" / "messages" / "resident_messages.csv"
HEAD = "留言编号,留言用户,留言主题,留言时间,留言详情,反对数,点赞数\n"

pytestmark = pytest.mark.django_db


def a_file(folder: Path, *rows: str) -> Path:
    file = folder / "messages.csv"
    file.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def test_each_row_becomes_a_case_or_is_listed(tmp_path):
    town = world.a_town()
    file = a_file(
        tmp_path,
        "1,u1,城中社区路灯不亮,2026/3/2 9:05:00,玉城街道城中社区第1网格的路灯坏了三天,0,12",
        "2,u2,想问公交,2026/3/3 10:00:00,末班车太早了,1,0",
        "2,u2,想问公交,2026/3/3 10:00:00,末班车太早了,1,0",
        "3,u3,,2026/3/4 10:00:00,,0,0",
        "4,u4,时间写错,昨天,读不出来,0,0",
        ",u5,没有编号,2026/3/4 10:00:00,也没有办法再认出来,0,0",
    )
    done = import_messages(file, errors=tmp_path / "left-out.csv")
    assert (done.rows, done.opened, [line for line, _number, _why in done.wrong]) == (6, 2, [4, 5, 6, 7])
    assert (tmp_path / "left-out.csv").read_text(encoding="utf-8-sig").count("\n") == 5
    lamp = Case.objects.get(facts__outside_number="1")
    assert (lamp.grid_id, lamp.voices, lamp.source) == (town.grids[0].pk, 13, "import")
    assert lamp.reported_at.isoformat() == "2026-03-02T01:05:00+00:00"
    assert lamp.deadlines.get(name="first_response").started_at == lamp.reported_at
    bus = Case.objects.get(facts__outside_number="2")
    assert (bus.area_id, bus.placed_by) == (town.county.pk, "none")

    again = import_messages(file)
    assert (again.opened, again.known, Case.objects.count()) == (0, 2, 2)


def test_an_interrupted_run_is_brought_to_its_end(tmp_path, monkeypatch):
    """Killed after the last case and before the links: the next run opens nothing and links all the same."""
    world.a_town()
    rows = [
        f"{n},u,路灯不亮{n},2026/3/{n} 9:00:00,城中社区东门口的路灯坏了三天没人修,0,²" for n in range(1, 7)
    ]
    file = a_file(tmp_path, *rows, "7,u,年份写错,0001/1/1,城中社区,0,0")

    def killed(*_given):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("gridloop.core.dispatch.importing.link_similar", killed)
        import_messages(file)
    assert Case.objects.count() == 6 and not Link.objects.exists()
    again = import_messages(file)
    assert (again.opened, again.known) == (0, 6) and Link.objects.exists()


def test_without_a_county_it_is_said_once_what_to_do(tmp_path):
    with pytest.raises(Refusal, match="--make-areas"):
        import_messages(a_file(tmp_path, "1,u,x,2026/3/1 9:00:00,y,0,0"))


def test_a_masked_county_is_built_from_the_words(tmp_path):
    rows = [
        f"{n},u,A市A3区梅花小区停车难,2026/3/{n} 9:00:00,A市A3区梅花小区车位太少，业主天天为停车吵架,0,2"
        for n in range(1, 6)
    ]
    done = import_messages(a_file(tmp_path, *rows), make_areas=True)
    assert list(Area.objects.order_by("pk").values_list("level", "name")) == [
        ("county", "A市"), ("town", "A3区"), ("community", "梅花小区"),
    ]  # fmt: skip
    assert done.placed == {"community": 5}
    assert Link.objects.filter(relation="similar").exists()
    issue = HotIssue.objects.get()
    assert issue.cases.count() == 5
    assert issue.heat == pytest.approx(sum(issue.arithmetic.values()))
    assert import_messages(a_file(tmp_path, *rows), make_areas=True).areas_made == 0


@pytest.fixture
def a_part_of_the_real_messages(tmp_path) -> Iterator[Path]:
    if not DATA.exists():
        pytest.skip("the residents' messages of ../shared/data are not here")
    with DATA.open(encoding="utf-8-sig") as file:
        lines = file.read().splitlines(keepends=True)
    part = tmp_path / "part.csv"
    part.write_text("".join(lines[:260]), encoding="utf-8")
    yield part


def test_real_messages_land_at_the_deepest_area_named(a_part_of_the_real_messages):
    done = import_messages(a_part_of_the_real_messages, make_areas=True)
    assert done.opened + len(done.wrong) == done.rows
    assert done.opened > 100
    assert done.placed["town"] + done.placed["community"] > done.opened / 3
    assert import_messages(a_part_of_the_real_messages, make_areas=True).opened == 0
