"""Whatever a resident does in whatever order: once they are erased and all is closed, no string of theirs is anywhere."""

import random
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case
from gridloop.core.cases.queries import moves_open_to
from gridloop.core.journal.errors import Refusal
from gridloop.core.journal.sealing import seal_new_entries
from gridloop.core.journal.verifying import verify
from gridloop.core.measures.recounting import as_of
from gridloop.core.people import retention
from gridloop.core.people.models import Person
from gridloop.core.people.privacy import erase_person
from tests import world
from tests.core.cases.long_ago import HOUSE, NAME, PHONE, WORDS, after, catch_up_all, told
from tests.stored import places_of

pytestmark = pytest.mark.django_db
MOVES, SAID = 10, "门前三只花猫"


def answers(unit: int, words: str, chance: random.Random) -> dict[str, Any]:
    """Something for every need; what is wrong for a move is refused."""
    codes = ["unclear", "came_back", "not_fixed", "solved_itself", "no_money", "justified"]
    return {
        "lead_unit": unit, "reason": words, "words": words, "account": words, "answer": words, "days": 2,
        "reason_code": chance.choice(codes), "rating": chance.choice([1, 2, 4, 5]), "supervision": "1",
    }  # fmt: skip


def make_some_move(case: Case, person: Person, unit: int, words: str, chance: random.Random) -> None:
    by = world.acting(person)
    offered = [move for move in moves_open_to(case, by) if move.name != "link_duplicate"]
    try:
        with transaction.atomic():
            if offered:
                move_case(case, chance.choice(offered).name, by=by, facts=answers(unit, words, chance))
    except Refusal:
        pass


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), leaves_early=st.booleans())
def test_nothing_of_somebody_erased_is_left(seed: int, leaves_early: bool) -> None:
    chance = random.Random(seed)
    with transaction.atomic():
        town, unit = world.a_town(), world.a_unit()
        staff = {
            "by_worker": world.a_grid_worker(town.grids[0]),
            "by_room": world.a_town_room(town.town),
            "by_handler": world.a_handler(unit),
        }
        cast = {"unit": unit, **{name: world.acting(person) for name, person in staff.items()}}
        story = told(town, cast)
        for _each in range(MOVES):
            case = Case.objects.get(pk=story.case.pk)
            if chance.random() < 0.5:
                make_some_move(case, story.reporter, unit.pk, SAID, chance)
            else:
                make_some_move(case, chance.choice(list(staff.values())), unit.pk, "已知悉", chance)
        catch_up_all()
        seal_new_entries()

        if leaves_early:
            erase_person(story.reporter, by=world.acting(story.reporter))
        end(Case.objects.get(pk=story.case.pk))
        figures, today = as_of(timezone.localdate()), timezone.localdate()
        if not leaves_early:
            erase_person(story.reporter, by=world.acting(story.reporter))
        with after(3):
            retention.apply_retention()
            seal_new_entries()
            assert places_of(NAME, PHONE, HOUSE, WORDS, SAID) == []
            assert verify(full=True) == []
            assert as_of(today) == figures
        transaction.set_rollback(True)


def end(case: Case) -> None:
    """However far it came, it is over now."""
    Case.objects.filter(pk=case.pk, open=True).update(open=False, closed_at=timezone.now())
