"""Spreadsheets of organisations, persons and posts: right rows land, wrong ones are named, twice is once."""

import pytest

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import NotAllowed
from gridloop.core.journal.models import Entry
from gridloop.core.people.importing import export_sheet, import_sheet, write_template
from gridloop.core.people.models import Organisation, Person, Post
from gridloop.core.people.queries import reach_of
from gridloop.core.spreadsheets import NOTE_MARK, Unreadable, read_rows
from tests.core.people.town import acting, holding
from tests.world import a_town

pytestmark = pytest.mark.django_db

ORGANISATIONS = f"""组织编码*,组织名称,组织类型,上级编码,区划代码
{NOTE_MARK} 说明,,,,
0002,执法中队,bureau,0001,
0001,综合执法局,bureau,,331083000000
0003,,bureau,,
0004,某单位,没有的类型,,
0005,某单位,bureau,9999,
0006,某单位,bureau,,123
"""
PERSONS = """登录名,姓名,手机号,身份证号
wang,王小明,13800138001,11010519491231002X
li,李四,138-0013-8002,
zhang,张三,123,
zhao,赵五,13800138001,
qian,钱六,,110105194912310021
a b,孙七,,
"""
POSTS = """登录名,角色,单位编码,网格编码,任职日期,兼职
wang,grid_worker,,331083001001001,2024/1/5,是
li,unit_handler,0001,,,
li,grid_worker,,,,
wang,city_king,,,,
nobody,grid_worker,,331083001001001,,
li,leader,,331083001000,31. Januar,
"""
OWN = ("organisations", "persons", "posts")  # packages further down add sheets of theirs


def test_right_rows_land_and_wrong_ones_are_named() -> None:
    a_town()

    organisations = import_sheet("organisations", ORGANISATIONS.encode(), by=SYSTEM)
    persons = import_sheet("persons", PERSONS.encode("gb18030"), by=SYSTEM)
    posts = import_sheet("posts", POSTS.encode(), by=SYSTEM)

    assert (organisations.made, [error.row for error in organisations.errors]) == (2, [5, 6, 7, 8])
    assert Organisation.objects.get(code="0002").parent == Organisation.objects.get(code="0001")
    assert (persons.made, [error.row for error in persons.errors]) == (2, [4, 5, 6, 7])
    assert Person.objects.get(handle="li").phone == "13800138002"
    assert (posts.made, [error.row for error in posts.errors]) == (2, [4, 5, 6, 7])
    assert all(error.reason for result in (organisations, persons, posts) for error in result.errors)
    worker = Person.objects.get(handle="wang")
    assert worker.posts.get().part_time and len(reach_of(worker).areas) == 1


def test_twice_changes_nothing() -> None:
    a_town()
    files = {"organisations": ORGANISATIONS, "persons": PERSONS, "posts": POSTS}
    first = {kind: import_sheet(kind, file.encode(), by=SYSTEM) for kind, file in files.items()}
    counts = Organisation.objects.count(), Person.objects.count(), Post.objects.count()

    for kind, file in files.items():
        again = import_sheet(kind, file.encode(), by=SYSTEM)
        assert (again.made, again.changed, again.same) == (0, 0, first[kind].made)
        assert again.errors == first[kind].errors
    assert counts == (Organisation.objects.count(), Person.objects.count(), Post.objects.count())


def test_a_changed_row_changes_only_what_is_given() -> None:
    import_sheet("persons", PERSONS.encode(), by=SYSTEM)
    result = import_sheet("persons", "登录名,姓名,手机号\nwang,王大明,\n".encode(), by=SYSTEM)
    person = Person.objects.get(handle="wang")
    assert (result.changed, person.name, person.phone) == (1, "王大明", "13800138001")


def test_an_export_can_be_imported_again_and_holds_no_numbers() -> None:
    a_town()
    for kind, file in (("organisations", ORGANISATIONS), ("persons", PERSONS), ("posts", POSTS)):
        import_sheet(kind, file.encode(), by=SYSTEM)
    for kind in OWN:
        content = b"".join(export_sheet(kind, by=SYSTEM))
        assert "13800138001" not in str(list(read_rows(content)))
        again = import_sheet(kind, content, by=SYSTEM)
        assert (again.made, again.changed, again.errors) == (0, 0, [])
        assert again.same == 2


@pytest.mark.parametrize("kind", OWN)
def test_the_template_is_empty_and_has_every_column(kind: str) -> None:
    content = b"".join(write_template(kind))
    assert list(read_rows(content)) == []
    with pytest.raises(
        Unreadable
    ) as refused:  # rather than "nothing to change": somebody forgot to fill it in
        import_sheet(kind, content, by=SYSTEM)
    assert refused.value.code == "no_rows"


def test_a_missing_column_is_said_at_once() -> None:
    with pytest.raises(Unreadable):
        import_sheet("persons", "姓名\n王小明\n".encode(), by=SYSTEM)


def test_only_administrators_import() -> None:
    town = a_town()
    with pytest.raises(NotAllowed):
        import_sheet("persons", PERSONS.encode(), by=acting(holding("county_room", area=town.county)))


def test_the_journal_counts_but_never_quotes() -> None:
    import_sheet("persons", PERSONS.encode(), by=SYSTEM)
    entry = Entry.objects.get(event="spreadsheet_imported")
    assert entry.facts["made"] == 2
    assert not any("13800138001" in str(each.facts) + each.words for each in Entry.objects.all())
