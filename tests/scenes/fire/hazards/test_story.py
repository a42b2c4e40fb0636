"""A hazard from the sensor, the checklist or the phone to its closure, and the three difficulties counted from them."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.errors import CaseError, MoveNotAllowed, MoveNotPossible, NeedNotMet
from gridloop.core.cases.models import Case
from gridloop.core.cases.queries import case_within_reach
from gridloop.core.clocks import timers
from gridloop.core.journal import consumers
from gridloop.core.journal.errors import NotAllowed, NotFound, Refusal
from gridloop.core.notices.models import Notice
from gridloop.scenes.fire.alarms.actions import take_signals
from gridloop.scenes.fire.hazards import queries
from gridloop.scenes.fire.hazards.actions import keep_inspection, snap_hazard
from gridloop.scenes.fire.hazards.checklists import checklist_for, checklists, keep_checklist
from gridloop.scenes.fire.hazards.finding import find_hazard
from gridloop.scenes.fire.models import Checklist, Hazard, Inspection
from tests import world
from tests.scenes.fire.ground import a_device, a_ground, rings, some_premises

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground():
    return a_ground(stations=0)


def work() -> None:
    while timers.handle_due("test") + sum(
        consumers.drain(name)
        for name in ("fire_telling", "fire_opening", "fire_hazards", "fire_hazard_telling", "notices")
    ):
        pass


def at_place(ground) -> dict[str, float]:
    return {"longitude": ground.premises.longitude, "latitude": ground.premises.latitude}


def as_(person):
    return world.acting(person)


def photo(person) -> list[int]:
    return [world.a_photo(person).pk]


def rectified(ground, case: Case) -> Case:
    facts = {"account": "线路已更换", "photos_after": photo(ground.owner)}
    return move_case(case, "rectify", by=as_(ground.owner), facts=facts)


def looked_at(ground, case: Case) -> Case:
    facts = {"photos_after": photo(ground.grid_worker), "position": at_place(ground)}
    return move_case(case, "reinspect", by=as_(ground.grid_worker), facts=facts)


def closed(ground, hazard: Hazard) -> Hazard:
    case = move_case(hazard.case, "order", by=as_(ground.grid_worker), facts={"grade": "general"})
    looked_at(ground, rectified(ground, case))
    hazard.refresh_from_db()
    return hazard


def test_from_the_sensor_to_the_closed_hazard(ground):
    meter = a_device(ground.premises, "electrical", spot="配电箱")
    take_signals([rings(meter, "reading", rule="leakage", leakage=420)])
    take_signals([rings(meter, "reading", rule="leakage", leakage=430)])
    work()
    hazard = Hazard.objects.get()
    case = hazard.case
    assert (hazard.kind, hazard.found_by, hazard.device, case.step) == (
        "electrical",
        "device",
        meter,
        "found",
    )
    assert "420" in case.words
    assert Notice.objects.filter(person=ground.owner, event="hazard_found").exists()
    case = move_case(
        case, "order", by=as_(ground.grid_worker), facts={"grade": "general", "words": "更换漏电线路"}
    )
    case = rectified(ground, case)
    with pytest.raises(MoveNotAllowed):
        move_case(case, "reinspect", by=as_(ground.owner), facts={})
    with pytest.raises(NeedNotMet):
        move_case(case, "reinspect", by=as_(ground.grid_worker), facts={"position": at_place(ground)})
    case = looked_at(ground, case)
    hazard.refresh_from_db()
    assert not case.open and hazard.closed_at and hazard.rectified_by == ground.owner
    work()
    assert Notice.objects.filter(person=ground.owner, event="hazard_closed").exists()
    assert Notice.objects.filter(person=ground.grid_worker, event="hazard_rectified").exists()


def test_whoever_rectified_it_cannot_close_it(ground):
    hazard = find_hazard("exit", premises=ground.premises, found_by="worker", by=as_(ground.grid_worker))
    facts = {"account": "已清理", "photos_after": photo(ground.grid_worker)}
    case = move_case(hazard.case, "rectify", by=as_(ground.grid_worker), facts=facts)
    with pytest.raises(MoveNotAllowed):
        looked_at(ground, case)
    facts = {"photos_after": photo(ground.duty), "position": at_place(ground)}
    assert not move_case(case, "reinspect", by=as_(ground.duty), facts=facts).open


def test_a_device_that_reads_well_again_waits_for_somebody_to_look(ground):
    meter = a_device(ground.premises, "water")
    take_signals([rings(meter, "reading", rule="water_low", pressure=0.05)])
    work()
    take_signals([rings(meter, "reading", rule="water_low", on=False)])
    work()
    case = Case.objects.get(kind="hazard")
    assert case.step == "rectified" and case.open


def test_the_third_time_is_shown_and_linked(ground):
    for time in (1, 2, 3):
        hazard = find_hazard("exit", premises=ground.premises, found_by="worker", by=as_(ground.grid_worker))
        assert hazard.times == time
        closed(ground, hazard)
    assert hazard.earlier.times == 2
    assert hazard.case.links.get().relation == "repeats"


def test_a_general_hazard_can_be_extended_by_another_and_a_major_one_cannot(ground):
    hazard = find_hazard("exit", premises=ground.premises, found_by="worker", by=as_(ground.grid_worker))
    case = move_case(hazard.case, "order", by=as_(ground.grid_worker), facts={"grade": "general"})
    before = case.due_at
    case = move_case(case, "extend", by=as_(ground.owner), facts={"days": 5, "reason": "配件未到"})
    case = move_case(case, "grant_extension", by=as_(ground.room))
    assert case.due_at > before
    major = find_hazard("gas", premises=ground.premises, found_by="worker", by=as_(ground.grid_worker))
    case = move_case(major.case, "order", by=as_(ground.grid_worker), facts={"grade": "major"})
    assert case.urgency == 2 and case.due_at < before
    with pytest.raises(MoveNotPossible):
        move_case(case, "extend", by=as_(ground.owner), facts={"days": 5, "reason": "配件未到"})


def test_an_inspection_makes_a_hazard_of_every_bad_item_and_once(ground):
    checklist = checklist_for(ground.premises)
    answers = {item["code"]: "good" for item in checklist.items} | {"exit_free": "bad", "bikes": "bad"}
    key = uuid4()
    for _ in range(2):
        keep_inspection(
            ground.premises, checklist, answers, by=as_(ground.grid_worker), key=key,
            point=(ground.premises.longitude, ground.premises.latitude + 0.001),
        )  # fmt: skip
    inspection = Inspection.objects.get()
    assert (inspection.found, inspection.metres) == (2, 111)
    assert set(Hazard.objects.values_list("kind", "grade")) == {("exit", "major"), ("charging", "major")}
    with pytest.raises(Refusal):
        keep_inspection(ground.premises, checklist, {"exit_free": "good"}, by=as_(ground.grid_worker))
    for stranger in (ground.owner, world.a_grid_worker(ground.town.other_grid)):
        with pytest.raises(NotAllowed):
            keep_inspection(ground.premises, checklist, answers, by=as_(stranger))


def test_a_checklist_is_changed_by_adding_a_version(ground):
    old = checklists()[0]
    admin = world.with_post("administrator")
    new = keep_checklist(old.code, old.title, old.items[:3], by=as_(admin))
    assert (new.version, len(checklists())) == (2, len({row.code for row in Checklist.objects.all()}))
    assert new in checklists() and old not in checklists()
    with pytest.raises(NotAllowed):
        keep_checklist(old.code, old.title, old.items, by=as_(ground.grid_worker))
    with pytest.raises(Refusal):
        keep_checklist(old.code, old.title, [{"title": "?"}], by=as_(admin))


def test_a_resident_snaps_a_hazard_and_follows_it(ground):
    resident = world.a_resident()
    hazard = snap_hazard(
        "lane",
        words="消防通道被占",
        spot=ground.town.spot(),
        by=as_(resident),
        reporter=resident,
        key=uuid4(),
    )
    assert hazard.found_by == "resident" and hazard.case.reporter == resident
    assert case_within_reach(resident, hazard.case.number)
    assert case_within_reach(ground.grid_worker, hazard.case.number)
    assert hazard in queries.hazards_in_reach(ground.room)
    with pytest.raises(NotFound):
        case_within_reach(world.a_town_room(ground.town.other_town), hazard.case.number)
    with pytest.raises(Refusal):
        snap_hazard("lane", words=" ", spot=ground.town.spot(), by=as_(resident))
    with pytest.raises(CaseError):
        snap_hazard("lane", words="外县", spot=None or ground.town.spot(9), by=as_(resident))


def test_three_difficulties_count_what_is_open_how_fast_it_went_and_what_came_back(ground):
    now = timezone.now()
    days = iter((120, 118, 60, 58, 3))
    with time_machine.travel(now - timedelta(days=next(days)), tick=False) as clock:
        first = find_hazard("exit", premises=ground.premises, found_by="worker", by=as_(ground.grid_worker))
        clock.move_to(now - timedelta(days=next(days)))
        closed(ground, first)
        clock.move_to(now - timedelta(days=next(days)))
        again = find_hazard("exit", premises=ground.premises, found_by="worker", by=as_(ground.grid_worker))
        clock.move_to(now - timedelta(days=next(days)))
        closed(ground, again)
        clock.move_to(now - timedelta(days=next(days)))
        find_hazard(
            "gas", premises=ground.premises, found_by="worker", by=as_(ground.grid_worker), grade="major"
        )
    Case.objects.filter(open=True).update(overdue=True)
    since, until = (now - timedelta(days=365)).date(), now.date()
    together, town = queries.three_difficulties(ground.county, since=since, until=until)
    assert (together.open, together.major, together.overdue, together.found, together.closed) == (
        1,
        1,
        1,
        3,
        2,
    )
    assert (together.median_days, together.p90_days) == (2.0, 2.0)
    assert (together.followed, together.again, together.repeat_rate) == (1, 1, 1.0)
    assert town.name == "玉城街道"
    for choice, count in (
        ("open", 1),
        ("major", 1),
        ("overdue", 1),
        ("found", 3),
        ("closed", 2),
        ("again", 1),
        ("repeated", 1),
    ):
        assert queries.behind(ground.county, choice, since=since, until=until).count() == count, choice
    page = Client()
    page.force_login(ground.county)
    told = page.get("/desk/fire/hazards/", {"since": since.isoformat(), "until": until.isoformat()}).text
    assert re.search(r'反复出现.*?choice=repeated[^>]*><span class="number">1</span>', told, re.DOTALL)
    stranger = world.a_town_room(ground.town.other_town)
    assert queries.three_difficulties(stranger, since=since, until=until)[0].found == 0


def test_one_open_hazard_a_device_and_kind(ground):
    meter = a_device(some_premises(ground.town), "electrical")
    first = find_hazard(
        "electrical", premises=meter.premises, found_by="device", by=as_(ground.duty), device=meter
    )
    assert (
        find_hazard(
            "electrical", premises=meter.premises, found_by="device", by=as_(ground.duty), device=meter
        )
        == first
    )
