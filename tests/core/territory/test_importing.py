"""Files people have become areas; wrong rows are listed with reasons; twice is once."""

import json

import openpyxl
import pytest

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.models import Entry
from gridloop.core.territory import drawing, tree
from gridloop.core.territory.importing import UnreadableFile, import_division
from gridloop.core.territory.models import Area, AreaCode

from .ground import square

FIVE = {
    "provinces.csv": 'code,name\n33,"浙江省"\n',
    "cities.csv": 'code,name,provinceCode\n3310,"台州市",33\n4419,"东莞市",44\n',
    "areas.csv": 'code,name,cityCode,provinceCode\n331083,"玉环市",3310,33\n331004,"路桥区",3310,33\n',
    "streets.csv": 'code,name,areaCode,provinceCode,cityCode\n331083001,"玉城街道",331083,33,3310\n',
    "villages.csv": "code,name,streetCode,provinceCode,cityCode,areaCode\n"
    '331083001001,"县前社区居委会",331083001,33,3310,331083\n331083001002,,331083001,33,3310,331083\n'
    '331083001001,"又一个",331083001,33,3310,331083\n331083009009,"孤村",331083009,33,3310,331083\n',
}


@pytest.fixture
def five(tmp_path):
    for name, text in FIVE.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_five_level_tables_land_and_twice_changes_nothing(db, five):
    landed = import_division(five, by=SYSTEM)
    assert (landed.created, landed.changed) == (6, 0)
    assert [(row.source, row.line) for row in landed.wrong] == [
        ("cities.csv", 3),
        ("villages.csv", 3),
        ("villages.csv", 4),
        ("villages.csv", 5),
    ]
    assert len({str(row.words) for row in landed.wrong}) == 4
    village = Area.objects.get(code="331083001001")
    assert tree.full_name(village.pk) == "浙江省台州市玉环市玉城街道县前社区居委会"
    assert village.path == "".join(f"{each}/" for each in reversed(tree.current().around(village.pk)))

    again = import_division(five, by=SYSTEM)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 6)
    assert Area.objects.count() == 6


def test_one_county_of_the_tables_with_the_areas_around_it(db, five):
    import_division(five, by=SYSTEM, within="331083")
    assert set(Area.objects.filter(level="county").values_list("name", flat=True)) == {"玉环市"}
    assert Area.objects.filter(level="province").exists()


def test_an_import_is_one_journal_entry_a_file(db, five):
    import_division([five / "provinces.csv"], by=SYSTEM)
    entry = Entry.objects.get(event="areas_imported")
    assert entry.facts == {"created": 1, "changed": 0, "wrong": 0}


def test_the_shipped_county_lands_from_the_plain_table(db):
    from importlib.resources import files

    progress = []
    landed = import_division(
        str(files(drawing.__package__) / "data" / "yuhuan_331083.csv"),
        by=SYSTEM,
        progress=lambda name, done, total: progress.append((done, total)),
    )
    assert (landed.created, landed.wrong) == (235, [])
    assert progress[-1] == (235, 235)
    assert Area.objects.filter(level="community").count() == 222


def spreadsheet(path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_a_spreadsheet_with_chinese_headers(small, tmp_path):
    rows = [
        ("级别", "代码", "名称", "上级代码", "户数", "网格类型"),
        ("网格", 331083001001003, "县前社区第3网格", "331083001001", 412, "专属网格"),
        ("网格", "331083001001001", "县前社区第1网格", "331083001001", 388, None),
        ("网格", "331083001001004", "错网格", "331083001000", 1, None),
        ("网格", "331083001001005", "错网格", "331083001001", "很多", None),
        ("星系", "9", "银河", None, None, None),
        (None,) * 6,
    ]
    landed = import_division(spreadsheet(tmp_path / "网格.xlsx", rows), by=SYSTEM)
    assert (landed.created, landed.changed, sorted(row.line for row in landed.wrong)) == (1, 1, [4, 5, 6])
    made = Area.objects.get(code="331083001001003")
    assert (made.households, made.purpose, made.parent_id) == (412, "dedicated", small.here.pk)


def test_a_new_code_with_the_former_one_keeps_the_area(small, tmp_path):
    rows = [
        ("级别", "代码", "名称", "上级代码", "原代码"),
        ("村", "331083102299", "中山村委会", "331083102000", small.there.code),
    ]
    landed = import_division(spreadsheet(tmp_path / "改码.xlsx", rows), by=SYSTEM)
    assert (landed.created, landed.wrong) == (0, [])
    small.there.refresh_from_db()
    assert small.there.code == "331083102299"
    assert AreaCode.objects.filter(area=small.there, code="331083102210", until__isnull=False).exists()


def test_another_parent_moves_the_area_with_all_inside(small, tmp_path):
    rows = [
        ("level", "code", "name", "parent"),
        ("community", small.there.code, "中山村委会", small.west.code),
    ]
    landed = import_division(spreadsheet(tmp_path / "move.xlsx", rows), by=SYSTEM)
    assert landed.changed == 1
    assert tree.chain(small.grids[2].pk).town == small.west.pk


def test_shapes_come_by_code_and_bad_ones_are_named(small, tmp_path):
    bow = {
        "type": "Polygon",
        "coordinates": [[[121, 28], [121.1, 28.1], [121.1, 28], [121, 28.1], [121, 28]]],
    }

    def feature(code, shape):
        return {"type": "Feature", "properties": {"grid": code}, "geometry": shape}

    file = tmp_path / "shapes.geojson"
    features = [
        feature(small.grids[0].code, square(121.3, 28.1, 121.31, 28.11)),
        feature(small.grids[1].code, bow),
        feature("1", square(121.3, 28.1, 121.31, 28.11)),
        feature(small.grids[2].code, {"type": "Point", "coordinates": [121, 28]}),
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    landed = import_division(file, by=SYSTEM, code_property="grid")
    assert (landed.changed, [row.line for row in landed.wrong]) == (1, [2, 3, 4])
    small.grids[0].refresh_from_db()
    assert small.grids[0].longitude == pytest.approx(121.305)
    assert import_division(file, by=SYSTEM, code_property="grid").changed == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"x,y\n1,2\n"),
        ("a.xlsx", b"nonsense"),
        ("a.geojson", b"[1, 2]"),
        ("a.geojson", b"{"),
        ("a.csv", b""),
    ],
)
def test_a_file_of_something_else_is_refused(db, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableFile):
        import_division(tmp_path / name, by=SYSTEM)


def test_a_missing_file_is_refused(db, tmp_path):
    with pytest.raises(UnreadableFile):
        import_division(tmp_path / "nothing.csv", by=SYSTEM)


def test_gb18030_tables_are_read(db, tmp_path):
    (tmp_path / "a.csv").write_bytes("级别,代码,名称,上级代码\n县,331083,玉环市,\n".encode("gb18030"))
    assert import_division(tmp_path / "a.csv", by=SYSTEM).created == 1
    assert Area.objects.get().name == "玉环市"
