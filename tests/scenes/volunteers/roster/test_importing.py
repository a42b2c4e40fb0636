"""A spreadsheet of volunteers: leading zeros, the same person twice, wrong rows with reasons, twice the same file."""

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from openpyxl import Workbook
from typer.testing import CliRunner

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import NotAllowed, Refusal
from gridloop.core.journal.models import Entry
from gridloop.core.people.models import Person
from gridloop.core.spreadsheets import read_rows, write_errors
from gridloop.scenes.volunteers.roster.importing import import_volunteers
from gridloop.scenes.volunteers.roster.models import Availability, Membership, Volunteer
from gridloop.scenes.volunteers.roster.reading import weekly_of
from tests import world
from tests.scenes.volunteers.roster.neighbourhood import a_clerk, a_skill, a_team, a_volunteer

pytestmark = pytest.mark.django_db
HEADERS = ["姓名", "手机号", "志愿者编号", "村（社区）", "技能", "所属队伍", "服务时间", "在职", "工作单位"]


def csv(*rows: list[str], headers: list[str] = HEADERS) -> bytes:
    return "\n".join(",".join(row) for row in [headers, *rows]).encode("gb18030")


def xlsx(*rows: list) -> bytes:
    book, file = Workbook(), io.BytesIO()
    book.active.append(HEADERS)
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def counts(landed):
    return landed.made, landed.changed, landed.same, landed.merged, [error.row for error in landed.errors]


def test_right_rows_land_whole_and_wrong_ones_are_listed_with_a_reason(town):
    a_skill("急救"), a_team(town)
    landed = import_volunteers(
        csv(
            ["王小明", "13800000001", "0012000034", "城中社区", "急救", "城中社区志愿服务队", "周六、周日 09:00-17:00", "是", "县医院"],
            ["", "13800000002", "", "城中社区"],
            ["李四", "12345", "", "城中社区"],
            ["赵六", "13800000003", "", "无此社区"],
            ["孙七", "13800000004", "", "城中社区", "飞行"],
            ["周八", "13800000005", "", "331083001001", "", "", "有空就来"],
            ["吴九", "13800000006", "", "331083001001"],
        ),
        by=SYSTEM,
    )  # fmt: skip

    assert counts(landed) == (2, 0, 0, 0, [3, 4, 5, 6, 7])
    reasons = [
        row["原因"] if "原因" in row else list(row.values())[1]
        for row in read_rows(b"".join(write_errors(landed.errors)))
    ]
    assert len(reasons) == 5 and all(reasons)
    first = Volunteer.objects.get(number="0012000034")
    assert (first.person.name, first.person.phone, first.in_service) == ("王小明", "13800000001", True)
    assert first.work_unit == "县医院" and first.skills.get().name == "急救"
    assert Membership.objects.get(volunteer=first).state == "member"
    assert sorted(first.availability.values_list("weekday", "since", "until")) == [
        (5, 540, 1020),
        (6, 540, 1020),
    ]
    assert Volunteer.objects.exclude(pk=first.pk).get().number.startswith("L331083")
    assert Entry.objects.filter(event="volunteer_enrolled").count() == 2


def test_twice_the_same_file_doubles_nothing(town):
    a_skill("急救")
    file = xlsx(
        ["王小明", 13800000001, "0012000034", "城中社区", "急救", "", "周六 09:00-12:00"],
        ["李小红", "13800000002", "", "城中社区"],
    )
    assert counts(import_volunteers(file, by=SYSTEM)) == (2, 0, 0, 0, [])
    before = Person.objects.count(), Availability.objects.count()

    assert counts(import_volunteers(file, by=SYSTEM)) == (0, 0, 2, 0, [])
    assert (Person.objects.count(), Availability.objects.count()) == before


def test_the_same_person_twice_is_merged_and_a_contradiction_reported(town):
    a_skill("急救"), a_skill("理发")
    landed = import_volunteers(
        csv(
            ["王小明", "13800000001", "", "城中社区", "急救"],
            ["王小明", "138 0000 0001", "0000000777", "城中社区", "理发"],
            ["王大明", "13800000001", "", "城中社区"],
            ["李小红", "13800000002", "0000000777", "城中社区"],
        ),
        by=SYSTEM,
    )

    assert counts(landed) == (1, 0, 0, 1, [4, 5])
    volunteer = Volunteer.objects.get()
    assert volunteer.number == "0000000777" and volunteer.skills.count() == 2


def test_known_people_are_found_by_phone_or_number_and_completed(town):
    resident = world.a_resident("王小明")
    volunteer = a_volunteer(town)
    a_skill("急救")
    landed = import_volunteers(
        csv(
            ["王小明", resident.phone, "", "城中社区"],
            ["何志愿", "", volunteer.number, "城中社区", "急救"],
            ["冒名", resident.phone, volunteer.number, "城中社区"],
        ),
        by=SYSTEM,
    )

    assert (landed.made, landed.changed) == (1, 1) and len(landed.errors) == 1
    assert Volunteer.objects.get(person=resident).community == town.community
    assert volunteer.skills.count() == 1


def test_a_new_national_number_takes_the_place_of_our_own(town):
    volunteer = a_volunteer(town)

    landed = import_volunteers(
        csv(["何志愿", volunteer.person.phone, "3310832020000123", "城中社区"]), by=SYSTEM
    )

    volunteer.refresh_from_db()
    assert counts(landed) == (0, 1, 0, 0, []) and volunteer.number == "3310832020000123"


def test_a_clerk_brings_in_their_own_community_only(town):
    clerk = a_clerk(town)
    rows = ["王小明", "13800000001", "", "城中社区"], ["李小红", "13800000002", "", "东门社区"]

    landed = import_volunteers(csv(*rows), by=world.acting(clerk))

    assert counts(landed) == (1, 0, 0, 0, [3])
    with pytest.raises(NotAllowed):
        import_volunteers(csv(*rows), by=world.acting(world.a_resident()))


def test_english_headers_do_as_well_and_a_missing_column_is_said(town):
    rows = [["Wang", "13800000001", "331083001001", "Sat 09:00-17:00"]]
    file = csv(*rows, headers=["Name", "Mobile number", "Community", "Weekly times"])
    assert import_volunteers(file, by=SYSTEM).made == 1
    with pytest.raises(Refusal):
        import_volunteers(csv(["王小明"], headers=["姓名"]), by=SYSTEM)


def test_who_left_a_team_is_not_put_back_by_a_file(town):
    volunteer, team = a_volunteer(town), a_team(town, name="护河队")
    Membership.objects.create(team=team, volunteer=volunteer, state="left")

    import_volunteers(csv(["何志愿", volunteer.person.phone, "", "城中社区", "", "护河队"]), by=SYSTEM)

    assert Membership.objects.get().state == "left"


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("周六 09:00-17:00", [(5, 540, 1020)]),
        ("星期天 8:30～11:30", [(6, 510, 690)]),
        ("每日 18:00-20:00", [(day, 1080, 1200) for day in range(7)]),
        ("Mon 09:00-10:00; Tue 09:00-10:00", [(0, 540, 600), (1, 540, 600)]),
        ("", []),
    ],
)
def test_weekly_times_are_read_as_people_write_them(words, hours):
    assert [tuple(each) for each in weekly_of(words)] == hours


@given(some.lists(some.lists(some.text(max_size=12), min_size=9, max_size=9), max_size=6))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_file_breaks_the_import(rows):
    world_rows = [
        [cell.replace(",", "").replace("\n", "").replace("\r", "").replace('"', "") for cell in row]
        for row in rows
    ]
    try:
        landed = import_volunteers(csv(*world_rows).decode("gb18030", "ignore").encode(), by=SYSTEM)
    except (Refusal, UnicodeEncodeError):
        return
    assert landed.made == 0


def test_the_command_lists_what_was_left_out(town, tmp_path, monkeypatch):
    from gridloop.operations import standing_up
    from gridloop.scenes.volunteers.commands import app

    monkeypatch.setattr(standing_up, "stand_up_with_tables", lambda: None)
    file, wrong = tmp_path / "volunteers.csv", tmp_path / "wrong.xlsx"
    file.write_bytes(csv(["王小明", "13800000001", "", "城中社区"], ["李四", "1", "", "城中社区"]))

    done = CliRunner().invoke(app, ["import", str(file), "--errors", str(wrong)])

    assert done.exit_code == 0 and "1 new" in done.output and "1 left out" in done.output
    assert [row["行号"] if "行号" in row else next(iter(row.values())) for row in read_rows(wrong)] == ["3"]
