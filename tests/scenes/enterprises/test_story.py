"""A firm's matter on its way: asked, dispatched, taken or returned, answered, judged, rectified."""

import pytest

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.errors import CaseError, MoveNotAllowed, MoveNotPossible, NeedNotMet
from gridloop.core.cases.models import Case, Party
from gridloop.core.cases.queries import cases_within_reach
from gridloop.core.journal.models import Entry
from gridloop.scenes.enterprises.matters.models import Choice, Matter
from tests import world
from tests.scenes.enterprises.stage import a_contact, a_firm, a_specialist, a_stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage():
    return a_stage()


def answered(stage):
    case = stage.ask()
    case = move_case(case, "take", by=stage.by("banker"))
    facts = {"account": "与银行对接转贷", "answer": "已协调银行办理无还本续贷，三月前放款。"}
    return move_case(case, "complete", by=stage.by("banker"), facts=facts)


def test_a_matter_travels_from_the_firm_to_the_firms_verdict(stage):
    case = stage.ask()
    assert (case.step, case.worker_id, case.lead_unit_id) == ("dispatched", stage.banker.pk, stage.bank.pk)
    assert Matter.objects.get(case=case).firm == stage.firm

    case = answered(stage)
    case = move_case(
        case, "call_firm", by=stage.by("county"), facts={"reached": "reached", "account": "企业认可"}
    )
    assert case.step == "called"
    case = move_case(case, "review", by=stage.by("contact"), facts={"rating": 5, "words": "很及时"})

    assert (case.step, case.outcome, case.rating) == ("closed", "fixed", 5)
    assert not case.deadlines.filter(met_at=None).exists()


def test_the_choice_says_why(stage):
    case = stage.ask()
    choice = Choice.objects.get(case=case)

    assert (choice.specialist, choice.by_rule) == (stage.banker, True)
    assert choice.reasons == {"class": "E01", "town": None, "open": 0, "equals": 1, "leave": False}
    assert [row["person"] for row in choice.considered] == [stage.banker.pk]


def test_a_matter_without_a_specialist_waits_for_the_platform(stage):
    case = stage.ask("外贸客户拖欠货款，需要法律帮助。", "E1301")

    assert case.step == "asked"
    assert Entry.objects.filter(event="matter_waits", subject=case.pk).exists()
    case = move_case(case, "dispatch", by=stage.by("county"), facts={"specialist": stage.surveyor.pk})
    assert (case.worker_id, case.lead_unit_id) == (stage.surveyor.pk, stage.land.pk)
    assert Choice.objects.get(case=case).by_rule is False


def test_returned_twice_the_platform_decides_for_good(stage):
    other = a_specialist(world.a_unit("经济和信息化局", stage.town.county), "E0101", name="许经信")
    case = stage.ask()
    assert case.worker_id == other.pk  # it names the class more exactly
    reasons = {"reason_code": "not_ours", "reason": "不属于本单位职责"}

    case = move_case(case, "return", by=world.acting(other), facts=reasons)
    assert (case.step, case.worker_id) == ("asked", None)
    case = move_case(case, "dispatch", by=stage.by("county"))
    assert case.worker_id == stage.banker.pk  # not to the unit that has sent it back
    case = move_case(case, "return", by=stage.by("banker"), facts=reasons)
    case = move_case(case, "dispatch", by=stage.by("county"), facts={"lead_unit": stage.bank.pk})
    case = move_case(case, "return", by=stage.by("banker"), facts=reasons)
    assert case.step == "arbitration"

    case = move_case(
        case,
        "arbitrate",
        by=stage.by("county"),
        facts={"lead_unit": stage.bank.pk, "reason": "融资事项由金融中心牵头"},
    )
    assert case.worker_id == stage.banker.pk
    with pytest.raises(MoveNotPossible):
        move_case(case, "return", by=stage.by("banker"), facts=reasons)


def test_a_return_needs_a_listed_reason(stage):
    case = stage.ask()

    with pytest.raises(NeedNotMet):
        move_case(case, "return", by=stage.by("banker"), facts={"reason_code": "no wish", "reason": "忙"})


def test_a_bad_review_is_rectified_and_judged_once_more(stage):
    case = answered(stage)
    case = move_case(case, "review", by=stage.by("contact"), facts={"rating": 2, "words": "还没放款"})
    assert case.step == "displeased"
    case = move_case(case, "call_back", by=stage.by("county"), facts={"account": "企业反映属实"})
    case = move_case(
        case, "rectify", by=stage.by("banker"), facts={"account": "已放款", "answer": "贷款已于今日放款。"}
    )
    case = move_case(case, "review", by=stage.by("contact"), facts={"rating": 4})

    assert case.step == "closed"
    assert list(case.reviews.order_by("round").values_list("round", "rating")) == [(1, 2), (2, 4)]


def test_what_the_firm_says_on_the_telephone_is_its_verdict(stage):
    case = answered(stage)
    facts = {"reached": "reached", "account": "企业表示很满意", "rating": 5}
    case = move_case(case, "call_firm", by=stage.by("county"), facts=facts)

    review = case.reviews.get()
    assert (case.step, review.person, review.tags) == ("closed", stage.contact, ["by_telephone"])


def test_who_was_not_reached_has_not_judged(stage):
    case = answered(stage)

    with pytest.raises(CaseError):
        move_case(
            case,
            "call_firm",
            by=stage.by("county"),
            facts={"reached": "unreachable", "account": "三次未接", "rating": 5},
        )
    assert Case.objects.get(pk=case.pk).step == "answered"


def test_nobody_calls_back_about_their_own_answer(stage):
    case = answered(stage)

    with pytest.raises(MoveNotAllowed):
        move_case(case, "call_firm", by=stage.by("banker"), facts={"reached": "reached", "account": "满意"})


def test_one_leads_and_others_assist(stage):
    case = move_case(stage.ask(), "take", by=stage.by("banker"))
    case = move_case(
        case,
        "co_dispatch",
        by=stage.by("banker"),
        facts={"assistants": [stage.land.pk], "words": "请出具土地抵押证明"},
    )
    assert Party.objects.filter(case=case, person=stage.surveyor, role="helper").exists()
    assert cases_within_reach(stage.surveyor).filter(pk=case.pk).exists()
    facts = {"account": "已对接", "answer": "已办结。"}
    with pytest.raises(CaseError):
        move_case(case, "complete", by=stage.by("banker"), facts=facts)

    case = move_case(case, "assist", by=stage.by("surveyor"), facts={"account": "证明已出具"})
    assert move_case(case, "complete", by=stage.by("banker"), facts=facts).step == "answered"


def test_more_time_is_asked_by_the_specialist_and_granted_by_the_platform(stage):
    case = move_case(stage.ask(), "take", by=stage.by("banker"))
    due = case.due_at
    case = move_case(case, "extend", by=stage.by("banker"), facts={"days": 3, "reason": "等银行审批"})
    case = move_case(case, "grant_extension", by=stage.by("room"))

    assert case.due_at > due


def test_a_question_stops_the_clock_until_the_firm_answers(stage):
    case = move_case(stage.ask(), "take", by=stage.by("banker"))
    case = move_case(case, "ask", by=stage.by("banker"), facts={"words": "请补充贷款合同"})
    assert case.suspended_at is not None
    colleague = a_contact(stage.firm, "另一位联系人")

    case = move_case(case, "answer", by=world.acting(colleague), facts={"words": "已发送"})
    assert case.suspended_at is None


def test_a_closed_matter_opens_again_with_the_same_specialist(stage):
    case = answered(stage)
    case = move_case(case, "review", by=stage.by("contact"), facts={"rating": 5})
    case = move_case(
        case, "reopen", by=stage.by("contact"), facts={"reason_code": "came_back", "words": "银行又要求担保"}
    )

    assert (case.step, case.worker_id) == ("dispatched", stage.banker.pk)


def test_two_people_take_at_once_and_one_is_told(stage):
    case = stage.ask()
    head = world.with_post("unit_head", organisation=stage.bank)
    move_case(case, "take", by=world.acting(head), turn=case.turn)

    with pytest.raises(MoveNotPossible):
        move_case(case, "take", by=stage.by("banker"), turn=case.turn)


def test_another_firms_contact_can_do_nothing(stage):
    case = answered(stage)
    stranger = a_contact(a_firm(stage.town, "远航水产有限公司"))

    with pytest.raises(MoveNotAllowed):
        move_case(case, "review", by=world.acting(stranger), facts={"rating": 1})
    assert not cases_within_reach(stranger).exists()


def test_a_specialist_sees_what_is_in_their_hands_and_nothing_else_of_their_unit(stage):
    case = stage.ask()
    elsewhere = world.a_report(stage.town)
    Case.objects.filter(pk=elsewhere.pk).update(lead_unit=stage.bank)

    assert list(cases_within_reach(stage.banker)) == [case]
