"""Cases that closed long ago: nobody can be named, later nothing can be read, and everything still counts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gridloop.core.cases.actions import move_case
from gridloop.core.cases.errors import MoveNotPossible
from gridloop.core.cases.forgetting import PEOPLE_DAYS, SHORTEST_DAYS, WORDS_DAYS, unname_closed
from gridloop.core.cases.kinds import kinds
from gridloop.core.cases.models import Case, Exhibit, Review
from gridloop.core.cases.queries import cases_within_reach, coarse, moves_open_to
from gridloop.core.cases.search import matching
from gridloop.core.cases.timeline import timeline
from gridloop.core.dispatch.learning import corrected_cases
from gridloop.core.journal.actor import SYSTEM
from gridloop.core.journal.consumers import replay
from gridloop.core.journal.models import Entry
from gridloop.core.journal.sealing import receipt, seal_new_entries
from gridloop.core.journal.verifying import verify
from gridloop.core.measures.queries import figures
from gridloop.core.measures.recounting import as_of
from gridloop.core.notices.models import Delivery, Notice
from gridloop.core.people import retention
from gridloop.core.people.models import Person
from gridloop.core.people.queries import deletion_ledger
from tests import world
from tests.core.cases.long_ago import (
    ANSWER,
    CODE,
    HOUSE,
    NAME,
    PHONE,
    PLACE,
    REMINDER,
    VERDICT,
    WORDS,
    after,
    catch_up_all,
    closed,
    told,
)
from tests.core.cases.test_moving import to_verified
from tests.stored import files_kept, places_of

pytestmark = pytest.mark.django_db


def test_first_nobody_stands_behind_it_any_more(town, cast) -> None:
    story = told(town, cast)
    closed(story, cast)
    with after(PEOPLE_DAYS + 1):
        counts = retention.apply_retention()
    case = Case.objects.get(pk=story.case.pk)
    assert counts["case_people"] == 1 and counts["case_words"] == 0
    assert (case.reporter, case.tracking_digest, case.address) == (None, "", "")
    assert (case.longitude, case.latitude) == coarse(*PLACE)
    assert not case.parties.exists() and not Review.objects.exclude(person=None).exists()
    assert not Notice.objects.exists() and not Delivery.objects.exists()
    assert not places_of(HOUSE[:3] + "二") and case.words.startswith(WORDS) and case.voices == 2
    assert not cases_within_reach(story.reporter).exists()
    assert NAME[0] not in str([each.who for each in timeline(case, staff=True)])
    assert matching(Case.objects.all(), WORDS).exists() and not matching(Case.objects.all(), HOUSE).exists()


def test_then_nothing_is_left_of_what_was_written_and_sent(
    town, cast, django_capture_on_commit_callbacks
) -> None:
    story = told(town, cast)
    closed(story, cast)
    assert files_kept() == 2 and len(places_of(WORDS, HOUSE, ANSWER, REMINDER, VERDICT, CODE)) > 8
    with after(WORDS_DAYS + 1), django_capture_on_commit_callbacks(execute=True):
        retention.apply_retention()
    assert not places_of(NAME, PHONE, WORDS, HOUSE, ANSWER, REMINDER, VERDICT, CODE, "垃圾已清运", "清运两车")
    case = Case.objects.get(pk=story.case.pk)
    assert (case.title, case.words, case.answer, case.facts) == ("居民上报", "", "", {})
    assert (case.number, case.rating, case.outcome, case.step) == (story.case.number, 5, "fixed", "closed")
    assert Exhibit.objects.filter(case=case, file__erased_at__isnull=False).count() == 1
    assert files_kept() == 0 and not matching(Case.objects.all(), WORDS).exists()
    assert (
        len(timeline(case, staff=True)) == Entry.objects.filter(subject_kind="case", subject=case.pk).count()
    )


def test_a_forgotten_case_is_called_by_its_class_and_teaches_nothing(town, cast) -> None:
    story = told(town, cast)
    Case.objects.filter(pk=story.case.pk).update(category=world.a_category())
    closed(story, cast)
    assert len(corrected_cases()) == 1
    with after(WORDS_DAYS + 1):
        retention.apply_retention()
    assert Case.objects.get(pk=story.case.pk).title == "暴露垃圾"
    assert len(corrected_cases()) == 0


def test_receipts_and_seals_hold(town, cast) -> None:
    story = told(town, cast)
    closed(story, cast)
    seal_new_entries()
    written = Entry.objects.filter(subject_kind="case", words=REMINDER).get()
    before = receipt(written)
    with after(WORDS_DAYS + 1):
        retention.apply_retention()
        seal_new_entries()
    assert verify(full=True) == []
    erased = Entry.objects.get(pk=written.pk)
    assert (erased.words, bytes(erased.salt)) == ("", b"")
    assert receipt(erased)["entry"]["words_digest"] == before["entry"]["words_digest"]


def test_figures_of_past_days_stay_and_are_counted_anew_to_the_same(town, cast) -> None:
    closed(told(town, cast), cast)
    today = timezone.localdate()
    before = figures("all", 0, today, today), figures("unit", cast["unit"].pk, today, today)
    with after(WORDS_DAYS + 1):
        retention.apply_retention()
        assert as_of(today, since=today) == before[0]
        replay("measures")
        catch_up_all()
    assert (figures("all", 0, today, today), figures("unit", cast["unit"].pk, today, today)) == before


def test_an_open_case_is_never_forgotten_and_a_reopened_one_not_until_it_has_closed_again(town, cast) -> None:
    story = told(town, cast)
    closed(story, cast)
    with after(10):
        back = {"reason_code": "came_back", "words": "沙发又回来了"}
        move_case(story.case, "reopen", by=world.acting(story.reporter), facts=back)
    with after(20 * 365):
        counts = retention.apply_retention()
        assert counts["case_people"] == counts["case_words"] == 0
        again = Case.objects.get(pk=story.case.pk)
        assert again.reporter == story.reporter and again.words.startswith(WORDS)
        move_case(again, "take", by=cast["by_handler"])
        to_verified(again, cast)
        move_case(again, "review_over", by=SYSTEM)
    with after(20 * 365 + PEOPLE_DAYS - 1):
        assert retention.apply_retention()["case_people"] == 0
    with after(20 * 365 + PEOPLE_DAYS + 1):
        assert retention.apply_retention()["case_people"] == 1


def test_a_duplicate_waits_for_the_case_it_led_to(town, cast) -> None:
    first, story = world.a_report(town), told(town, cast)
    move_case(story.case, "link_duplicate", by=cast["by_room"], facts={"case": first.number})
    with after(WORDS_DAYS + 1):
        assert retention.apply_retention()["case_words"] == 0
        move_case(
            first, "decline", by=cast["by_worker"], facts={"reason_code": "unclear", "answer": "无法核实"}
        )
        assert retention.apply_retention()["case_words"] == 1


def test_nothing_is_added_to_what_is_forgotten(town, cast) -> None:
    story = told(town, cast)
    closed(story, cast)
    move_case(story.case, "note", by=cast["by_room"], facts={"words": "已电话回访"})
    with after(WORDS_DAYS + 1):
        retention.apply_retention()
        case = Case.objects.get(pk=story.case.pk)
        assert moves_open_to(case, cast["by_room"]) == []
        with pytest.raises(MoveNotPossible):
            move_case(case, "note", by=cast["by_room"], facts={"words": "又一次"})


def test_a_photo_another_case_shows_stays_with_it(town, cast) -> None:
    story = told(town, cast)
    other = world.a_report(town, photos=[each.file for each in story.case.exhibits.all()])
    closed(story, cast)
    with after(WORDS_DAYS + 1):
        retention.apply_retention()
    assert other.exhibits.get().file.erased_at is None


def test_the_ledger_tells_how_many_of_what(town, cast) -> None:
    closed(told(town, cast), cast)
    for days in (PEOPLE_DAYS, WORDS_DAYS):
        with after(days + 1):
            retention.apply_retention()
    told_of = {
        entry.facts["topic"]: entry.facts for entry in deletion_ledger().filter(event="records_deleted")
    }
    assert told_of["case_people"]["count"] == 1 and told_of["case_people"]["counts"]["parties"] == 2
    words = told_of["case_words"]["counts"]
    assert (words["cases"], words["questions"], words["reviews"], words["files"]) == (1, 1, 1, 1)
    assert words["entries"] >= 2 and NAME not in str(told_of)


def test_a_batch_costs_the_same_for_one_case_and_for_seven(town, cast) -> None:
    costs = []
    for cases in (1, 7):
        for _each in range(cases):
            closed_case = world.a_report(town, photos=[world.a_photo(world.a_resident())])
            move_case(
                closed_case, "decline", by=cast["by_worker"], facts={"reason_code": "unclear", "answer": "否"}
            )
        catch_up_all()
        with after(WORDS_DAYS + 1):
            for topic in ("case_people", "case_words"):
                row = retention.RETENTIONS[topic]
                with CaptureQueriesContext(connection) as asked:
                    assert retention.apply_batch(row, timezone.now()) == cases
                costs.append((topic, len(asked)))
    assert costs[:2] == costs[2:]


def test_no_kind_can_be_reopened_after_it_may_be_forgotten() -> None:
    assert all(kind.reopen_days < SHORTEST_DAYS for kind in kinds())
    for topic in ("case_people", "case_words"):
        with pytest.raises(retention.Refusal):
            retention.set_period(topic, SHORTEST_DAYS - 1, by=SYSTEM)


def test_nothing_closed_costs_nothing(town) -> None:
    world.a_report(town)
    assert unname_closed(timezone.now()) == {} and not Person.objects.exclude(erased_at=None).exists()
