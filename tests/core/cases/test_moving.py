"""A case on its way through the loop: told as the stories people live through."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from gridloop.core.cases.actions import move_case, move_cases
from gridloop.core.cases.errors import CaseError, MoveNotAllowed, MoveNotPossible, NeedNotMet
from gridloop.core.cases.models import Case, Party
from gridloop.core.clocks.models import Timer
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.models import Entry
from tests import world

pytestmark = pytest.mark.django_db


def events(case):
    return list(
        Entry.objects.filter(subject_kind="case", subject=case.pk)
        .order_by("id")
        .values_list("event", flat=True)
    )


def at_handling(case, cast):
    move_case(case, "accept", by=cast["by_worker"])
    move_case(case, "dispatch", by=cast["by_room"], facts={"lead_unit": cast["unit"].pk})
    return move_case(case, "take", by=cast["by_handler"])


def at_verified(case, cast):
    return to_verified(at_handling(case, cast), cast)


def to_verified(case, cast):
    move_case(
        case,
        "complete",
        by=cast["by_handler"],
        facts={"account": "清运两车", "answer": "垃圾已清运，今后每天清理。"},
    )
    return move_case(case, "verify", by=cast["by_worker"])


def test_a_report_travels_from_the_resident_to_the_residents_verdict(case, cast):
    case = at_verified(case, cast)
    case = move_case(case, "review", by=cast["by_resident"], facts={"rating": 5, "words": "很快，谢谢"})

    assert (case.step, case.open, case.outcome, case.rating) == ("closed", False, "fixed", 5)
    assert events(case) == [
        "case_reported", "case_accepted", "case_dispatched", "case_taken", "case_completed", "case_verified", "case_reviewed",
    ]  # fmt: skip
    assert case.due_at is None
    assert not case.deadlines.filter(met_at=None).exists()


def test_a_bad_review_leads_to_a_callback_a_rectification_and_one_follow_up_review(case, cast):
    case = at_verified(case, cast)
    case = move_case(case, "review", by=cast["by_resident"], facts={"rating": 2})
    assert case.step == "callback"

    case = move_case(case, "call_back", by=cast["by_room"], facts={"account": "居民反映仍有异味"})
    assert case.step == "rectifying"
    assert case.deadlines.filter(name="rectification", met_at=None).exists()

    case = move_case(
        case, "rectify", by=cast["by_handler"], facts={"account": "再次冲洗", "answer": "已再次冲洗消毒"}
    )
    case = move_case(case, "review", by=cast["by_resident"], facts={"rating": 1})
    assert case.step == "closed"
    assert list(case.reviews.values_list("round", "rating").order_by("round")) == [(1, 2), (2, 1)]


def test_a_unit_returns_twice_then_the_command_room_decides_for_good(case, cast):
    move_case(case, "accept", by=cast["by_worker"])
    returning = {"reason_code": "not_ours", "reason": "不属于我局职责"}
    for _time in range(2):
        move_case(case, "dispatch", by=cast["by_room"], facts={"lead_unit": cast["unit"].pk})
        case = move_case(case, "return", by=cast["by_handler"], facts=returning)
        assert case.step == "accepted"
    move_case(case, "dispatch", by=cast["by_room"], facts={"lead_unit": cast["unit"].pk})
    case = move_case(case, "return", by=cast["by_handler"], facts=returning)
    assert case.step == "arbitration"

    case = move_case(
        case,
        "arbitrate",
        by=cast["by_room"],
        facts={"lead_unit": cast["unit"].pk, "reason": "按职责清单第12条"},
    )
    with pytest.raises(MoveNotPossible):
        move_case(case, "return", by=cast["by_handler"], facts=returning)
    assert move_case(case, "take", by=cast["by_handler"]).step == "handling"


def test_the_clock_counts_from_the_first_dispatch_however_often_a_unit_returns(case, cast):
    move_case(case, "accept", by=cast["by_worker"])
    case = move_case(case, "dispatch", by=cast["by_room"], facts={"lead_unit": cast["unit"].pk})
    first = case.deadlines.get(name="completion").due_at
    move_case(case, "return", by=cast["by_handler"], facts={"reason_code": "not_ours", "reason": "不属于"})
    case = move_case(case, "dispatch", by=cast["by_room"], facts={"lead_unit": cast["unit"].pk})
    assert case.deadlines.get(name="completion").due_at == first


def test_whoever_handled_it_cannot_verify_it(case, cast):
    move_case(case, "accept", by=cast["by_worker"])
    photo = world.a_photo(cast["worker"])
    case = move_case(
        case, "fix", by=cast["by_worker"], facts={"photos_after": [photo.pk], "answer": "已清走"}
    )
    with pytest.raises(MoveNotAllowed):
        move_case(case, "verify", by=cast["by_worker"])
    assert move_case(case, "verify", by=cast["by_room"]).step == "verified"


def test_a_question_pauses_the_clock_until_the_reporter_answers(case, cast):
    case = at_handling(case, cast)
    due = case.due_at
    case = move_case(case, "ask", by=cast["by_handler"], facts={"words": "具体在哪栋楼？"})
    assert case.due_at is None
    with pytest.raises(MoveNotPossible, match=r"(?i)waiting|等待"):
        move_case(case, "complete", by=cast["by_handler"], facts={"account": "x", "answer": "y"})

    case = move_case(case, "answer", by=cast["by_resident"], facts={"words": "3号楼东侧"})
    assert case.due_at is not None and abs(case.due_at - due) < timedelta(minutes=5)
    assert case.questions.get().answer == "3号楼东侧"


def test_more_time_is_asked_by_one_and_granted_by_another(case, cast):
    case = at_handling(case, cast)
    due = case.due_at
    move_case(case, "extend", by=cast["by_handler"], facts={"days": 3, "reason": "等待配件"})
    with pytest.raises(CaseError):
        move_case(case, "extend", by=cast["by_handler"], facts={"days": 3, "reason": "再次"})
    with pytest.raises(MoveNotAllowed):
        move_case(case, "grant_extension", by=cast["by_handler"])
    case = move_case(case, "grant_extension", by=cast["by_room"])
    assert case.due_at > due + timedelta(days=2)


def test_the_lead_unit_waits_for_those_it_called(case, cast):
    other = world.a_unit("供电公司")
    helper = world.a_handler(other)
    case = at_handling(case, cast)
    move_case(
        case, "co_dispatch", by=cast["by_room"], facts={"assistants": [other.pk], "words": "请配合断电"}
    )
    done = {"account": "完成", "answer": "已修好"}
    with pytest.raises(CaseError, match="供电公司"):
        move_case(case, "complete", by=cast["by_handler"], facts=done)
    assert case.tasks.get(organisation=other).due_at is not None

    move_case(case, "assist", by=world.acting(helper), facts={"account": "已断电"})
    assert move_case(case, "complete", by=cast["by_handler"], facts=done).step == "done"


def test_up_and_down_has_an_end(case, cast):
    case = move_case(case, "accept", by=cast["by_worker"])
    for _time in range(2):
        case = move_case(case, "hand_up", by=cast["by_room"], facts={"reason_code": "needs_power"})
        case = move_case(case, "hand_down", by=cast["by_room"], facts={"reason": "属村社职责"})
    with pytest.raises(CaseError, match="4"):
        move_case(case, "hand_up", by=cast["by_room"], facts={"reason_code": "needs_power"})


def test_at_county_level_the_town_has_no_say(case, cast):
    move_case(case, "accept", by=cast["by_worker"])
    move_case(case, "hand_up", by=cast["by_worker"], facts={"reason_code": "beyond_grid"})
    case = move_case(case, "hand_up", by=cast["by_room"], facts={"reason_code": "needs_others"})
    with pytest.raises(MoveNotAllowed):
        move_case(case, "dispatch", by=cast["by_room"], facts={"lead_unit": cast["unit"].pk})
    assert (
        move_case(case, "dispatch", by=cast["by_county"], facts={"lead_unit": cast["unit"].pk}).step
        == "dispatched"
    )


def test_a_reopening_reaches_the_handler_and_is_counted(case, cast):
    case = at_verified(case, cast)
    case = move_case(case, "review", by=cast["by_resident"], facts={"rating": 4})
    case = move_case(
        case, "reopen", by=cast["by_resident"], facts={"reason_code": "came_back", "words": "又堆满了"}
    )
    assert (case.step, case.open, case.reopenings, case.lead_unit) == ("dispatched", True, 1, cast["unit"])
    assert case.due_at is not None


def test_a_case_is_judged_again_each_time_it_was_reopened(case, cast):
    case = at_verified(case, cast)
    for _again in range(3):
        case = move_case(case, "review", by=cast["by_resident"], facts={"rating": 4})
        came_back = {"reason_code": "came_back", "words": "又堆满了"}
        case = move_case(case, "reopen", by=cast["by_resident"], facts=came_back)
        case = move_case(case, "take", by=cast["by_handler"])
        case = to_verified(case, cast)
    assert list(case.reviews.order_by("pk").values_list("round", flat=True)) == [1, 2, 3]


def test_after_thirty_days_a_reopening_becomes_a_new_report(case, cast):
    case = at_verified(case, cast)
    case = move_case(case, "review", by=cast["by_resident"], facts={"rating": 4})
    Case.objects.filter(pk=case.pk).update(closed_at=timezone.now() - timedelta(days=31))
    with pytest.raises(CaseError, match="30"):
        move_case(case, "reopen", by=cast["by_resident"], facts={"reason_code": "came_back", "words": "又来"})


def test_a_duplicate_brings_its_reporter_to_the_other_case(case, cast, town):
    second = world.a_resident("钱居民")
    twin = world.a_report(town, reporter=second)
    twin = move_case(twin, "link_duplicate", by=cast["by_room"], facts={"case": case.number})
    case.refresh_from_db()
    assert (twin.open, twin.outcome, twin.duplicate_of) == (False, "duplicate", case)
    assert case.voices == 2
    assert Party.objects.filter(case=case, person=second, role="joined").exists()


def test_me_too_counts_once(case, cast):
    neighbour = world.a_resident("邻居")
    assert move_case(case, "join", by=world.acting(neighbour)).voices == 2
    with pytest.raises(CaseError):
        move_case(case, "join", by=world.acting(neighbour))


def test_a_split_case_is_complete_when_its_parts_are(case, cast):
    case = move_case(case, "accept", by=cast["by_worker"])
    photo = world.a_photo(cast["resident"])
    case.exhibits.create(file=photo)
    case = move_case(case, "split", by=cast["by_room"], facts={"parts": "清运垃圾\n修好路灯"})
    assert [list(part.exhibits.values_list("file", flat=True)) for part in case.parts.all()] == [
        [photo.pk]
    ] * 2
    assert sorted(case.parts.values_list("title", flat=True)) == ["修好路灯", "清运垃圾"]
    move_case(case, "dispatch", by=cast["by_room"], facts={"lead_unit": cast["unit"].pk})
    move_case(case, "take", by=cast["by_handler"])
    with pytest.raises(CaseError):
        move_case(case, "complete", by=cast["by_handler"], facts={"account": "x", "answer": "y"})


def test_closed_unresolved_is_not_fixed(case, cast):
    move_case(case, "accept", by=cast["by_worker"])
    move_case(
        case,
        "close_unresolved",
        by=cast["by_room"],
        facts={"reason_code": "no_money", "answer": "已列入明年计划"},
    )
    case = move_case(case, "approve", by=cast["by_county"])
    assert (case.step, case.outcome) == ("closed", "unresolved")


def test_the_same_sending_twice_is_one_move(case, cast):
    key = uuid.uuid4()
    move_case(case, "accept", by=cast["by_worker"], key=key)
    again = move_case(case, "accept", by=cast["by_worker"], key=key)
    assert again.turn == 1
    assert events(case).count("case_accepted") == 1


def test_the_second_of_two_reads_why(case, cast):
    move_case(case, "accept", by=cast["by_worker"], turn=0)
    with pytest.raises(MoveNotPossible) as refusal:
        move_case(case, "accept", by=cast["by_room"], turn=0)
    assert refusal.value.status == 409 and str(refusal.value.words)


def test_what_is_missing_is_named(case, cast):
    move_case(case, "accept", by=cast["by_worker"])
    with pytest.raises(NeedNotMet) as refusal:
        move_case(case, "dispatch", by=cast["by_room"])
    assert refusal.value.field == "lead_unit"
    with pytest.raises(NeedNotMet) as refusal:
        move_case(
            case, "close_unresolved", by=cast["by_room"], facts={"reason_code": "nonsense", "answer": "x"}
        )
    assert refusal.value.field == "reason_code"


def test_in_bulk_each_case_is_guarded_for_itself(town, cast):
    cases = [world.a_report(town) for _ in range(3)]
    move_case(cases[1], "accept", by=cast["by_worker"])
    results = move_cases(cases, "accept", by=cast["by_worker"])
    assert [result.refusal is None for result in results] == [True, False, True]


def test_nobody_judges_in_time_and_the_case_closes_by_itself(case, cast):
    case = at_verified(case, cast)
    case = move_case(case, "review_over", by=SYSTEM)
    assert (case.step, case.outcome, case.rating) == ("closed", "fixed", None)


def test_acknowledging_an_escalation_spares_the_next_level(case, cast):
    case = at_handling(case, cast)
    with pytest.raises(MoveNotPossible):
        move_case(case, "acknowledge", by=cast["by_room"])
    Case.objects.filter(pk=case.pk).update(overdue=True)
    move_case(case, "acknowledge", by=cast["by_room"])
    clocks = Timer.objects.get(key=f"ladder:case:{case.pk}").facts["clocks"]
    assert {clock["acknowledged"] for clock in clocks} == {1}
