"""Organisations: founded, moved, dissolved, and paired."""

import pytest

from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.people import actions, organising
from tests.core.people.town import a_bureau, acting, holding
from tests.world import a_town

pytestmark = pytest.mark.django_db


def test_an_organisation_cannot_stand_below_itself() -> None:
    top = a_bureau()
    middle = a_bureau("中队", parent=top)
    facts = {"name": top.name, "kind": top.kind, "area": None, "by": SYSTEM}
    for parent in (top, middle):
        with pytest.raises(Refusal):
            organising.change_organisation(top, parent=parent, **facts)
    assert organising.change_organisation(
        middle, name="大队", kind="bureau", parent=None, area=None, by=SYSTEM
    ) == [
        "name",
        "parent_id",
    ]


def test_codes_are_unique_and_kinds_known() -> None:
    bureau = a_bureau()
    with pytest.raises(Refusal):
        actions.found_organisation("另一个", kind="bureau", code=bureau.code, by=SYSTEM)
    with pytest.raises(Refusal):
        actions.found_organisation("另一个", kind="circus", code="C1", by=SYSTEM)


def test_only_an_empty_organisation_is_dissolved_and_once() -> None:
    top = a_bureau()
    below = a_bureau("中队", parent=top)
    head = holding("unit_head", organisation=below)
    with pytest.raises(Refusal):
        actions.retire_organisation(below, by=SYSTEM)
    with pytest.raises(Refusal):
        actions.retire_organisation(top, by=SYSTEM)
    actions.end_post(head.posts.get(), by=SYSTEM)
    actions.retire_organisation(below, by=SYSTEM)
    actions.retire_organisation(top, by=SYSTEM)
    with pytest.raises(TooLate):
        actions.retire_organisation(top, by=SYSTEM)
    with pytest.raises(Refusal):
        holding("unit_head", organisation=top)


def test_organisations_are_paired_once_and_part_again() -> None:
    one, other = a_bureau(), a_bureau("中学")
    partnership = organising.pair_organisations(one, other, kind="co_building", by=SYSTEM)
    with pytest.raises(Refusal):
        organising.pair_organisations(other, one, kind="co_building", by=SYSTEM)
    with pytest.raises(Refusal):
        organising.pair_organisations(one, one, kind="twinning", by=SYSTEM)
    organising.pair_organisations(other, one, kind="twinning", by=SYSTEM)
    organising.end_partnership(partnership, by=SYSTEM)
    with pytest.raises(TooLate):
        organising.end_partnership(partnership, by=SYSTEM)


def test_only_administrators_organise() -> None:
    town = a_town()
    room = acting(holding("county_room", area=town.county))
    bureau = a_bureau()
    for attempt in (
        lambda: actions.found_organisation("某", kind="bureau", code="C1", by=room),
        lambda: actions.retire_organisation(bureau, by=room),
        lambda: organising.pair_organisations(bureau, bureau, kind="twinning", by=room),
    ):
        with pytest.raises(NotAllowed):
            attempt()
