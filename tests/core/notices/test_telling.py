"""The right people hear the right words, once, by the ways they can be reached, and when they wish."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.models import Case
from gridloop.core.journal import consumers
from gridloop.core.journal.actions import record
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.notices import actions
from gridloop.core.notices.audiences import AUDIENCES
from gridloop.core.notices.hearers import FINDERS
from gridloop.core.notices.models import Channel, Delivery, Notice, Template
from gridloop.core.notices.preferences import end_of_quiet
from gridloop.core.notices.shipped import SHIPPED
from gridloop.core.notices.shipped.reporter import REPORTER
from gridloop.core.notices.shipped.room import ROOM
from gridloop.core.notices.shipped.unit import UNIT
from gridloop.core.notices.shipped.worker import WORKER
from gridloop.core.notices.templates import filled, variables_in
from gridloop.core.people.models import Organisation
from tests.world import (
    Town,
    a_grid_worker,
    a_handler,
    a_report,
    a_resident,
    a_town,
    a_town_room,
    a_unit,
    acting,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=True):
        yield


@pytest.fixture
def town() -> Town:
    return a_town()


def hear() -> None:
    """Let the consumer read everything the journal holds."""
    while consumers.drain("notices"):
        pass


def told(**who: object) -> list[str]:
    return list(Notice.objects.filter(**who).order_by("pk").values_list("event", flat=True))


def a_twin(adapter: str, **facts: object) -> Channel:
    options = {"template": "NEWS", "sign": "格环"}
    return actions.keep_channel(
        f"{adapter} {facts.get('organisation', '')}",
        adapter,
        demo="works",
        options=options,
        by=SYSTEM,
        **facts,
    )


def outside(notice: Notice) -> list[str]:
    return sorted(
        notice.deliveries.exclude(channel__adapter="inapp").values_list("channel__adapter", flat=True)
    )


def test_a_report_is_heard_at_every_step_by_those_it_concerns(town: Town) -> None:
    resident, worker, room = a_resident(), a_grid_worker(town.grids[0]), a_town_room(town.town)
    unit = a_unit()
    handler = a_handler(unit)
    case = a_report(town, reporter=resident)
    case = move_case(case, "accept", by=acting(worker))
    case = move_case(case, "dispatch", by=acting(room), facts={"lead_unit": unit, "words": "请三天内清走"})
    case = move_case(case, "take", by=acting(handler))
    case = move_case(
        case,
        "complete",
        by=acting(handler),
        facts={"account": "内部记录：派两人", "answer": "已经清走，并加了一个桶。"},
    )
    case = move_case(case, "verify", by=acting(worker))
    case = move_case(case, "review", by=acting(resident), facts={"rating": 5})
    hear()
    assert told(person=resident) == [
        "case_reported",
        "case_accepted",
        "case_dispatched",
        "case_taken",
        "case_completed",
        "case_verified",
    ]
    assert told(person=worker) == ["case_reported", "case_completed"]
    assert told(organisation=unit) == ["case_dispatched", "case_reviewed"]
    assert told(person=room) == []
    done = Notice.objects.get(person=resident, event="case_completed")
    assert "已经清走，并加了一个桶。" in done.words and "内部记录" not in done.words
    assert done.address == f"/c/{case.number}/"
    task = Notice.objects.get(organisation=unit, event="case_dispatched")
    assert "请三天内清走" in task.words and "玉城街道" in task.words
    assert not Notice.objects.filter(words__contains="{").exists()


def test_reading_the_journal_again_tells_nobody_twice(town: Town) -> None:
    a_twin("sms")
    a_grid_worker(town.grids[0])
    a_report(town)
    hear()
    before = (Notice.objects.count(), Delivery.objects.count())
    assert before[0] == 2
    consumers.replay("notices")
    hear()
    assert (Notice.objects.count(), Delivery.objects.count()) == before


def test_what_lies_long_past_is_told_to_nobody(town: Town) -> None:
    with time_machine.travel(NOON - timedelta(days=30)):
        a_report(town)
    hear()
    assert not Notice.objects.exists()


def test_a_question_leads_to_a_page_that_needs_no_sign_in(town: Town) -> None:
    resident, worker = a_resident(), a_grid_worker(town.grids[0])
    joined = a_resident("赵加入")
    case = a_report(town, reporter=resident)
    move_case(case, "join", by=acting(joined))
    move_case(case, "ask", by=acting(worker), facts={"words": "请问是哪个门口？"})
    hear()
    asked = Notice.objects.get(person=resident, event="case_question_asked")
    assert asked.address.startswith("/q/") and "请问是哪个门口？" in asked.words
    assert told(person=joined) == ["case_joined"]


def test_everybody_who_joined_hears_the_answer(town: Town) -> None:
    resident, neighbour, worker = a_resident(), a_resident("钱邻居"), a_grid_worker(town.grids[0])
    case = a_report(town, reporter=resident)
    move_case(case, "join", by=acting(neighbour))
    case = move_case(
        Case.objects.get(pk=case.pk),
        "decline",
        by=acting(worker),
        facts={"reason_code": "not_public", "answer": "这是邻里纠纷，可找调解室。"},
    )
    hear()
    for person in (resident, neighbour):
        notice = Notice.objects.get(person=person, event="case_declined")
        assert "可找调解室" in notice.words
        assert "原因：" in notice.words


def test_a_resident_hears_in_their_own_language(town: Town) -> None:
    resident = a_resident()
    resident.language = "en"
    resident.save()
    a_report(town, reporter=resident, title="Rubbish at the gate")
    hear()
    notice = Notice.objects.get(person=resident)
    assert notice.subject.startswith("We have your report")
    assert "Nov" in notice.words


def test_reviewed_words_take_the_place_of_the_shipped(town: Town) -> None:
    Template.objects.create(
        event="case_reported", audience="reporter", subject="收到{number}", words="{title}。{place}\n{answer}"
    )
    case = a_report(town)
    hear()
    notice = Notice.objects.get(audience="reporter")
    assert notice.subject == f"收到{case.number}" and notice.words == f"{case.title}。{notice.facts['place']}"


def test_a_kind_of_case_has_its_own_words_where_its_scene_ships_them(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = {"zh-hans": ("求助已收到（{number}）", "“{title}”"), "en": ("Help is coming ({number})", "{title}")}
    monkeypatch.setitem(SHIPPED["reporter"], "case_reported-report", own)
    a_grid_worker(town.grids[0])
    case = a_report(town)
    hear()
    assert Notice.objects.get(audience="reporter").subject == f"求助已收到（{case.number}）"
    assert told(audience="reporter") == ["case_reported-report"] and told(audience="worker") == [
        "case_reported"
    ]


def test_an_emergency_also_reaches_the_command_room_by_every_way(town: Town) -> None:
    room = Organisation.objects.create(name="玉城指挥室", kind="command", code="room", area=town.town)
    robot = a_twin("wecom", organisation=room)
    a_grid_worker(town.grids[0])
    a_report(town, urgency=1)
    a_report(town, urgency=3)
    hear()
    notice = Notice.objects.get(organisation=room)
    delivery = notice.deliveries.get(channel=robot)
    assert notice.emergency and delivery.urgent and delivery.due_at <= timezone.now() and delivery.group == ""


def test_nobody_in_the_grid_means_that_the_room_hears(town: Town) -> None:
    room = a_town_room(town.town)
    a_report(town)
    hear()
    assert told(person=room) == ["case_reported"]


def test_a_resident_gets_the_first_way_that_reaches_them(town: Town) -> None:
    a_twin("sms"), a_twin("email")
    resident = a_resident()
    resident.email = "li@example.cn"
    resident.save()

    def tell(key: str, **more: object) -> Notice | None:
        return actions.tell("case_accepted", key=key, person=resident, facts={"title": "x"}, **more)

    assert outside(tell("1")) == ["sms"]
    actions.set_preference(resident, ways=["email"])
    assert outside(tell("2")) == ["email"]
    actions.set_preference(resident, ways=[])
    assert outside(tell("3")) == []
    assert outside(tell("4", emergency=True)) == ["email", "sms"]
    assert tell("1") is None


def test_several_steps_at_once_send_a_resident_one_message(town: Town) -> None:
    a_twin("sms")
    resident, worker = a_resident(), a_grid_worker(town.grids[0])
    case = a_report(town, reporter=resident)
    move_case(case, "accept", by=acting(worker))
    hear()
    assert told(person=resident) == ["case_reported", "case_accepted"]
    assert [outside(notice) for notice in Notice.objects.filter(person=resident).order_by("pk")] == [
        [],
        ["sms"],
    ]


def test_quiet_hours_delay_everything_but_emergencies(town: Town) -> None:
    a_twin("sms")
    resident = a_resident()
    with time_machine.travel(NOON.replace(hour=23, minute=30)):
        quiet = actions.tell("case_accepted", key="1", person=resident)
        pressing = actions.tell("case_accepted", key="2", person=resident, emergency=True)
        due = timezone.localtime(quiet.deliveries.get(channel__adapter="sms").due_at)
        assert (due.day, due.hour) == (25, 7)
        assert pressing.deliveries.get(channel__adapter="sms").due_at <= timezone.now()


@given(some.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), some.times(), some.times())
def test_the_end_of_quiet_is_never_quiet_and_never_far(moment: datetime, since: time, until: time) -> None:
    now = moment.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    end = end_of_quiet(now, since, until)
    assert timedelta(0) <= end - now <= timedelta(days=1)
    assert end == now or timezone.localtime(end).time() == until


def test_the_table_names_only_what_exists() -> None:
    for event, rows in AUDIENCES.items():
        for row in rows:
            assert row.who in FINDERS
            assert row.words or event in SHIPPED[row.audience], (event, row)
            assert (row.words or event) in SHIPPED[row.audience], (event, row)


def test_the_shipped_words_are_there_in_both_languages_with_the_same_variables() -> None:
    known = {
        "number",
        "title",
        "place",
        "unit",
        "due",
        "until",
        "days",
        "reason",
        "words",
        "answer",
        "question",
        "rating",
        "level",
        "clock",
        "outcome",
        "voices",
        "system",
        "outside_number",
        "move",
        "first_number",
        "count",
        "lines",
    }
    for audience, events in SHIPPED.items():
        for event, languages in events.items():
            assert set(languages) == {"zh-hans", "en"}, (audience, event)
            used = {
                language: set(variables_in(subject) + variables_in(words))
                for language, (subject, words) in languages.items()
            }
            assert used["zh-hans"] - used["en"] <= {"unit"}, (audience, event)
            if event in {**REPORTER, **ROOM, **UNIT, **WORKER}:  # what scenes tell, they fill themselves
                assert used["zh-hans"] | used["en"] <= known, (audience, event)


def test_variables_cannot_reach_into_anything() -> None:
    assert filled("{number.__class__} {number} {0}", {"number": 7}) == "{number.__class__} 7 "
    assert filled("原因：{reason}\n{answer}好", {"reason": "", "answer": "很"}) == "很好"


def test_telling_costs_a_fixed_number_of_queries(town: Town, django_assert_max_num_queries) -> None:
    a_twin("sms")
    for _ in range(3):
        a_grid_worker(town.grids[0])
    for _ in range(12):
        a_report(town)
    consumers.discover()
    with django_assert_max_num_queries(32):
        hear()
    assert Notice.objects.count() == 12 * 4


def test_the_room_reads_of_an_overdue_report_that_no_unit_has_it_yet(town: Town) -> None:
    room, case = a_town_room(town.town), a_report(town)
    facts = {"clock": "first_response", "due_at": case.reported_at.isoformat()}
    record("deadline_breached", by=SYSTEM, subject_kind="case", subject=case.pk, facts=facts)
    hear()
    notice = Notice.objects.get(person=room, event="deadline_breached")
    assert "承办：尚未明确" in notice.words
