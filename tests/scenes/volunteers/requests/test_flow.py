"""A request from asking to both sides being content, and every turn it can take."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.errors import MoveNotAllowed, NeedNotMet
from gridloop.core.cases.models import Case, Party
from gridloop.core.journal.errors import NotAllowed, Refusal, TooLate
from gridloop.core.journal.models import Entry
from gridloop.core.notices.models import Notice
from gridloop.core.scenes.validator import kind_problems
from gridloop.scenes.volunteers.hours.actions import confirm_hours
from gridloop.scenes.volunteers.hours.models import HoursEntry
from gridloop.scenes.volunteers.requests import actions
from gridloop.scenes.volunteers.requests.flow import request
from gridloop.scenes.volunteers.requests.models import Assignment, Feedback, Need, Offer
from gridloop.scenes.volunteers.requests.proving import shown_code
from gridloop.scenes.volunteers.requests.timers import lapse_offer
from tests import world
from tests.scenes.volunteers.requests import helping

pytestmark = pytest.mark.django_db


def promised(place, volunteer=None, **more):
    volunteer = volunteer or helping.a_volunteer(place)
    case = helping.seeking(place, **more)
    [offer] = helping.offers_to(place, case, volunteer)
    return actions.accept_offer(offer, by=world.acting(volunteer.person))


def finished(place, volunteer=None, **more):
    task = promised(place, volunteer, **more)
    by = world.acting(task.volunteer.person)
    place.clock.move_to(helping.AFTERNOON)
    actions.arrive(task, code=shown_code(task), by=by)
    place.clock.shift(timedelta(minutes=40))
    return actions.complete(task, code=shown_code(task), by=by)


def test_the_table_has_no_mistakes():
    assert list(kind_problems(request)) == []


def test_from_asking_to_a_good_word(place):
    """Asked, accepted, offered, promised, there, done, judged: each side hears what concerns it."""
    task = promised(place)
    assert task.case.step == "seeking" or Case.objects.get(pk=task.case_id).step == "assigned"
    told = set(Notice.objects.values_list("event", "audience", "person"))
    assert ("offer_accepted", "reporter", place.resident.pk) in told
    assert ("offer_accepted", "volunteer", task.volunteer.person_id) in told
    assert ("offer_accepted", "clerk", place.clerk.pk) in told

    by = world.acting(task.volunteer.person)
    place.clock.move_to(helping.AFTERNOON)
    assert actions.arrive(task, code=shown_code(task), by=by).state == "arrived"
    place.clock.shift(timedelta(minutes=40))
    assert actions.complete(task, code=shown_code(task), by=by).state == "done"
    case = move_case(
        task.case, "review", by=world.acting(place.resident), facts={"rating": 5, "words": "谢谢！"}
    )
    actions.rate_task(task, rating=4, words="奶奶很客气", by=by)

    task.volunteer.refresh_from_db()
    assert (case.step, case.outcome, case.open) == ("closed", "fixed", False)
    assert (task.volunteer.done, task.volunteer.ratings, task.volunteer.rating_sum) == (1, 1, 5)
    assert sorted(Feedback.objects.values_list("side", "rating")) == [("helped", 5), ("volunteer", 4)]
    entry = HoursEntry.objects.get(kind="request", source=task.pk)
    assert entry.minutes == 40
    assert entry.confirmations.get().side == "receiver"  # the code they read out speaks for the person helped
    assert confirm_hours(entry, side="volunteer", by=by).standing.state == "published"


def test_the_case_knows_the_place_to_a_hundred_metres_only(place):
    case = helping.a_request(place)
    need = Need.objects.get(case=case)
    assert (case.longitude, case.latitude) == (round(case.longitude, 3), round(case.latitude, 3))
    assert "301" not in f"{case.title} {case.address}" and need.address.endswith("301")
    raw = Need.objects.filter(pk=need.pk).extra(select={"raw": "address"}).values_list("raw", flat=True)[0]
    assert "301" not in raw


def test_two_say_yes_to_the_last_place_and_one_reads_that_it_is_taken(place):
    first, second = helping.a_volunteer(place), helping.a_volunteer(place, metres=500)
    case = helping.seeking(place)
    offer, other = helping.offers_to(place, case, first, second)
    actions.accept_offer(offer, by=world.acting(first.person))
    with pytest.raises(TooLate, match="faster"):
        actions.accept_offer(other, by=world.acting(second.person))
    other.refresh_from_db()
    assert other.state == "withdrawn"
    assert Need.objects.get(case=case).taken == 1
    assert Notice.objects.filter(event="offer_withdrawn", person=second.person).exists()


def test_two_places_take_two_people(place):
    first, second, third = (helping.a_volunteer(place, metres=metres) for metres in (100, 200, 300))
    case = helping.seeking(place, people=2)
    offers = helping.offers_to(place, case, first, second, third)
    actions.accept_offer(offers[0], by=world.acting(first.person))
    assert Case.objects.get(pk=case.pk).step == "seeking"
    actions.accept_offer(offers[1], by=world.acting(second.person))
    assert Case.objects.get(pk=case.pk).step == "assigned"
    with pytest.raises(TooLate, match="faster"):
        actions.accept_offer(offers[2], by=world.acting(third.person))


def test_an_offer_lapses_by_the_clock_of_the_server(place):
    """Whatever the phone says: after its time the offer is over, and the sentence says what to do."""
    volunteer = helping.a_volunteer(place)
    case = helping.seeking(place)
    [offer] = helping.offers_to(place, case, volunteer)
    place.clock.move_to(offer.expires_at + timedelta(seconds=1))
    with pytest.raises(TooLate, match="ended at 13:00"):
        actions.accept_offer(offer, by=world.acting(volunteer.person))
    timer = type("Timer", (), {"facts": {"offer": offer.pk}})
    lapse_offer(timer)
    lapse_offer(timer)
    offer.refresh_from_db()
    volunteer.refresh_from_db()
    assert (offer.state, volunteer.asked, volunteer.accepted) == ("expired", 1, 0)


def test_no_with_a_reason_is_no_blame(place):
    volunteer = helping.a_volunteer(place)
    case = helping.seeking(place)
    [offer] = helping.offers_to(place, case, volunteer)
    with pytest.raises(Refusal, match="list"):
        actions.decline_offer(offer, reason="because", by=world.acting(volunteer.person))
    actions.decline_offer(offer, reason="no_time", words="上班", by=world.acting(volunteer.person))
    offer.refresh_from_db()
    assert (offer.state, offer.reason, offer.words) == ("declined", "no_time", "上班")
    with pytest.raises(TooLate, match="answered"):
        actions.accept_offer(offer, by=world.acting(volunteer.person))
    assert Case.objects.get(pk=case.pk).step == "seeking"


def test_somebody_elses_offer_cannot_be_answered(place):
    volunteer, other = helping.a_volunteer(place), helping.a_volunteer(place)
    [offer] = helping.offers_to(place, helping.seeking(place), volunteer)
    with pytest.raises(NotAllowed):
        actions.accept_offer(offer, by=world.acting(other.person))
    assert not Assignment.objects.exists()


def test_handed_back_the_place_is_open_again(place):
    task = promised(place)
    by = world.acting(task.volunteer.person)
    actions.hand_back(task, reason="unwell", by=by)
    case = Case.objects.get(pk=task.case_id)
    task.refresh_from_db()
    assert (case.step, case.worker_id, task.state) == ("seeking", None, "handed_back")
    assert Need.objects.get(case=case).taken == 0
    assert Offer.objects.get(pk=task.offer_id).state == "handed_back"
    assert not Party.objects.filter(case=case, role="helper").exists()
    assert Notice.objects.filter(
        event="help_handed_back", audience="reporter", person=place.resident
    ).exists()
    with pytest.raises(NotAllowed):
        actions.read_contact(case, by=by)


def test_asked_again_is_the_next_round(place):
    task = promised(place)
    actions.hand_back(task, reason="no_time", by=world.acting(task.volunteer.person))
    [again] = helping.offers_to(place, Case.objects.get(pk=task.case_id), task.volunteer)
    assert again.round == 2
    assert actions.accept_offer(again, by=world.acting(task.volunteer.person)).state == "promised"


def test_a_wrong_or_old_code_proves_nothing(place):
    task = promised(place)
    by = world.acting(task.volunteer.person)
    old = shown_code(task)
    with pytest.raises(NeedNotMet, match="not right"):
        actions.arrive(task, code="000000" if old != "000000" else "111111", by=by)
    place.clock.shift(timedelta(minutes=4))
    with pytest.raises(NeedNotMet, match="too old"):
        actions.arrive(task, code=old, by=by)
    with pytest.raises(NeedNotMet, match="Type the code"):
        actions.arrive(task, by=by)
    assert Case.objects.get(pk=task.case_id).step == "assigned"


def test_the_code_of_arriving_does_not_prove_having_finished(place):
    task = promised(place)
    by = world.acting(task.volunteer.person)
    code = shown_code(task)
    actions.arrive(task, code=code, by=by)
    with pytest.raises(NeedNotMet):
        actions.complete(task, code=code, by=by)


def test_guessing_codes_is_slowed_down(place):
    task = promised(place)
    by = world.acting(task.volunteer.person)
    place.clock.shift(timedelta(seconds=1))
    words = []
    for guess in range(12):
        with pytest.raises(Refusal) as refusal:
            actions.arrive(task, code=f"{guess:06d}", by=by)
        words.append(refusal.value.code)
    assert words[-1] == "too_many_tries"


def test_a_phone_with_a_wrong_clock_arrives_all_the_same(place):
    """The server's time counts; what the phone believes stands beside it."""
    task = promised(place)
    place.clock.move_to(helping.AFTERNOON)
    arrived = actions.arrive(
        task,
        code=shown_code(task),
        device_at="2031-01-01T08:00:00+08:00",
        by=world.acting(task.volunteer.person),
    )
    assert arrived.arrived_at == timezone.now()
    assert arrived.arrived_device_at.year == 2031


def test_the_position_proves_it_near_the_place_and_stays_out_of_the_journal(place):
    task = promised(place)
    by = world.acting(task.volunteer.person)
    longitude, latitude = place.town.point()
    with pytest.raises(NeedNotMet, match="within 300 m"):
        actions.arrive(
            task, position={"longitude": longitude + 500 * helping.METRE, "latitude": latitude}, by=by
        )
    arrived = actions.arrive(
        task, position={"longitude": longitude + 80 * helping.METRE, "latitude": latitude}, by=by
    )
    assert arrived.arrived_how == "position" and 60 < arrived.arrived_metres < 100
    entry = Entry.objects.get(event="helper_arrived")
    assert "position" not in entry.facts and "code" not in entry.facts


def test_a_bad_word_is_called_back_put_right_and_judged_once_more(place):
    task = finished(place)
    resident, clerk = world.acting(place.resident), world.acting(place.clerk)
    case = move_case(task.case, "review", by=resident, facts={"rating": 1, "words": "东西买错了"})
    assert case.step == "callback"
    case = move_case(case, "call_back", by=clerk, facts={"account": "电话核实"})
    assert case.step == "rectifying" and case.deadlines.filter(name="rectification", met_at=None).exists()
    case = move_case(case, "rectify", by=clerk, facts={"account": "重新买了", "answer": "已重新送到"})
    case = move_case(case, "review", by=resident, facts={"rating": 4})
    assert (case.step, case.outcome, case.reviews.count()) == ("closed", "fixed", 2)
    assert Feedback.objects.get(side="helped").rating == 1


def test_somebody_else_can_put_it_right(place):
    task = finished(place)
    clerk = world.acting(place.clerk)
    case = move_case(task.case, "review", by=world.acting(place.resident), facts={"rating": 2})
    case = move_case(case, "call_back", by=clerk, facts={"account": "换人再来"})
    case = move_case(case, "seek_again", by=clerk)
    other = helping.a_volunteer(place, metres=700, name="冯二")
    [offer] = helping.offers_to(place, case, other)
    again = actions.accept_offer(offer, by=world.acting(other.person))
    by = world.acting(other.person)
    actions.arrive(again, code=shown_code(again), by=by)
    place.clock.shift(timedelta(minutes=20))
    actions.complete(again, code=shown_code(again), by=by)
    case = move_case(case, "review", by=world.acting(place.resident), facts={"rating": 5})
    assert case.step == "closed"


def test_without_a_phone_the_community_vouches(place):
    task = promised(place)
    place.clock.move_to(helping.AFTERNOON + timedelta(hours=2))
    case = move_case(task.case, "vouch", by=world.acting(place.clerk), facts={"account": "电话问过"})
    task.refresh_from_db()
    assert (case.step, task.state, task.done_how) == ("done", "done", "staff")
    assert HoursEntry.objects.filter(source=task.pk).exists()


def test_withdrawn_everybody_may_stay_at_home(place):
    task = promised(place)
    case = move_case(
        task.case, "withdraw", by=world.acting(place.resident), facts={"reason_code": "solved_itself"}
    )
    task.refresh_from_db()
    assert (case.step, task.state) == ("withdrawn", "ended")
    assert Notice.objects.filter(event="help_ended", person=task.volunteer.person).exists()


def test_closed_without_help_says_why(place):
    volunteer = helping.a_volunteer(place)
    case = helping.seeking(place)
    [offer] = helping.offers_to(place, case, volunteer)
    case = move_case(
        case,
        "close_unresolved",
        by=world.acting(place.clerk),
        facts={"reason_code": "nobody_free", "answer": "本周无人"},
    )
    offer.refresh_from_db()
    assert (case.outcome, offer.state) == ("unresolved", "withdrawn")


def test_whoever_comes_is_enough_once_somebody_is_there(place):
    first, second = helping.a_volunteer(place), helping.a_volunteer(place, metres=400)
    case = helping.seeking(place, people=3)
    offer, open_offer = helping.offers_to(place, case, first, second)
    task = actions.accept_offer(offer, by=world.acting(first.person))
    actions.arrive(task, code=shown_code(task), by=world.acting(first.person))
    open_offer.refresh_from_db()
    case.refresh_from_db()
    need = Need.objects.get(case=case)
    assert (case.step, need.people, need.taken, open_offer.state) == ("underway", 1, 1, "withdrawn")


def test_one_of_two_hands_back_while_the_other_is_at_work(place):
    first, second = helping.a_volunteer(place), helping.a_volunteer(place, metres=400)
    case = helping.seeking(place, people=2)
    tasks = [
        actions.accept_offer(offer, by=world.acting(offer.volunteer.person))
        for offer in helping.offers_to(place, case, first, second)
    ]
    actions.arrive(tasks[0], code=shown_code(tasks[0]), by=world.acting(first.person))
    actions.hand_back(tasks[1], reason="no_time", by=world.acting(second.person))
    assert Case.objects.get(pk=case.pk).step == "underway"
    place.clock.shift(timedelta(minutes=10))
    actions.complete(tasks[0], code=shown_code(tasks[0]), by=world.acting(first.person))
    assert Case.objects.get(pk=case.pk).step == "done"


def test_the_last_of_two_to_finish_ends_it(place):
    first, second = helping.a_volunteer(place), helping.a_volunteer(place, metres=400)
    case = helping.seeking(place, people=2)
    tasks = [
        actions.accept_offer(offer, by=world.acting(offer.volunteer.person))
        for offer in helping.offers_to(place, case, first, second)
    ]
    for task in tasks:
        actions.arrive(task, code=shown_code(task), by=world.acting(task.volunteer.person))
    place.clock.shift(timedelta(minutes=10))
    steps = []
    for task in tasks:
        actions.complete(task, code=shown_code(task), by=world.acting(task.volunteer.person))
        steps.append(Case.objects.get(pk=case.pk).step)
    assert steps == ["underway", "done"]


@pytest.mark.parametrize(
    "move", ["accept", "decline", "offer", "vouch", "enough", "close_unresolved", "release"]
)
def test_residents_volunteers_and_strangers_make_no_move_of_the_community(place, move):
    task = promised(place)
    starts = {"accept": "asked", "decline": "asked", "offer": "seeking", "enough": "seeking"}
    Case.objects.filter(pk=task.case_id).update(step=starts.get(move, "assigned"))
    stranger = world.with_post("community_clerk", area=place.town.other_community)
    for person in (place.resident, task.volunteer.person, stranger):
        with pytest.raises(MoveNotAllowed):
            move_case(task.case, move, by=world.acting(person), facts={})
