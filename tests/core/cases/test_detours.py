"""What a case has to stand: clocks through detours, people who overreach, numbers written oddly."""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gridloop.core.cases import deadlines
from gridloop.core.cases.actions import move_case
from gridloop.core.cases.errors import CaseError, MoveNotAllowed, MoveNotPossible, NeedNotMet
from gridloop.core.cases.opening import open_case
from gridloop.core.cases.spots import Spot, spot_at
from gridloop.core.clocks.actions import set_limit
from gridloop.core.clocks.limits import Limit
from gridloop.core.clocks.models import Timer
from gridloop.core.clocks.working_time import due
from gridloop.core.journal.actor import SYSTEM
from tests import world
from tests.core.cases.test_moving import at_handling, at_verified

pytestmark = pytest.mark.django_db

CHINA = ZoneInfo("Asia/Shanghai")
DONE = {"account": "完成", "answer": "已修好"}


def running(case, name):
    return case.deadlines.filter(name=name, met_at=None, task=None).first()


def test_the_second_check_after_a_rework_has_a_clock(case, cast):
    at_handling(case, cast)
    case = move_case(case, "complete", by=cast["by_handler"], facts=DONE)
    assert running(case, "verification")
    move_case(case, "rework", by=cast["by_room"], facts={"reason": "没有清干净"})
    move_case(case, "take", by=cast["by_handler"])
    case = move_case(case, "complete", by=cast["by_handler"], facts=DONE)
    assert running(case, "verification") and case.due_at is not None


def test_a_reopened_case_must_be_taken_on_in_time_again(case, cast):
    case = at_verified(case, cast)
    case = move_case(case, "review", by=cast["by_resident"], facts={"rating": 4})
    case = move_case(
        case, "reopen", by=cast["by_resident"], facts={"reason_code": "came_back", "words": "又来"}
    )
    assert running(case, "arrival")


def test_more_time_goes_to_the_lead_units_clock_not_to_an_assistants(case, cast):
    case = at_handling(case, cast)
    due = case.due_at
    move_case(case, "extend", by=cast["by_handler"], facts={"days": 3, "reason": "等待配件"})
    other = world.a_unit("供电公司")
    move_case(case, "co_dispatch", by=cast["by_room"], facts={"assistants": [other.pk], "words": "断电"})
    assistants = case.tasks.get(organisation=other).deadlines.get().due_at
    case = move_case(case, "grant_extension", by=cast["by_room"])
    assert case.due_at > due + timedelta(days=2)
    assert case.tasks.get(organisation=other).deadlines.get().due_at == assistants


def test_more_time_granted_while_the_clock_stands_is_not_lost(case, cast):
    case = at_handling(case, cast)
    due = case.due_at
    move_case(case, "extend", by=cast["by_handler"], facts={"days": 3, "reason": "等待配件"})
    move_case(case, "ask", by=cast["by_handler"], facts={"words": "哪一栋？"})
    move_case(case, "grant_extension", by=cast["by_room"])
    case = move_case(case, "answer", by=cast["by_resident"], facts={"words": "3号楼"})
    assert case.due_at > due + timedelta(days=2)


def test_a_corrected_class_forgets_neither_pauses_nor_more_time(case, cast):
    """Three working days instead of five; one was lost to a question, two more were granted."""
    other = world.a_category("0901", "急事")
    set_limit(Limit("report", "completion", 3, "working_days", "0901", edition="t"), by=cast["by_county"])
    case = at_handling(case, cast)
    clock = running(case, "completion")
    begun = datetime(2026, 11, 30, 9, tzinfo=CHINA)  # a Monday
    clock.started_at, clock.due_at = begun, due(begun, 5, "working_days").at
    deadlines.stop(clock, begun + timedelta(days=1))
    deadlines.go_on(clock, begun + timedelta(days=2))
    deadlines.lengthen(clock, begun + timedelta(days=2, hours=1), 2)
    assert clock.due_at == datetime(2026, 12, 10, 9, tzinfo=CHINA)  # 5 + 1 + 2 working days
    clock.save()

    move_case(case, "correct", by=cast["by_room"], facts={"category": other.pk})
    clock.refresh_from_db()
    assert clock.due_at == datetime(2026, 12, 8, 9, tzinfo=CHINA)


def test_a_question_the_room_stopped_waiting_for_does_not_end_a_later_suspension(case, cast):
    case = at_handling(case, cast)
    move_case(case, "ask", by=cast["by_handler"], facts={"words": "哪一栋？"})
    move_case(case, "resume", by=cast["by_room"])
    move_case(case, "ask", by=cast["by_handler"], facts={"words": "哪一个单元？"})
    move_case(case, "resume", by=cast["by_room"])
    case = move_case(
        case, "suspend", by=cast["by_room"], facts={"reason_code": "weather", "days": 30, "reason": "台风"}
    )
    assert not Timer.objects.filter(key__startswith="question:", done_at=None).exists()
    with pytest.raises((CaseError, MoveNotPossible)):
        move_case(case, "question_over", by=SYSTEM)
    case.refresh_from_db()
    assert case.suspended_at is not None


def test_a_neighbour_who_joined_cannot_withdraw_what_another_reported(case, cast):
    neighbour = world.a_resident("邻居")
    move_case(case, "join", by=world.acting(neighbour))
    with pytest.raises((MoveNotAllowed, MoveNotPossible)):
        move_case(case, "withdraw", by=world.acting(neighbour), facts={"reason_code": "other"})


def test_who_reported_cannot_withdraw_what_others_stand_behind(case, cast):
    neighbour = world.a_resident("邻居")
    move_case(case, "join", by=world.acting(neighbour))
    case.refresh_from_db()
    with pytest.raises(CaseError):
        move_case(case, "withdraw", by=cast["by_resident"], facts={"reason_code": "other"})
    case.refresh_from_db()
    assert case.open and case.parties.filter(person=neighbour).exists()


def test_fixing_on_the_spot_waits_for_those_who_were_called_and_for_parts(case, cast):
    photo = world.a_photo(cast["worker"])
    move_case(case, "accept", by=cast["by_worker"])
    other = world.a_unit("供电公司")
    move_case(case, "co_dispatch", by=cast["by_room"], facts={"assistants": [other.pk], "words": "断电"})
    with pytest.raises(CaseError, match="供电公司"):
        move_case(case, "fix", by=cast["by_worker"], facts={"photos_after": [photo.pk], "answer": "好了"})
    move_case(case, "release", by=cast["by_room"], facts={"reason": "不需要"})
    move_case(case, "split", by=cast["by_room"], facts={"parts": "甲\n乙"})
    with pytest.raises(CaseError):
        move_case(case, "fix", by=cast["by_worker"], facts={"photos_after": [photo.pk], "answer": "好了"})


@pytest.mark.parametrize("rating", [2, "2", 2.0, "２", " 2", "02", 1.0])
def test_a_bad_review_is_bad_however_the_number_is_written(case, cast, rating):
    case = at_verified(case, cast)
    assert move_case(case, "review", by=cast["by_resident"], facts={"rating": rating}).step == "callback"


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 10**40, -1, "x", [1], {"a": 1}, None, "²"])
def test_odd_numbers_are_refused_in_words(case, cast, value):
    case = at_verified(case, cast)
    with pytest.raises(NeedNotMet):
        move_case(case, "review", by=cast["by_resident"], facts={"rating": value})


@pytest.mark.parametrize("value", [float("inf"), 10**40, "x", [1, 10**40], {"a": 1}, "²", [[1]], [None]])
@pytest.mark.parametrize(
    ("move", "name", "more"),
    [
        ("dispatch", "lead_unit", {}),
        ("dispatch", "assistants", {"lead_unit": "unit"}),
        ("dispatch", "category", {"lead_unit": "unit"}),
        ("dispatch", "urgency", {"lead_unit": "unit"}),
        ("link_duplicate", "case", {}),
        ("hand_up", "reason_code", {}),
        ("split", "parts", {}),
        ("fix", "photos_after", {"answer": "x"}),
    ],
)
def test_odd_values_are_refused_in_words(case, cast, move, name, more, value):
    case = move_case(case, "accept", by=cast["by_worker"])
    facts = {**more, name: value}
    if more.get("lead_unit"):
        facts["lead_unit"] = cast["unit"].pk
    with pytest.raises(NeedNotMet):
        move_case(case, move, by=cast["by_worker"] if move == "fix" else cast["by_room"], facts=facts)


def test_a_worker_hands_up_what_lies_with_the_grid_only(case, cast):
    move_case(case, "accept", by=cast["by_worker"])
    move_case(case, "hand_up", by=cast["by_worker"], facts={"reason_code": "beyond_grid"})
    with pytest.raises((MoveNotAllowed, MoveNotPossible, CaseError)):
        move_case(case, "hand_up", by=cast["by_worker"], facts={"reason_code": "beyond_grid"})


def test_nothing_is_handed_down_to_where_there_is_nobody(town, cast):
    somewhere = open_case(
        "report", title="不知何处", spot=Spot(town.county.pk), by=cast["by_county"], source="phone"
    )
    move_case(somewhere, "accept", by=cast["by_county"])
    with pytest.raises(CaseError):
        move_case(somewhere, "hand_down", by=cast["by_county"], facts={"reason": "属村社"})


def test_the_tasks_of_an_ended_case_are_over(case, cast):
    case = at_handling(case, cast)
    other = world.a_unit("供电公司")
    move_case(case, "co_dispatch", by=cast["by_room"], facts={"assistants": [other.pk], "words": "断电"})
    move_case(
        case, "close_unresolved", by=cast["by_room"], facts={"reason_code": "no_money", "answer": "明年"}
    )
    case = move_case(case, "approve", by=cast["by_county"])
    assert not case.tasks.filter(state__in=["sent", "taken"]).exists()


def test_a_reopened_duplicate_is_a_case_of_its_own_again(case, cast, town):
    second = world.a_resident("钱居民")
    twin = world.a_report(town, reporter=second)
    twin = move_case(twin, "link_duplicate", by=cast["by_room"], facts={"case": case.number})
    twin = move_case(
        twin, "reopen", by=world.acting(second), facts={"reason_code": "not_fixed", "words": "不是同一件事"}
    )
    assert twin.duplicate_of is None


def test_a_duplicate_leads_only_to_a_case_of_its_kind_within_reach(case, cast, town):
    elsewhere = open_case("report", title="别处", spot=spot_at(121.41, 28.11), by=cast["by_county"])
    with pytest.raises(CaseError):
        move_case(case, "link_duplicate", by=cast["by_room"], facts={"case": elsewhere.number})


def test_a_question_asked_while_another_system_has_it_does_not_start_the_clocks(case, cast):
    move_case(case, "accept", by=cast["by_worker"])
    move_case(
        case,
        "transfer_out",
        by=cast["by_room"],
        facts={"system": "12345", "outside_number": "A1", "reason": "归属"},
    )
    move_case(case, "ask", by=cast["by_room"], facts={"words": "哪一栋？"})
    move_case(case, "answer", by=cast["by_resident"], facts={"words": "3号楼"})
    case.refresh_from_db()
    assert case.due_at is None


def test_one_key_for_two_cases_is_refused_not_swallowed(case, cast, town):
    key = uuid.uuid4()
    other = world.a_report(town)
    move_case(case, "accept", by=cast["by_worker"], key=key)
    with pytest.raises(CaseError):
        move_case(other, "accept", by=cast["by_worker"], key=key)


def test_a_latecomer_does_not_pass_the_verdict(case, cast):
    neighbour = world.a_resident("邻居")
    move_case(case, "join", by=world.acting(neighbour))
    case = at_verified(case, cast)
    late = world.a_resident("后来")
    move_case(case, "join", by=world.acting(late))
    with pytest.raises(MoveNotAllowed):
        move_case(case, "review", by=world.acting(late), facts={"rating": 5})
    assert move_case(case, "review", by=world.acting(neighbour), facts={"rating": 4}).step == "closed"


def test_nobody_judges_their_own_work(case, cast):
    move_case(case, "join", by=cast["by_handler"])
    case = at_verified(case, cast)
    with pytest.raises(MoveNotAllowed):
        move_case(case, "review", by=cast["by_handler"], facts={"rating": 5})
