"""A move that takes a second person: asked for by one, made when another approves, forgotten when refused."""

import pytest

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.errors import CaseError, MoveNotAllowed, MoveNotPossible
from gridloop.core.cases.queries import moves_open_to
from gridloop.core.cases.requests import awaits_approval
from gridloop.core.journal.queries import entries_of
from tests import world

pytestmark = pytest.mark.django_db

UNRESOLVED = {"reason_code": "no_money", "answer": "已列入明年计划"}


@pytest.fixture
def asked(case, cast):
    move_case(case, "accept", by=cast["by_worker"])
    return move_case(case, "close_unresolved", by=cast["by_room"], facts=UNRESOLVED)


def names(case, by):
    return {move.name for move in moves_open_to(case, by)}


def test_until_another_person_approves_the_case_stays_as_it_is(asked, cast):
    assert (asked.step, asked.open, asked.answer) == ("accepted", True, "")
    assert asked.deadlines.filter(name="completion", met_at=None).exists()
    assert awaits_approval(asked)


def test_whoever_asked_cannot_approve_and_others_whom_the_row_names_can(asked, cast):
    assert not names(asked, cast["by_room"]) & {"approve", "refuse_approval"}
    assert not names(asked, cast["by_worker"]) & {"approve", "refuse_approval"}
    assert {"approve", "refuse_approval"} <= names(asked, cast["by_leader"]) & names(asked, cast["by_county"])
    with pytest.raises(MoveNotAllowed):
        move_case(asked, "approve", by=cast["by_room"])


def test_approved_it_is_made_in_the_name_of_whoever_asked(asked, cast):
    case = move_case(asked, "approve", by=cast["by_leader"], facts={"words": "同意"})
    assert (case.step, case.outcome, case.answer) == ("closed", "unresolved", UNRESOLVED["answer"])
    closed = entries_of("case", case.pk).get(event="case_closed")
    assert (closed.person, closed.facts["approved_by"]) == (cast["room"].pk, cast["leader"].pk)
    approved = entries_of("case", case.pk).get(event="case_approved")
    assert (approved.person, approved.words, approved.facts["asked_move"]) == (
        cast["leader"].pk,
        "同意",
        "close_unresolved",
    )
    assert not awaits_approval(case)


def test_refused_it_is_forgotten_and_may_be_asked_for_again(asked, cast):
    case = move_case(asked, "refuse_approval", by=cast["by_leader"], facts={"reason": "先修再说"})
    assert (case.step, awaits_approval(case)) == ("accepted", False)
    move_case(case, "close_unresolved", by=cast["by_room"], facts=UNRESOLVED)
    assert move_case(case, "approve", by=cast["by_county"]).outcome == "unresolved"


def test_one_approval_at_a_time(asked, cast):
    with pytest.raises(CaseError):
        move_case(asked, "close_unresolved", by=cast["by_county"], facts=UNRESOLVED)


def test_what_has_moved_on_meanwhile_is_not_overruled_by_an_approval(asked, cast):
    """The answer was given for a case in hand; it has ended and come back since."""
    move_case(
        asked,
        "fix",
        by=cast["by_worker"],
        facts={"photos_after": [world.a_photo(cast["worker"]).pk], "answer": "已修好"},
    )
    with pytest.raises(MoveNotPossible):
        move_case(asked, "approve", by=cast["by_leader"])
    case = move_case(asked, "refuse_approval", by=cast["by_leader"], facts={"reason": "已办结"})
    assert case.step == "done"


def test_more_time_and_an_approval_may_wait_side_by_side(case, cast):
    move_case(case, "accept", by=cast["by_worker"])
    move_case(case, "dispatch", by=cast["by_room"], facts={"lead_unit": cast["unit"].pk})
    move_case(case, "extend", by=cast["by_handler"], facts={"days": 3, "reason": "等待配件"})
    case = move_case(case, "close_unresolved", by=cast["by_room"], facts=UNRESOLVED)
    assert {"grant_extension", "approve"} <= names(case, cast["by_county"])
    move_case(case, "grant_extension", by=cast["by_county"])
    assert move_case(case, "approve", by=cast["by_county"]).outcome == "unresolved"
