"""The tree knows every chain, and a change by anybody is seen by the next question."""

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import NotFound
from gridloop.core.territory import edition, tree
from gridloop.core.territory.actions import rename_area
from gridloop.core.territory.models import Area, TerritoryEdition
from gridloop.core.territory.tree import LEVELS, Tree


def test_chain_and_within_agree(small):
    grid = small.grids[0].pk
    chain = tree.chain(grid)
    assert chain == (small.county.pk, small.west.pk, small.here.pk, grid, None)
    assert tree.chain(small.west.pk).grid is None
    assert tree.within(small.west.pk) == {small.west.pk, small.here.pk, small.grids[0].pk, small.grids[1].pk}
    assert tree.full_name(grid) == "玉环市玉城街道县前社区第1网格"
    assert tree.full_name(small.grids[2].pk) == "玉环市楚门镇中山村第1网格"
    assert tree.current().children(small.county.pk) == [small.west.pk, small.east.pk]
    assert tree.current().at_level("grid", small.east.pk) == [small.grids[2].pk, small.grids[3].pk]
    assert tree.current().common([small.grids[0].pk, small.grids[3].pk]) == small.county.pk


def test_an_unknown_area_is_refused(small):
    with pytest.raises(NotFound):
        tree.chain(999_999)


def test_a_change_by_another_process_is_seen_at_once(small, django_assert_num_queries):
    assert tree.name(small.here.pk) == "县前社区"
    with django_assert_num_queries(1):
        tree.name(small.here.pk)
    Area.objects.filter(pk=small.here.pk).update(name="县后社区")  # as another process would
    TerritoryEdition.objects.update(number=TerritoryEdition.objects.get().number + 1)
    assert tree.name(small.here.pk) == "县后社区"


def test_inside_a_request_the_edition_is_asked_once(small, django_assert_num_queries):
    tree.current()
    with django_assert_num_queries(1), edition.steady():
        for _question in range(5):
            tree.chain(small.grids[0].pk)


def test_own_changes_are_seen_inside_the_same_request(small):
    with edition.steady():
        assert tree.name(small.here.pk) == "县前社区"
        rename_area(small.here, "前进社区", by=SYSTEM)
        assert tree.name(small.here.pk) == "前进社区"


def test_a_change_rolled_back_is_forgotten(small):
    with pytest.raises(RuntimeError), transaction.atomic():
        rename_area(small.here, "前进社区", by=SYSTEM)
        assert tree.name(small.here.pk) == "前进社区"
        raise RuntimeError
    assert tree.name(small.here.pk) == "县前社区"


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60))
def test_any_forest_keeps_its_order(draws):
    rows, ranks = [], {}
    for number, draw in enumerate(draws, start=1):
        above = draw % number or None
        if above is not None and ranks[above] == len(LEVELS) - 1:
            above = None
        ranks[number] = 0 if above is None else ranks[above] + 1
        rows.append((number, above, LEVELS[ranks[number]], f"名{number}", str(number), False))
    parents = {row[0]: row[1] for row in rows}
    forest = Tree(1, rows)
    for number in parents:
        around = [number]
        while parents[around[-1]]:
            around.append(parents[around[-1]])
        assert forest.around(number) == around
        assert forest.name(number) == f"名{number}"
        assert forest.level(number) == LEVELS[ranks[number]]
        inside = {other for other in parents if number in forest.around(other)}
        assert forest.within(number) == inside
        assert all(forest.is_within(other, number) == (other in inside) for other in parents)
