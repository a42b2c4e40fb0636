"""What waits for whose decision: the queue holds a case as long as the flow lets this person decide it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.deciding import decides, decisions_for
from gridloop.core.cases.queries import moves_open_to
from gridloop.core.cases.worklist import TO_DECIDE, Filters, queues_of, worklist
from tests import world

pytestmark = pytest.mark.django_db

UNRESOLVED = {"reason_code": "no_money", "answer": "已列入明年计划"}
DECIDING = {"approve", "grant_extension"}


@pytest.fixture
def asked(case, cast):
    move_case(case, "accept", by=cast["by_worker"])
    return move_case(case, "close_unresolved", by=cast["by_room"], facts=UNRESOLVED)


def to_decide(person):
    queue = next(queue for queue in queues_of(person) if queue.name == TO_DECIDE)
    return [case.number for case in worklist(person, Filters(), queue=queue).cases]


def test_an_approval_waits_for_everybody_who_can_give_it_but_for_whoever_asked(asked, cast):
    waits_for = {who for who in ("room", "county", "leader") if to_decide(cast[who])}
    may = {who for who in ("room", "county", "leader") if DECIDING & names(asked, cast[f"by_{who}"])}
    assert waits_for == may == {"county", "leader"}


def test_once_decided_it_waits_for_nobody(asked, cast):
    move_case(asked, "refuse_approval", by=cast["by_leader"], facts={"reason": "先修再说"})
    assert not decisions_for(cast["county"]).exists()


def test_more_time_waits_for_the_room_and_not_for_leaders(case, cast):
    move_case(case, "dispatch", by=cast["by_room"], facts={"lead_unit": cast["unit"].pk})
    move_case(case, "take", by=cast["by_handler"])
    case.deadlines.filter(name="completion").update(due_at=timezone.now() + timedelta(days=1))
    case = move_case(case, "extend", by=cast["by_handler"], facts={"days": 2, "reason": "等材料"})
    assert to_decide(cast["room"]) == to_decide(cast["county"]) == [case.number]
    assert to_decide(cast["leader"]) == []
    assert names(case, cast["by_room"]) & DECIDING and not names(case, cast["by_leader"]) & DECIDING


def test_another_towns_room_and_leader_have_nothing_to_decide(asked, town):
    for elsewhere in (world.a_town_room(town.other_town), world.a_leader(town.other_town)):
        assert decides(elsewhere) and not decisions_for(elsewhere).exists()


def test_who_never_decides_has_no_such_queue(cast):
    assert not decides(cast["worker"])
    assert TO_DECIDE not in {queue.name for queue in queues_of(cast["worker"])}


def names(case, by):
    return {move.name for move in moves_open_to(case, by)}
