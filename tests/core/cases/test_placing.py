"""Putting a case where it truly lies: by words, by a point, from the county's table into a grid."""

import pytest

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.errors import NeedNotMet
from gridloop.core.cases.opening import open_case
from gridloop.core.cases.queries import cases_within_reach, moves_open_to
from gridloop.core.cases.spots import Spot
from gridloop.core.clocks.actions import set_limit
from gridloop.core.clocks.limits import Limit
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.queries import entries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lost(town):
    """Imported with words that name no place here."""
    return open_case("report", title="路灯不亮", spot=Spot(town.county.pk, placed_by="none"), by=SYSTEM)


def middle_of(area):
    west, south = area.shape["coordinates"][0][0][:2]
    return {"longitude": west + 0.001, "latitude": south + 0.001}


def test_what_nobody_could_place_is_placed_by_the_county_and_lies_with_the_grid(lost, town, cast):
    assert (lost.level, lost.grid_id) == ("county", None)
    assert not cases_within_reach(cast["worker"]).filter(pk=lost.pk).exists()
    case = move_case(lost, "place", by=cast["by_county"], facts={"place": middle_of(town.grids[0])})
    assert (case.grid_id, case.level, case.placed_by) == (town.grids[0].pk, "grid", "point")
    assert cases_within_reach(cast["worker"]).filter(pk=case.pk).exists()
    assert "accept" in {move.name for move in moves_open_to(case, cast["by_worker"])}


def test_words_name_the_place_and_are_found_but_stay_out_of_the_journals_facts(lost, town, cast):
    case = move_case(lost, "place", by=cast["by_county"], facts={"place": town.community.name + "12号"})
    assert (case.community_id, case.placed_by, case.address) == (
        town.community.pk,
        "address",
        town.community.name + "12号",
    )
    entry = entries_of("case", case.pk).get(event="case_placed")
    assert "12号" not in f"{entry.facts}{entry.words}"
    assert entry.facts["area_before"] == town.county.pk and entry.facts["community"] == town.community.pk


def test_a_worker_gives_it_to_the_neighbouring_grid_whose_limits_count(case, town, cast):
    set_limit(
        Limit("report", "completion", 2, "working_days", area=town.grids[1].pk, edition="t"),
        by=cast["by_county"],
    )
    case = move_case(case, "accept", by=cast["by_worker"])
    before = case.due_at
    case = move_case(case, "place", by=cast["by_worker"], facts={"place": middle_of(town.grids[1])})
    assert (case.grid_id, case.worker_id) == (town.grids[1].pk, None)
    assert case.due_at < before
    assert not cases_within_reach(cast["worker"]).filter(pk=case.pk).exists()


def test_a_place_nobody_knows_is_refused_at_its_field(lost, cast):
    for given in ("火星", {"longitude": 10, "latitude": 10}, {}):
        with pytest.raises(NeedNotMet) as refusal:
            move_case(lost, "place", by=cast["by_county"], facts={"place": given})
        assert refusal.value.field == "place"
