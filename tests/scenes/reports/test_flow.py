"""The flow of a report, tried from its own table: every move, by every role."""

import pytest

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.errors import MoveNotAllowed
from gridloop.core.cases.models import Case
from gridloop.core.cases.queries import moves_open_to
from gridloop.core.journal.actor import Actor
from gridloop.core.scenes.validator import kind_problems
from gridloop.scenes.reports.flow import MOVES, STEPS, report
from tests import world

pytestmark = pytest.mark.django_db

ENDED = [step.name for step in STEPS if step.shape == "ended"]


def test_the_table_has_no_mistakes():
    assert list(kind_problems(report)) == []


@pytest.fixture
def stage():
    town = world.a_town()
    unit = world.a_unit()
    people = {
        "nobody": None,
        "resident": world.a_resident(),
        "grid_worker": world.a_grid_worker(town.grids[0]),
        "town_room": world.a_town_room(town.town),
        "county_room": world.a_county_room(town.county),
        "unit": world.a_handler(unit),
        "stranger_worker": world.a_grid_worker(town.other_grid),
        "stranger_room": world.a_town_room(town.other_town),
        "stranger_unit": world.a_handler(world.a_unit("别的局")),
    }
    case = world.a_report(town, reporter=people["resident"])
    return town, unit, people, case


def test_every_move_is_refused_to_every_role_its_row_does_not_name(stage):
    """What a page offers and what the engine allows are one rule, for each of the rows and each of the roles."""
    _town, unit, people, case = stage
    strangers = ("nobody", "stranger_worker", "stranger_room", "stranger_unit")
    for step in STEPS:
        Case.objects.filter(pk=case.pk).update(step=step.name, open=step.name not in ENDED, lead_unit=unit)
        case.refresh_from_db()
        for name, person in people.items():
            actor = world.acting(person) if person else Actor(kind="person")
            offered = {move.name for move in moves_open_to(case, actor, person)}
            if name in strangers:
                assert offered <= {"join"}, f"{name} at {step.name}: {offered}"
            for move in MOVES:
                if move.name in offered or not move.leads_from(step.name, open=case.open):
                    continue
                if move.when and not move.when(case):
                    continue
                with pytest.raises(MoveNotAllowed):
                    move_case(case, move.name, by=actor, facts={"rating": 5})


def test_from_every_step_somebody_can_lead_on(stage):
    for step in STEPS:
        if step.shape != "ended":
            assert any(
                move.leads_from(step.name, open=True) and move.to not in ("=", step.name) for move in MOVES
            ), step.name
