"""Free words find the deepest area they allow, and say when they do not decide."""

import pytest

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.territory.actions import add_alias, rename_area, retire_area
from gridloop.core.territory.addresses import match_address
from gridloop.core.territory.models import Area, Place

from .ground import area


def best(words: str) -> str:
    found = match_address(words)
    return found[0].name if found else ""


MEANT = [
    ("玉城街道xx社区3号楼东侧", "玉城街道"),
    ("玉环市楚门镇中山村村口的路灯不亮", "中山村委会"),
    ("楚门中山", "中山村委会"),
    ("楚门　镇 中山 村委会", "中山村委会"),
    ("县前社区第３网格垃圾没人收", "县前社区第3网格"),
    ("大麦屿街道双峰小区", "双峰社区"),
    ("大麦屿有人乱倒垃圾", "大麦屿街道"),
    ("我住在同善社区", "同善居委会"),
    ("后塘垟老人协会旁边", "后塘垟村委会"),
    ("沙门镇南山岙村", "南山岙村委会"),
    ("玉环经济开发区新城社区", "新城社区"),
    ("玉城街道办事处门口", "玉城街道"),
    ("很荣幸能给您写信", ""),
    ("玉城路堵车", ""),
    ("今天天气很好", ""),
    ("", ""),
]


def test_words_find_their_area(demo_county):
    found = [(words, best(words)) for words, _name in MEANT]
    assert found == MEANT


def test_a_place_gives_its_grid(demo_county):
    place = Place.objects.first()
    found = match_address(f"{place.address}门口")[0]
    assert (found.area, found.place) == (place.area_id, place.pk)


@pytest.fixture
def two_namesakes(small):
    area("community", "中山村委会", "331083001222", small.west)
    return small


def test_namesakes_are_told_apart_by_their_town(two_namesakes):
    assert match_address("楚门镇中山村")[0].area == two_namesakes.there.pk
    assert match_address("玉城街道的中山村")[0].area != two_namesakes.there.pk


def test_namesakes_nothing_tells_apart_give_the_area_around_them(two_namesakes):
    first, *others = match_address("中山村的路坏了")
    assert first.area == two_namesakes.county.pk
    assert {other.name for other in others} == {"中山村委会"}
    assert len(others) == 2


def test_aliases_and_former_names_count_and_retired_areas_do_not(small):
    add_alias(small.here, "老县城", by=SYSTEM)
    assert best("老县城菜场脏乱") == "县前社区"
    rename_area(small.here, "前进社区", by=SYSTEM)
    assert best("县前社区垃圾") == "前进社区"
    grid = small.grids[3]
    assert best("中山村第2网格") == grid.name
    retire_area(grid, by=SYSTEM)
    assert best("中山村第2网格") == "中山村委会"


def test_masked_names_of_real_messages(db):
    city = area("city", "A市", "A")
    districts = [area("county", f"A{n}区", f"A{n}", city) for n in range(1, 10)]
    town = area("town", "春华镇", "A7c", area("county", "A7县", "A7x", city))
    village = area("community", "金鼎村", "A7cj", town)
    assert match_address("A市A3区大道西行便道有护栏")[0].area == districts[2].pk
    assert match_address("Ａ３区道路命名")[0].area == districts[2].pk
    assert match_address("反映A7县春华镇金鼎村水泥路的问题")[0].area == village.pk
    assert match_address("A市的公交")[0].area == city.pk
    assert match_address("BA3区") == []


def test_a_large_tree_looks_into_the_towns_a_text_names(small, monkeypatch):
    monkeypatch.setattr("gridloop.core.territory.addresses.LARGE", 5)
    assert best("楚门镇中山村") == "中山村委会"
    assert best("中山村") == ""
    assert best("玉环市县前社区") == "县前社区"


def test_every_area_finds_itself_by_its_full_name(demo_county):
    from gridloop.core.territory import tree

    areas = tree.current()
    for found in Area.objects.exclude(level="county").filter(pk__in=list(areas)[::9]):
        assert match_address(areas.full_name(found.pk))[0].area == found.pk
