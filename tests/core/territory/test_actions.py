"""Splitting, merging, moving and redrawing keep the tree whole and say what became of what."""

import pytest
from django.utils import timezone

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import Refusal, TooLate
from gridloop.core.journal.models import Entry
from gridloop.core.territory import geometry, queries, tree
from gridloop.core.territory.actions import (
    AreaRefused,
    NewGrid,
    add_area,
    merge_grids,
    move_area,
    recode_area,
    redraw_area,
    rename_area,
    retire_area,
    split_grid,
)
from gridloop.core.territory.geometry import BadShape
from gridloop.core.territory.locating import locate
from gridloop.core.territory.models import Area, AreaAlias

from .ground import square


def halves(grid):
    first, second = geometry.cut(grid.shape, [[121.21, 28.0], [121.21, 28.2]])
    return [NewGrid("东半", first), NewGrid("西半", second)]


def last(event):
    return Entry.objects.filter(event=event).latest("id")


def test_a_split_grid_lives_on_and_its_other_part_is_new(small):
    grid = small.grids[0]
    kept, new = split_grid(grid, halves(grid), by=SYSTEM, words="户数超过五百")
    assert kept.pk == grid.pk
    assert (new.code, new.parent_id) == (f"{small.here.code}003", small.here.pk)
    entry = last("area_split")
    assert (entry.facts["from"], entry.facts["to"]) == ([grid.pk], [grid.pk, new.pk])
    assert set(entry.facts["shapes"]) == {str(grid.pk), str(new.pk)}
    assert {locate(121.205, 28.11).area, locate(121.215, 28.11).area} == {kept.pk, new.pk}


def test_parts_must_fill_the_grid_without_overlap(small):
    grid = small.grids[0]
    first, second = halves(grid)
    with pytest.raises(AreaRefused):
        split_grid(grid, [first, first], by=SYSTEM)
    with pytest.raises(AreaRefused):
        split_grid(grid, [first, NewGrid("小", square(121.2, 28.1, 121.201, 28.101))], by=SYSTEM)
    with pytest.raises(AreaRefused):
        split_grid(grid, [first, NewGrid("无形")], by=SYSTEM)
    with pytest.raises(AreaRefused):
        split_grid(grid, [first], by=SYSTEM)
    with pytest.raises(AreaRefused):
        split_grid(small.here, [first, second], by=SYSTEM)
    assert not Entry.objects.filter(event="area_split").exists()


def test_merged_grids_become_one_and_the_others_retire(small):
    first, second = small.grids[:2]
    kept = merge_grids([first, second], by=SYSTEM, name="县前社区大网格")
    assert kept.pk == first.pk
    second.refresh_from_db()
    assert second.retired_at
    assert locate(121.23, 28.11).area == first.pk
    assert last("area_merged").facts["from"] == [first.pk, second.pk]
    assert tree.current().children(small.here.pk) == [first.pk]
    assert second.pk in tree.within(small.here.pk)  # its old cases are still the community's
    with pytest.raises(TooLate):
        rename_area(second, "不在了", by=SYSTEM)


def test_grids_of_two_communities_do_not_merge(small):
    with pytest.raises(AreaRefused):
        merge_grids([small.grids[1], small.grids[2]], by=SYSTEM)
    with pytest.raises(AreaRefused):
        merge_grids([small.grids[1], small.grids[1]], by=SYSTEM)


def test_a_moved_area_takes_everything_along(small):
    move_area(small.there, small.west, by=SYSTEM, code="331083001099")
    for grid in small.grids[2:]:
        grid.refresh_from_db()
        assert grid.path == f"{small.county.pk}/{small.west.pk}/{small.there.pk}/{grid.pk}/"
        assert tree.chain(grid.pk).town == small.west.pk
    entry = last("area_moved")
    assert (entry.facts["from"], entry.facts["to"]) == ([small.east.pk], [small.west.pk])
    assert queries.area_with_code("331083102210").pk == small.there.pk
    assert queries.area_with_code("331083001099").pk == small.there.pk


def test_no_cycles_no_wrong_levels(small):
    with pytest.raises(AreaRefused):
        move_area(small.west, small.here, by=SYSTEM)
    with pytest.raises(AreaRefused):
        move_area(small.grids[0], small.east, by=SYSTEM)  # a grid belongs to a community
    with pytest.raises(AreaRefused):
        move_area(small.here, small.grids[0], by=SYSTEM)
    with pytest.raises(AreaRefused):
        add_area("grid", name="野网格", code="x1", parent=small.east, by=SYSTEM)
    with pytest.raises(AreaRefused):
        add_area("town", name="孤镇", code="x2", parent=None, by=SYSTEM)


def test_of_two_movers_one_wins(small):
    seen = Area.objects.get(pk=small.there.pk)
    move_area(small.there, small.west, by=SYSTEM)
    with pytest.raises(TooLate):
        rename_area(seen, "中山新村", by=SYSTEM)


def test_a_redrawn_area_names_the_neighbours_it_overlaps(small):
    redraw_area(small.grids[0], square(121.2, 28.1, 121.225, 28.12), by=SYSTEM)
    assert last("area_redrawn").facts["overlaps"] == [small.grids[1].pk]
    redraw_area(small.grids[0], square(121.2, 28.1, 121.22, 28.12), by=SYSTEM)
    assert last("area_redrawn").facts["overlaps"] == []


@pytest.mark.parametrize(
    "shape",
    [
        {"type": "Point", "coordinates": [121, 28]},
        {"type": "Polygon", "coordinates": [[[121, 28], [122, 29], [122, 28], [121, 29], [121, 28]]]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[121, 28], [121.1, 28]]]},
        {"type": "Polygon", "coordinates": "nonsense"},
        {"type": "Polygon", "coordinates": [[[28, 121], [29, 121], [29, 122], [28, 121]]]},
        {"type": "Polygon", "coordinates": [[[121, 28], [121, 28], [121, 28], [121, 28]]]},
        [],
    ],
)
def test_what_is_no_polygon_is_refused_in_words(small, shape):
    with pytest.raises(BadShape) as refusal:
        redraw_area(small.grids[0], shape, by=SYSTEM)
    assert str(refusal.value.words)


def test_a_new_name_keeps_the_old_one_as_alias(small):
    rename_area(small.here, "前进社区", by=SYSTEM)
    assert AreaAlias.objects.filter(area=small.here, name="县前社区").exists()
    with pytest.raises(AreaRefused):
        rename_area(small.here, "  ", by=SYSTEM)


def test_codes_are_dated(small):
    today = timezone.localdate()
    recode_area(small.here, "331083001051", by=SYSTEM)
    old, new = small.here.codes.order_by("id")
    assert (old.code, old.until, new.code, new.since, new.until) == (
        "331083001001",
        today,
        "331083001051",
        today,
        None,
    )
    recode_area(small.here, "331083001052", by=SYSTEM)
    assert small.here.codes.filter(until=None).get().code == "331083001052"
    assert queries.area_with_code("331083001001", on=today.replace(year=today.year - 1)).pk == small.here.pk
    with pytest.raises(AreaRefused):
        recode_area(small.there, "331083001052", by=SYSTEM)


def test_only_an_empty_area_retires(small):
    with pytest.raises(AreaRefused):
        retire_area(small.here, by=SYSTEM)
    retire_area(small.grids[0], by=SYSTEM)
    assert last("area_retired").facts["to"] == [small.here.pk]
    assert locate(121.205, 28.11, within_metres=0) is None


def test_a_line_must_cross_the_grid(small):
    with pytest.raises(Refusal):
        geometry.cut(small.grids[0].shape, [[121.0, 28.0], [121.1, 28.0]])


def test_areas_are_found_by_name_code_and_alias(small):
    AreaAlias.objects.create(area=small.here, name="老县城")
    assert [found.name for found in queries.find_areas("县前")][:1] == ["县前社区"]
    assert queries.find_areas("331083102")[0] == small.east
    assert queries.find_areas("老县城") == [small.here]
    assert queries.find_areas(" ") == []
