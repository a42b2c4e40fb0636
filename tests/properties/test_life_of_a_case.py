"""Whatever moves are made in whatever order: clocks, turns and the journal agree at every step."""

import random
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import NEVER, Case
from gridloop.core.cases.queries import moves_open_to
from gridloop.core.clocks.models import Timer
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.errors import Refusal
from gridloop.core.journal.models import Entry
from tests import world

pytestmark = pytest.mark.django_db
MOVES = 14


def answers(unit: int, chance: random.Random) -> dict[str, Any]:
    """Something for every need a move may have; what is wrong for a move is refused, which must change nothing."""
    return {
        "lead_unit": unit, "reason": "原因说明", "words": "补充说明", "account": "已到场处理", "answer": "感谢反映，已处理",
        "reason_code": chance.choice(["unclear", "not_ours", "recurred", "unresolved", "no_money"]), "rating": chance.choice([1, 2, 4, 5]),
        "days": 2, "supervision": "1", "outcome": "explained",
    }  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_every_sequence_of_moves_keeps_the_books(seed: int) -> None:
    chance = random.Random(seed)
    with transaction.atomic():
        town = world.a_town()
        unit = world.a_unit()
        people = [
            world.a_town_room(town.town),
            world.a_leader(town.town),
            world.a_grid_worker(town.grids[0]),
            world.a_handler(unit),
            world.a_resident(),
        ]
        case, made = world.a_report(town, reporter=people[-1]), 0
        for _each in range(MOVES):
            person = chance.choice(people)
            by = chance.choice([world.acting(person)] * 9 + [SYSTEM])
            case = Case.objects.get(pk=case.pk)
            offered = moves_open_to(case, by)
            if not offered:
                continue
            name = chance.choice(offered).name
            try:
                with transaction.atomic():
                    move_case(
                        case,
                        name,
                        by=by,
                        facts=answers(unit.pk, chance),
                        turn=case.turn,
                    )
                made += 2 if name == "approve" else 1  # the approved move follows
            except Refusal:
                pass
            check_books(Case.objects.get(pk=case.pk), made)
        transaction.set_rollback(True)


def check_books(case: Case, made: int) -> None:
    assert case.turn == made
    assert case.queue_at == (case.due_at or NEVER)
    running = [clock for clock in case.deadlines.filter(met_at=None) if clock.due_at]
    if case.open:
        dues = [clock.due_at for clock in running if clock.task_id is None]
        assert case.due_at == min(dues, default=None)
    else:
        assert not running and case.due_at is None and case.closed_at is not None
        assert not Timer.objects.filter(key=f"ladder:case:{case.pk}", done_at=None).exists()
    told = list(
        Entry.objects.filter(subject_kind="case", subject=case.pk)
        .order_by("id")
        .values_list("before", "after")
    )
    assert len(told) == made + 1
    assert told[0][0] == "" and told[-1][1] == case.step
    assert all(one[1] == other[0] for one, other in pairwise(told))
