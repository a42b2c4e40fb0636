"""Pairs: who may read what, the visits with their proof, what happens when nobody comes or a companion leaves."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.errors import CaseError
from gridloop.core.cases.models import Case
from gridloop.core.clocks import timers
from gridloop.core.journal.consumers import drain
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.journal.models import Entry
from gridloop.core.notices.models import Notice
from gridloop.core.people import retention
from gridloop.core.people.actions import erase_person
from gridloop.scenes.volunteers.hours.models import HoursEntry
from gridloop.scenes.volunteers.hours.presence import NotThere, rotating_code
from gridloop.scenes.volunteers.pairs import actions, queries, succession, visiting, yearly
from gridloop.scenes.volunteers.pairs.homes import read_home
from gridloop.scenes.volunteers.pairs.models import Companion, Visit, Vulnerable
from gridloop.scenes.volunteers.roster.actions import leave
from tests import world
from tests.scenes.volunteers.neighbours import a_clerk, a_leader, a_team, a_volunteer

pytestmark = pytest.mark.usefixtures("morning")
PHONES = iter(f"139{number:08d}" for number in range(10_000))


def an_elder(town, by, **more):
    longitude, latitude = town.point()
    given = {
        "name": "陈奶奶", "phone": next(PHONES), "reasons": ["living_alone"], "address": "幸福里 3 幢 201",
        "longitude": longitude, "latitude": latitude, "consented": True, "remarks": "听力不好，请按两次门铃", "every_days": 3,
    }  # fmt: skip
    return actions.register_person(**{**given, **more}, by=by)


def asked(elder, volunteer, by, role="primary"):
    companion = actions.propose_companion(elder.pairing, volunteer, role=role, by=by)
    return actions.ask_companion(companion, by=by)


def paired(elder, volunteer, by, role="primary"):
    return actions.answer_pair(
        asked(elder, volunteer, by, role), accept=True, by=world.acting(volunteer.person)
    )


@pytest.fixture
def elder(town, clerk):
    return an_elder(town, clerk)


@pytest.fixture
def first(town):
    return a_volunteer(town.community, name="方志愿", metres_east=100)


@pytest.fixture
def backup(town):
    return a_volunteer(town.community, name="何后备", metres_east=300)


@pytest.fixture
def pair(elder, first, backup, clerk):
    paired(elder, first, clerk)
    paired(elder, backup, clerk, "backup")
    return elder.pairing


def by(volunteer):
    return world.acting(volunteer.person)


def told(person):
    return list(Notice.objects.filter(person=person).order_by("id").values_list("event", flat=True))


def ahead(pairing):
    return Visit.objects.get(pairing=pairing, state__in=queries.OPEN)


def at_home(**more):
    return {"longitude": 121.2105, "latitude": 28.1102, "words": "身体好，一起择菜聊天", **more}


def test_a_home_is_read_only_after_a_yes_and_every_reading_is_written_down(elder, first, backup, clerk):
    companion = asked(elder, first, clerk)
    with pytest.raises(NotAllowed, match=r"Accept|先|同意"):
        read_home(elder, reason="上门探访", by=by(first))
    assert not Entry.objects.filter(event="data_unmasked").exists()
    actions.answer_pair(companion, accept=True, by=by(first))
    home = read_home(elder, reason="上门探访", by=by(first))
    assert (home.name, home.address) == ("陈奶奶", "幸福里 3 幢 201")
    entry = Entry.objects.get(event="data_unmasked")
    assert (entry.subject, entry.person, entry.facts["field"]) == (elder.person_id, first.person_id, "home")
    with pytest.raises(NotAllowed):
        read_home(elder, reason="好奇", by=by(backup))
    actions.end_companion(companion, reason="搬家", by=by(first))
    with pytest.raises(NotAllowed):
        read_home(elder, reason="上门探访", by=by(first))


def test_the_register_is_seen_by_clerks_of_the_place_and_rooms_above_only(town, elder, first):
    for person in (a_clerk(town.community), world.a_town_room(town.town), world.a_county_room(town.county)):
        assert list(queries.register_of(person)) == [elder]
        assert read_home(elder, reason="核实情况", by=world.acting(person)).phone
    leader = a_leader(a_team(town.community, first))
    others = (
        a_clerk(town.other_community), world.a_town_room(town.other_town), world.a_grid_worker(town.grids[0]),
        world.a_resident(), first.person, leader, world.with_post("administrator"),
    )  # fmt: skip
    for person in others:
        assert not queries.register_of(person).exists()
        assert queries.vulnerable_in_reach(person, elder.pk) is None
        with pytest.raises(NotAllowed):
            read_home(elder, reason="想看看", by=world.acting(person))


def test_home_and_remarks_are_encrypted_and_the_point_is_rounded(elder):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT address, remarks FROM volunteers_vulnerable")
        stored = cursor.fetchone()
    assert "幸福里" not in stored[0] and "听力" not in stored[1]
    assert elder.longitude == round(elder.longitude, 3)


def test_nobody_is_entered_without_consent_twice_or_by_others(town, clerk, elder):
    with pytest.raises(Refusal) as refusal:
        an_elder(town, clerk, consented=False)
    assert refusal.value.field == "consented"
    with pytest.raises(Refusal):
        an_elder(town, clerk, phone=elder.person.phone)
    for person in (a_clerk(town.other_community), world.a_grid_worker(town.grids[0]), world.a_resident()):
        with pytest.raises(NotAllowed):
            an_elder(town, world.acting(person))
    for wrong in ({"reasons": ["rich"]}, {"every_days": 0}, {"window": (600, 500)}, {"longitude": 100.0}):
        with pytest.raises(Refusal):
            an_elder(town, clerk, **wrong)


def test_a_visit_is_proved_and_makes_hours_and_the_next_one(pair, first, elder):
    visit = ahead(pair)
    assert timezone.localtime(visit.due_at).hour == 17 and visit.companion.volunteer == first
    with pytest.raises(NotThere):
        visiting.make_visit(visit, by=by(first), **at_home(longitude=121.23))
    with pytest.raises(Refusal):
        visiting.make_visit(visit, by=by(first), words="去过了")
    with pytest.raises(Refusal):
        visiting.make_visit(visit, by=by(first), **at_home(words=" "))
    done = visiting.make_visit(visit, by=by(first), **at_home())
    entry = HoursEntry.objects.get()
    assert done.state == "done" and done.how == "position" and done.metres < 100
    assert (entry.kind, entry.minutes, entry.standing.state) == ("visit", 30, "published")
    assert ahead(pair).pk != visit.pk
    with pytest.raises(TooLate):
        visiting.make_visit(visit, by=by(first), **at_home())
    assert "择菜" not in str(Entry.objects.filter(event="visit_made").values("words", "facts"))


def test_the_code_at_the_door_proves_a_visit_too(pair, backup):
    visit = ahead(pair)
    code = rotating_code(visiting.subject_of(visit))
    done = visiting.make_visit(visit, by=by(backup), words="代为探访，一切安好", code=code)
    assert done.how == "code" and done.companion.volunteer == backup


def test_strangers_make_no_visits(pair, town):
    with pytest.raises(NotAllowed):
        visiting.make_visit(ahead(pair), by=by(a_volunteer(town.community)), **at_home())


def test_a_missed_visit_is_offered_to_the_backup_then_becomes_an_urgent_case(
    pair, first, backup, clerk, morning, elder, town
):
    worker = world.a_grid_worker(town.grids[0])
    visit = ahead(pair)
    morning.move_to(visit.due_at + timedelta(hours=11))
    timers.handle_due("test")
    assert Visit.objects.get(pk=visit.pk).state == "due"
    morning.shift(timedelta(hours=2))
    timers.handle_due("test")
    visit.refresh_from_db()
    assert (
        visit.state == "offered"
        and visit.companion.volunteer == backup
        and "visit_offered" in told(backup.person)
    )
    morning.shift(timedelta(hours=7))
    with override("en"):  # whoever's turn makes it: the title is the county's
        timers.handle_due("test")
        timers.handle_due("test")
    visit.refresh_from_db()
    case = Case.objects.get()
    assert case.title == "结对探访未完成，请上门查看"
    assert (
        visit.state == "missed" and visit.case == case and case.urgency == 2 and case.kind == "missed_visit"
    )
    assert case.grid == town.grids[0] and "陈" not in case.title + case.words and "幸福里" not in case.address
    assert "visit_missed" in told(world.Person.objects.get(pk=clerk.person))
    assert ahead(pair).companion.volunteer == first

    assert read_home(elder, reason="上门查看", by=world.acting(worker)).address
    case = move_case(case, "take", by=world.acting(worker))
    case = move_case(
        case, "nobody_there", by=world.acting(worker), facts={"account": "敲门无人应答，邻居说早上出门"}
    )
    case = move_case(
        case,
        "needs_help",
        by=world.acting(world.a_town_room(town.town)),
        facts={"words": "卫生院", "account": "在医院找到"},
    )
    with pytest.raises(CaseError):
        move_case(case, "close", by=world.acting(worker), facts={})
    case = move_case(case, "close", by=world.acting(worker), facts={"account": "已出院，子女陪护"})
    assert not case.open and case.outcome == "fixed"
    with pytest.raises(NotAllowed):
        read_home(elder, reason="再看一眼", by=world.acting(worker))


def test_a_companion_who_comes_late_after_all_ends_the_case(pair, first, morning):
    visit = ahead(pair)
    morning.move_to(visit.due_at + timedelta(hours=13))
    timers.handle_due("test")
    morning.shift(timedelta(hours=7))
    timers.handle_due("test")
    visit.refresh_from_db()
    visiting.make_visit(visit, by=by(first), **at_home())
    assert Case.objects.get().step == "visited" and Visit.objects.get(pk=visit.pk).state == "done"


def test_who_cannot_come_says_so_and_the_backup_is_asked_and_then_the_community(pair, first, backup):
    visit = ahead(pair)
    with pytest.raises(NotAllowed):
        visiting.cannot_come(visit, reason="不是我的班", by=by(backup))
    visiting.cannot_come(visit, reason="出差", by=by(first))
    visit.refresh_from_db()
    assert visit.state == "offered" and visit.companion.volunteer == backup
    with pytest.raises(Refusal):
        visiting.cannot_come(visit, reason="", by=by(backup))
    visiting.cannot_come(visit, reason="生病", by=by(backup))
    assert Case.objects.get().kind == "missed_visit"
    with pytest.raises(TooLate):
        visiting.cannot_come(visit, reason="生病", by=by(backup))


def test_when_the_first_companion_leaves_the_backup_steps_up_and_another_is_proposed(
    pair, first, backup, clerk, town
):
    near = a_volunteer(town.community, metres_east=50)
    a_volunteer(town.community, metres_east=40, radius=10)
    a_volunteer(town.community, metres_east=30, remote_only=True)
    leave(first, by=by(first))
    drain("scenes")
    drain("scenes")
    assert queries.companion_of(pair, "primary").volunteer == backup
    assert ahead(pair).companion.volunteer == backup
    proposal = Companion.objects.get(pairing=pair, state="proposed")
    assert (proposal.volunteer, proposal.role) == (near, "backup")
    assert "pair_backup_stepped_up" in told(world.Person.objects.get(pk=clerk.person))
    assert "pair_role_changed" in told(backup.person)


def test_without_a_backup_the_clerk_is_told_at_once(elder, first, clerk):
    paired(elder, first, clerk)
    leave(first, by=by(first))
    drain("scenes")
    assert queries.companion_of(elder.pairing, "primary") is None and ahead(elder.pairing).companion is None
    assert "pair_without_primary" in told(world.Person.objects.get(pk=clerk.person))


def test_a_no_goes_back_to_the_clerk_and_is_not_asked_again(elder, first, backup, clerk):
    companion = asked(elder, first, clerk)
    with pytest.raises(NotAllowed):
        actions.answer_pair(companion, accept=True, by=by(backup))
    actions.answer_pair(companion, accept=False, by=by(first), reason="最近太忙")
    assert "pair_declined" in told(world.Person.objects.get(pk=clerk.person))
    assert first not in [volunteer for _metres, volunteer in succession.nearest(elder.pairing)]
    with pytest.raises(TooLate):
        actions.answer_pair(companion, accept=True, by=by(first))


def test_only_one_is_asked_for_a_role_and_nobody_has_more_than_five(elder, first, backup, clerk, town):
    asked(elder, first, clerk)
    second = actions.propose_companion(elder.pairing, backup, role="primary", by=clerk)
    with pytest.raises(TooLate):
        actions.ask_companion(second, by=clerk)
    with pytest.raises(Refusal):
        actions.propose_companion(elder.pairing, first, role="backup", by=clerk)
    busy = a_volunteer(town.community)
    for _each in range(5):
        paired(an_elder(town, clerk), busy, clerk)
    with pytest.raises(Refusal) as refusal:
        asked(an_elder(town, clerk), busy, clerk)
    assert refusal.value.code == "full"


def test_off_the_register_home_and_remarks_are_gone(pair, elder, first, clerk):
    actions.take_off_register(elder, reason="搬去女儿家", by=clerk)
    gone = Vulnerable.objects.get()
    assert (gone.address, gone.remarks, gone.longitude) == ("", "", None)
    assert (
        not Visit.objects.filter(state__in=queries.OPEN).exists()
        and not Companion.objects.filter(state="accepted").exists()
    )
    with pytest.raises(NotAllowed):
        read_home(gone, reason="上门探访", by=by(first))
    with pytest.raises(TooLate):
        actions.take_off_register(elder, reason="再次", by=clerk)


def test_words_of_old_visits_go_and_that_somebody_came_stays(pair, first):
    visit = visiting.make_visit(ahead(pair), by=by(first), **at_home())
    with time_machine.travel(timezone.now() + timedelta(days=735)):
        assert retention.apply_retention()["visit_words"] == 1
    old = Visit.objects.get(pk=visit.pk)
    assert (old.words, old.state, old.how) == ("", "done", "position")


def test_the_yearly_run_proposes_and_asks_nobody(town, clerk):
    person = world.Person.objects.get(pk=clerk.person)
    elders = [an_elder(town, clerk) for _each in range(3)]
    for east in range(3):
        a_volunteer(town.community, metres_east=100 * east)
    run = yearly.plan_for(person, capacity=2)
    assert run.people == 3 and len(run.plan.pairs) == 6 and not Companion.objects.exists()
    assert yearly.keep_plan(run, by=clerk) == 6 and yearly.keep_plan(run, by=clerk) == 0
    assert set(Companion.objects.values_list("state", flat=True)) == {"proposed"}
    assert not Notice.objects.filter(event="pair_asked").exists() and len(elders) == 3
    with pytest.raises(Refusal):
        yearly.plan_for(person, capacity=9)
    assert yearly.plan_for(a_clerk(town.other_community)).people == 0


def test_the_register_goes_with_the_person(town, clerk):
    elder = an_elder(town, clerk)
    erase_person(elder.person, by=world.acting(elder.person))
    gone = Vulnerable.objects.get()
    assert (gone.address, gone.remarks, gone.reasons) == ("", "", []) and gone.left_at is not None
