"""Fire safety keeps what burnt and what was put right; whose premises they were goes, and so do words and photos."""

import datetime
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from gridloop.core.cases.forgetting import PEOPLE_DAYS, WORDS_DAYS
from gridloop.core.cases.models import Case
from gridloop.core.people import retention
from gridloop.core.people.privacy import erase_person, everything_held
from gridloop.scenes.fire.hazards.actions import keep_inspection
from gridloop.scenes.fire.hazards.checklists import checklist_for
from gridloop.scenes.fire.hazards.finding import find_hazard
from gridloop.scenes.fire.models import Hazard, Inspection
from tests import world
from tests.scenes.fire.ground import a_ground
from tests.scenes.fire.hazards.test_story import closed
from tests.stored import places_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground():
    return a_ground(stations=0)


def later(days: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + datetime.timedelta(days=days))


def test_who_put_a_hazard_right_is_forgotten_that_it_was_is_not(ground) -> None:
    by = world.acting(ground.grid_worker)
    hazard = closed(ground, find_hazard("exit", premises=ground.premises, found_by="worker", by=by))
    assert Case.objects.get(pk=hazard.case_id).facts["rectified_by"] == ground.owner.pk
    with later(PEOPLE_DAYS + 1):
        retention.apply_retention()
    hazard = Hazard.objects.get()
    assert hazard.rectified_by is None and hazard.closed_at and hazard.grade == "general"
    assert not {"owners", "rectified_by"} & set(Case.objects.get(pk=hazard.case_id).facts)


def test_an_owner_who_goes_takes_their_number_along(ground) -> None:
    ground.premises.duty_phone = "13955598765"
    ground.premises.save()
    assert everything_held(ground.owner)["premises"][0]["duty_phone"] == "13955598765"
    erase_person(ground.owner, by=world.acting(ground.owner))
    assert places_of("13955598765") == []


def test_words_and_photos_of_old_inspections_go(ground) -> None:
    photo, checklist = world.a_photo(ground.grid_worker), checklist_for(ground.premises)
    keep_inspection(
        ground.premises, checklist, {item["code"]: "good" for item in checklist.items}, words="老板娘在二楼带孩子",
        by=world.acting(ground.grid_worker), key=uuid4(), photos=[photo],
    )  # fmt: skip
    with later(WORDS_DAYS + 1):
        assert retention.apply_retention()["inspections"] == 1
    photo.refresh_from_db()
    assert places_of("老板娘") == [] and photo.erased_at and Inspection.objects.get().answers
